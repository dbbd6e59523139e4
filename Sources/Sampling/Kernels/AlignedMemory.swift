import Corpus

/// Zeroed bytes that begin at a cache line whenever a kernel gets them: a vector that crosses two lines costs twice.
///
/// An array's elements begin anywhere, and elsewhere in each copy. So there is a line more than needed; `start` says where the
/// bytes begin in it, and they are moved when a copy was made to where another place is aligned.
struct AlignedMemory: Sendable {
    private static let line = 64

    let count: Int
    private var storage: [UInt64]
    private var start = 0

    init(bytes: Int) {
        count = bytes
        storage = LargeArray.zeros(count: bytes == 0 ? 0 : (bytes + Self.line + 7) / 8)
    }

    /// The number at byte `offset`, which is a multiple of its size.
    func load<Number: BitwiseCopyable>(_ offset: Int, as type: Number.Type) -> Number {
        storage.withUnsafeBytes { $0.load(fromByteOffset: start + offset, as: type) }
    }

    mutating func store<Number: BitwiseCopyable>(_ number: Number, at offset: Int) {
        let position = start + offset
        storage.withUnsafeMutableBytes { $0.storeBytes(of: number, toByteOffset: position, as: Number.self) }
    }

    /// Lends all bytes, aligned to a cache line.
    mutating func withBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        let (count, old) = (count, start)
        var new = 0
        defer { start = new }
        return storage.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress, count > 0 else {
                return body(UnsafeMutableRawBufferPointer(rebasing: bytes[..<0]))
            }
            new = -Int(bitPattern: base) & (Self.line - 1)
            if new != old { (base + new).copyMemory(from: base + old, byteCount: count) }
            return body(UnsafeMutableRawBufferPointer(start: base + new, count: count))
        }
    }
}
