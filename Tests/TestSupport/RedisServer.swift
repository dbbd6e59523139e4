import Platform
import Synchronization

/// A private redis-server for one test or suite. It listens on a unix socket in its own temporary folder and stores
/// nothing on disk. It is stopped, and its folder is removed, with the last reference to it.
package final class RedisServer: Sendable {
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    /// The address of the server for the tools: "unix:/tmp/..."
    package let address: String
    private let folder: String
    private let socket: String
    private let arguments: [String]
    private let process: Mutex<pid_t>

    /// Starts a server with `settings` as on the command line of redis-server: "--requirepass", "secret".
    package convenience init(_ settings: String...) throws(Fault) { try self.init(settings) }

    /// - Parameter launcher: the words of a command that replaces itself by the server with exec (`NetworkNamespace`).
    package init(_ settings: [String], through launcher: [String] = []) throws(Fault) {
        var template = Array("/tmp/dist-lda-redis-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Fault(description: "no temporary folder can be made in /tmp") }
        folder = String(cString: made)
        socket = "\(folder)/redis.sock"
        address = "unix:\(socket)"
        arguments =
            launcher + [
                "redis-server", "--port", "0", "--unixsocket", socket, "--dir", folder, "--save", "", "--appendonly",
                "no",
                "--logfile", "\(folder)/redis.log",
            ] + settings
        process = Mutex(0)
        try start()
    }

    deinit {
        kill()
        for name in ["redis.sock", "redis.log", "dump.rdb", "nodes.conf"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// Starts the server again, empty, after `kill`.
    package func start() throws(Fault) {
        let spawned = try Self.spawn(arguments)
        process.withLock { $0 = spawned }
        // Waits up to 10 seconds, for a busy machine.
        for _ in 0..<2000 {
            if let answer = try? command("PING"), answer.hasPrefix("PONG") || answer.hasPrefix("NOAUTH") { return }
            usleep(5000)
        }
        throw Fault(description: "redis-server does not answer on \(socket): see \(folder)/redis.log")
    }

    /// Kills the server with kill -9, as if its machine had failed. Its data is lost.
    package func kill() {
        process.withLock { process in
            guard process > 0 else { return }
            _ = signal(process, SIGKILL)
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            process = 0
        }
    }

    /// Kills the server with kill -9 and starts it again, empty and without connections.
    package func restart() throws(Fault) {
        kill()
        try start()
    }

    /// Suspends the server until `resume`; its connections remain open.
    package func pause() { _ = process.withLock { signal($0, SIGSTOP) } }
    package func resume() { _ = process.withLock { signal($0, SIGCONT) } }

    /// Returns the value of a line of INFO, such as "master_link_status" of "replication".
    package func info(_ section: String, _ name: String) throws(Fault) -> String {
        let lines = try command("INFO", section).split(whereSeparator: \.isNewline)
        guard let line = lines.first(where: { $0.hasPrefix("\(name):") }) else {
            throw Fault(description: "INFO \(section) does not say \(name)")
        }
        return String(line.dropFirst(name.utf8.count + 1))
    }

    package func wipe() throws(Fault) { try command("FLUSHALL") }

    /// Runs a command with redis-cli. Returns its output without the last newline.
    @discardableResult
    package func command(_ words: String...) throws(Fault) -> String { try command(words) }

    @discardableResult
    package func command(_ words: [String]) throws(Fault) -> String {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Fault(description: "no pipe can be made") }
        let client: pid_t
        do throws(Fault) { client = try Self.spawn(["redis-cli", "-s", socket] + words, output: ends[1]) } catch {
            close(ends[0])
            close(ends[1])
            throw error
        }
        close(ends[1])
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(ends[0], &chunk, 1 << 16)
            if count > 0 { output += chunk[..<count] } else if count == 0 || errno != EINTR { break }
        }
        close(ends[0])
        var status: Int32 = 0
        while waitpid(client, &status, 0) < 0, errno == EINTR {}
        if output.last == UInt8(ascii: "\n") { output.removeLast() }
        return String(decoding: output, as: UTF8.self)
    }

    static func spawn(_ words: [String], output: Int32? = nil) throws(Fault) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        }
        let arguments = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let result = posix_spawnp(&process, words[0], &actions, nil, arguments + [nil], environ)
        guard result == 0 else {
            throw Fault(
                description: "\(words[0]) cannot be started (\(String(cString: strerror(result)))): "
                    + "these tests need a Redis server; bin/test installs it, or: apt-get install redis-server")
        }
        return process
    }
}

/// The function `kill` under another name, because `RedisServer.kill` hides it.
private func signal(_ process: pid_t, _ number: Int32) -> Int32 { kill(process, number) }
