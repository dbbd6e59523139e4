package import Counts

/// The cells of rows, sorted by topic: topic k has the cells `starts[k]..<starts[k + 1]`, in ascending order of rows.
///
/// Created by a counting sort: O(cells + topics) time, and exactly 8 bytes per cell and 8 bytes per topic. All memory
/// is allocated before anything is written, so that memory cannot run out in the middle of a file.
package struct TopicMajorRows: Sendable {
    package let starts: [Int]
    package let rows: [UInt32]
    package let amounts: [UInt32]

    package init(_ source: SparseRows, topics: Int) {
        var next = [Int](repeating: 0, count: topics + 1)
        for column in source.columns { next[Int(column) + 1] += 1 }
        for topic in 0..<topics { next[topic + 1] += next[topic] }
        starts = next
        var rows = [UInt32](repeating: 0, count: source.cells)
        var amounts = rows
        for row in 0..<source.count {
            for cell in source.range(of: row) {
                let topic = Int(source.columns[cell])
                rows[next[topic]] = UInt32(row)
                amounts[next[topic]] = source.amounts[cell]
                next[topic] += 1
            }
        }
        (self.rows, self.amounts) = (rows, amounts)
    }
}
