/// A block's total as a store keeps it: packed rows, and the changes that shards have appended since they were packed.
///
///     4 bytes   the length of the rows, little-endian
///     rows      `PackedRows`
///     changes   in the order in which they were made, each a length (4 bytes, little-endian) and a `PackedChange`
///
/// The total is rows + changes. A shard may replace all of it, by a compare-and-swap that fails if another shard comes
/// first, or append a change, which no other shard can prevent. (In the terms of log-structured stores, the rows are
/// the base level and the changes are the log.) A value that is damaged anywhere, or that has the same change twice, is
/// read as nil.
package struct PackedTotal: Sendable {
    /// The packed rows.
    package let rows: [UInt8]
    /// The amounts that all changes together add and subtract; nil if there are no changes.
    package let change: (plus: SparseRows, minus: SparseRows)?
    /// The size of all changes in bytes.
    package let changeBytes: Int

    private static let lengthSize = 4

    /// Returns the bytes of a total without changes.
    package static func bytes(rows: [UInt8]) -> [UInt8] { length(rows.count) + rows }

    /// Returns the bytes to append for a change.
    package static func bytes(change: [UInt8]) -> [UInt8] { length(change.count) + change }

    /// Reads a total; nil if it is damaged. Takes O(bytes), and for each change O(cells of the changes before it).
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

    /// Returns the rows of a total; nil if they are damaged or do not add up to rows of counts.
    package static func unpack(_ bytes: [UInt8], columns: Int) -> SparseRows? {
        guard let total = PackedTotal(bytes, columns: columns) else { return nil }
        guard let change = total.change else { return PackedRows.unpack(total.rows, columns: columns) }
        return PackedRows.unpack(total.rows, columns: columns).flatMap { rows in
            total.subtracting(
                PlacedRows(inOrder: SparseRows()), rows: max(rows.count, change.plus.count, change.minus.count),
                columns: columns)
        }
    }

    /// Returns the total without `old`, as `rows` rows; nil in the same cases as `PackedRows.replacing`.
    func subtracting(_ old: PlacedRows, rows: Int, columns: Int) -> SparseRows? {
        guard let change else { return PackedRows.subtracting(old, from: self.rows, rows: rows, columns: columns) }
        guard change.plus.count <= rows, let taken = old.inPlace.adding(change.minus) else { return nil }
        return PackedRows.subtracting(
            PlacedRows(inOrder: taken), from: self.rows, adding: change.plus, rows: rows, columns: columns)
    }

    /// Replaces one shard's rows by its new rows; nil in the same cases as `PackedRows.replacing`.
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

    /// Reads the next part and the length in front of it.
    private static func part(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.count >= lengthSize else { return nil }
        let length = rest.prefix(lengthSize).reversed().reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(lengthSize)
        guard rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }
}

extension BlockWrite.Change {
    /// Returns whether the total that this change makes of `total` is the sum of a shard's own and the others' rows, so
    /// that no own row is greater than the total. O(bytes of the total); for checks in debug builds.
    func isSum(of mine: PlacedRows, and others: SparseRows, over total: [UInt8]?, columns: Int) -> Bool {
        let bytes =
            switch self {
            case .replace(let total, _), .startOver(let total, _): total
            case .append(let change): (total ?? []) + change
            }
        let rest = PackedTotal(bytes, columns: columns)?.subtracting(mine, rows: mine.places.count, columns: columns)
        return rest.map { $0.columns == others.columns && $0.amounts == others.amounts } ?? false
    }
}
