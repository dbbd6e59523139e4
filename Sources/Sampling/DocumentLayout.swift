/// The form in which the topics of a slice's documents are stored (`DocumentTopics`), and the memory that it takes.
struct DocumentLayout: Sendable {
    static let entriesPerVector = 16
    static let vectorBytes = entriesPerVector * MemoryLayout<UInt32>.stride

    /// The greatest number of topics for which rows are used. Rows are faster than lists by a factor of 1.5 at K = 100
    /// and of 1.05 at K = 320 (20 Newsgroups, AVX-512).
    private static let maxRowTopics = 256
    /// The greatest numbers of tokens for which the numbers of a row fit in one byte, and in two.
    private static let maxNarrow = Int(UInt8.max)
    private static let maxWide = Int(UInt16.max)

    let form: DocumentTopics.Form
    let count: Int
    let topics: Int
    /// The number of elements of a row; from 49 topics on, a row consists of whole cache lines.
    let rowStride: Int
    /// The number of documents with wide rows, which are all documents up to the last long one.
    let wide: Int
    let narrowBytes: Int
    let wideBytes: Int
    let listBytes: Int
    /// The number of low bits of an entry that hold the count; the topic is above them.
    let countBits: UInt32

    /// Creates a layout. If `form` is nil, rows are used if they are faster and do not take more memory.
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

    /// The total memory in bytes.
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
