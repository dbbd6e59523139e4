import Compression
import Files
import Platform

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A new folder for one test, which is removed with its contents when the last reference to it is released.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        let base = FileManager.default.temporaryDirectory.path
        var template = Array("\(base)/dist-lda-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileFault(path: base, errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Returns the path of `name` in this folder.
    package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file of these bytes, and returns its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        guard FileManager.default.createFile(atPath: self(name), contents: Data(bytes)) else {
            throw FileFault(path: self(name), errno: errno)
        }
        return self(name)
    }

    /// Writes a file of this text, and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// Writes a gzip file with one member for each of `members`, and returns its path.
    @discardableResult
    package func gzip(_ members: [[UInt8]], to name: String) throws -> String {
        let descriptor = open(self(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileFault(path: self(name), errno: errno) }
        defer { close(descriptor) }
        for member in members {
            var writer = try GzipWriter(OutputFile(descriptor: descriptor, path: name))
            try writer.write(member)
            try writer.finish()
        }
        return self(name)
    }

    package func contents(of name: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: self(name)) else {
            throw FileFault(path: self(name), errno: errno)
        }
        return [UInt8](data)
    }
}

/// A file of a test could not be created or read.
package struct FileFault: Error {
    package let path: String
    package let errno: Int32

    package init(path: String, errno: Int32) { (self.path, self.errno) = (path, errno) }
}
