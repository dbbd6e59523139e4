import Platform
import RedisStore

/// A file named by a flag that must be readable before the tool connects to a server: a password, a certificate, a key.
struct SecretFile {
    let option: String
    let path: String

    /// Reads the password from the first line, without a byte-order mark and the line end ("\n" or "\r\n").
    func password() throws(SecretFileError) -> RedisAddress.Password {
        var line = try firstLine()
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if line.starts(with: byteOrderMark) { line.removeFirst(byteOrderMark.count) }
        if line.isEmpty { throw .isEmpty(option: option, path: path) }
        return RedisAddress.Password(line)
    }

    /// Throws if the file cannot be opened for reading.
    func check() throws(SecretFileError) { close(try open()) }

    /// Whether users other than the file's owner and group may read it.
    var isOpenToAll: Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_mode & S_IROTH != 0
    }

    private func firstLine() throws(SecretFileError) -> [UInt8] {
        let descriptor = try open()
        defer { close(descriptor) }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .cannotRead(option: option, path: path, errno: errno) }
            if count == 0 || byte == UInt8(ascii: "\n") { return line }
            line.append(byte)
        }
    }

    private func open() throws(SecretFileError) -> Int32 {
        let descriptor = Platform.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotRead(option: option, path: path, errno: errno) }
        return descriptor
    }
}

/// The reason why such a file cannot be used.
enum SecretFileError: Error, Equatable {
    /// The file cannot be read. (77 if permission is denied, otherwise 66)
    case cannotRead(option: String, path: String, errno: Int32)
    /// The first line is empty. (65)
    case isEmpty(option: String, path: String)
}

extension SecretFileError: CustomStringConvertible {
    var description: String {
        switch self {
        case .cannotRead(let option, let path, let errno):
            "cannot read \(option)=\(path) (\(String(cString: strerror(errno)))): check the path and its permissions"
        case .isEmpty(let option, let path):
            "the first line of \(option)=\(path) is empty: put the password there"
        }
    }
}
