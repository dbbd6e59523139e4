/// Which process of a shard may write. A later process of the same shard has a higher generation, also after the store
/// lost or rolled back its memory: it is made of the clock, and never below one more than what the store holds.
/// At most 2^53, so that every client of the store, scripts included, compares it exactly.
package struct Generation: Hashable, Comparable, Sendable {
    package let value: UInt64

    package init(_ value: UInt64) {
        self.value = min(value, 1 << 53)
    }

    /// A generation for a process that starts now: milliseconds of the clock, then 12 random bits, so that two
    /// processes that start in the same millisecond differ.
    package init(millisecondsSince1970 milliseconds: UInt64, random: UInt64) {
        self.init((milliseconds & (1 << 41 - 1)) << 12 | random & 0xFFF)
    }

    package var next: Generation { Generation(value + 1) }

    package static func < (left: Generation, right: Generation) -> Bool { left.value < right.value }
}

/// The mark a shard leaves beside each contribution it writes: who wrote it, when in the shard's own time, and
/// 64 random bits. A shard that finds another mark than its last knows that the store has not what it sent.
///
/// As text, "GENERATION SWEEP NONCE" with the nonce in 16 hexadecimal digits: one can read it in redis-cli.
package struct ContributionTag: Hashable, Sendable {
    package let generation: Generation
    /// The sweeps the shard had finished when it took the counts.
    package let sweep: Int
    package let nonce: UInt64

    package init(generation: Generation, sweep: Int, nonce: UInt64 = .random(in: .min ... .max)) {
        self.generation = generation
        self.sweep = sweep
        self.nonce = nonce
    }

    package var text: String {
        "\(generation.value) \(sweep) \(Hexadecimal.text(nonce))"
    }

    /// nil unless the text is exactly what `text` makes of a tag, so that a store can compare tags as they are spelled.
    package init?(text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let generation = UInt64(parts[0]), let sweep = Int(parts[1]), sweep >= 0,
            parts[1].utf8.count <= Self.sweepDigits, let nonce = UInt64(parts[2], radix: 16)
        else { return nil }
        self.init(generation: Generation(generation), sweep: sweep, nonce: nonce)
        guard self.text == text else { return nil }
    }

    /// More sweeps than such a number has digits, no process can have done.
    package static let sweepDigits = 18
}

/// What a block is called after each write: 64 random bits, never a counter, because a store that is rolled back
/// would use the same count twice for different contents.
package struct BlockVersion: Hashable, Sendable {
    package let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package static func unique() -> BlockVersion { BlockVersion(.random(in: .min ... .max)) }

    package var text: String { Hexadecimal.text(value) }

    package init?(text: String) {
        guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else { return nil }
        self.value = value
    }
}

/// 64 bits in 16 digits.
package enum Hexadecimal {
    package static func text(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
