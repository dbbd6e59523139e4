import CZstd
import Files
import Platform

/// Decompresses a sequence of Zstandard frames (RFC 8878) with libzstd. Skippable frames give no bytes.
///
/// The library refuses a frame whose window is above 128 MiB (`zstd --long=28` and more), so that memory is bounded.
struct ZstdDecoder: ~Copyable {
    private let stream: OpaquePointer

    init(path: String) throws(InputError) {
        guard let stream = ZSTD_createDStream() else { throw .cannotRead(path: path, errno: ENOMEM) }
        self.stream = stream
    }

    deinit { ZSTD_freeDStream(stream) }

    /// Whether a frame begins with these four bytes, the first one lowest.
    static func begins(with magic: UInt32) -> Bool {
        magic == 0xFD2F_B528 || magic & ~0xF == 0x184D_2A50
    }

    /// Decompresses from `input[range]` to `buffer[start...]` until the input is consumed, the buffer is full or the
    /// frame ends.
    func step(from input: [UInt8], _ range: Range<Int>, into buffer: inout [UInt8], from start: Int) -> DecodingStep {
        var (consumed, produced) = (0, 0)
        let code = input.withUnsafeBytes { source in
            buffer.withUnsafeMutableBytes { target in
                var from = ZSTD_inBuffer(src: source.baseAddress! + range.lowerBound, size: range.count, pos: 0)
                var to = ZSTD_outBuffer(dst: target.baseAddress! + start, size: target.count - start, pos: 0)
                let code = ZSTD_decompressStream(stream, &to, &from)
                (consumed, produced) = (from.pos, to.pos)
                return code
            }
        }
        if ZSTD_isError(code) != 0 {
            let reason = String(cString: ZSTD_getErrorName(code))
            return DecodingStep(consumed: consumed, produced: produced, outcome: .damaged(reason))
        }
        return DecodingStep(consumed: consumed, produced: produced, outcome: code == 0 ? .endOfMember : .more)
    }
}
