import Compression
import Files
import TestSupport

/// Reads a whole file in pieces of `room` bytes.
func readAll(_ path: String, room: Int = 1_000) throws(InputError) -> [UInt8] {
    var reader = try DecompressingReader(path: path)
    var buffer = [UInt8](repeating: 0, count: room)
    var bytes: [UInt8] = []
    while true {
        let count = try reader.read(into: &buffer)
        if count == 0 { return bytes }
        bytes += buffer[..<count]
    }
}

/// Returns pseudo-random letters, which compress to about half their size.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 60) + UInt8(ascii: "a")
    }
}

extension TemporaryDirectory {
    /// Returns the bytes of a gzip file with one member.
    func member(_ bytes: [UInt8]) throws -> [UInt8] {
        try gzip([bytes], to: "member.gz")
        return try contents(of: "member.gz")
    }

    func member(_ text: String) throws -> [UInt8] {
        try member(Array(text.utf8))
    }
}
