#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder a tool writes to: made, and tried out, before any work is done for it.
package enum OutputFolder {
    /// Makes `path`, which `option` names, and the folders above it where they are missing, and checks that files can be
    /// created in it.
    package static func prepare(_ path: String, option: String = "--output") throws(FileError) {
        for end in path.indices where path[end] == "/" && end > path.startIndex { mkdir(String(path[..<end]), 0o755) }
        if mkdir(path, 0o755) != 0, FileError.currentErrno() != EEXIST {
            throw FileError(.create, path, option: option)
        }
        // Dropped without a commit, it leaves nothing.
        do { _ = try AtomicFile(path: "\(path)/.dist-lda-trial") } catch {
            throw FileError(.create, path, errno: error.errno, option: option)
        }
    }
}
