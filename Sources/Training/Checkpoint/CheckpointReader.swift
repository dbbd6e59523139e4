import Corpus
import Hashing
import Platform
import Sampling

/// Reads a checkpoint. Whatever the file contains, no more memory is allocated than a slice of this shard can need.
/// Contents that `CheckpointFile` cannot have written are reported with their position.
struct CheckpointReader: ~Copyable {
    let path: String
    let header: CheckpointHeader
    private let descriptor: Int32
    private let size: Int
    /// The next byte.
    private var position: Int

    /// Opens a checkpoint and reads its first line; nil if there is no such file.
    init?(path: String) throws(CheckpointError) {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw .cannotRead(path: path, errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .damaged(path: path, byte: 0, reason: "it is not a file")
        }
        let size = Int(status.st_size)
        let first: (header: CheckpointHeader, end: Int)
        do throws(CheckpointError) { first = try Self.header(of: descriptor, path, size: size) } catch {
            close(descriptor)
            throw error
        }
        (header, position) = (first.header, first.end)
        self.path = path
        self.descriptor = descriptor
        self.size = size
    }

    deinit { close(descriptor) }

    /// Reads the states of the slices, up to the end of the file.
    consuming func states(of slices: [CorpusSlice], topics: Int) async throws(CheckpointError) -> [SliceState] {
        var (packed, places) = ([PackedSlice](), [(generator: Int, assignments: Int, lists: Int)]())
        for slice in slices {
            let generator = position
            let numbers = try section(of: 32...32)
            let assignments = position
            let length = PackedSlice.assignmentBytes(of: slice, topics: topics)
            let topicsOfTokens = try section(of: length...length)
            places.append((generator, assignments, position))
            let lists = try section(of: 0...PackedSlice.maxListBytes(of: slice, topics: topics))
            packed.append(
                PackedSlice(
                    generator: stride(from: 0, to: 32, by: 8).map { Self.number(numbers[$0..<$0 + 8]) },
                    assignments: topicsOfTokens, lists: lists))
        }
        guard position == size else {
            throw .damaged(path: path, byte: position, reason: "\(size - position) bytes follow its end")
        }
        let all = packed
        let states = await inParallel(slices.count) { core in
            Result { () throws(PackedSlice.Fault) in try SliceState(slices[core], topics: topics, packed: all[core]) }
        }
        var restored: [SliceState] = []
        for (place, state) in zip(places, states) {
            do throws(PackedSlice.Fault) { restored.append(try state.get()) } catch {
                switch error {
                case .generator:
                    throw .damaged(path: path, byte: place.generator, reason: "the generator's state is invalid")
                case .assignments:
                    throw .damaged(path: path, byte: place.assignments, reason: "a topic is not below \(topics)")
                case .lists:
                    throw .damaged(
                        path: path, byte: place.lists, reason: "the topics of a document are not those of its tokens")
                }
            }
        }
        return restored
    }

    /// Reads the next section (its length, its bytes, and their XXH64) and returns its bytes.
    private mutating func section(of lengths: ClosedRange<Int>) throws(CheckpointError) -> [UInt8] {
        let start = position
        let length = Self.number(try bytes(8)[...])
        guard length <= UInt64(lengths.upperBound), length >= UInt64(lengths.lowerBound) else {
            let expected =
                lengths.lowerBound == lengths.upperBound
                ? "\(lengths.lowerBound)" : "\(lengths.lowerBound) to \(lengths.upperBound)"
            throw .damaged(path: path, byte: start, reason: "a section has \(length) bytes and should have \(expected)")
        }
        let section = try bytes(Int(length))
        guard Self.number(try bytes(8)[...]) == XXH64.hash(section) else {
            throw .damaged(path: path, byte: start, reason: "a section's checksum is wrong")
        }
        return section
    }

    private mutating func bytes(_ count: Int) throws(CheckpointError) -> [UInt8] {
        let bytes = try Self.bytes(count, at: position, of: descriptor, path, size: size)
        position += count
        return bytes
    }

    private static func bytes(
        _ count: Int, at position: Int, of descriptor: Int32, _ path: String, size: Int
    ) throws(CheckpointError) -> [UInt8] {
        guard count <= size - position else { throw .damaged(path: path, byte: size, reason: "it is truncated") }
        var failure: Int32?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count, failure == nil {
                let read = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(position + filled))
                if read > 0 { filled += read } else if read == 0 { return } else if errno != EINTR { failure = errno }
            }
        }
        if let failure { throw .cannotRead(path: path, errno: failure) }
        guard bytes.count == count else {
            throw .damaged(path: path, byte: position + bytes.count, reason: "it is truncated")
        }
        return bytes
    }

    /// Reads the first line. Returns it with the position after its checksum.
    private static func header(
        of descriptor: Int32, _ path: String, size: Int
    ) throws(CheckpointError) -> (header: CheckpointHeader, end: Int) {
        let start = try bytes(min(size, CheckpointHeader.maxBytes), at: 0, of: descriptor, path, size: size)
        guard let end = start.firstIndex(of: UInt8(ascii: "\n")) else {
            throw .damaged(
                path: path, byte: start.count,
                reason: size > start.count ? "its first line has no end" : "it is truncated")
        }
        let line = Array(start[...end])
        let checksum = number(try bytes(8, at: line.count, of: descriptor, path, size: size)[...])
        guard checksum == XXH64.hash(line) else {
            throw .damaged(path: path, byte: 0, reason: "the checksum of its first line is wrong")
        }
        if let format = CheckpointHeader.format(ofLine: line), format != CheckpointHeader.formatVersion {
            throw .otherFormat(path: path, format: format)
        }
        guard let header = CheckpointHeader(line: line) else {
            throw .damaged(path: path, byte: 0, reason: "its first line is not the header of a checkpoint")
        }
        return (header, line.count + 8)
    }

    /// Decodes a number of 8 bytes, the low ones first.
    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
