extension CorpusSummary {
    /// The reasons to doubt that the input was read as it was meant, one sentence each.
    package var warnings: [String] {
        var warnings = inputWarnings.map(\.description)
        if let first = tallies.notUTF8.first {
            warnings.append(
                "lines that are not UTF-8: \(tallies.notUTF8.lines), the first at \(first); their words are kept as "
                    + "bytes: give their --encoding (latin1, windows-1252, utf-16 ...), or refuse them with "
                    + "--strict-utf8")
        }
        if let first = tallies.loneReturns.first {
            warnings.append(
                "lines with a carriage return (CR) that does not end them: \(tallies.loneReturns.lines), the first at "
                    + "\(first): if CR ends lines there, replace it by LF")
        }
        return warnings
    }

    /// What the lines are that were skipped.
    package var skippedWarning: String? {
        guard skippedLines > 0, let first = firstSkipped else { return nil }
        return "skipped \(format == .folder ? "files that cannot be read" : "bad lines"); the first: \(first)"
    }
}
