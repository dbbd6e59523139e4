import CZlib
import Files
import Platform

/// Decompresses a sequence of gzip members with zlib's inflate.
///
/// zlib's state has a pointer back to the `z_stream`, which therefore must not move and is allocated on the heap.
struct Inflater: ~Copyable {
    /// zlib's largest window (15 bits), plus 16, which selects the gzip format only.
    static let windowBits: Int32 = 15 + 16

    private let stream: UnsafeMutablePointer<z_stream>

    init(path: String) throws(InputError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard czlib_inflateInit2(stream, Self.windowBits) == Z_OK else {
            stream.deallocate()
            throw .cannotRead(path: path, errno: ENOMEM)
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Decompresses from `input[range]` to `buffer[start...]` until the input is consumed, the buffer is full or the
    /// member ends.
    func step(from input: [UInt8], _ range: Range<Int>, into buffer: inout [UInt8], from start: Int) -> DecodingStep {
        let room = min(buffer.count - start, Int(UInt32.max))
        let code = input.withUnsafeBufferPointer { source in
            buffer.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress! + range.lowerBound)
                stream.pointee.avail_in = UInt32(range.count)
                stream.pointee.next_out = target.baseAddress! + start
                stream.pointee.avail_out = UInt32(room)
                return inflate(stream, Z_NO_FLUSH)
            }
        }
        let consumed = range.count - Int(stream.pointee.avail_in)
        let produced = room - Int(stream.pointee.avail_out)
        return DecodingStep(consumed: consumed, produced: produced, outcome: outcome(of: code))
    }

    private func outcome(of code: Int32) -> DecodingStep.Outcome {
        switch code {
        case Z_OK: return .more
        case Z_STREAM_END:
            inflateReset(stream)
            return .endOfMember
        default:
            return .damaged(stream.pointee.msg.map { String(cString: $0) } ?? String(cString: zError(code)))
        }
    }
}
