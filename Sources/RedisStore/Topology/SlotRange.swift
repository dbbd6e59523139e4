/// A line of CLUSTER SLOTS: a range of slots, and the nodes that have them, the master first.
struct SlotRange: Equatable {
    /// The place of a node as another node reports it. An empty host means the host of the reporting node.
    struct Place: Equatable {
        let host: String
        let port: Int

        init?(host: String, port: Int) {
            guard (1...65535).contains(port) else { return nil }
            (self.host, self.port) = (host == "?" ? "" : host, port)
        }

        /// `host:port`, where an IPv6 address has no brackets.
        init?(_ text: some StringProtocol) {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...])
            else { return nil }
            self.init(host: String(text[..<colon]), port: port)
        }
    }

    let slots: ClosedRange<Int>
    let nodes: [Place]

    /// Parses the reply to CLUSTER SLOTS; nil if it is invalid.
    static func all(in reply: RedisReply) -> [SlotRange]? {
        guard let lines = reply.elements else { return nil }
        let ranges = lines.compactMap(SlotRange.init)
        return ranges.count == lines.count ? ranges : nil
    }

    private init?(_ line: RedisReply) {
        guard let parts = line.elements, parts.count >= 3, case .integer(let first) = parts[0],
            case .integer(let last) = parts[1], 0 <= first, first <= last, last < Int64(HashSlot.count)
        else { return nil }
        slots = Int(first)...Int(last)
        nodes = parts[2...].compactMap { node in
            guard let parts = node.elements, parts.count >= 2, case .integer(let port) = parts[1] else { return nil }
            return Place(host: parts[0].text ?? "", port: Int(clamping: port))
        }
        guard nodes.count == parts.count - 2 else { return nil }
    }
}
