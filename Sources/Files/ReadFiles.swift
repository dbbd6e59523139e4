import Platform
import Synchronization

/// The regular files that this process has opened for reading by name. No result may replace one of them: the input
/// would be lost, and with it the way to repeat the work. Only the tools note files, because a process that runs for
/// many purposes may replace what it has read.
package enum ReadFiles {
    /// A file at a time. The number of a file that was removed can be used again, but not with the same times.
    private struct Identity: Hashable {
        let device: UInt64
        let number: UInt64
        let seconds: Int
        let nanoseconds: Int

        init(_ status: stat) {
            (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
            #if canImport(Darwin)
                (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
            #else
                (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
            #endif
        }
    }

    /// nil unless files are noted.
    private static let identities = Mutex<Set<Identity>?>(nil)

    /// Notes the files that are opened from now on.
    package static func protect() {
        identities.withLock { $0 = $0 ?? [] }
    }

    static func note(_ status: stat) {
        guard status.st_mode & S_IFMT == S_IFREG else { return }
        identities.withLock { _ = $0?.insert(Identity(status)) }
    }

    /// Throws if a file of this name would replace a file that has been read.
    package static func check(_ path: String) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        if identities.withLock({ $0?.contains(Identity(status)) ?? false }) {
            throw FileError(.create, path, errno: EEXIST)
        }
    }
}
