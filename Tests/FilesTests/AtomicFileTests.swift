import Files
import Foundation
import TestSupport
import Testing

@Suite("A file appears whole or not at all")
struct AtomicFileTests {
    let folder: TemporaryDirectory
    var path: String { "\(folder.path)/file" }

    init() throws { folder = try TemporaryDirectory() }

    private func contents(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test("Committed, it has its name, and nothing else is left")
    func commit() throws {
        let file = try AtomicFile(path: path)
        try file.write(Array("one".utf8))
        #expect(contents(path) == nil)
        try file.commit()
        #expect(contents(path) == "one")
        #expect(try names() == ["file"])
    }

    @Test("Dropped, it leaves the earlier file as it was, and nothing else")
    func dropped() throws {
        try Data("earlier".utf8).write(to: URL(fileURLWithPath: path))
        do {
            let file = try AtomicFile(path: path)
            try file.write(Array("later".utf8))
        }
        #expect(contents(path) == "earlier")
        #expect(try names() == ["file"])
    }

    @Test("A symbolic link in its place is replaced, and what it points to is not touched")
    func symbolicLink() throws {
        let target = "\(folder.path)/target"
        try Data("target".utf8).write(to: URL(fileURLWithPath: target))
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        let file = try AtomicFile(path: path)
        try file.write(Array("one".utf8))
        try file.commit()
        #expect(contents(target) == "target")
        #expect(contents(path) == "one")
        let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        #expect(type == .typeRegular)
    }

    @Test("A folder in its place is an error, and nothing is left")
    func folderInPlace() throws {
        try FileManager.default.createDirectory(atPath: "\(path)/inside", withIntermediateDirectories: true)
        #expect {
            try AtomicFile(path: path).commit()
        } throws: {
            ($0 as? FileError)?.action == .write
        }
        #expect(try names() == ["file"])
    }

    @Test("Without its folder, or with a file for one, it cannot be created", arguments: ["missing", "file"])
    func noFolder(name: String) throws {
        try Data().write(to: URL(fileURLWithPath: path))
        let inside = "\(folder.path)/\(name)/dump"
        #expect(throws: FileError(.create, inside, errno: name == "missing" ? ENOENT : ENOTDIR)) {
            try AtomicFile(path: inside).commit()
        }
    }

    @Test("In a folder that may not be written to it cannot be created", .enabled(if: geteuid() != 0, "root may write"))
    func readOnly() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
        #expect(throws: FileError(.create, path, errno: EACCES)) { try AtomicFile(path: path).commit() }
    }

    @Test("What a killed process left is removed by the next one, what a living one writes is not")
    func abandoned() throws {
        try Data("torn".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/.dist-lda-0123.tmp"))
        let living = try AtomicFile(path: path)
        try living.write(Array("living".utf8))
        try AtomicFile(path: "\(folder.path)/other").commit()
        #expect(try names().count == 2)
        try living.commit()
        #expect(try names() == ["file", "other"])
        #expect(contents(path) == "living")
    }

    @Test("Who makes files in one folder at once, as shards do, does not take the others' for abandoned")
    func several() throws {
        let folder = folder.path
        let faults = inThreads(6) { writer -> String? in
            do {
                for _ in 0..<300 {
                    let file = try AtomicFile(path: "\(folder)/\(writer)")
                    try file.write([1])
                    try file.commit()
                }
                return nil
            } catch { return "\(error)" }
        }
        #expect(faults.allSatisfy { $0 == nil }, "\(faults.compactMap(\.self))")
        #expect(try names() == (0..<6).map(String.init))
    }

    @Test("An output folder is made with those above it, tried, and left empty")
    func outputFolder() throws {
        let deep = "\(folder.path)/a/b//c"
        try OutputFolder.prepare(deep)
        try OutputFolder.prepare(deep)
        try OutputFolder.prepare("\(folder.path)/a/")
        #expect(try FileManager.default.contentsOfDirectory(atPath: deep).isEmpty)
    }

    @Test("What cannot be an output folder is refused by its own name", arguments: ["file", "file/inside"])
    func noOutputFolder(name: String) throws {
        try Data().write(to: URL(fileURLWithPath: path))
        let output = "\(folder.path)/\(name)"
        #expect(throws: FileError(.create, output, errno: ENOTDIR)) { try OutputFolder.prepare(output) }
        #expect(try names() == ["file"])
    }

    @Test("The sentence says what, where, why, and what to do")
    func sentence() {
        #expect(
            FileError(.write, "/x/dump", errno: ENOSPC).description
                == "cannot write /x/dump (No space left on device): make room there or name another folder with --output"
        )
        #expect(
            FileError(.create, "/x/dump", errno: EACCES).description
                == "cannot create /x/dump (Permission denied): name a folder you may write to with --output")
    }
}
