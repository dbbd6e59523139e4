import Platform

/// The reason why an output file was not written, as reported by the system. A previous file of that name is intact.
package struct FileError: Error, Equatable, Sendable {
    package enum Action: String, Sendable {
        /// The file or its folder could not be created. (Exit status 73)
        case create
        /// The file was created but could not be written, synced or renamed. (Exit status 74)
        case write
    }

    package let action: Action
    package let path: String
    package let errno: Int32
    /// The command-line option that names the folder.
    package var option: String

    package init(
        _ action: Action, _ path: String, errno: Int32 = Platform.errno, option: String = "--output"
    ) {
        self.action = action
        self.path = path
        self.errno = errno
        self.option = option
    }
}

extension FileError: CustomStringConvertible {
    package var description: String {
        let advice =
            switch errno {
            case ENOSPC, EDQUOT: "make room there or name another folder with \(option)"
            case EACCES, EPERM, EROFS: "name a folder you may write to with \(option)"
            case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
            case ENAMETOOLONG: "give the documents a shorter name or name another folder with \(option)"
            case EEXIST: "it has been read and would be replaced; name another folder with \(option)"
            case EISDIR: "a folder has this name: remove it or name another folder with \(option)"
            case ENOENT, ENOTDIR: "name a folder that exists with \(option)"
            default: "check the disk or name another folder with \(option)"
            }
        return "cannot \(action) \(path) (\(String(cString: strerror(errno)))): \(advice)"
    }
}
