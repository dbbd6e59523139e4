import TestSupport

/// A function that reads untrusted bytes, and the conditions that must hold for all inputs.
///
/// Each parser has two harnesses: `MutationTests` runs it briefly on mutated samples, and `bin/fuzz` runs it with
/// libFuzzer for as long as requested. For any bytes, a parser must return a value or throw an error of its module that
/// is one line of text. It must neither crash nor exceed its limits of memory and time. A value that it accepts must be
/// valid, and must be the same when it is written and read again, if it can be written.
struct Parser: Sendable {
    let name: String
    /// Tokens of its language, which random mutations would rarely produce.
    let words: [String]
    /// Valid inputs, which are mutated.
    let samples: @Sendable (_ folder: TemporaryDirectory) throws -> [[UInt8]]
    /// Reads the bytes. Throws only `BrokenLaw`.
    let read: @Sendable (_ bytes: [UInt8], _ folder: TemporaryDirectory) async throws -> Void

    /// All parsers.
    static let all =
        corpora + [encodings] + compressed + lists + counts + replies + checkpoints + models + flags
}

extension Parser: CustomStringConvertible {
    var description: String { name }
}

/// A condition that does not hold.
struct BrokenLaw: Error, CustomStringConvertible {
    let description: String
}

func require(_ isKept: Bool, _ law: @autoclosure () -> String) throws {
    if !isKept { throw BrokenLaw(description: law()) }
}

/// Returns the result of `body`; nil if it throws an error of type `Refusal`, whose text must be one line.
func accepted<Value, Refusal: Error>(
    or refusal: Refusal.Type, _ body: () throws -> Value
) throws -> Value? {
    do { return try body() } catch let error as BrokenLaw { throw error } catch {
        try checkRefusal(error, is: refusal)
        return nil
    }
}

func checkRefusal<Refusal: Error>(_ error: any Error, is refusal: Refusal.Type) throws {
    try require(error is Refusal, "refused with \(type(of: error)) \(error) instead of \(refusal)")
    let text = "\(error)"
    try require(
        !text.isEmpty && !text.utf8.contains(UInt8(ascii: "\n")), "a refusal is not one line: \(text.debugDescription)")
}

/// Reads an input from its beginning; the first bytes choose how the rest is read.
struct Choices {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// Removes and returns the next byte; 0 at the end.
    mutating func byte() -> Int { Int(rest.popFirst() ?? 0) }

    /// Removes and returns as many bytes as the next byte says, or all that are left.
    mutating func piece() -> [UInt8] {
        let piece = rest.prefix(byte())
        rest = rest.dropFirst(piece.count)
        return Array(piece)
    }
}
