import Corpus
import Counts
import Foundation
import Hashing
import Sampling
import TestSupport
import Testing
import Training

@Suite("The checkpoint file")
struct CheckpointFileTests {
    private let folder: TemporaryDirectory
    private let file: CheckpointFile
    private static let topics = 300
    private static let documents = Array(TinyCorpus.twoThemes[..<4])
    private let slices = (0..<2).map { core in
        TinyCorpus.slice(Self.documents.enumerated().filter { $0.offset % 2 == core }.map(\.element), words: 12)
    }
    private let header = CheckpointHeader(
        run: "r\n\"é",
        manifest: RunManifest(
            id: .max, document: "d", topics: Self.topics, alpha: 0.1, beta: 1e-300, seed: .max, blocks: 16, shards: 1,
            cores: 2, corpusDigest: 1, documents: 7, reading: "--input-format=text"),
        shard: 0, slices: 9, sweep: 41, generation: Generation(1 << 53))

    init() throws {
        folder = try TemporaryDirectory()
        file = CheckpointFile(folder: folder.path, shard: 0)
    }

    private func packed() -> [PackedSlice] {
        slices.enumerated().map { SliceState($1, topics: Self.topics, seed: 1, stream: $0).packed() }
    }

    private func write() throws -> [UInt8] {
        try file.write(header, packed())
        return try folder.contents(of: "shard-0.checkpoint")
    }

    private func read(_ bytes: [UInt8]) async throws -> Checkpoint? {
        try folder.write(bytes, to: "shard-0.checkpoint")
        return try await file.read(header, slices)
    }

    /// Returns the error of reading a file with these bytes.
    private func refusal(_ bytes: [UInt8]) async -> CheckpointError? {
        do {
            _ = try await read(bytes)
            return nil
        } catch { return error as? CheckpointError }
    }

    @Test("reads back the same, and begins with a line of JSON")
    func wholeFile() async throws {
        #expect(try await file.read(header, slices) == nil)
        let bytes = try write()
        let checkpoint = try #require(try await file.read(header, slices))
        #expect(checkpoint.header == header)
        #expect(checkpoint.states.map { $0.packed() } == packed())
        let line = try #require(bytes.split(separator: UInt8(ascii: "\n")).first)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect(object["sweep"] as? Int == 41 && object["run"] as? String == "r\n\"é")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["shard-0.checkpoint"])
    }

    @Test("is refused when it is truncated anywhere, with the position")
    func truncated() async throws {
        let bytes = try write()
        for length in 0..<bytes.count {
            #expect(
                await refusal(Array(bytes[..<length]))
                    == .damaged(path: file.path, byte: length, reason: "it is truncated"), "\(length)")
        }
        #expect(
            await refusal(bytes + [0])
                == .damaged(path: file.path, byte: bytes.count, reason: "1 bytes follow its end"))
    }

    @Test("is refused when a bit of any byte is changed")
    func flipped() async throws {
        let bytes = try write()
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(place * 5 % 8)
            guard case .damaged(_, let byte, _)? = await refusal(damaged) else {
                Issue.record("byte \(place)")
                continue
            }
            #expect(byte <= bytes.count)
        }
    }

    /// Returns sections with correct lengths and checksums.
    private func sealed(_ line: [UInt8], _ sections: [[UInt8]]) -> [UInt8] {
        func number(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) } }
        return sections.reduce(line + number(XXH64.hash(line))) {
            $0 + number(UInt64($1.count)) + $1 + number(XXH64.hash($1))
        }
    }

    private func line(_ bytes: [UInt8]) throws -> [UInt8] {
        Array(bytes[...(try #require(bytes.firstIndex(of: UInt8(ascii: "\n"))))])
    }

    private func sections() -> [[UInt8]] {
        packed().flatMap { slice in
            let generator = slice.generator.flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
            }
            return [generator, slice.assignments, slice.lists]
        }
    }

    @Test("is refused, or is a valid state of these slices, when its contents are forged with correct checksums")
    func forged() async throws {
        let line = try line(try write())
        let whole = sections()
        #expect(await refusal(sealed(line, whole)) == nil)
        var random = Xoshiro256(seed: 5, stream: 0)
        var refused = 0
        for _ in 0..<500 {
            var sections = whole
            let section = random.next(below: sections.count)
            switch random.next(below: 4) {
            case 0: sections[section].removeLast()
            case 1: sections[section].append(UInt8(random.next(below: 256)))
            default:
                sections[section][random.next(below: sections[section].count)] = UInt8(random.next(below: 256))
            }
            do {
                let states = try #require(try await read(sealed(line, sections))).states
                for (state, slice) in zip(states, slices) {
                    #expect(state.documents.rows().rowSums == slice.documentLengths.map { Int($0) })
                }
            } catch let error as CheckpointError {
                guard case .damaged = error else { throw error }
                refused += 1
            }
        }
        #expect(refused > 250)
    }

    @Test("is refused with the position of a forged part and the reason")
    func places() async throws {
        let line = try line(try write())
        let start = line.count + 8
        func reason(_ section: Int, _ bytes: [UInt8]) async -> CheckpointError? {
            var sections = sections()
            sections[section] = bytes
            return await refusal(sealed(line, sections))
        }
        let all = sections()
        let none = [UInt8](repeating: 0, count: 32)
        #expect(
            await reason(0, none)
                == .damaged(path: file.path, byte: start, reason: "the generator's state is invalid"))
        #expect(
            await reason(0, Array(none.dropLast()))
                == .damaged(path: file.path, byte: start, reason: "a section has 31 bytes and should have 32"))
        #expect(
            await reason(1, [UInt8](repeating: 255, count: all[1].count))
                == .damaged(path: file.path, byte: start + 48, reason: "a topic is not below 300"))
        #expect(
            await reason(2, [])
                == .damaged(
                    path: file.path, byte: start + 64 + all[1].count,
                    reason: "the topics of a document are not those of its tokens"))
        // A length that exceeds any memory.
        var huge = sealed(line, all)
        for byte in start..<start + 8 { huge[byte] = 255 }
        #expect(
            await refusal(huge)
                == .damaged(
                    path: file.path, byte: start, reason: "a section has \(UInt64.max) bytes and should have 32"))
    }

    @Test("is refused when its first line is invalid, or of another version")
    func firstLines() async throws {
        func damaged(_ byte: Int, _ reason: String) -> CheckpointError {
            .damaged(path: file.path, byte: byte, reason: reason)
        }
        let endless = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 17)
        #expect(await refusal(endless) == damaged(1 << 16, "its first line has no end"))
        for text in ["\n", "{}\n", "[[[[\n", "{\"checkpoint\":1}\n", "\u{0}\n"] {
            #expect(
                await refusal(sealed(Array(text.utf8), []))
                    == damaged(0, "its first line is not the header of a checkpoint"))
        }
        #expect(
            await refusal(sealed(Array("{\"checkpoint\":2,\"x\":[]}\n".utf8), []))
                == .otherFormat(path: file.path, format: 2))
    }

    @Test("is refused when it is not a file, or cannot be read", arguments: ["folder", "pipe", "link"])
    func notAFile(kind: String) async throws {
        switch kind {
        case "folder": try FileManager.default.createDirectory(atPath: file.path, withIntermediateDirectories: false)
        case "pipe": #expect(mkfifo(file.path, 0o600) == 0)
        default: try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: file.path)
        }
        let error = await #expect(throws: CheckpointError.self) { try await file.read(header, slices) }
        #expect(
            error
                == (kind == "link"
                    ? .cannotRead(path: file.path, errno: ELOOP)
                    : .damaged(path: file.path, byte: 0, reason: "it is not a file")))
    }
}
