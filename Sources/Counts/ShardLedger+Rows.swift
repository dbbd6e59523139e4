extension ShardLedger {
    /// A shard's own counts in a block: one row for each of its words there.
    package struct OwnRows: Sendable {
        package var block: Int
        package var rows: SparseRows

        package init(block: Int, rows: SparseRows) {
            self.block = block
            self.rows = rows
        }
    }

    /// The counts of all other shards in a block.
    package struct OthersRows: Sendable, Equatable {
        package var block: Int
        /// One row for each word of the block, including the words of other shards.
        package var rows: SparseRows
        /// The rows of the own words.
        package var places: RowPlaces

        package init(block: Int, rows: SparseRows, places: RowPlaces) {
            self.block = block
            self.rows = rows
            self.places = places
        }
    }
}
