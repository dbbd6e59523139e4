/// Times in the format of RFC 3339, in UTC, to the second: `2026-11-21T01:02:03Z`.
package enum Timestamp {
    package static func now() -> String { text(secondsSince1970: secondsSince1970) }

    package static var secondsSince1970: Int { time(nil) }

    package static func text(secondsSince1970 seconds: Int) -> String {
        var (seconds, parts) = (time_t(seconds), tm())
        gmtime_r(&seconds, &parts)
        func digits(_ value: Int32, _ count: Int = 2) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
            + "T\(digits(parts.tm_hour)):\(digits(parts.tm_min)):\(digits(parts.tm_sec))Z"
    }
}
