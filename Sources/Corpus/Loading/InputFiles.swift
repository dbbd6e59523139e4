#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The files a command line names: paths, patterns of glob(3), several of these between commas, `@FILE` for those that
/// FILE lists one a line, or "-" for standard input.
package enum InputFiles {
    /// The files in the order given, those of one pattern sorted. A path that exists is that file, even if it could be
    /// read as a pattern, a list or several paths; one that does not and is no pattern stays, for opening it to say
    /// what is wrong.
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
        return files
    }

    /// The name of a corpus: that of its first file without folders (`data.gz` for `/x/data.gz`), or `stdin`.
    package static func baseName(of files: [String]) -> String {
        guard let first = files.first, first != "-" else { return "stdin" }
        return first.split(separator: "/").last.map(String.init) ?? first
    }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The files in a folder and the folders in it, by their paths from there (`root` ends with a slash), in the order
    /// of the bytes of names. What begins with a dot is left out, and so are links to folders.
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

    private static func names(in folder: String) throws(CorpusError) -> [String] {
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

    /// Whether something is there, or might be behind a folder that may not be looked into.
    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR)
    }

    /// The lines of a list of files, which may not name lists in turn.
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
