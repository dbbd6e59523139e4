import Files
import Foundation
import JSON
import Reporting
import TestSupport
import Testing

@Suite("Line logs")
struct LineLogTests {
    let folder: TemporaryDirectory
    var path: String { "\(folder.path)/lines.jsonl" }

    init() throws { folder = try TemporaryDirectory() }

    private func contents() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("Each value is written immediately as a line")
    func lines() throws {
        let log = try LineLog(path: path, .anew)
        try log.append(["sweep": 1])
        #expect(try contents() == "{\"sweep\": 1}\n")
        try log.append(["sweep": 2])
        #expect(try contents() == "{\"sweep\": 1}\n{\"sweep\": 2}\n")
    }

    @Test("A log begins empty, or continues a file after ending its incomplete line")
    func starts() throws {
        try Data("{\"torn\":".utf8).write(to: URL(fileURLWithPath: path))
        try LineLog(path: path, .after).append(["sweep": 1])
        #expect(try contents() == "{\"torn\":\n{\"sweep\": 1}\n")
        try LineLog(path: path, .after).append(["sweep": 2])
        #expect(try contents() == "{\"torn\":\n{\"sweep\": 1}\n{\"sweep\": 2}\n")
        try LineLog(path: path, .anew).append(["sweep": 3])
        #expect(try contents() == "{\"sweep\": 3}\n")
    }

    @Test("A log can keep the first lines of a file and discard the others", arguments: 0...5)
    func keeping(lines: Int) throws {
        let whole = (1...3).map { "{\"sweep\": \($0)}\n" } + ["{\"torn\":"]
        try Data(whole.joined().utf8).write(to: URL(fileURLWithPath: path))
        try LineLog(path: path, .keeping(lines: lines)).append(["sweep": 9])
        let kept = lines < 4 ? whole[..<lines].joined() : whole.joined() + "\n"
        #expect(try contents() == kept + "{\"sweep\": 9}\n")
    }

    @Test("A log keeps lines of any length")
    func keepingLong() throws {
        let long = String(repeating: "x", count: 100_000) + "\n"
        try Data((long + long + long).utf8).write(to: URL(fileURLWithPath: path))
        _ = try LineLog(path: path, .keeping(lines: 2))
        #expect(try contents() == long + long)
        _ = try LineLog(path: "\(folder.path)/new", .keeping(lines: 2))
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/new"))
    }

    @Test("A symbolic link at the path is not followed")
    func symbolicLink() throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "\(folder.path)/target")
        #expect(throws: FileError(.create, path, errno: ELOOP)) { try LineLog(path: path, .after).append([:]) }
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/target"))
    }
}
