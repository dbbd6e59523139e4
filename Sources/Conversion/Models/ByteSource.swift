import Files
import Gzip

/// Reads the decompressed bytes of a file, one at a time, through a buffer of fixed size.
struct ByteSource: ~Copyable {
    let file: String
    private var reader: GzipReader
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var next = 0
    private var end = 0
    private var base = 0

    init(_ file: String) throws(ModelFileError) {
        self.file = file == "-" ? "standard input" : file
        do { reader = try GzipReader(path: file) } catch { throw .unreadable(file: file, error) }
    }

    /// The number of bytes taken so far.
    var offset: Int { base + next }

    /// Returns the next byte without taking it; nil at the end.
    mutating func peek() throws(ModelFileError) -> UInt8? {
        if next == end {
            base += end
            (next, end) = (0, 0)
            do { end = try reader.read(into: &buffer) } catch { throw .unreadable(file: file, error) }
            if end == 0 { return nil }
        }
        return buffer[next]
    }

    /// Takes and returns the next byte; nil at the end.
    mutating func take() throws(ModelFileError) -> UInt8? {
        let byte = try peek()
        if byte != nil { next += 1 }
        return byte
    }

    /// Takes the rest of the line, without its end (LF or CR LF), into `line`; returns `.end` at the end of the file.
    mutating func line(into line: inout [UInt8], limit: Int) throws(ModelFileError) -> LineStep {
        line.removeAll(keepingCapacity: true)
        guard try peek() != nil else { return .end }
        while try peek() != nil {
            let start = next
            while next < end, buffer[next] != UInt8(ascii: "\n") { next += 1 }
            line.append(contentsOf: buffer[start..<next])
            if line.count > limit { return .tooLong }
            if next < end {
                next += 1
                break
            }
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return .line
    }

    enum LineStep { case line, end, tooLong }
}
