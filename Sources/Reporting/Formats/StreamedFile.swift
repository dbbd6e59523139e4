package import Files
import Gzip

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file of text that is written from front to back through a buffer of fixed size, gzipped if so asked, and appears whole
/// or not at all (`AtomicFile`).
package struct StreamedFile: ~Copyable {
    package let path: String
    private let file: AtomicFile
    private var gzip: GzipWriter?
    private var buffer: [UInt8] = []

    private static let capacity = 64 << 10
    /// Measured on 19 million cells of a dump: compressing takes a third of the time of zlib's default, 6, for an eighth more
    /// bytes.
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

    /// The digits of a number that is not negative, without a detour by way of `String`: there are as many of these as cells.
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

    /// The bytes of numbers, the lowest of each first.
    mutating func write<Number: FixedWidthInteger>(little numbers: [Number]) throws(FileError) {
        if Number(littleEndian: 1) == 1 {
            numbers.withUnsafeBytes { buffer.append(contentsOf: $0) }
        } else {
            for number in numbers { withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) } }
        }
        try drain(above: Self.capacity)
    }

    /// Writes over bytes that have been written before, at `offset` of a file that is not gzipped.
    package mutating func patch(_ text: String, at offset: Int) throws(FileError) {
        precondition(gzip == nil, "what is compressed stays as it is")
        try drain(above: 0)
        let bytes = Array(text.utf8)
        guard pwrite(file.descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else {
            throw FileError(.write, path)
        }
    }

    /// Makes the file durable, and visible under its name.
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
    /// What went wrong below while `path` was written.
    init(writing path: String, _ error: GzipError) {
        guard case .cannotWrite(let errno) = error else {
            self.init(.write, path)
            return
        }
        self.init(.write, path, errno: errno)
    }
}

/// Numbers as C's printf writes them.
enum PrintedNumber {
    /// "%.4f" and the like, in no country's form.
    static func fixed(_ value: Double, digits: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 400)
        let length = withVaList([digits, value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
        return String(decoding: buffer[..<Int(length)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// At most `digits` digits behind the point, no zeros at their end.
    static func rounded(_ value: Double, digits: Int32) -> String {
        var text = fixed(value, digits: digits)[...]
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
