package import Counts

/// Dense rows for tests, with an amount for every column.
extension SparseRows {
    package init(dense: [[UInt32]]) {
        self.init()
        for row in dense {
            for (column, amount) in row.enumerated() where amount > 0 {
                append(column: UInt16(column), amount: amount)
            }
            endRow()
        }
    }

    /// The sum of each row.
    package var rowSums: [Int] {
        (0..<count).map { row in range(of: row).reduce(0) { $0 + Int(amounts[$1]) } }
    }
}
