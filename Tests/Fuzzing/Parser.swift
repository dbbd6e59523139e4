import TestSupport

/// Something that reads bytes that nobody vouches for, and what must hold of it whatever they are.
///
/// Two harnesses try each: `MutationTests` for a moment with damaged samples, `bin/fuzz` for as long as you like with
/// libFuzzer. Whatever the bytes, a parser ends with a value or with an error of its module that is one line of text; it
/// neither crashes nor takes more memory or time than its limits allow; what it accepts keeps the laws of its kind, and
/// what can be written again reads the same.
struct Parser: Sendable {
    let name: String
    /// Pieces of its language, which chance alone would be long in finding.
    let words: [String]
    /// Valid input, to be changed.
    let samples: @Sendable (_ folder: TemporaryDirectory) throws -> [[UInt8]]
    /// Reads the bytes. Throws `BrokenLaw`, and nothing else.
    let read: @Sendable (_ bytes: [UInt8], _ folder: TemporaryDirectory) async throws -> Void

    /// Every one there is.
    static let all =
        corpora + compressed + lists + counts + replies + checkpoints + models + flags
}

extension Parser: CustomStringConvertible {
    var description: String { name }
}

/// Something held that should not, or the other way round.
struct BrokenLaw: Error, CustomStringConvertible {
    let description: String
}

func require(_ isKept: Bool, _ law: @autoclosure () -> String) throws {
    if !isKept { throw BrokenLaw(description: law()) }
}

/// What `body` returns; nil if it refused with an error of the kind named, which must be one line.
func accepted<Value, Refusal: Error>(
    or refusal: Refusal.Type, _ body: () throws -> Value
) throws -> Value? {
    do { return try body() } catch let error as BrokenLaw { throw error } catch {
        try checkRefusal(error, is: refusal)
        return nil
    }
}

func checkRefusal<Refusal: Error>(_ error: any Error, is refusal: Refusal.Type) throws {
    try require(error is Refusal, "refused with \(type(of: error)) \(error), and not with \(refusal)")
    let text = "\(error)"
    try require(
        !text.isEmpty && !text.utf8.contains(UInt8(ascii: "\n")), "a refusal is one line, not \(text.debugDescription)")
}

/// Input from its front: its first bytes choose how the rest is read.
struct Choices {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next byte; 0 at the end.
    mutating func byte() -> Int { Int(rest.popFirst() ?? 0) }

    /// As many bytes as the next byte says, or as there are.
    mutating func piece() -> [UInt8] {
        let piece = rest.prefix(byte())
        rest = rest.dropFirst(piece.count)
        return Array(piece)
    }
}
