import Files
import Foundation
import TestSupport
import Testing

@Suite("Atomic files")
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

    @Test("A committed file has its name, and no other file is left")
    func commit() throws {
        let file = try AtomicFile(path: path)
        try file.write(Array("one".utf8))
        #expect(contents(path) == nil)
        try file.commit()
        #expect(contents(path) == "one")
        #expect(try names() == ["file"])
    }

    @Test("A file that is dropped leaves the previous file unchanged, and no other file")
    func dropped() throws {
        try Data("earlier".utf8).write(to: URL(fileURLWithPath: path))
        do {
            let file = try AtomicFile(path: path)
            try file.write(Array("later".utf8))
        }
        #expect(contents(path) == "earlier")
        #expect(try names() == ["file"])
    }

    @Test("A symbolic link at the path is replaced, and its target is not changed")
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

    @Test("A folder at the path is an error, and no other file is left")
    func folderInPlace() throws {
        try FileManager.default.createDirectory(atPath: "\(path)/inside", withIntermediateDirectories: true)
        #expect {
            try AtomicFile(path: path).commit()
        } throws: {
            ($0 as? FileError)?.action == .create
        }
        #expect(try names() == ["file"])
    }

    @Test("A file cannot be created if its folder is missing or is a file", arguments: ["missing", "file"])
    func noFolder(name: String) throws {
        try Data().write(to: URL(fileURLWithPath: path))
        let inside = "\(folder.path)/\(name)/dump"
        #expect(throws: FileError(.create, inside, errno: name == "missing" ? ENOENT : ENOTDIR)) {
            try AtomicFile(path: inside).commit()
        }
    }

    @Test("A file cannot be created in a read-only folder", .enabled(if: geteuid() != 0, "root may write"))
    func readOnly() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
        #expect(throws: FileError(.create, path, errno: EACCES)) { try AtomicFile(path: path).commit() }
    }

    @Test("Files of a killed process are removed, files that are being written are not")
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

    @Test("Concurrent writers in one folder do not remove each other's files")
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

    @Test("An output folder is created with its parents, checked, and left empty")
    func outputFolder() throws {
        let deep = "\(folder.path)/a/b//c"
        try OutputFolder.prepare(deep)
        try OutputFolder.prepare(deep)
        try OutputFolder.prepare("\(folder.path)/a/")
        #expect(try FileManager.default.contentsOfDirectory(atPath: deep).isEmpty)
    }

    @Test("An impossible output folder is refused with its name", arguments: ["file", "file/inside"])
    func noOutputFolder(name: String) throws {
        try Data().write(to: URL(fileURLWithPath: path))
        let output = "\(folder.path)/\(name)"
        #expect(throws: FileError(.create, output, errno: ENOTDIR)) { try OutputFolder.prepare(output) }
        #expect(try names() == ["file"])
    }

    @Test("The message has the action, the path, the reason and advice")
    func sentence() {
        #expect(
            FileError(.write, "/x/dump", errno: ENOSPC).description
                == "cannot write /x/dump (No space left on device): make room there or name another folder with "
                + "--output"
        )
        #expect(
            FileError(.create, "/x/dump", errno: EACCES).description
                == "cannot create /x/dump (Permission denied): name a folder you may write to with --output")
    }
}
