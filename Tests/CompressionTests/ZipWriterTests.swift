import Compression
import Files
import Foundation
import TestSupport
import Testing

@Suite("Zip archives")
struct ZipWriterTests {
    @Test("The checksum of a member is in its header and in the central directory")
    func checksum() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write([], to: "a.zip")
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        var zip = ZipWriter(OutputFile(descriptor: handle.fileDescriptor, path: path))
        try zip.begin("digits", size: 9)
        try zip.write(Array("12345".utf8))
        try zip.write(Array("6789".utf8))
        try zip.end()
        try zip.begin("empty", size: 0)
        try zip.end()
        try zip.finish()
        let bytes = try folder.contents(of: "a.zip")
        // The CRC-32 of 123456789, which is the published check value.
        let check: [UInt8] = [0x26, 0x39, 0xF4, 0xCB]
        #expect(Array(bytes[14..<18]) == check)
        #expect(bytes.indices.dropLast(3).filter { Array(bytes[$0..<$0 + 4]) == check }.count == 2)
        #expect(bytes.prefix(4) == [0x50, 0x4B, 3, 4])
    }
}
