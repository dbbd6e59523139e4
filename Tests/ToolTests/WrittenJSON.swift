import Compression
import Foundation
import Testing

/// Reads the files of the tools as any other program would.
enum WrittenJSON {
    /// Returns the object in a file, which may be compressed with gzip.
    static func object(_ path: String) throws -> [String: Any] {
        try object(Data(bytes(path)))
    }

    /// Returns the objects of a file that grows by lines, without an incomplete last line; none if there is no file.
    static func lines(_ path: String) throws -> [[String: Any]] {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        let newline = UInt8(ascii: "\n")
        return try data.prefix((data.lastIndex(of: newline) ?? -1) + 1).split(separator: newline)
            .map { try object(Data($0)) }
    }

    /// Returns the bytes of a file, decompressed if it is gzip.
    static func bytes(_ path: String) throws -> [UInt8] {
        var reader = try DecompressingReader(path: path)
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = try reader.read(into: &buffer)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    private static func object(_ data: Data) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
