/// Tells the format of a corpus by its first lines that hold anything, up to 64 KiB of them.
///
/// dist_lda, when at least half of the lines that are not blank have a TAB, and more than half of the cells after a
/// line's first TAB look like `word:count`: after their last colon stand digits, with signs and points allowed, so that
/// `word:1.5` is recognised as dist_lda, and then refused, instead of being trained on as text. Otherwise plain text.
/// Empty cells do not count.
enum FormatDetection {
    static let sampleSize = 64 << 10

    /// `sample` holds whole lines; only if its one line is longer than the sample may the last be cut.
    static func format(of sample: Span<UInt8>) -> InputFormat {
        var lines = 0
        var linesWithTab = 0
        var cells = 0
        var countedCells = 0
        var start = 0
        while start < sample.count {
            var end = start
            while end < sample.count, sample[end] != UInt8(ascii: "\n") { end += 1 }
            let line = sample.extracting(start..<end)
            start = end + 1
            if TextFormat.isBlank(line) { continue }
            lines += 1
            var position = DistLDAFormat.end(ofCellAt: 0, in: line)
            if position < line.count { linesWithTab += 1 }
            while position < line.count {
                let next = DistLDAFormat.end(ofCellAt: position + 1, in: line)
                let cell = line.extracting(position + 1..<next)
                if !TextFormat.isBlank(cell) { cells += 1 }
                if looksCounted(cell) { countedCells += 1 }
                position = next
            }
        }
        return linesWithTab * 2 >= lines && countedCells * 2 > cells ? .distLDA : .text
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
