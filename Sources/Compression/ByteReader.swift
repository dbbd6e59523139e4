package import Files

/// Reads the decompressed bytes of a file, one at a time, through a buffer of fixed size.
package struct ByteReader: ~Copyable {
    package let file: String
    private var reader: DecompressingReader
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var next = 0
    private var end = 0
    private var base = 0

    package init(_ file: String) throws(InputError) {
        self.file = file == "-" ? "standard input" : file
        reader = try DecompressingReader(path: file)
    }

    /// The number of bytes taken so far.
    package var offset: Int { base + next }

    /// Returns the next byte without taking it; nil at the end.
    package mutating func peek() throws(InputError) -> UInt8? {
        if next == end {
            base += end
            (next, end) = (0, 0)
            end = try reader.read(into: &buffer)
            if end == 0 { return nil }
        }
        return buffer[next]
    }

    /// Takes and returns the next byte; nil at the end.
    package mutating func take() throws(InputError) -> UInt8? {
        let byte = try peek()
        if byte != nil { next += 1 }
        return byte
    }

    /// Takes the rest of the line, without its end (LF or CR LF), into `line`; returns `.end` at the end of the file.
    package mutating func line(into line: inout [UInt8], limit: Int) throws(InputError) -> LineStep {
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

    package enum LineStep { case line, end, tooLong }
}
