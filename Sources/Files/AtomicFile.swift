import Platform

/// A file that is written completely or not at all.
///
/// The bytes are written to a new file with a random name in the same folder, which is created exclusively and never
/// through a symbolic link. `commit()` syncs it, renames it to `path`, and syncs the folder. A symbolic link at `path`
/// is replaced, not followed. If anything fails, or if the value is dropped without a commit, the new file is removed
/// and the previous file at `path` is intact.
///
/// The new file is locked (flock) while it is being written. An unlocked one was left behind by a process that was
/// killed, and the next `AtomicFile` in that folder removes it. If another process removes the new file before its lock
/// has been acquired, a new one is created.
///
/// A name that is too long and a folder of this name are refused when the value is created, before any work is done for
/// the file.
package struct AtomicFile: ~Copyable {
    package let path: String
    private let descriptor: Int32
    private let temporaryPath: String
    private let keepsInput: Bool
    private var isCommitted = false

    private static let prefix = ".dist-lda-"
    private static let suffix = ".tmp"

    /// - Parameter keepsInput: Whether a file that this process has read must not be replaced (`ReadFiles`).
    package init(path: String, keepsInput: Bool = false) throws(FileError) {
        self.path = path
        self.keepsInput = keepsInput
        if keepsInput { try ReadFiles.check(path) }
        let folder = Self.folder(of: path)
        try Self.check(path)
        Self.removeAbandoned(in: folder)
        (descriptor, temporaryPath) = try Self.lockedFile(in: folder, for: path)
    }

    /// Throws if a file cannot get this name, whatever it contains.
    package static func check(_ path: String) throws(FileError) {
        var status = stat()
        if lstat(path, &status) != 0 {
            if errno == ENAMETOOLONG { throw FileError(.create, path) }
        } else if status.st_mode & S_IFMT == S_IFDIR {
            throw FileError(.create, path, errno: EISDIR)
        }
    }

    private static func lockedFile(in folder: String, for path: String) throws(FileError) -> (Int32, String) {
        while true {
            let temporary = "\(folder)/\(prefix)\(String(UInt64.random(in: .min ... .max), radix: 16))\(suffix)"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw FileError(.create, path) }
            while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
            var status = stat()
            if fstat(descriptor, &status) != 0 || status.st_nlink > 0 { return (descriptor, temporary) }
            close(descriptor)
        }
    }

    deinit {
        close(descriptor)
        if !isCommitted { unlink(temporaryPath) }
    }

    /// The file, for callers that write to it themselves until `commit()`.
    package var output: OutputFile { OutputFile(descriptor: descriptor, path: path) }

    package func write(_ bytes: [UInt8]) throws(FileError) {
        try output.append(bytes)
    }

    /// Makes everything that was written durable, and the file visible under its name.
    package consuming func commit() throws(FileError) {
        if keepsInput { try ReadFiles.check(path) }
        guard fsync(descriptor) == 0 else { throw FileError(.write, path) }
        guard rename(temporaryPath, path) == 0 else { throw FileError(.write, path) }
        isCommitted = true
        try Self.syncFolder(of: path)
    }

    /// Syncs the folder of `path`, without which a rename is not durable. File systems that cannot sync folders return
    /// EINVAL.
    private static func syncFolder(of path: String) throws(FileError) {
        let folder = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw FileError(.write, path) }
        defer { close(folder) }
        guard fsync(folder) == 0 || errno == EINVAL else { throw FileError(.write, path) }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Removes the files that killed processes left in `folder`. Failures are ignored.
    private static func removeAbandoned(in folder: String) {
        guard let entries = opendir(folder) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { continue }
            let path = "\(folder)/\(name)"
            // Without O_NONBLOCK, opening a named pipe would wait for a reader.
            let descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
            close(descriptor)
        }
    }
}
