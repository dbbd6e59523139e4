/// MALLET's instances, one document a line: `name label text`, by `^(\S*)[\s,]*(\S*)[\s,]*(.*)$`.
///
/// Plain text read as this loses the first two words of each line, and nothing in it says so: the format is never told by
/// the content.
enum MalletFormat {
    /// Takes the name and the label off the line; where its text begins.
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
