/// The names of a slice's documents, in the order of the documents. Names are bytes, like words.
///
/// If several documents of the corpus share a name, the line number is added to it; a document without a name is named
/// by its line number. Names are therefore unique over all slices: `news (line 7)`, `(line 9)`. In plain text every
/// document is named by its line number alone, which takes no memory. Line numbers in names count from 1.
package struct DocumentNames: Sendable, Equatable {
    private let lines: [Int]
    /// Name d ends at `ends[d]` in the arena. Empty if the names are line numbers.
    private let ends: [Int]
    private let arena: [UInt8]

    /// Creates names that are line numbers; `lines` count from 0.
    package init(lines: [Int]) {
        self.lines = lines
        ends = []
        arena = []
    }

    fileprivate init(lines: [Int], ends: [Int], arena: [UInt8]) {
        self.lines = lines
        self.ends = ends
        self.arena = arena
    }

    package var count: Int { lines.count }

    package subscript(document: Int) -> [UInt8] {
        if ends.isEmpty { return Array(String(lines[document] + 1).utf8) }
        return Array(arena[(document == 0 ? 0 : ends[document - 1])..<ends[document]])
    }
}

/// Names in the order in which they are read, before it is known which of them are shared.
struct NameDraft {
    private var ends: [Int] = []
    private var arena: [UInt8] = []

    /// The number of bytes of memory in use.
    var byteCount: Int { arena.count + ends.count * MemoryLayout<Int>.stride }

    mutating func append(_ name: Span<UInt8>) {
        name.withUnsafeBufferPointer { arena.append(contentsOf: $0) }
        ends.append(arena.count)
    }

    /// Returns the names of the documents at the positions `order` among those appended; `lines` are their lines.
    func finished(order: [Int], lines: [Int], isShared: ([UInt8]) -> Bool) -> DocumentNames {
        var named: [UInt8] = []
        named.reserveCapacity(arena.count)
        var namedEnds: [Int] = []
        namedEnds.reserveCapacity(ends.count)
        for (document, line) in zip(order, lines) {
            let name = Array(arena[(document == 0 ? 0 : ends[document - 1])..<ends[document]])
            named += name
            if name.isEmpty {
                named += "(line \(line + 1))".utf8
            } else if isShared(name) {
                named += " (line \(line + 1))".utf8
            }
            namedEnds.append(named.count)
        }
        return DocumentNames(lines: lines, ends: namedEnds, arena: named)
    }
}
