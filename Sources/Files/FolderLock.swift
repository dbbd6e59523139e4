import Platform

/// The claim of a process on the files that it writes to a folder, so that a second process does not overwrite them.
///
/// It is a locked file (flock) in the folder with the host, the process number and the purpose of the process. The
/// system releases the lock when the process ends, however it ends. File systems without locks give no protection.
package final class FolderLock: Sendable {
    /// Another process has the lock.
    package struct InUse: Error, Equatable, CustomStringConvertible {
        package let folder: String
        package let host: String
        package let process: String
        package let option: String

        package var description: String {
            "\(folder) is in use by process \(process) on \(host), which writes the same files: wait for its end, or "
                + "name another folder with \(option)"
        }
    }

    private let path: String
    private let descriptor: Int32
    private let isHeld: Bool

    /// Locks the files of `owner` (part of the name of the lock) in `folder`, which `option` names.
    ///
    /// - Parameter purpose: Processes of the same purpose share the lock, because something else decides which of them
    ///   works, such as the store of a run. If it is nil, no two processes share the lock.
    /// - Throws: `InUse`, and `FileError` if the lock cannot be created.
    package init(_ folder: String, owner: String, purpose: String? = nil, option: String = "--output") throws {
        path = "\(folder)/.\(owner).lock"
        let text = "\(Machine.host)\n\(Machine.process)\n\(purpose ?? "")\n"
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o644)
            guard file >= 0 else { throw FileError(.create, path, option: option) }
            if flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                let holder = Self.contents(of: file)
                close(file)
                let fields = holder.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                let isShared = holder == text || (purpose != nil && fields.count > 2 && fields[2] == purpose)
                guard isShared else {
                    throw InUse(
                        folder: folder, host: fields.count > 1 ? fields[0] : "this or another machine",
                        process: fields.count > 1 ? fields[1] : "of an unknown number",
                        option: option)
                }
                (descriptor, isHeld) = (-1, false)
                return
            }
            // If its previous holder has removed the file meanwhile, another process can lock a new one.
            var status = stat()
            if fstat(file, &status) == 0, status.st_nlink == 0 {
                close(file)
                continue
            }
            (descriptor, isHeld) = (file, true)
            _ = ftruncate(file, 0)
            // On a full disk, the lock still holds, but others do not learn who has it.
            try? OutputFile(descriptor: file, path: path).append(Array(text.utf8))
            return
        }
    }

    deinit {
        removeFile()
        if isHeld { close(descriptor) }
    }

    /// Removes the file before the process ends without releasing this object.
    package func removeFile() {
        if isHeld { unlink(path) }
    }

    private static func contents(of file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    }
}
