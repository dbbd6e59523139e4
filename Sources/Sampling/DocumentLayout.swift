/// Which form the topics of a slice's documents take (`DocumentTopics`), and how much memory.
struct DocumentLayout: Sendable {
    static let entriesPerVector = 16
    static let vectorBytes = entriesPerVector * MemoryLayout<UInt32>.stride

    /// Topics up to which rows are faster than lists: 1.5 times at K = 100, 1.05 times at K = 320 (20 Newsgroups, AVX-512).
    private static let maxRowTopics = 256
    /// Tokens up to which a row's numbers fit in one byte, and in two.
    private static let maxNarrow = Int(UInt8.max)
    private static let maxWide = Int(UInt16.max)

    let form: DocumentTopics.Form
    let count: Int
    let topics: Int
    /// Numbers of a row: whole cache lines from 49 topics on.
    let rowStride: Int
    /// Documents that have wide rows: those up to the last long one.
    let wide: Int
    let narrowBytes: Int
    let wideBytes: Int
    let listBytes: Int
    /// How far to the right an entry's topic lies.
    let countBits: UInt32

    /// `form` nil: rows where they are faster and take no more memory.
    init(documentLengths: [UInt32], topics: Int, form: DocumentTopics.Form? = nil) {
        let longest = documentLengths.reduce(0) { max($0, Int($1)) }
        precondition(longest <= DocumentTopics.maxDocumentTokens(topics: topics))
        count = documentLengths.count
        self.topics = topics
        countBits = Self.countBits(topics: topics)
        let unit = topics > 48 ? 64 : 16
        rowStride = (topics + unit - 1) / unit * unit
        wide = documentLengths.lastIndex { Int($0) > Self.maxNarrow }.map { $0 + 1 } ?? 0
        let narrow = (count - wide) * rowStride
        let wide = wide * rowStride * MemoryLayout<UInt16>.stride
        let lists = documentLengths.reduce(0) {
            $0 + Self.listVectors(tokens: Int($1), topics: topics) * Self.vectorBytes
        }
        let suits = topics <= Self.maxRowTopics && longest <= Self.maxWide && narrow + wide <= lists
        self.form = form ?? (suits ? .rows : .lists)
        let isRows = self.form == .rows
        narrowBytes = isRows ? narrow : 0
        wideBytes = isRows ? wide : 0
        listBytes = isRows ? 0 : lists
    }

    /// All of it, in bytes.
    var bytes: Int {
        narrowBytes + wideBytes + listBytes + (form == .lists ? count * MemoryLayout<UInt32>.stride : 0)
    }

    static func listVectors(tokens: Int, topics: Int) -> Int {
        (min(tokens, topics) + 4 + entriesPerVector - 1) / entriesPerVector
    }

    static func countBits(topics: Int) -> UInt32 {
        UInt32(min(31, UInt32(topics - 1).leadingZeroBitCount))
    }
}
