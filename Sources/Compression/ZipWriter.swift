import CZlib
package import Files
import Platform

/// Writes a zip archive (PKWARE's APPNOTE 6.3) of uncompressed members to a seekable file. All sizes have 64 bits, so
/// that large and small archives have the same form.
///
/// A member's size must be given before its bytes. Its checksum is written to its header after its last byte.
/// Invariant: the same members give the same file, because all of them have the earliest time that a zip file can
/// represent, 1 January 1980.
package struct ZipWriter: ~Copyable {
    private struct Member {
        let name: [UInt8]
        let size: Int
        let offset: Int
        var checksum: UInt32 = 0
        var written = 0
    }

    private let file: OutputFile
    private var members: [Member] = []
    private var offset = 0

    /// The version of the format that a reader must support: 4.5, for sizes of 64 bits.
    private static let version: UInt16 = 45
    private static let firstDay: UInt32 = 0x0021_0000
    private static let wide: UInt32 = .max
    /// The offset of the checksum in a header.
    private static let checksumPlace = 14

    package init(_ file: OutputFile) {
        self.file = file
    }

    /// Begins a member of `size` bytes.
    package mutating func begin(_ name: String, size: Int) throws(FileError) {
        let member = Member(name: Array(name.utf8), size: size, offset: offset)
        members.append(member)
        var header: [UInt8] = []
        header.append(little: 0x0403_4B50 as UInt32)
        header.append(little: Self.version)
        header.append(little: 0 as UInt32)  // no flags, stored
        header.append(little: Self.firstDay)
        header.append(little: 0 as UInt32)  // the checksum, until `end`
        header.append(little: Self.wide)
        header.append(little: Self.wide)
        header.append(little: UInt16(member.name.count))
        header.append(little: 20 as UInt16)
        header += member.name
        header.append(little: 1 as UInt16)
        header.append(little: 16 as UInt16)
        header.append(little: UInt64(size))
        header.append(little: UInt64(size))
        try append(header)
    }

    /// Appends bytes to the current member.
    package mutating func write(_ bytes: [UInt8]) throws(FileError) {
        let last = members.count - 1
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(1 << 30)
            members[last].checksum = part.withUnsafeBufferPointer {
                UInt32(crc32(uLong(members[last].checksum), $0.baseAddress, uInt($0.count)))
            }
            rest = rest.dropFirst(part.count)
        }
        members[last].written += bytes.count
        try append(bytes)
    }

    /// Ends the current member, whose bytes must all have been written.
    package mutating func end() throws(FileError) {
        guard let member = members.last else { return }
        precondition(member.written == member.size, "a member has the size it was given")
        var checksum: [UInt8] = []
        checksum.append(little: member.checksum)
        try file.overwrite(checksum, at: member.offset + Self.checksumPlace)
    }

    /// Writes the central directory, and so completes the archive.
    package consuming func finish() throws(FileError) {
        let start = offset
        for member in members { try append(Self.entry(member)) }
        let size = offset - start
        let end = offset
        var tail: [UInt8] = []
        tail.append(little: 0x0606_4B50 as UInt32)
        tail.append(little: 44 as UInt64)
        tail.append(little: Self.version)
        tail.append(little: Self.version)
        tail.append(little: 0 as UInt64)  // disks
        tail.append(little: UInt64(members.count))
        tail.append(little: UInt64(members.count))
        tail.append(little: UInt64(size))
        tail.append(little: UInt64(start))
        tail.append(little: 0x0706_4B50 as UInt32)
        tail.append(little: 0 as UInt32)
        tail.append(little: UInt64(end))
        tail.append(little: 1 as UInt32)
        tail.append(little: 0x0605_4B50 as UInt32)
        tail.append(little: 0 as UInt32)
        tail.append(little: UInt16.max)
        tail.append(little: UInt16.max)
        tail.append(little: Self.wide)
        tail.append(little: Self.wide)
        tail.append(little: 0 as UInt16)
        try append(tail)
    }

    private static func entry(_ member: Member) -> [UInt8] {
        var entry: [UInt8] = []
        entry.append(little: 0x0201_4B50 as UInt32)
        entry.append(little: version)
        entry.append(little: version)
        entry.append(little: 0 as UInt32)
        entry.append(little: firstDay)
        entry.append(little: member.checksum)
        entry.append(little: wide)
        entry.append(little: wide)
        entry.append(little: UInt16(member.name.count))
        entry.append(little: 28 as UInt16)
        entry.append(little: 0 as UInt64)  // no comment, first disk, attributes
        entry.append(little: 0 as UInt16)
        entry.append(little: wide)
        entry += member.name
        entry.append(little: 1 as UInt16)
        entry.append(little: 24 as UInt16)
        entry.append(little: UInt64(member.size))
        entry.append(little: UInt64(member.size))
        entry.append(little: UInt64(member.offset))
        return entry
    }

    private mutating func append(_ bytes: [UInt8]) throws(FileError) {
        try file.append(bytes)
        offset += bytes.count
    }
}

extension [UInt8] {
    /// Appends the bytes of `number`, the lowest first.
    fileprivate mutating func append<Number: FixedWidthInteger>(little number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
