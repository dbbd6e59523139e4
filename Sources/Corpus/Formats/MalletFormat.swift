/// MALLET's instances, one document per line: `name label text`, split by `^(\S*)[\s,]*(\S*)[\s,]*(.*)$`.
///
/// This format is recognised only by the name of a file, never by its content, because plain text read in it loses the
/// first two words of each line without any sign of an error.
enum MalletFormat {
    /// Reads the name and the label of a line, and returns the position at which its text begins.
    static func read(_ line: Span<UInt8>, into head: inout DocumentHead) -> Int {
        let name = endOfWord(in: line, from: 0)
        head.name.append(line.extracting(0..<name))
        let start = endOfGap(in: line, from: name)
        let label = endOfWord(in: line, from: start)
        head.label.append(line.extracting(start..<label))
        return endOfGap(in: line, from: label)
    }

    private static func endOfWord(in line: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < line.count, !TextFormat.isSpace(line[end]) { end += 1 }
        return end
    }

    private static func endOfGap(in line: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < line.count, TextFormat.isSpace(line[end]) || line[end] == UInt8(ascii: ",") { end += 1 }
        return end
    }
}
