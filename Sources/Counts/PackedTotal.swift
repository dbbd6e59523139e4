/// A block's total as a store keeps it: packed rows, and the changes that shards have appended since those were packed.
///
///     4 bytes   the length of the rows, little-endian
///     rows      `PackedRows`
///     changes   in the order in which they were made, each its length (4 bytes, little-endian) and a `PackedChange`
///
/// The total is rows + changes. A shard may replace all of it, which takes a compare-and-swap that another shard can
/// win, or append a change, which no other shard can prevent. (The first part is what a log-structured store calls
/// its base level, the rest is its log.) A value that is damaged anywhere, or that holds one change twice, reads as
/// nil.
package struct PackedTotal: Sendable {
    /// Packed.
    package let rows: [UInt8]
    /// What all changes together add and take away; nil if there is none.
    package let change: (plus: SparseRows, minus: SparseRows)?
    /// The bytes of all changes.
    package let changeBytes: Int

    private static let lengthSize = 4

    /// A total without changes, as bytes.
    package static func bytes(rows: [UInt8]) -> [UInt8] { length(rows.count) + rows }

    /// What is appended for a change.
    package static func bytes(change: [UInt8]) -> [UInt8] { length(change.count) + change }

    /// O(bytes, and for each change the cells of those before it).
    package init?(_ bytes: [UInt8], columns: Int) {
        var rest = bytes[...]
        guard let rows = Self.part(&rest) else { return nil }
        self.rows = Array(rows)
        changeBytes = rest.count
        var change: (plus: SparseRows, minus: SparseRows)?
        var marks: Set<ArraySlice<UInt8>> = []
        while !rest.isEmpty {
            guard let part = Self.part(&rest), marks.insert(part.suffix(PackedChange.markLength)).inserted,
                let next = PackedChange.unpack(Array(part), columns: columns)
            else { return nil }
            guard let before = change else {
                change = next
                continue
            }
            guard let plus = before.plus.adding(next.plus), let minus = before.minus.adding(next.minus) else {
                return nil
            }
            change = (plus, minus)
        }
        self.change = change
    }

    /// The total's rows; nil if they are damaged or no row of counts comes of them.
    package static func unpack(_ bytes: [UInt8], columns: Int) -> SparseRows? {
        guard let total = PackedTotal(bytes, columns: columns) else { return nil }
        guard let change = total.change else { return PackedRows.unpack(total.rows, columns: columns) }
        return PackedRows.unpack(total.rows, columns: columns).flatMap { rows in
            total.subtracting(
                PlacedRows(inOrder: SparseRows()), rows: max(rows.count, change.plus.count, change.minus.count),
                columns: columns)
        }
    }

    /// What is left of the total, in `rows` rows, without `old`; nil as `PackedRows.replacing` says.
    func subtracting(_ old: PlacedRows, rows: Int, columns: Int) -> SparseRows? {
        guard let change else { return PackedRows.subtracting(old, from: self.rows, rows: rows, columns: columns) }
        guard change.plus.count <= rows, let taken = old.inPlace.adding(change.minus) else { return nil }
        return PackedRows.subtracting(
            PlacedRows(inOrder: taken), from: self.rows, adding: change.plus, rows: rows, columns: columns)
    }

    /// Takes one party's rows out and puts its new ones in; nil as `PackedRows.replacing` says.
    func replacing(
        _ old: PlacedRows, by new: PlacedRows, columns: Int
    ) -> (others: SparseRows, total: [UInt8])? {
        guard let change else { return PackedRows.replacing(old, by: new, in: rows, columns: columns) }
        guard change.plus.count <= new.places.count, let taken = old.inPlace.adding(change.minus) else { return nil }
        return PackedRows.replacing(
            PlacedRows(inOrder: taken), by: new, in: rows, adding: change.plus, columns: columns)
    }

    private static func length(_ count: Int) -> [UInt8] {
        (0..<UInt32(lengthSize)).map { UInt8(truncatingIfNeeded: UInt32(count) >> (8 * $0)) }
    }

    /// The next part with a length before it.
    private static func part(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.count >= lengthSize else { return nil }
        let length = rest.prefix(lengthSize).reversed().reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(lengthSize)
        guard rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }
}
