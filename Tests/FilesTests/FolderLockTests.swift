import Files
import Foundation
import Platform
import TestSupport
import Testing

@Suite("The lock of an output folder")
struct FolderLockTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Locks the file of a lock as another process would, and returns its descriptor.
    private func locked(_ owner: String, _ contents: String) throws -> Int32 {
        try folder.write(contents, to: ".\(owner).lock")
        let file = open(folder(".\(owner).lock"), O_RDWR)
        #expect(flock(file, LOCK_EX) == 0)
        return file
    }

    @Test("A folder that another process has locked is refused with its host and number")
    func inUse() throws {
        let file = try locked("tool", "node7\n42\n\n")
        defer { close(file) }
        #expect {
            try FolderLock(folder.path, owner: "tool")
        } throws: {
            "\($0)"
                == "\(folder.path) is in use by process 42 on node7, which writes the same files: wait for its end, "
                + "or name another folder with --output"
        }
        // The files of another owner are not affected.
        _ = try FolderLock(folder.path, owner: "other")
    }

    @Test("Processes of the same purpose share a folder; those of another purpose do not")
    func purposes() throws {
        let file = try locked("tool", "node7\n42\nrun a\n")
        defer { close(file) }
        _ = try FolderLock(folder.path, owner: "tool", purpose: "run a")
        #expect(throws: FolderLock.InUse.self) { try FolderLock(folder.path, owner: "tool", purpose: "run b") }
        #expect(throws: FolderLock.InUse.self) { try FolderLock(folder.path, owner: "tool") }
    }

    @Test("A lock that a killed process has left is taken over, and the file is removed at the end")
    func left() throws {
        try folder.write("node7\n42\n\n", to: ".tool.lock")
        do {
            let lock = try FolderLock(folder.path, owner: "tool")
            #expect(
                try String(decoding: folder.contents(of: ".tool.lock"), as: UTF8.self).contains("\(Machine.process)"))
            _ = lock
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test("One process may lock the same folder for two purposes of its own")
    func twice() throws {
        let first = try FolderLock(folder.path, owner: "tool")
        let second = try FolderLock(folder.path, owner: "tool", option: "--checkpoint")
        _ = (first, second)
    }
}
