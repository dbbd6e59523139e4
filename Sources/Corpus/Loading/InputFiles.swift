import Platform

/// Finds the input files that a command line names: paths, glob(3) patterns, several of these separated by commas,
/// `@FILE` for the files that FILE lists one per line, or "-" for standard input.
package enum InputFiles {
    /// Returns the files in the order given; the files of one pattern are sorted. A path that exists is that file, even
    /// if it could be read as a pattern, a list or several paths. A path that neither exists nor is a pattern is
    /// returned unchanged, so that opening it reports the error.
    package static func expand(_ paths: [String]) throws(CorpusError) -> [String] {
        var files: [String] = []
        for path in paths {
            if path == "-" || exists(path) {
                files.append(path)
            } else if path.hasPrefix("@") {
                files += try expand(listed(in: String(path.dropFirst())))
            } else if path.utf8.contains(UInt8(ascii: ",")) {
                files += try expand(path.utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) })
            } else if path.utf8.contains(where: { "*?[".utf8.contains($0) }) {
                files += try matches(of: path)
            } else {
                files.append(path)
            }
        }
        guard !files.isEmpty else { throw .noFileMatches(pattern: "") }
        try checkCompressions(of: files)
        return files
    }

    /// Throws an error if two files have the same name apart from the ending of a compressed file.
    static func checkCompressions(of files: [String]) throws(CorpusError) {
        var found: [String: String] = [:]
        for file in files {
            let ending = [".gz", ".zst"].first { file.hasSuffix($0) } ?? ""
            let plain = String(file.dropLast(ending.count))
            if let other = found.updateValue(file, forKey: plain), other != file {
                throw .sameFile(file: other, other: file)
            }
        }
    }

    /// Returns the name of a corpus: that of its first file without folders (`data.gz` for `/x/data.gz`), or `stdin`.
    package static func baseName(of files: [String]) -> String {
        guard let first = files.first, first != "-" else { return "stdin" }
        return first.split(separator: "/").last.map(String.init) ?? first
    }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Returns the files in a folder and its subfolders as paths relative to it (`root` ends with a slash), sorted by
    /// their bytes. Names that begin with a dot are ignored, and so are links to folders.
    static func all(in root: String) throws(CorpusError) -> [String] {
        var files: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            var inner: [String] = []
            for name in try names(in: root + folder) {
                let path = folder + name
                var status = stat()
                guard lstat(root + path, &status) == 0 else { throw .cannotOpen(file: root + path, errno: errno) }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: inner.append(path + "/")
                case S_IFLNK: if !isFolder(root + path) { files.append(path) }
                case S_IFREG: files.append(path)
                default: break
                }
            }
            folders += inner
        }
        return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Returns the names in a folder, in any order, without those that begin with a dot.
    static func names(in folder: String) throws(CorpusError) -> [String] {
        guard let stream = opendir(folder) else { throw .cannotOpen(file: folder, errno: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// Whether the path exists, or may exist in a folder that cannot be searched. A name that is too long for the file
    /// system, such as that of a long list, does not exist.
    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 || ![ENOENT, ENOTDIR, ENAMETOOLONG].contains(errno)
    }

    /// Returns the lines of a list of files; they must not refer to further lists.
    private static func listed(in list: String) throws(CorpusError) -> [String] {
        let lines = try WordTable(readingFrom: list)
        let paths = (0..<lines.count).map { String(decoding: lines[$0], as: UTF8.self) }
        guard !paths.isEmpty else { throw .noFileMatches(pattern: "@" + list) }
        if let nested = paths.first(where: { $0.hasPrefix("@") && !exists($0) }) {
            throw .noFileMatches(pattern: nested)
        }
        return paths
    }

    private static func matches(of pattern: String) throws(CorpusError) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else {
            throw .noFileMatches(pattern: pattern)
        }
        return (0..<Int(found.gl_pathc)).compactMap { index in paths[index].map { String(cString: $0) } }
    }
}
