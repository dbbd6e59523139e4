import Files
import TestSupport
import Testing

struct ZstdReaderTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test(
        "a file is read the same as one frame, as several, and mixed with gzip members",
        arguments: [1, 7, 1_000, 1 << 20], [false, true])
    func sameBytes(_ room: Int, _ checksum: Bool) throws {
        let bytes = noise(room == 1 ? 5_000 : 400_000)
        let cut = bytes.count / 3
        let halves = [Array(bytes[..<cut]), [], Array(bytes[cut...])]
        let one = try folder.zstd([bytes], to: "one.zst", checksum: checksum)
        let several = try folder.zstd(halves, to: "several.txt", checksum: checksum)
        try folder.gzip([halves[0]], to: "first")
        try folder.zstd([halves[2]], to: "second", checksum: checksum)
        let mixed = try folder.write(folder.contents(of: "first") + folder.contents(of: "second"), to: "mixed")
        for path in [one, several, mixed] { #expect(try readAll(path, room: room) == bytes) }
    }

    @Test("highly compressed data is read completely with any size of buffer", arguments: [3, 64 << 10])
    func dense(_ room: Int) throws {
        let bytes = [UInt8](repeating: 0x61, count: 300_000)
        let path = try folder.zstd([bytes], to: "dense", checksum: false)
        #expect(try readAll(path, room: room) == bytes)
    }

    @Test("skippable frames give no bytes at any position")
    func skippable() throws {
        let skipped: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        try folder.zstd([Array("text\n".utf8)], to: "frame")
        let frame = try folder.contents(of: "frame")
        let path = try folder.write(skipped + frame + skipped + frame + [0, 0], to: "skipped")
        #expect(try readAll(path) == Array("text\ntext\n".utf8))
    }

    @Test("a frame that is truncated anywhere is reported as truncated")
    func cut() throws {
        let path = try folder.zstd([Array("text\ntext\n".utf8)], to: "whole")
        let frame = try folder.contents(of: "whole")
        for length in 4..<frame.count {
            let cut = try folder.write(Array(frame[..<length]), to: "cut")
            #expect(throws: InputError.truncated(path: cut, byte: length)) { try readAll(cut) }
        }
        #expect(try readAll(path) == Array("text\ntext\n".utf8))
    }

    @Test("a damaged frame is reported with the library's message")
    func damaged() throws {
        let path = try folder.zstd([noise(5_000)], to: "whole")
        var frame = try folder.contents(of: "whole")
        frame[frame.count - 1] ^= 1
        try folder.write(frame, to: "whole")
        do {
            _ = try readAll(path)
            Issue.record("not refused")
        } catch let InputError.damaged(file, _, reason) {
            #expect(file == path)
            #expect(reason == "Restored data doesn't match checksum")
        }
    }
}
