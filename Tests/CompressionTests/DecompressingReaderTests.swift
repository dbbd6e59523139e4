import Compression
import Files
import Platform
import TestSupport
import Testing

struct DecompressingReaderTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test("a file is read the same uncompressed, as one member and as several", arguments: [1, 7, 1_000, 1 << 20])
    func sameBytes(_ room: Int) throws {
        let bytes = noise(room == 1 ? 5_000 : 400_000)
        let plain = try folder.write(bytes, to: "plain.gz")
        let one = try folder.gzip([bytes], to: "one")
        let cut = bytes.count / 3
        let several = try folder.gzip([Array(bytes[..<cut]), [], Array(bytes[cut...])], to: "several.txt")
        for path in [plain, one, several] { #expect(try readAll(path, room: room) == bytes) }
    }

    @Test("a sequence of many small members is read completely")
    func manyMembers() throws {
        let members = (0..<300).map { noise($0, seed: UInt64($0)) }
        let path = try folder.gzip(members, to: "many.gz")
        #expect(try readAll(path) == members.flatMap { $0 })
    }

    @Test("short files that are not gzip are unchanged", arguments: [[], [0x1F], [0x0A], [0x1F, 0x8C, 0x08], [0, 0]])
    func notGzip(_ bytes: [UInt8]) throws {
        #expect(try readAll(folder.write(bytes, to: "file")) == bytes)
    }

    @Test("a read begins at the given offset and leaves the bytes before it unchanged")
    func offset() throws {
        var reader = try DecompressingReader(path: folder.gzip([Array("text".utf8)], to: "text.gz"))
        var buffer = Array("before".utf8)
        #expect(try reader.read(into: &buffer, from: 3) == 3)
        #expect(buffer == Array("beftex".utf8))
    }

    @Test("zeros after the last member are padding", arguments: [1, 2, 511, 300_000])
    func padding(_ zeros: Int) throws {
        let file = try folder.member("text\n") + [UInt8](repeating: 0, count: zeros)
        #expect(try readAll(folder.write(file, to: "padded.gz")) == Array("text\n".utf8))
    }

    @Test(
        "other bytes after the last member are an error with their position",
        arguments: [([0x41], 0), ([0x1F], 0), ([0, 0, 0x41], 2), ([0, 0x1F, 0x8B], 1)] as [([UInt8], Int)])
    func garbage(_ tail: [UInt8], _ offset: Int) throws {
        let start = try folder.member("text\n")
        let path = try folder.write(start + tail, to: "tail.gz")
        #expect(throws: InputError.trailingGarbage(path: path, byte: start.count + offset)) { try readAll(path) }
    }

    @Test("a file that is truncated at any byte is an error with that position")
    func truncated() throws {
        let first = try folder.member("a few words, and a few words more\n")
        let whole = try first + folder.member("and a second member\n")
        for length in 2..<whole.count where length != first.count {
            let path = try folder.write(Array(whole[..<length]), to: "cut.gz")
            // One byte is not enough to recognise a second member.
            let expected: InputError =
                length == first.count + 1
                ? .trailingGarbage(path: path, byte: first.count) : .truncated(path: path, byte: length)
            #expect(throws: expected, "cut at \(length)") { try readAll(path) }
        }
    }

    @Test("a flipped bit never gives different bytes, and is always an error in checksum or length")
    func damaged() throws {
        let text = Array("a few words, and a few words more\n".utf8)
        let whole = try folder.member(text)
        for position in 2..<whole.count {
            for bit in 0..<8 as Range<UInt8> {
                var file = whole
                file[position] ^= 1 << bit
                let bytes = try? readAll(folder.write(file, to: "flipped.gz"))
                #expect(bytes == nil || bytes == text, "byte \(position), bit \(bit)")
                if position >= whole.count - 8 { #expect(bytes == nil, "byte \(position), bit \(bit)") }
            }
        }
    }

    @Test("the bytes before the damage are delivered, and the damage is reported with its position")
    func deliveredBeforeDamage() throws {
        let text = noise(300_000)
        var file = try folder.member(text)
        file[file.count - 6] ^= 0xFF
        let path = try folder.write(file, to: "checksum.gz")
        var reader = try DecompressingReader(path: path)
        var buffer = [UInt8](repeating: 0, count: 10_000)
        var bytes: [UInt8] = []
        while bytes.count < text.count {
            bytes += buffer[..<(try reader.read(into: &buffer))]
        }
        #expect(bytes == text)
        var failure: InputError?
        do throws(InputError) { _ = try reader.read(into: &buffer) } catch { failure = error }
        guard case .damaged(path, let byte, "incorrect data check") = failure else {
            Issue.record("got \(String(describing: failure))")
            return
        }
        // The position is within the checksum and the length, which are the last eight bytes.
        #expect((file.count - 8...file.count).contains(byte))
    }

    @Test("a missing file and a directory are different errors")
    func cannotOpen() throws {
        let missing = folder("none")
        #expect(throws: InputError.cannotOpen(path: missing, errno: ENOENT)) {
            _ = try DecompressingReader(path: missing)
        }
        #expect(throws: InputError.isDirectory(path: folder.path)) { _ = try DecompressingReader(path: folder.path) }
    }

    @Test("the error of an unreadable file has its errno", .enabled(if: geteuid() != 0, "root may read everything"))
    func forbidden() throws {
        let path = try folder.write("text", to: "forbidden")
        chmod(path, 0)
        #expect(throws: InputError.cannotOpen(path: path, errno: EACCES)) { _ = try DecompressingReader(path: path) }
    }

    @Test("the error of a failing read has its errno and the given name")
    func failingRead() throws {
        var reader = try DecompressingReader(descriptor: -1, name: "closed")
        var buffer = [UInt8](repeating: 0, count: 10)
        var failure: InputError?
        do throws(InputError) { _ = try reader.read(into: &buffer) } catch { failure = error }
        #expect(failure == .cannotRead(path: "closed", errno: EBADF))
    }
}
