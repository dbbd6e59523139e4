import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A server on a free port of the loopback that says what it is told to, whatever it is asked: after each batch of bytes
/// that arrives on a connection it sends the next of `lines`, and at their end it closes the connection.
package final class FakeServer: Sendable {
    package struct Fault: Error {}

    package let port: Int
    private let listener: Int32
    private let served = Mutex(0)

    /// What a Redis fit for us answers to our introduction.
    package static let introduction = [
        bulk("redis_version:7.0.15\r\nredis_mode:standalone\r\n")
            + bulk("maxmemory:0\r\nmaxmemory_policy:noeviction\r\n")
            + "+PONG\r\n", "+OK\r\n",
    ]

    package static func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

    package init(saying lines: [String]) throws(Fault) {
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let listener = socket(AF_INET, stream, 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else { throw Fault() }
        DispatchQueue(label: "fake server").async { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 { break }
                self?.served.withLock { $0 += 1 }
                Self.serve(client, lines)
            }
            // closed where it is used: its number may be another's at once
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Connections so far.
    package var connections: Int { served.withLock { $0 } }

    private static func serve(_ client: Int32, _ lines: [String]) {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        for line in lines {
            guard recv(client, &chunk, 1 << 16, 0) > 0 else { break }
            let bytes = Array(line.utf8)
            var sent = 0
            while sent < bytes.count {
                #if canImport(Darwin)
                    let count = bytes[sent...].withUnsafeBytes { send(client, $0.baseAddress, $0.count, 0) }
                #else
                    let count = bytes[sent...].withUnsafeBytes {
                        send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                #endif
                if count <= 0 { break }
                sent += count
            }
        }
        close(client)
    }
}
