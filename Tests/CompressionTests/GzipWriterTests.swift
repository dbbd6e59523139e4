import Compression
import Files
import Platform
import TestSupport
import Testing

struct GzipWriterTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test("written bytes are read back, for any size of writes and any level", arguments: [1, 6, 9] as [Int32])
    func roundTrip(_ level: Int32) throws {
        let bytes = noise(300_000)
        for pieces in [777, 300_000] {
            let file = try write(bytes, pieces: pieces, level: level)
            #expect(try readAll(folder("out.gz")) == bytes)
            #expect(file.count < bytes.count)
        }
    }

    @Test("the same bytes give the same file, without time or name")
    func deterministic() throws {
        let bytes = noise(10_000)
        let first = try write(bytes, pieces: 100)
        #expect(try write(bytes, pieces: 100) == first)
        #expect(Array(first[..<8]) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
    }

    @Test("without writes, the result is an empty member")
    func empty() throws {
        let file = try write([], pieces: 1)
        #expect(file.count == 20)
        #expect(try readAll(folder("out.gz")) == [])
    }

    @Test("a full disk is reported with its errno", .enabled(if: access("/dev/full", W_OK) == 0, "needs /dev/full"))
    func fullDisk() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        var writer = try GzipWriter(OutputFile(descriptor: descriptor, path: "out.gz"))
        try writer.write(noise(100))
        var failure: FileError?
        do throws(FileError) { try writer.finish() } catch { failure = error }
        #expect(failure == FileError(.write, "out.gz", errno: ENOSPC))
    }

    @Test("a descriptor that cannot be written to is reported when the output buffer is full")
    func badDescriptor() throws {
        var writer = try GzipWriter(OutputFile(descriptor: -1, path: "out.gz"))
        var failure: FileError?
        do throws(FileError) { try writer.write(noise(1_000_000)) } catch { failure = error }
        #expect(failure == FileError(.write, "out.gz", errno: EBADF))
    }

    private func write(_ bytes: [UInt8], pieces: Int, level: Int32 = 6) throws -> [UInt8] {
        let descriptor = open(folder("out.gz"), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var writer = try GzipWriter(OutputFile(descriptor: descriptor, path: "out.gz"), level: level)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try writer.write(Array(bytes[start..<min(start + pieces, bytes.count)]))
        }
        try writer.finish()
        return try folder.contents(of: "out.gz")
    }
}
