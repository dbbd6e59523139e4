import Compression
import Corpus
import Counts
import Files
import JSON

/// Reads a MALLET state, one line after another (`MALLETState` describes the format).
///
/// The header may be missing. It may be repeated where files were joined, but must then have the same values. The
/// tokens of a document must be together. `pos` is ignored. Words are identified by their spelling; `typeindex` only
/// orders them.
struct StateReader {
    /// A token as written in its line.
    struct Token {
        let document: Int
        let source: Range<Int>
        let typeIndex: Int
        let type: Range<Int>
        let topic: Int
    }

    private static let maxLine = 64 << 20
    private static let blank = UInt8(ascii: " ")

    let files: [String]
    private(set) var alpha: [Double]?
    private(set) var beta: Double?

    init(_ files: [String]) {
        self.files = files
    }

    /// Visits all tokens of all files in order, each with the bytes of its line.
    mutating func forEachToken(
        _ body: (_ token: Token, _ line: [UInt8], _ place: Place) throws -> Void
    ) throws {
        for path in files {
            var source = try ModelFileError.reading(path) { () throws(InputError) in try ByteReader(path) }
            var line: [UInt8] = []
            var place = Place(file: source.file, line: 0)
            reading: while true {
                let step = try ModelFileError.reading(path) { () throws(InputError) in
                    try source.line(into: &line, limit: Self.maxLine)
                }
                place.line += 1
                switch step {
                case .end: break reading
                case .tooLong:
                    throw ModelFileError.lineTooLong(file: place.file, line: place.line, limit: Self.maxLine)
                case .line: break
                }
                if line.isEmpty { continue }
                if line[0] == UInt8(ascii: "#") {
                    try readHead(line, place)
                } else {
                    try body(try Self.token(line, place), line, place)
                }
            }
        }
    }

    struct Place {
        let file: String
        var line: Int

        func fault(_ fault: String, at range: Range<Int>, of line: [UInt8]) -> ModelFileError {
            let shown = line[range.lowerBound..<min(range.upperBound, line.count)]
            return .badLine(
                file: file, line: self.line, column: range.lowerBound + 1,
                text: Excerpt(shown.isEmpty ? Array(line.prefix(60)) : Array(shown)), fault: fault)
        }
    }

    // MARK: Lines

    private mutating func readHead(_ line: [UInt8], _ place: Place) throws(ModelFileError) {
        let fields = Self.fields(line)
        func numbers(_ fault: String) throws(ModelFileError) -> [Double] {
            var numbers: [Double] = []
            for field in fields.dropFirst(2) {
                guard let number = DecimalText.number(line[field]), number > 0, number.isFinite else {
                    throw place.fault(fault, at: field, of: line)
                }
                numbers.append(number)
            }
            return numbers
        }
        switch fields.first.map({ String(decoding: line[$0], as: UTF8.self) }) {
        case "#doc": break
        case "#alpha":
            let found = try numbers("alpha is not a positive number")
            guard (1...65536).contains(found.count) else {
                throw place.fault("there are \(found.count) alphas instead of 1 to 65536", at: 0..<line.count, of: line)
            }
            if let alpha, alpha != found {
                throw .contradiction(
                    file: place.file,
                    fault: "line \(place.line) has other alphas than an earlier header: use states of one model")
            }
            alpha = found
        case "#beta":
            let found = try numbers("beta is not a positive number")
            guard found.count == 1 else {
                throw place.fault("expected exactly one beta", at: 0..<line.count, of: line)
            }
            if let beta, beta != found[0] {
                throw .contradiction(
                    file: place.file,
                    fault:
                        "line \(place.line) has beta \(found[0]), an earlier header has \(beta): "
                        + "use states of one model")
            }
            beta = found[0]
        default: throw place.fault("an unknown header line", at: 0..<line.count, of: line)
        }
    }

    private static func token(_ line: [UInt8], _ place: Place) throws(ModelFileError) -> Token {
        let fields = fields(line)
        guard fields.count == 6 else {
            throw place.fault("there are \(fields.count) fields instead of six", at: 0..<line.count, of: line)
        }
        func number(_ field: Int, _ name: String, _ limit: Int) throws(ModelFileError) -> Int {
            guard let number = DecimalText.whole(line[fields[field]]), number < limit else {
                throw place.fault("\(name) is not a whole number below \(limit)", at: fields[field], of: line)
            }
            return number
        }
        return Token(
            document: try number(0, "the document", 1 << 48), source: fields[1],
            typeIndex: try number(3, "the type's number", 1 << 48), type: fields[4],
            topic: try number(5, "the topic", 65536))
    }

    /// Returns the fields of a line that is split at spaces.
    private static func fields(_ line: [UInt8]) -> [Range<Int>] {
        var (fields, start) = ([Range<Int>](), 0)
        fields.reserveCapacity(6)
        for place in line.indices where line[place] == blank {
            if place > start { fields.append(start..<place) }
            start = place + 1
        }
        if line.count > start { fields.append(start..<line.count) }
        return fields
    }
}
