/// Which row of a block in the store each of a shard's own rows is, and back. No two own rows are the same row there.
package struct RowPlaces: Sendable, Equatable {
    /// The row in the store, by own row.
    package let places: [Int32]
    /// The own row, by row in the store; -1: none.
    let sources: [Int32]

    package init(_ places: [Int], count: Int) {
        var sources = [Int32](repeating: -1, count: count)
        for (own, place) in places.enumerated() { sources[place] = Int32(own) }
        self.places = places.map(Int32.init)
        self.sources = sources
    }

    /// Every own row where it is, `count` of them.
    package init(inOrder count: Int) {
        places = Array(0..<Int32(count))
        sources = places
    }

    /// The rows of the block in the store.
    package var count: Int { sources.count }
}

/// Rows with where they stand in a block in the store.
package struct PlacedRows: Sendable {
    package let rows: SparseRows
    package let places: RowPlaces

    package init(_ rows: SparseRows, at places: RowPlaces) {
        self.rows = rows
        self.places = places
    }

    /// Rows that stand as in the store.
    package init(inOrder rows: SparseRows) {
        self.init(rows, at: RowPlaces(inOrder: rows.count))
    }

    /// As rows of the store, those of others empty.
    package var inPlace: SparseRows {
        var placed = RowsScratch(rows: places.count, cells: rows.cells)
        rows.withRows { row in
            for source in places.sources {
                placed.cells.append(row(Int(source)))
                placed.endRow()
            }
        }
        return placed.rows
    }
}
