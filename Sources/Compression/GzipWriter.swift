import CZlib
package import Files
import Platform

/// Writes one gzip member (RFC 1952) to a file.
///
/// Invariant: the same bytes at the same level give the same file, because the header has neither a time nor a name.
/// The member is complete only after `finish()`, which consumes the writer, has returned.
package struct GzipWriter: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let file: OutputFile
    /// Compressed bytes; the first `filled` have not been written yet.
    private var output = [UInt8](repeating: 0, count: 64 << 10)
    private var filled = 0

    /// `level` is zlib's compression level: 1 is the fastest, 9 compresses best.
    package init(_ file: OutputFile, level: Int32 = 6) throws(FileError) {
        self.file = file
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard czlib_deflateInit2(stream, level, Inflater.windowBits) == Z_OK else {
            stream.deallocate()
            throw FileError(.write, file.path, errno: ENOMEM)
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    package mutating func write(_ bytes: RawSpan) throws(FileError) {
        var offset = 0
        while offset < bytes.byteCount {
            let count = min(bytes.byteCount - offset, 1 << 30)
            try deflate(bytes.extracting(offset..<offset + count), flush: Z_NO_FLUSH)
            offset += count
        }
    }

    package mutating func write(_ bytes: [UInt8]) throws(FileError) {
        try write(bytes.span.bytes)
    }

    /// Writes the remaining data and the trailer.
    package consuming func finish() throws(FileError) {
        try deflate(RawSpan(), flush: Z_FINISH)
    }

    /// Compresses all of `bytes`. Writes the output when its buffer is full, and at the end of the stream.
    private mutating func deflate(_ bytes: RawSpan, flush: Int32) throws(FileError) {
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
