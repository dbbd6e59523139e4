import Platform

/// The number that decides which process of a shard may write. A later process of the same shard has a higher
/// generation, even after the store has lost its data or was rolled back: the generation is derived from the clock, and
/// is always higher than the one in the store. It is at most 2^53, so that every client of the store, including Lua
/// scripts, compares it exactly.
package struct Generation: Hashable, Comparable, Sendable {
    package let value: UInt64

    package init(_ value: UInt64) {
        self.value = min(value, 1 << 53)
    }

    /// Creates the generation of a process that starts now: the milliseconds of the clock followed by 12 random bits,
    /// so that two processes that start in the same millisecond differ.
    package init(millisecondsSince1970 milliseconds: UInt64, random: UInt64) {
        self.init((milliseconds & (1 << 41 - 1)) << 12 | random & 0xFFF)
    }

    package var next: Generation { Generation(value + 1) }

    /// The most by which the generations of two processes of one run differ: a year of milliseconds. A stored
    /// generation that is later by more is damage, and does not end the process that finds it.
    package static let maxLead: UInt64 = 366 * 86_400_000 << 12

    /// Whether `other` belongs to a later process, which ends the process of this generation.
    package func isSuperseded(by other: Generation) -> Bool {
        other.value > value && other.value - value <= Self.maxLead
    }

    package static func < (left: Generation, right: Generation) -> Bool { left.value < right.value }
}

/// The tag that a shard stores with each contribution: the generation that wrote it, the number of sweeps the shard had
/// finished, and 64 random bits. A shard that finds a tag other than its last one knows that the store no longer holds
/// what it wrote.
///
/// As text it is "GENERATION SWEEP NONCE", with the nonce in 16 hexadecimal digits, so that it can be read in
/// redis-cli.
package struct ContributionTag: Hashable, Sendable {
    package let generation: Generation
    /// The number of sweeps the shard had finished when it took the counts.
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

    /// Parses a tag; nil unless the text is exactly what `text` returns for it, so that a store can compare tags as
    /// text.
    package init?(text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let generation = UInt64(parts[0]), let sweep = Int(parts[1]), sweep >= 0,
            parts[1].utf8.count <= Self.sweepDigits, let nonce = UInt64(parts[2], radix: 16)
        else { return nil }
        self.init(generation: Generation(generation), sweep: sweep, nonce: nonce)
        guard self.text == text else { return nil }
    }

    /// The most digits a number of sweeps can have.
    package static let sweepDigits = 18
}

/// The version of a block's total, which changes each time the total is replaced. It consists of 64 random bits and is
/// not a counter, because a store that was rolled back would use the same count twice for different contents.
package struct BlockVersion: Hashable, Sendable {
    package let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package static func unique() -> BlockVersion { BlockVersion(.random(in: .min ... .max)) }

    package var text: String { Hexadecimal.text(value) }

    package init?(text: String) {
        guard let value = Hexadecimal.value(text) else { return nil }
        self.value = value
    }
}
