extension CorpusSummary {
    /// The reasons to doubt that the text was read as it was meant, one sentence each.
    package var warnings: [String] {
        var warnings: [String] = []
        if let first = tallies.notUTF8.first {
            warnings.append(
                "\(tallies.notUTF8.lines) lines are not UTF-8, and their words are kept as bytes; the first: \(first); "
                    + "give their --encoding (latin1, windows-1252, utf-16 ...), or refuse them with --strict-utf8")
        }
        if let first = tallies.loneReturns.first {
            warnings.append(
                "\(tallies.loneReturns.lines) lines have a carriage return (CR) that does not end them; the first: "
                    + "\(first); if CR ends lines there, replace it by LF")
        }
        return warnings
    }

    /// What the lines are that were skipped.
    package var skippedWarning: String? {
        guard skippedLines > 0, let first = firstSkipped else { return nil }
        return "skipped \(format == .folder ? "files that cannot be read" : "bad lines"); the first: \(first)"
    }
}
