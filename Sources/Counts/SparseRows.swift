/// Rows of positive amounts, each cell at a column: the shape in which counts are kept between two visits of a sampler
/// and in which they travel. Row r holds the cells `starts[r]..<starts[r + 1]`, by ascending column; zeros are absent.
///
/// Memory: 6 bytes a cell and 4 a row. An amount is at most `UInt32.max`.
package struct SparseRows: Sendable, Equatable {
    /// rows + 1 offsets into `columns` and `amounts`.
    package private(set) var starts: [UInt32] = [0]
    package private(set) var columns: [UInt16] = []
    package private(set) var amounts: [UInt32] = []

    package init() {}

    /// `rows` empty rows.
    package init(emptyRows rows: Int) {
        starts = Array(repeating: 0, count: rows + 1)
    }

    package init(reservingCells cells: Int, rows: Int) {
        starts.reserveCapacity(rows + 1)
        columns.reserveCapacity(cells)
        amounts.reserveCapacity(cells)
    }

    /// The number of rows.
    package var count: Int { starts.count - 1 }

    /// The number of cells.
    package var cells: Int { columns.count }

    /// Where row `row` lies in `columns` and `amounts`; rows past the end are empty.
    package func range(of row: Int) -> Range<Int> {
        row < count ? Int(starts[row])..<Int(starts[row + 1]) : cells..<cells
    }

    /// Adds a cell to the row under construction. `column` lies above the row's last one and `amount` is not zero.
    package mutating func append(column: UInt16, amount: UInt32) {
        columns.append(column)
        amounts.append(amount)
    }

    /// Ends the row under construction.
    package mutating func endRow() {
        starts.append(UInt32(columns.count))
    }

    /// No rows, in the memory there is.
    package mutating func removeAll() {
        starts.removeLast(starts.count - 1)
        columns.removeAll(keepingCapacity: true)
        amounts.removeAll(keepingCapacity: true)
    }

    /// Adds a whole row.
    package mutating func appendRow(_ row: Int, of other: SparseRows) {
        let range = other.range(of: row)
        columns.append(contentsOf: other.columns[range])
        amounts.append(contentsOf: other.amounts[range])
        endRow()
    }

    /// The sum of all amounts.
    package var sum: Int {
        amounts.reduce(0) { $0 + Int($1) }
    }

    /// Adds `sign` times each amount to its column's total.
    package func addColumnSums(to totals: inout [Int], times sign: Int = 1) {
        for cell in columns.indices { totals[Int(columns[cell])] += sign * Int(amounts[cell]) }
    }

    /// Row `rows[i]` of the result is row i of this; the result has `count` rows, those not named are empty.
    /// `rows` names no row twice.
    package func placed(at rows: [Int], count: Int) -> SparseRows {
        var source = [Int](repeating: -1, count: count)
        for (from, to) in rows.enumerated() { source[to] = from }
        var result = SparseRows(reservingCells: cells, rows: count)
        for from in source {
            if from < 0 { result.endRow() } else { result.appendRow(from, of: self) }
        }
        return result
    }

    /// The rows named, in that order.
    package func selecting(_ rows: [Int]) -> SparseRows {
        var result = SparseRows(reservingCells: cells, rows: rows.count)
        for row in rows { result.appendRow(row, of: self) }
        return result
    }
}

extension SparseRows {
    /// One row where it lies: `columns` and `amounts` side by side.
    package struct Row {
        package let columns: UnsafeBufferPointer<UInt16>
        package let amounts: UnsafeBufferPointer<UInt32>

        package init(columns: UnsafeBufferPointer<UInt16>, amounts: UnsafeBufferPointer<UInt32>) {
            self.columns = columns
            self.amounts = amounts
        }
    }

    /// Lends all rows; a row past the end is empty.
    package func withRows<Result>(_ body: ((Int) -> Row) -> Result) -> Result {
        columns.withUnsafeBufferPointer { columns in
            amounts.withUnsafeBufferPointer { amounts in
                body { row in
                    let range = range(of: row)
                    return Row(
                        columns: UnsafeBufferPointer(rebasing: columns[range]),
                        amounts: UnsafeBufferPointer(rebasing: amounts[range]))
                }
            }
        }
    }

    /// Adds a whole row.
    package mutating func appendRow(_ row: Row) {
        columns.append(contentsOf: row.columns)
        amounts.append(contentsOf: row.amounts)
        endRow()
    }
}

extension SparseRows {
    /// Takes one party's rows out of a total and puts its new ones in.
    ///
    /// - Returns: `others` = total - old, `total` = others + new, both with as many rows as the longest of the three;
    ///   nil if a cell would become negative or exceed `UInt32.max`, that is, if `old` is not part of `total`.
    ///
    /// O(cells of all three).
    package static func replacing(
        _ old: SparseRows, by new: SparseRows, in total: SparseRows
    ) -> (others: SparseRows, total: SparseRows)? {
        let rows = max(old.count, new.count, total.count)
        var others = SparseRows(reservingCells: total.cells, rows: rows)
        var result = SparseRows(reservingCells: total.cells + new.cells, rows: rows)
        let none = Int.max
        for row in 0..<rows {
            let (totalRow, oldRow, newRow) = (total.range(of: row), old.range(of: row), new.range(of: row))
            var (t, o, n) = (totalRow.lowerBound, oldRow.lowerBound, newRow.lowerBound)
            while true {
                let totalColumn = t < totalRow.upperBound ? Int(total.columns[t]) : none
                let oldColumn = o < oldRow.upperBound ? Int(old.columns[o]) : none
                let newColumn = n < newRow.upperBound ? Int(new.columns[n]) : none
                let column = min(totalColumn, oldColumn, newColumn)
                if column == none { break }
                var amount = 0
                if totalColumn == column {
                    amount = Int(total.amounts[t])
                    t += 1
                }
                if oldColumn == column {
                    amount -= Int(old.amounts[o])
                    o += 1
                }
                if amount < 0 { return nil }
                if amount > 0 { others.append(column: UInt16(column), amount: UInt32(amount)) }
                if newColumn == column {
                    amount += Int(new.amounts[n])
                    n += 1
                }
                if amount > Int(UInt32.max) { return nil }
                if amount > 0 { result.append(column: UInt16(column), amount: UInt32(amount)) }
            }
            others.endRow()
            result.endRow()
        }
        return (others, result)
    }

    /// This plus `other`, row by row; nil if a cell would exceed `UInt32.max`.
    package func adding(_ other: SparseRows) -> SparseRows? {
        Self.replacing(SparseRows(), by: other, in: self)?.total
    }
}
