/// The machine and the process that the tool runs on.
package enum Machine {
    /// The cores this process may use: those of its affinity, or the quota of its control group, rounded up, if that is
    /// less. It is at least 1.
    package static var cores: Int { max(1, min(affinity, groupQuota ?? .max)) }

    /// The number of cores on which the system may run this process.
    private static var affinity: Int {
        // On Linux; the C library's function is not visible in Swift.
        if let mask = contents("/proc/self/status")?.split(separator: "\n").first(where: {
            $0.hasPrefix("Cpus_allowed:")
        }) {
            let digits = mask.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue)
            if digits.contains(where: { $0 > 0 }) { return digits.reduce(0) { $0 + $1.nonzeroBitCount } }
        }
        return sysconf(Int32(_SC_NPROCESSORS_ONLN))
    }

    /// The cores that the control group (version 2) of this process, or one of its parents, may use at a time; nil if
    /// there is no limit.
    private static var groupQuota: Int? {
        guard let line = contents("/proc/self/cgroup")?.split(separator: "\n").first(where: { $0.hasPrefix("0::/") })
        else { return nil }
        var folder = "/sys/fs/cgroup" + line.dropFirst("0::".count)
        var quota: Int?
        while folder.hasPrefix("/sys/fs/cgroup") {
            if let fields = contents("\(folder)/cpu.max")?.split(whereSeparator: { $0 == " " || $0 == "\n" }),
                fields.count == 2, let time = Int(fields[0]), let period = Int(fields[1]), period > 0
            {
                quota = min(quota ?? .max, (time + period - 1) / period)
            }
            folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
        }
        return quota
    }

    package static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package static var process: Int { Int(getpid()) }

    /// The bytes that this process may still allocate: the least of the system's available memory, the rest of its
    /// control group's limit and the rest of its own limit (`ulimit -v`); nil if none is known.
    package static var freeMemory: Int? {
        [available, groupLimit, ownLimit].compactMap(\.self).min()
    }

    /// The rest of this process's limit of addresses (`ulimit -v`); nil if there is no limit.
    static var ownLimit: Int? {
        #if os(Linux)
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
                let bytes = Int(exactly: limit.rlim_cur),
                let pages = contents("/proc/self/statm")?.split(separator: " ").first.flatMap({ Int($0) })
            else { return nil }
            return max(0, bytes - pages * sysconf(Int32(_SC_PAGESIZE)))
        #else
            return nil
        #endif
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
