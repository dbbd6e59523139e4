package import Files

/// Reads a file, and decompresses it if it is gzip (RFC 1952) or Zstandard (RFC 8878).
///
/// Compression is detected from the first bytes, never from the file's name. A file may have several members (frames in
/// Zstandard) one after another, as `cat a.gz b.gz` produces, and the last one may be followed by zeros, as tapes add
/// them. Any other bytes after the last member are an error.
/// Memory is limited to the buffers whatever the file contains: a member that expands without end costs time, not
/// memory.
///
/// Invariant: the result is the same whether a file is stored uncompressed or as any sequence of members.
package struct DecompressingReader: ~Copyable {
    private enum State {
        case start, plain, member, frame, afterMember, padding
    }

    private static let inputCapacity = 128 << 10
    private static let gzipMagic: UInt32 = 0x8B1F
    private static let magicSize = 4

    private let file: InputFile
    private let inflater: Inflater
    private let zstd: ZstdDecoder
    private var state = State.start
    /// Compressed bytes; those that have not been consumed are `input[position..<end]`.
    private var input = [UInt8](repeating: 0, count: Self.inputCapacity)
    private var position = 0
    private var end = 0
    /// The position in the file at which `input` begins.
    private var base = 0

    /// Opens `path`; "-" is standard input. While the file has no data to read, as can happen with a pipe, `isStopped`
    /// is called ten times per second; if it returns true, the file ends there.
    package init(path: String, isStopped: (@Sendable () -> Bool)? = nil) throws(InputError) {
        try self.init(InputFile(path: path, isStopped: isStopped))
    }

    /// Reads from a descriptor, which the caller must close; errors refer to it as `name`.
    package init(descriptor: Int32, name: String) throws(InputError) {
        try self.init(InputFile(borrowing: descriptor, path: name))
    }

    private init(_ file: consuming InputFile) throws(InputError) {
        let inflater = try Inflater(path: file.path)
        let zstd = try ZstdDecoder(path: file.path)
        self.inflater = inflater
        self.zstd = zstd
        self.file = file
    }

    /// The number of bytes of the file consumed so far; compressed bytes if the file is compressed.
    package var offset: Int { base + position }

    /// Reads decompressed bytes into `buffer[start...]`, which must not be empty. Returns their number, 0 at the end of
    /// the file.
    package mutating func read(into buffer: inout [UInt8], from start: Int = 0) throws(InputError) -> Int {
        precondition(start < buffer.count, "reading needs room")
        while true {
            switch state {
            case .start:
                try fill(atLeast: Self.magicSize)
                state = nextMember ?? .plain
            case .plain:
                return try readPlain(into: &buffer, from: start)
            case .member, .frame:
                try fill(atLeast: 1)
                // All input of a frame may be consumed before all of its output has been delivered.
                let isCut = position == end
                if isCut && state == .member { throw .truncated(path: file.path, byte: offset) }
                let produced = try decode(into: &buffer, from: start)
                if produced > 0 { return produced }
                if isCut && state == .frame { throw .truncated(path: file.path, byte: offset) }
            case .afterMember:
                try fill(atLeast: Self.magicSize)
                if position == end { return 0 }
                state = nextMember ?? .padding
            case .padding:
                while position < end, input[position] == 0 { position += 1 }
                guard position == end else { throw .trailingGarbage(path: file.path, byte: offset) }
                try fill(atLeast: 1)
                if position == end { return 0 }
            }
        }
    }

    /// The state for the member or frame that begins here; nil if neither does.
    private var nextMember: State? {
        var magic: UInt32 = 0
        for byte in input[position..<min(end, position + Self.magicSize)].reversed() {
            magic = magic << 8 | UInt32(byte)
        }
        if magic & 0xFFFF == Self.gzipMagic { return .member }
        return ZstdDecoder.begins(with: magic) ? .frame : nil
    }

    private mutating func readPlain(into buffer: inout [UInt8], from start: Int) throws(InputError) -> Int {
        guard position < end else {
            let count = try file.fill(&buffer, from: start)
            base += count
            return count
        }
        let count = min(end - position, buffer.count - start)
        buffer.replaceSubrange(start..<start + count, with: input[position..<position + count])
        position += count
        return count
    }

    private mutating func decode(into buffer: inout [UInt8], from start: Int) throws(InputError) -> Int {
        let step =
            state == .frame
            ? zstd.step(from: input, position..<end, into: &buffer, from: start)
            : inflater.step(from: input, position..<end, into: &buffer, from: start)
        position += step.consumed
        switch step.outcome {
        case .more: break
        case .endOfMember: state = .afterMember
        case .damaged(let reason):
            // The bytes before the damage are delivered first; the next call finds the damage again.
            if step.produced == 0 { throw .damaged(path: file.path, byte: offset, reason: reason) }
        }
        return step.produced
    }

    /// Reads until `count` unconsumed bytes are available or the file ends.
    private mutating func fill(atLeast count: Int) throws(InputError) {
        guard end - position < count else { return }
        let left = Array(input[position..<end])
        input.replaceSubrange(0..<left.count, with: left)
        base += position
        position = 0
        end = left.count
        while end < count {
            let read = try file.fill(&input, from: end)
            if read == 0 { return }
            end += read
        }
    }
}
