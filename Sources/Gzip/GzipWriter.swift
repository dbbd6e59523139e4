import CZlib

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes one gzip member (RFC 1952) to a descriptor that stays the caller's to sync and close.
///
/// Law: the same bytes at the same level give the same file: the header holds neither a time nor a name.
/// Nothing of the member may be relied on before `finish()` has returned, which uses the writer up.
package struct GzipWriter: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let file: OutputFile
    /// Compressed bytes, of which the first `filled` wait to be written.
    private var output = [UInt8](repeating: 0, count: 64 << 10)
    private var filled = 0

    /// `level` is zlib's: 1 is fast, 9 is small.
    package init(descriptor: Int32, level: Int32 = 6) throws(GzipError) {
        file = OutputFile(descriptor: descriptor)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard czlib_deflateInit2(stream, level, Inflater.windowBits) == Z_OK else {
            stream.deallocate()
            throw .cannotWrite(errno: ENOMEM)
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    package mutating func write(_ bytes: RawSpan) throws(GzipError) {
        var offset = 0
        while offset < bytes.byteCount {
            let count = min(bytes.byteCount - offset, 1 << 30)
            try deflate(bytes.extracting(offset..<offset + count), flush: Z_NO_FLUSH)
            offset += count
        }
    }

    package mutating func write(_ bytes: [UInt8]) throws(GzipError) {
        try write(bytes.span.bytes)
    }

    /// Writes what is left and the trailer.
    package consuming func finish() throws(GzipError) {
        try deflate(RawSpan(), flush: Z_FINISH)
    }

    /// Compresses all of `bytes`, writing whenever the output is full, and at the end what is left.
    private mutating func deflate(_ bytes: RawSpan, flush: Int32) throws(GzipError) {
        var consumed = 0
        while true {
            let room = output.count - filled
            let code = bytes.withUnsafeBytes { source in
                output.withUnsafeMutableBufferPointer { target in
                    let next = source.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) + consumed }
                    stream.pointee.next_in = UnsafeMutablePointer(mutating: next)
                    stream.pointee.avail_in = UInt32(source.count - consumed)
                    stream.pointee.next_out = target.baseAddress! + filled
                    stream.pointee.avail_out = UInt32(room)
                    return CZlib.deflate(stream, flush)
                }
            }
            consumed = bytes.byteCount - Int(stream.pointee.avail_in)
            filled += room - Int(stream.pointee.avail_out)
            if filled == output.count || code == Z_STREAM_END {
                try file.append(output, count: filled)
                filled = 0
            }
            if code == Z_STREAM_END || (flush == Z_NO_FLUSH && consumed == bytes.byteCount) { return }
        }
    }
}
