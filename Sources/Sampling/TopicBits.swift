/// The sizes of packed topics, which take as few bits as possible.
enum TopicBits {
    /// Returns the number of bits of a topic: 0 if there is only one topic, and 16 at most.
    static func width(topics: Int) -> Int { Int.bitWidth - (topics - 1).leadingZeroBitCount }

    static func bytes(_ count: Int, topics: Int) -> Int { (count * width(topics: topics) + 7) / 8 }
}

/// Packs topics one after the other, low bits first.
struct TopicWriter {
    private let width: UInt64
    private var next: UnsafeMutablePointer<UInt8>
    /// The end of the buffer.
    private let end: UnsafeMutablePointer<UInt8>
    private var bits: UInt64 = 0
    private var held: UInt64 = 0

    /// Packs the `count` topics that `body` appends.
    static func packing(_ count: Int, topics: Int, _ body: (inout TopicWriter) -> Void) -> [UInt8] {
        let bytes = TopicBits.bytes(count, topics: topics)
        if bytes == 0 { return [] }
        return [UInt8](unsafeUninitializedCapacity: bytes) { buffer, used in
            let start = buffer.baseAddress!
            var writer = TopicWriter(width: UInt64(TopicBits.width(topics: topics)), next: start, end: start + bytes)
            body(&writer)
            writer.flush()
            used = writer.next - start
        }
    }

    private init(width: UInt64, next: UnsafeMutablePointer<UInt8>, end: UnsafeMutablePointer<UInt8>) {
        (self.width, self.next, self.end) = (width, next, end)
    }

    @inline(__always)
    mutating func append(_ topic: UInt32) {
        assert(UInt64(topic) < 1 << width, "a topic fits into its bits")
        bits |= UInt64(topic) << held
        held += width
        if held >= 32 {
            assert(end - next >= 4, "the topics lie in the buffer")
            UnsafeMutableRawPointer(next).storeBytes(of: UInt32(truncatingIfNeeded: bits).littleEndian, as: UInt32.self)
            next += 4
            bits >>= 32
            held -= 32
        }
    }

    private mutating func flush() {
        while held > 0 {
            assert(next < end, "the topics lie in the buffer")
            next.pointee = UInt8(truncatingIfNeeded: bits)
            next += 1
            bits >>= 8
            held -= min(held, 8)
        }
    }
}

/// Unpacks the topics that a `TopicWriter` wrote. Bytes that no writer produces are read as nil.
struct TopicReader {
    private let topics: UInt64
    private let width: UInt64
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var bits: UInt64 = 0
    private var held: UInt64 = 0

    /// Returns the result of `body`, which reads the topics in `bytes`; nil if it returns nil or does not read all of
    /// them.
    static func reading<Result>(
        _ bytes: [UInt8], topics: Int, _ body: (inout TopicReader) -> Result?
    ) -> Result? {
        bytes.withUnsafeBufferPointer { buffer in
            var reader = TopicReader(topics, buffer)
            guard let result = body(&reader), reader.isAtEnd else { return nil }
            return result
        }
    }

    private init(_ topics: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        self.topics = UInt64(topics)
        width = UInt64(TopicBits.width(topics: topics))
        self.bytes = bytes
    }

    /// Whether less than a byte is left, and its bits are 0.
    private var isAtEnd: Bool { position == bytes.count && held < 8 && bits == 0 }

    @inline(__always)
    mutating func next() -> UInt32? {
        if held < width {
            if bytes.count - position >= 4 {
                let four = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt32.self)
                bits |= UInt64(UInt32(littleEndian: four)) << held
                position += 4
                held += 32
            } else {
                while position < bytes.count {
                    bits |= UInt64(bytes[position]) << held
                    position += 1
                    held += 8
                }
                if held < width { return nil }
            }
        }
        let topic = bits & (1 << width - 1)
        bits >>= width
        held -= width
        return topic < topics ? UInt32(topic) : nil
    }
}
