import Compression
import Files

/// The options that decide how the bytes of a file become text.
struct TextOptions: Sendable {
    /// The encoding of files without a byte-order mark; nil: UTF-8.
    var encoding: TextEncoding?
    /// Whether lines may contain NUL bytes.
    var allowsNUL = false
    /// Whether files whose names or first characters say that they are something else than documents are refused.
    /// Otherwise only files are refused that cannot be text.
    var checksFormat = false
}

/// Reads the text of one file: decompresses it, and converts it to UTF-8 with LF at the end of lines
/// (`TextConversion`).
///
/// Text that needs no conversion is read without another copy after the first read of up to 64 KiB. A file is refused
/// at once if it is of a kind from which no documents are read. Any other error is reported after the text before it.
struct TextSource: ~Copyable {
    /// The number of bytes from which the kind of the file is determined, and the number that is needed in any case.
    private static let startSize = 64 << 10
    private static let leastStart = 16

    private var reader: DecompressingReader
    private var conversion: TextConversion
    /// Text that is ready to be delivered: `ready[position...]`.
    private var ready: [UInt8]
    private var position = 0
    /// A buffer for bytes that are to be converted.
    private var raw: [UInt8] = []
    /// The error that follows the text that is ready.
    private var fault: ReadFault.Reason?
    /// The number of decompressed bytes read so far.
    private(set) var byteCount: Int

    /// Opens `path`; "-" is standard input. `isStopped` is called as by `DecompressingReader`.
    init(path: String, options: TextOptions, isStopped: (@Sendable () -> Bool)? = nil) throws(ReadFault.Reason) {
        var reader = try Self.open(path, isStopped)
        var start = [UInt8](repeating: 0, count: Self.startSize)
        var count = 0
        var isWhole = false
        var fault: ReadFault.Reason?
        do throws(InputError) {
            // A pipe may have no more data for a long time, so that reading ahead ends where the first line does. The
            // text before a line end cannot be delivered anyway.
            while count < Self.leastStart || (count < start.count && !start[..<count].contains(UInt8(ascii: "\n"))) {
                let more = try reader.read(into: &start, from: count)
                if more == 0 {
                    isWhole = true
                    break
                }
                count += more
            }
        } catch { fault = .unreadable(error) }
        var text: [UInt8] = []
        conversion = try TextConversion(
            start: start.span.extracting(..<count), isWhole: isWhole, of: path, options, to: &text,
            fault: &fault)
        ready = text
        byteCount = count
        self.fault = fault
        self.reader = reader
    }

    /// The encoding, if it is not UTF-8.
    var otherEncoding: TextEncoding? { conversion.encoding == .utf8 ? nil : conversion.encoding }

    /// Reads text into `buffer[start...]`, which must not be empty. Returns the number of bytes, 0 at the end.
    mutating func read(into buffer: inout [UInt8], from start: Int) throws(ReadFault.Reason) -> Int {
        while true {
            if position < ready.count {
                let count = min(ready.count - position, buffer.count - start)
                buffer.replaceSubrange(start..<start + count, with: ready[position..<position + count])
                position += count
                return count
            }
            if let fault { throw fault }
            ready.removeAll(keepingCapacity: true)
            position = 0
            if conversion.isIdentity { return try readBytes(into: &buffer, from: start) }
            guard try prepareMore() else { return 0 }
        }
    }

    /// Reads and converts the next bytes. Returns false at the end of the file.
    private mutating func prepareMore() throws(ReadFault.Reason) -> Bool {
        var bytes: [UInt8] = []
        swap(&bytes, &raw)
        defer { swap(&bytes, &raw) }
        if bytes.isEmpty { bytes = [UInt8](repeating: 0, count: Self.startSize) }
        let count = try readBytes(into: &bytes, from: 0)
        if count == 0 {
            try conversion.finish()
            return false
        }
        do { try conversion.convert(bytes.span.extracting(..<count), to: &ready) } catch { fault = error }
        return true
    }

    private mutating func readBytes(into buffer: inout [UInt8], from start: Int) throws(ReadFault.Reason) -> Int {
        do {
            let count = try reader.read(into: &buffer, from: start)
            byteCount += count
            return count
        } catch {
            throw .unreadable(error)
        }
    }

    private static func open(
        _ path: String, _ isStopped: (@Sendable () -> Bool)?
    ) throws(ReadFault.Reason) -> DecompressingReader {
        do { return try DecompressingReader(path: path, isStopped: isStopped) } catch { throw .unreadable(error) }
    }
}
