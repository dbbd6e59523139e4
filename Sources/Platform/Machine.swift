#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The machine and the process that the tool runs on.
package enum Machine {
    /// The cores this process may use.
    package static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    package static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package static var process: Int { Int(getpid()) }

    /// The bytes that this process may still allocate: the system's available memory or the rest of its control group's
    /// limit, whichever is less; nil if neither is known.
    package static var freeMemory: Int? {
        [available, groupLimit].compactMap(\.self).min()
    }

    private static var available: Int? {
        guard let text = contents("/proc/meminfo"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kibibytes * 1024
    }

    private static var groupLimit: Int? {
        guard let limit = number("/sys/fs/cgroup/memory.max"), let used = number("/sys/fs/cgroup/memory.current")
        else { return nil }
        return max(0, limit - used)
    }

    private static func number(_ path: String) -> Int? {
        contents(path).flatMap { Int($0.split(separator: "\n").first ?? "") }
    }

    private static func contents(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16384)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
