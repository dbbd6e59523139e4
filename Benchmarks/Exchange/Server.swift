import CHiredis
import Foundation
import RedisStore

/// A connection to the measured server, separate from the measured connections. It reads the statistics of the server,
/// and sends the commands of the predecessor's method.
final class Server {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// The resources that the server has used since it started.
    struct Usage {
        /// The processor seconds of all its threads, including the kernel.
        var cpu = 0.0
        /// The bytes received and sent.
        var received = 0.0
        var sent = 0.0
        /// The current memory in bytes.
        var memory = 0.0
    }

    private let context: UnsafeMutablePointer<redisContext>

    init(at address: RedisAddress) throws {
        let context =
            switch address.endpoint {
            case .tcp(let host, let port): redisConnect(host, Int32(port))
            case .unix(let path): redisConnectUnix(path)
            }
        guard let context else { throw Fault(description: "out of memory") }
        self.context = context
        guard context.pointee.err == REDIS_OK else { throw Fault(description: "\(address) does not answer") }
    }

    deinit { redisFree(context) }

    /// Sends all commands at once. Returns the number of elements of all replies that are arrays.
    @discardableResult
    func perform(_ commands: [[String]]) throws -> Int {
        for command in commands {
            let text = "*\(command.count)\r\n" + command.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
            redisAppendFormattedCommand(context, text, text.utf8.count)
        }
        var elements = 0
        for command in commands {
            elements += try reply(to: command[0]) { Int($0.elements) }
        }
        return elements
    }

    func flush() throws { try perform([["FLUSHALL", "SYNC"]]) }

    func usage() throws -> Usage {
        let command = "*1\r\n$4\r\nINFO\r\n"
        redisAppendFormattedCommand(context, command, command.utf8.count)
        let text = try reply(to: "INFO") { reply in
            String(decoding: UnsafeRawBufferPointer(start: reply.str, count: Int(reply.len)), as: UTF8.self)
        }
        var values: [Substring: Double] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, let value = Double(parts[1]) { values[parts[0]] = value }
        }
        func value(_ name: Substring) throws -> Double {
            guard let value = values[name] else { throw Fault(description: "the reply to INFO has no \(name)") }
            return value
        }
        return Usage(
            cpu: try value("used_cpu_sys") + value("used_cpu_user"), received: try value("total_net_input_bytes"),
            sent: try value("total_net_output_bytes"), memory: try value("used_memory"))
    }

    private func reply<Result>(to command: String, _ body: (redisReply) -> Result) throws -> Result {
        var pointer: UnsafeMutableRawPointer?
        guard redisGetReply(context, &pointer) == REDIS_OK, let pointer else {
            throw Fault(description: "no reply to \(command)")
        }
        defer { freeReplyObject(pointer) }
        let reply = pointer.assumingMemoryBound(to: redisReply.self).pointee
        guard reply.type != REDIS_REPLY_ERROR else {
            throw Fault(description: "\(command) failed: \(String(cString: reply.str))")
        }
        return body(reply)
    }
}

extension Server.Usage {
    static func - (later: Self, earlier: Self) -> Self {
        Self(
            cpu: later.cpu - earlier.cpu, received: later.received - earlier.received, sent: later.sent - earlier.sent,
            memory: later.memory - earlier.memory)
    }
}
