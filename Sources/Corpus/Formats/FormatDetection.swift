import JSON

/// Detects the format of a corpus from its first lines that are not blank, up to 64 KiB of them. The first of these
/// formats that matches is used:
///
/// - Matrix Market: the first line begins with `%%MatrixMarket`.
/// - UCI: each of the first three lines is a number, and the next line is three numbers.
/// - JSON Lines: every line begins with `{`, followed by a quote or `}`.
/// - dist_lda: at least half of the lines have a TAB, and more than half of the cells after a line's first TAB look
///   like `word:count`. The part after the last colon must be digits, but signs and points are allowed too, so that
///   `word:1.5` is recognised as dist_lda and then refused, instead of being trained on as text. Empty cells are not
///   counted.
/// - LDA-C: every line is a number followed by cells `number:number`, and in nine of ten lines the number is that of
///   the cells.
/// - SVMlight: every line is cells `number:number`, which may follow a number.
/// - CSV, TSV: the first line contains the separator and has a column with the name of the text field (`FieldOptions`).
/// - text: everything else. MALLET's instances cannot be distinguished from it.
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

    /// The properties of the lines so far from which the format is determined.
    private struct Evidence {
        private let fields: FieldOptions
        private var lines = 0
        private var isMatrixMarket = false
        private var isUCI = true
        private var isJSON = true
        private var linesWithTab = 0
        private var cells = 0
        private var countedCells = 0
        private var isNumbered = true
        private var numberedCells = 0
        private var leadingNumbers = 0
        private var rightNumbers = 0
        private var table: InputFormat?

        init(_ fields: FieldOptions) { self.fields = fields }

        var format: InputFormat {
            if isMatrixMarket { return .matrixMarket }
            if isUCI && lines >= 3 { return .uci }
            if isJSON { return .jsonl }
            if linesWithTab * 2 >= lines && countedCells * 2 > cells { return .distLDA }
            if isNumbered && numberedCells > 0 {
                return leadingNumbers == lines && rightNumbers * 10 >= lines * 9 ? .ldaC : .svmlight
            }
            return table ?? .text
        }

        mutating func take(_ line: Span<UInt8>) {
            if lines == 0 {
                isMatrixMarket = FormatDetection.begins(line, with: MatrixMarketFormat.banner)
                table = FormatDetection.table(line, fields)
            }
            if lines < 4 {
                isUCI = isUCI && (lines < 3 ? FormatDetection.isNumber(line) : FormatDetection.isEntry(line))
            }
            isJSON = isJSON && FormatDetection.isObject(line)
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
            guard isNumbered else { return }
            var blanks = BlankFields()
            var leading: UInt64?
            var found = 0
            var isFirst = true
            while let field = blanks.next(in: line) {
                if line[field.lowerBound] == UInt8(ascii: "#") { break }
                if FormatDetection.isNumbered(line.extracting(field)) {
                    found += 1
                } else if !isFirst, SVMlightFormat.isQuery(line, field) {
                    continue
                } else if isFirst, FormatDetection.isLabel(line.extracting(field)) {
                    leading = CountField.whole(line, field) ?? .max
                } else {
                    isNumbered = false
                    return
                }
                isFirst = false
            }
            numberedCells += found
            if let leading, leading != .max {
                leadingNumbers += 1
                if leading == UInt64(found) { rightNumbers += 1 }
            }
        }
    }

    /// Whether the line begins with `text`, ignoring case; `text` is in lower case.
    private static func begins(_ line: Span<UInt8>, with text: String) -> Bool {
        line.count >= text.utf8.count && zip(line.indices, text.utf8).allSatisfy { line[$0] | 0x20 == $1 | 0x20 }
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

    /// Whether the first line of a file names the column of the text.
    private static func table(_ line: Span<UInt8>, _ fields: FieldOptions) -> InputFormat? {
        for (format, separator) in [(InputFormat.csv, ","), (.tsv, "\t")] {
            var csv = CSVFormat(separator: UInt8(ascii: separator.unicodeScalars.first!), fields)
            guard line.indices.contains(where: { line[$0] == csv.separator }) else { continue }
            if fields.hasHeader, (try? csv.begin(line)) == true { return format }
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
