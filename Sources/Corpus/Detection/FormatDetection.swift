import JSON

/// Detects the format of a corpus from its first lines that are not blank, up to 64 KiB of them. The first of these
/// formats that matches is used. A text that is in a format except for some lines is detected as that format, so that
/// the first of these lines is reported instead of trained on.
///
/// - Matrix Market: one of the first lines begins with `%%MatrixMarket`, and those before it with `%`.
/// - UCI: each of the first three lines is a number, and the next line is three numbers.
/// - JSON Lines: the first line, or most lines, begin with `{`, followed by a quote or `}`.
/// - dist_lda: at least half of the lines have a TAB, and more than half of the cells after a line's first TAB look
///   like `word:count`. The part after the last colon must be digits, but signs and points are allowed too, so that
///   `word:1.5` is recognised as dist_lda and then refused, instead of being trained on as text. Empty cells are not
///   counted.
/// - LDA-C: most lines are a number followed by cells `number:number`, and in nine of ten of these the number is that
///   of the cells.
/// - SVMlight: most lines are cells `number:number`, which may follow a number. Also if most lines are cells
///   `word:number` after a number, or at least two such cells, or at least three after a name: these cannot be read,
///   but the error says why.
/// - CSV, TSV: the first line contains a separator and has a column with the name of the text field (`FieldOptions`),
///   or it is `sep=` and a separator.
/// - text: everything else. MALLET's instances cannot be distinguished from it.
///
/// The name of a file takes precedence (`FileName`), and `ForeignFormat` says which files are refused before.
enum FormatDetection {
    static let sampleSize = 64 << 10

    /// Returns the format of `sample`. The sample must consist of complete lines, except if it has a single line that
    /// is longer than the sample.
    static func format(of sample: Span<UInt8>, _ fields: FieldOptions) -> InputFormat {
        var evidence = Evidence(fields)
        var start = 0
        while start < sample.count {
            var end = start
            while end < sample.count, sample[end] != UInt8(ascii: "\n") { end += 1 }
            let line = sample.extracting(start..<end)
            start = end + 1
            if !TextFormat.isBlank(line) { evidence.take(line) }
        }
        return evidence.format
    }

    /// Returns the number of columns of a text whose first lines, at least five, all have the same number of TABs, or
    /// of at least two commas or semicolons; nil if it does not look like a table.
    static func columns(of sample: Span<UInt8>) -> (separator: String, count: Int)? {
        for (name, separator, least) in [("TABs", "\t", 1), ("commas", ",", 2), ("semicolons", ";", 2)] {
            let byte = separator.utf8.first!
            var (lines, count, start, isTable) = (0, 0, 0, true)
            while start < sample.count, lines < 100, isTable {
                var (end, found) = (start, 0)
                while end < sample.count, sample[end] != UInt8(ascii: "\n") {
                    if sample[end] == byte { found += 1 }
                    end += 1
                }
                if !TextFormat.isBlank(sample.extracting(start..<end)) {
                    isTable = found >= least && (lines == 0 || found == count)
                    count = found
                    lines += 1
                }
                start = end + 1
            }
            if isTable, lines >= 5 { return (name, count + 1) }
        }
        return nil
    }

    /// The properties of the lines so far from which the format is determined.
    private struct Evidence {
        private let fields: FieldOptions
        private var lines = 0
        private var isMatrixMarket = false
        /// The number of lines at the start that begin with `%`.
        private var comments = 0
        private var isUCI = true
        private var beginsWithObject = false
        private var objects = 0
        private var linesWithTab = 0
        private var cells = 0
        private var countedCells = 0
        private var numberedLines = 0
        private var numberedCells = 0
        private var countedLines = 0
        private var leadingNumbers = 0
        private var rightNumbers = 0
        private var table: InputFormat?

        init(_ fields: FieldOptions) { self.fields = fields }

        var format: InputFormat {
            if isMatrixMarket { return .matrixMarket }
            if isUCI && lines >= 3 { return .uci }
            if objects * 2 > lines { return .jsonl }
            if linesWithTab * 2 >= lines && countedCells * 2 > cells { return .distLDA }
            if beginsWithObject { return .jsonl }
            if numberedLines * 2 > lines && numberedCells > 0 {
                let isLDAC = leadingNumbers == numberedLines && rightNumbers * 10 >= numberedLines * 9
                return isLDAC ? .ldaC : .svmlight
            }
            return table ?? (countedLines * 2 > lines ? .svmlight : .text)
        }

        mutating func take(_ line: Span<UInt8>) {
            if lines == comments, FormatDetection.begins(line, with: "%") {
                comments += 1
                if MatrixMarketFormat.banners.contains(where: { FormatDetection.begins(line, with: $0) }) {
                    isMatrixMarket = true
                }
            }
            if lines == 0 {
                table = FormatDetection.table(line, fields)
            }
            if lines < 4 {
                isUCI = isUCI && (lines < 3 ? FormatDetection.isNumber(line) : FormatDetection.isEntry(line))
            }
            if FormatDetection.isObject(line) {
                objects += 1
                if lines == 0 { beginsWithObject = true }
            }
            takeCounted(line)
            takeNumbered(line)
            lines += 1
        }

        private mutating func takeCounted(_ line: Span<UInt8>) {
            var position = DistLDAFormat.end(ofCellAt: 0, in: line)
            if position < line.count { linesWithTab += 1 }
            while position < line.count {
                let next = DistLDAFormat.end(ofCellAt: position + 1, in: line)
                let cell = line.extracting(position + 1..<next)
                if !TextFormat.isBlank(cell) { cells += 1 }
                if FormatDetection.looksCounted(cell) { countedCells += 1 }
                position = next
            }
        }

        private mutating func takeNumbered(_ line: Span<UInt8>) {
            var blanks = BlankFields()
            var leading: UInt64?
            var (numbered, counted, others) = (0, 0, 0)
            var isFirst = true
            var hasName = false
            while let field = blanks.next(in: line) {
                if line[field.lowerBound] == UInt8(ascii: "#") { break }
                let cell = line.extracting(field)
                if FormatDetection.isNumbered(cell) {
                    numbered += 1
                } else if FormatDetection.looksCounted(cell) {
                    if !SVMlightFormat.isQuery(line, field) { counted += 1 }
                } else if isFirst, FormatDetection.isLabel(cell) {
                    leading = CountField.whole(line, field) ?? .max
                } else if isFirst {
                    hasName = true
                } else {
                    others += 1
                }
                isFirst = false
            }
            if others == 0, counted > 0 {
                let fewest = leading != nil ? 1 : hasName ? 3 : 2
                if counted + numbered >= fewest { countedLines += 1 }
            }
            guard others == 0, counted == 0, !hasName else { return }
            numberedLines += 1
            numberedCells += numbered
            if let leading, leading != .max {
                leadingNumbers += 1
                if leading == UInt64(numbered) { rightNumbers += 1 }
            }
        }
    }

    /// Whether the line begins with `text` after blanks, ignoring case; `text` is in lower case.
    private static func begins(_ line: Span<UInt8>, with text: String) -> Bool {
        var blanks = BlankFields()
        guard let first = blanks.next(in: line), first.count >= text.utf8.count else { return false }
        return zip(first, text.utf8).allSatisfy { line[$0] | 0x20 == $1 | 0x20 }
    }

    /// Whether the line is a single integer.
    private static func isNumber(_ line: Span<UInt8>) -> Bool {
        var fields = BlankFields()
        guard let field = fields.next(in: line), CountField.whole(line, field, limit: UInt64(Int.max)) != nil else {
            return false
        }
        return fields.next(in: line) == nil
    }

    /// Whether the line is three numbers.
    private static func isEntry(_ line: Span<UInt8>) -> Bool {
        var fields = BlankFields()
        for _ in 0..<3 {
            guard let field = fields.next(in: line), isLabel(line.extracting(field)) else { return false }
        }
        return fields.next(in: line) == nil
    }

    private static func isObject(_ line: Span<UInt8>) -> Bool {
        var scanner = JSONScanner()
        guard scanner.take(UInt8(ascii: "{"), line), let next = scanner.peek(line) else { return false }
        return next == UInt8(ascii: "\"") || next == UInt8(ascii: "}")
    }

    /// Whether the first line of a file names the column of the text, or gives the separator.
    private static func table(_ line: Span<UInt8>, _ fields: FieldOptions) -> InputFormat? {
        if CSVFormat.declaredSeparator(line) != nil { return .csv }
        guard fields.hasHeader else { return nil }
        for format in [InputFormat.csv, .tsv] {
            for separator in CSVFormat.separators(of: format) where format == .tsv || separator != DistLDAFormat.tab {
                guard line.firstPosition(of: separator) != nil else { continue }
                var csv = CSVFormat(separator: separator, fields)
                if (try? csv.begin(line, isExact: true)) == true { return format }
            }
        }
        return nil
    }

    /// Whether the field is `number:number`, where the second number may have a sign, a point or an exponent.
    private static func isNumbered(_ field: Span<UInt8>) -> Bool {
        var colon = 0
        while colon < field.count, field[colon] != DistLDAFormat.colon { colon += 1 }
        return colon > 0 && colon < field.count && CountField.whole(field, 0..<colon) != nil
            && isLabel(field.extracting((colon + 1)...))
    }

    /// Whether the field is a number, which may have a sign, a point or an exponent.
    private static func isLabel(_ field: Span<UInt8>) -> Bool {
        var digits = 0
        for position in field.indices {
            switch field[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ","): break
            case UInt8(ascii: "e"), UInt8(ascii: "E"): if digits == 0 { return false }
            default: return false
            }
        }
        return digits > 0
    }

    private static func looksCounted(_ cell: Span<UInt8>) -> Bool {
        var end = cell.count
        if end > 0, cell[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        var position = end
        var digits = 0
        while position > 0, cell[position - 1] != DistLDAFormat.colon {
            switch cell[position - 1] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): break
            default: return false
            }
            position -= 1
        }
        return position > 0 && digits > 0
    }
}
