/// The mapping between a shard's own rows of a block and the rows of that block in the store, in both directions. No
/// two own rows map to the same row in the store.
package struct RowPlaces: Sendable, Equatable {
    /// The row in the store, by own row.
    package let places: [Int32]
    /// The own row, by row in the store; -1 means that there is none.
    let sources: [Int32]

    package init(_ places: [Int], count: Int) {
        var sources = [Int32](repeating: -1, count: count)
        for (own, place) in places.enumerated() {
            assert(sources[place] < 0, "two own rows have the same place")
            sources[place] = Int32(own)
        }
        self.places = places.map(Int32.init)
        self.sources = sources
    }

    /// Creates the identity mapping of `count` rows.
    package init(inOrder count: Int) {
        places = Array(0..<Int32(count))
        sources = places
    }

    /// The number of rows of the block in the store.
    package var count: Int { sources.count }
}

/// A shard's own rows of a block, with their places in the store.
package struct PlacedRows: Sendable {
    package let rows: SparseRows
    package let places: RowPlaces

    package init(_ rows: SparseRows, at places: RowPlaces) {
        self.rows = rows
        self.places = places
    }

    /// Places rows that are already in the order of the store.
    package init(inOrder rows: SparseRows) {
        self.init(rows, at: RowPlaces(inOrder: rows.count))
    }

    /// The rows in the order of the store. Rows of words that the shard does not have are empty.
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
