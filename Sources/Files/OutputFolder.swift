import Platform

/// The folder to which a tool writes. It is created and checked before any work is done.
package enum OutputFolder {
    /// Creates the folder `path`, which `option` names, with missing parent folders, and checks that files can be
    /// created in it.
    package static func prepare(_ path: String, option: String = "--output") throws(FileError) {
        for end in path.indices where path[end] == "/" && end > path.startIndex { mkdir(String(path[..<end]), 0o755) }
        if mkdir(path, 0o755) != 0, errno != EEXIST {
            throw FileError(.create, path, option: option)
        }
        // The file is dropped without a commit, so it is removed again.
        do { _ = try AtomicFile(path: "\(path)/.dist-lda-trial") } catch {
            throw FileError(.create, path, errno: error.errno, option: option)
        }
    }
}
