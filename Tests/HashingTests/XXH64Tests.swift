import Hashing
import Testing

/// Tests the published vectors of xxHash (the self-test of `xxhsum`): prefixes of a pseudo-random buffer with two
/// seeds.
struct XXH64Tests {
    struct Vector: Sendable {
        let length: Int
        let seed: UInt64
        let hash: UInt64
    }

    static let prime32: UInt64 = 0x9E37_79B1

    static let vectors = [
        Vector(length: 0, seed: 0, hash: 0xEF46_DB37_51D8_E999),
        Vector(length: 0, seed: prime32, hash: 0xAC75_FDA2_929B_17EF),
        Vector(length: 1, seed: 0, hash: 0xE934_A84A_DB05_2768),
        Vector(length: 1, seed: prime32, hash: 0x5014_6076_43A9_B4C3),
        Vector(length: 14, seed: 0, hash: 0x8282_DCC4_994E_35C8),
        Vector(length: 14, seed: prime32, hash: 0xC3BD_6BF6_3DEB_6DF0),
        Vector(length: 222, seed: 0, hash: 0xB641_AE8C_B691_C174),
        Vector(length: 222, seed: prime32, hash: 0x20CB_8AB7_AE10_C14A),
    ]

    static let buffer: [UInt8] = {
        var state = prime32
        return (0..<1_000).map { _ in
            defer { state &*= 0x9E37_79B1_85EB_CA8D }
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }()

    @Test("published vectors", arguments: vectors)
    func published(_ vector: Vector) {
        #expect(XXH64.hash(Array(Self.buffer[..<vector.length]), seed: vector.seed) == vector.hash)
    }

    @Test(
        "the hash is that which `printf TEXT | xxhsum -H64` prints",
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            ("0123456789abcdef0123456789abcdef", 0x642A_9495_8E71_E6C5),
            ("0123456789abcdef0123456789abcdefx", 0x3903_D264_5FFE_A35F),
        ] as [(String, UInt64)])
    func tool(_ text: String, _ hash: UInt64) {
        #expect(XXH64.hash(Array(text.utf8)) == hash)
    }

    @Test("the digest does not depend on the sizes of updates", arguments: [0, 1, 31, 32, 33, 64, 100, 1_000])
    func cutting(_ length: Int) {
        let bytes = Array(Self.buffer[..<length])
        let whole = XXH64.hash(bytes, seed: 5)
        for piece in [1, 2, 3, 7, 31, 32, 33, 64, 65, 1_000] {
            var hash = XXH64(seed: 5)
            for start in stride(from: 0, to: length, by: piece) {
                hash.update(bytes.span.extracting(start..<min(start + piece, length)).bytes)
            }
            #expect(hash.digest() == whole, "pieces of \(piece)")
        }
        for cut in 0...length {
            var hash = XXH64(seed: 5)
            hash.update(bytes.span.extracting(0..<cut).bytes)
            hash.update(bytes.span.extracting(cut..<length).bytes)
            #expect(hash.digest() == whole, "cut at \(cut)")
        }
    }

    @Test("reading the digest does not change the state")
    func digestIsRead() {
        var hash = XXH64()
        hash.update(Self.buffer.span.extracting(0..<40).bytes)
        _ = hash.digest()
        hash.update(Self.buffer.span.extracting(40..<100).bytes)
        #expect(hash.digest() == XXH64.hash(Array(Self.buffer[..<100])))
    }
}
