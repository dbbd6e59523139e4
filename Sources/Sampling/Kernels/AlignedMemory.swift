import Corpus
import Platform

/// Memory, initially zero, that is aligned to a cache line whenever it is passed to a kernel. A vector that crosses two
/// cache lines takes twice the time.
///
/// The elements of an array can begin at any address, which is different in each copy. The array is therefore larger by
/// one cache line, and `start` is the offset of the first byte. If a copy has a different alignment, the bytes are
/// moved.
struct AlignedMemory: Sendable {
    private static let line = 64

    let count: Int
    private var storage: [UInt64]
    private var start = 0

    init(bytes: Int) {
        count = bytes
        storage = LargeArray.zeros(count: bytes == 0 ? 0 : (bytes + Self.line + 7) / 8)
    }

    /// Returns the number at byte `offset`, which must be a multiple of its size.
    func load<Number: BitwiseCopyable>(_ offset: Int, as type: Number.Type) -> Number {
        storage.withUnsafeBytes { $0.load(fromByteOffset: start + offset, as: type) }
    }

    mutating func store<Number: BitwiseCopyable>(_ number: Number, at offset: Int) {
        let position = start + offset
        storage.withUnsafeMutableBytes { $0.storeBytes(of: number, toByteOffset: position, as: Number.self) }
    }

    /// Calls `body` with all bytes, aligned to a cache line.
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
