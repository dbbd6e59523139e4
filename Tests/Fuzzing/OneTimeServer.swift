import Dispatch
import Platform
import TestSupport

/// A server on a unix socket that sends its bytes to the first client, reads until the client closes, and then closes.
/// It accepts no further clients.
final class OneTimeServer: Sendable {
    let path: String
    private let listener: Int32

    init(at path: String, saying bytes: [UInt8]) throws {
        self.path = path
        unlink(path)
        let listener = socket(AF_UNIX, Loopback.stream, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 1) == 0 else { throw FileFault(path: path, errno: errno) }
        self.listener = listener
        DispatchQueue.global().async {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            // A second connection is refused.
            shutdown(listener, Int32(SHUT_RDWR))
            Loopback.sendAll(bytes, to: client)
            shutdown(client, Int32(SHUT_WR))
            var heard = [UInt8](repeating: 0, count: 1 << 12)
            while recv(client, &heard, heard.count, 0) > 0 {}
            close(client)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
