import Dispatch
import Platform
import Synchronization

/// A server on a free port of the loopback interface that sends fixed replies, whatever it receives. After each batch
/// of bytes that arrives on a connection it sends the next of `lines`; after the last one it closes the connection.
package final class FakeServer: Sendable {
    package let port: Int
    private let listener: Int32
    private let served = Mutex(0)

    /// The replies of a suitable Redis server to the commands that open a session.
    package static let introduction = [
        bulk("redis_version:7.0.15\r\nredis_mode:standalone\r\n")
            + bulk("maxmemory:0\r\nmaxmemory_policy:noeviction\r\n")
            + "+PONG\r\n", "+OK\r\n",
    ]

    package static func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

    package init(saying lines: [String]) throws {
        let listener = try Loopback.listener()
        self.listener = listener
        port = try Loopback.port(of: listener)
        DispatchQueue(label: "fake server").async { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 { break }
                self?.served.withLock { $0 += 1 }
                Self.serve(client, lines)
            }
            // Closed only where it is used, because the number can be reused immediately.
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// The number of connections so far.
    package var connections: Int { served.withLock { $0 } }

    private static func serve(_ client: Int32, _ lines: [String]) {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        for line in lines {
            guard recv(client, &chunk, 1 << 16, 0) > 0 else { break }
            Loopback.sendAll(Array(line.utf8), to: client)
        }
        close(client)
    }
}
