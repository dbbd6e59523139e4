import Foundation
import Gzip
import Testing

/// What the tools have written, read as any program would.
enum WrittenJSON {
    /// The object in a file, gzipped or not.
    static func object(_ path: String) throws -> [String: Any] {
        try object(Data(bytes(path)))
    }

    /// The objects of a file that grows by lines; a line counts once it is ended. None while there is no file.
    static func lines(_ path: String) throws -> [[String: Any]] {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        let newline = UInt8(ascii: "\n")
        return try data.prefix((data.lastIndex(of: newline) ?? -1) + 1).split(separator: newline)
            .map { try object(Data($0)) }
    }

    /// Unpacked, if it is gzip.
    static func bytes(_ path: String) throws -> [UInt8] {
        var reader = try GzipReader(path: path)
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
