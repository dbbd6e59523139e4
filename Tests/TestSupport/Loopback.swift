import Platform

/// Connections of this machine to itself over TCP and unix sockets.
package enum Loopback {
    package struct Fault: Error {}

    #if canImport(Darwin)
        static let noSignal: Int32 = 0
    #else
        static let noSignal = Int32(MSG_NOSIGNAL)
    #endif

    #if canImport(Glibc)
        package static let stream = Int32(SOCK_STREAM.rawValue)
    #else
        package static let stream = SOCK_STREAM
    #endif

    /// Returns a port on which no process is listening.
    package static func freePort() throws -> Int {
        let descriptor = try bound()
        defer { close(descriptor) }
        return try port(of: descriptor)
    }

    /// Opens a socket that listens on a free port.
    static func listener() throws -> Int32 {
        let descriptor = try bound()
        guard listen(descriptor, 64) == 0 else {
            close(descriptor)
            throw Fault()
        }
        return descriptor
    }

    static func port(of descriptor: Int32) throws -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        guard isKnown else { throw Fault() }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func bound() throws -> Int32 {
        let descriptor = socket(AF_INET, stream, 0)
        closeInChildren(descriptor)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound else {
            close(descriptor)
            throw Fault()
        }
        return descriptor
    }

    /// nil if no process is listening there.
    static func connection(toUnixSocket path: String) -> Int32? {
        let descriptor = socket(AF_UNIX, stream, 0)
        closeInChildren(descriptor)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let isConnected = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        close(descriptor)
        return nil
    }

    /// Sends all of `bytes`, or as many as the other side accepts.
    package static func sendAll(_ bytes: [UInt8], to descriptor: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, noSignal) }
            if count <= 0 { return }
            sent += count
        }
    }

    static func doNotBlock(_ descriptor: Int32) {
        closeInChildren(descriptor)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Prevents a server that a test starts from inheriting a connection, which would keep it open after the test
    /// closes it.
    private static func closeInChildren(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
}
