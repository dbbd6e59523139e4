import Platform

/// A separate loopback interface whose packets the kernel drops, delays or stops. A proxy cannot simulate this, because
/// TCP has to retransmit the lost packets. `launcher` runs servers and tools inside the namespace; they can be reached
/// from outside through unix sockets.
///
/// It requires Linux with user namespaces, nft (nftables) and tc (iproute2), but not root.
package final class NetworkNamespace: Sendable {
    /// A process that does nothing except keep the namespace alive.
    private let holder: pid_t

    /// The words before a command that run it inside the namespace.
    package var launcher: [String] {
        ["nsenter", "--preserve-credentials", "--user", "--net", "--target", "\(holder)", "--"]
    }

    package init() throws(RedisServer.Fault) {
        holder = try Self.spawn(["unshare", "--user", "--map-root-user", "--net", "sleep", "1000000"])
        // `unshare` needs a moment. Until then its network is the one of the test, which must not be changed.
        for _ in 0..<2000 where Self.network(of: holder) == Self.network(of: getpid()) { usleep(5000) }
        try run("ip", "link", "set", "lo", "mtu", "1500", "up")
        try run("nft", "add table inet t; add chain inet t in { type filter hook input priority 0; }")
    }

    deinit {
        kill(holder, SIGKILL)
        var status: Int32 = 0
        waitpid(holder, &status, 0)
    }

    /// The reason why namespaces cannot be used here; nil if they can.
    package static let missing: String? = {
        do throws(RedisServer.Fault) { try NetworkNamespace().lose(percent: 30) } catch { return error.description }
        return nil
    }()

    /// From now on loses this percentage of packets in each direction; 100 is a partition.
    package func lose(percent: Int) throws(RedisServer.Fault) {
        let which = percent < 100 ? "numgen random mod 100 < \(percent)" : ""
        try run("nft", "flush chain inet t in; add rule inet t in \(which) drop")
    }

    /// Limits outgoing traffic to so many bits per second.
    package func limit(bitsPerSecond: Int) throws(RedisServer.Fault) {
        try run(
            "tc", "qdisc", "replace", "dev", "lo", "root", "tbf", "rate", "\(bitsPerSecond)bit", "burst", "6000",
            "latency", "500ms")
    }

    private func run(_ words: String...) throws(RedisServer.Fault) {
        var status: Int32 = 0
        // The programs are in folders that are not in the PATH of ordinary users.
        let process = try Self.spawn(launcher + ["env", "PATH=/usr/sbin:/sbin:/usr/bin:/bin"] + words)
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        if status != 0 { throw Self.fault(of: words) }
    }

    private static func spawn(_ words: [String]) throws(RedisServer.Fault) -> pid_t {
        do throws(RedisServer.Fault) { return try RedisServer.spawn(words) } catch { throw fault(of: words) }
    }

    private static func fault(of words: [String]) -> RedisServer.Fault {
        RedisServer.Fault(
            description: "\"\(words.joined(separator: " "))\" fails: a network that loses packets needs Linux with "
                + "user and network namespaces, nftables and tbf, and Debian's packages nftables and iproute2")
    }

    private static func network(of process: pid_t) -> String {
        var name = [CChar](repeating: 0, count: 100)
        let count = readlink("/proc/\(process)/ns/net", &name, name.count - 1)
        return count > 0 ? String(decoding: name[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
    }
}
