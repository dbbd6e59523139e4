package import Files
import Gzip

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that is written from front to back through a buffer of fixed size, optionally compressed with gzip. It
/// appears completely or not at all (`AtomicFile`).
package struct StreamedFile: ~Copyable {
    package let path: String
    private let file: AtomicFile
    private var gzip: GzipWriter?
    private var buffer: [UInt8] = []

    private static let capacity = 64 << 10
    /// Measured on 19 million cells of a dump: compared with zlib's default level, 6, compression takes a third of the
    /// time and the file is an eighth larger.
    private static let level: Int32 = 4

    package init(path: String, isGzipped: Bool = false) throws(FileError) {
        let file = try AtomicFile(path: path)
        gzip = isGzipped ? try Self.gzip(file.descriptor, path) : nil
        self.file = file
        self.path = path
        buffer.reserveCapacity(2 * Self.capacity)
    }

    private static func gzip(_ descriptor: Int32, _ path: String) throws(FileError) -> GzipWriter {
        do { return try GzipWriter(descriptor: descriptor, level: level) } catch {
            throw FileError(writing: path, error)
        }
    }

    package mutating func write(_ text: String) throws(FileError) {
        buffer.append(contentsOf: text.utf8)
        try drain(above: Self.capacity)
    }

    mutating func write(_ bytes: ArraySlice<UInt8>) throws(FileError) {
        buffer.append(contentsOf: bytes)
        try drain(above: Self.capacity)
    }

    package mutating func write(_ bytes: [UInt8]) throws(FileError) {
        buffer.append(contentsOf: bytes)
        try drain(above: Self.capacity)
    }

    mutating func write(_ byte: Unicode.Scalar) throws(FileError) {
        buffer.append(UInt8(ascii: byte))
        try drain(above: Self.capacity)
    }

    /// Writes the digits of a non-negative number. It avoids `String` because it is called once per cell.
    mutating func write(decimal number: Int) throws(FileError) {
        let start = buffer.count
        var rest = UInt(number)
        repeat {
            buffer.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        buffer[start...].reverse()
        try drain(above: Self.capacity)
    }

    /// Writes numbers in little-endian byte order.
    mutating func write<Number: FixedWidthInteger>(little numbers: [Number]) throws(FileError) {
        if Number(littleEndian: 1) == 1 {
            numbers.withUnsafeBytes { buffer.append(contentsOf: $0) }
        } else {
            for number in numbers { withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) } }
        }
        try drain(above: Self.capacity)
    }

    /// Overwrites bytes that have already been written, at `offset` of a file that is not compressed.
    package mutating func patch(_ text: String, at offset: Int) throws(FileError) {
        precondition(gzip == nil, "compressed data cannot be overwritten")
        try drain(above: 0)
        let bytes = Array(text.utf8)
        guard pwrite(file.descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else {
            throw FileError(.write, path)
        }
    }

    /// Makes the file durable and visible under its name.
    package consuming func commit() throws(FileError) {
        try drain(above: 0)
        if let gzip = gzip.take() {
            do { try gzip.finish() } catch { throw FileError(writing: path, error) }
        }
        try file.commit()
    }

    private mutating func drain(above limit: Int) throws(FileError) {
        guard buffer.count > limit else { return }
        if gzip == nil {
            try file.write(buffer)
        } else {
            do { try gzip!.write(buffer) } catch { throw FileError(writing: path, error) }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}

extension FileError {
    /// Converts an error that occurred while `path` was written.
    init(writing path: String, _ error: GzipError) {
        guard case .cannotWrite(let errno) = error else {
            self.init(.write, path)
            return
        }
        self.init(.write, path, errno: errno)
    }
}

/// Formats numbers as C's printf does.
enum PrintedNumber {
    /// Formats a number with a fixed number of decimals, such as "%.4f", independent of the locale.
    static func fixed(_ value: Double, digits: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 400)
        let length = withVaList([digits, value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
        return String(decoding: buffer[..<Int(length)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Formats a number with at most `digits` decimals, without trailing zeros.
    static func rounded(_ value: Double, digits: Int32) -> String {
        var text = fixed(value, digits: digits)[...]
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
