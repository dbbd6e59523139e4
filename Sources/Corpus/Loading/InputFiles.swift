#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The files a command line names: paths, patterns of glob(3), or "-" for standard input.
package enum InputFiles {
    /// The files in the order given, those of one pattern sorted. A path that exists is that file, even if it could be
    /// read as a pattern; one that does not and is no pattern stays, for opening it to say what is wrong.
    package static func expand(_ paths: [String]) throws(CorpusError) -> [String] {
        var files: [String] = []
        for path in paths {
            if path == "-" || exists(path) || !path.utf8.contains(where: { "*?[".utf8.contains($0) }) {
                files.append(path)
            } else {
                files += try matches(of: path)
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

    /// Whether something is there, or might be behind a folder that may not be looked into.
    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR)
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
