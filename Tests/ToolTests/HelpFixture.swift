import Foundation

/// A command with its expected help text, which is made from the files in the folder `Help`.
///
/// `Help/Commands` has a file for each command: `dist-lda/store/audit.txt` is the help of `dist-lda store audit`.
/// A line `@StoreOptions` in it stands for the lines of `Help/Options/StoreOptions.txt`, the options that the type
/// `StoreOptions` adds to every command that has it.
struct HelpFixture: Sendable, CustomStringConvertible {
    private static let commandFolder = "Tests/ToolTests/Help/Commands"
    private static let optionFolder = "Tests/ToolTests/Help/Options"

    /// The name of the tool and those of the subcommands.
    let command: [String]

    var description: String { command.joined(separator: " ") }

    static let all = Repository.files(in: commandFolder, ending: ".txt").map { path in
        HelpFixture(
            command: path.dropFirst(commandFolder.count + 1).dropLast(".txt".count).split(separator: "/")
                .map(String.init))
    }

    /// The names of the files of options.
    static let optionGroups = Set(
        Repository.files(in: optionFolder, ending: ".txt").map {
            String($0.dropFirst(optionFolder.count + 1).dropLast(".txt".count))
        })

    /// Returns the lines of the help text, and the names of the files of options that it contains.
    func text() throws -> (lines: [String], groups: Set<String>) {
        try Self.text(of: "\(Self.commandFolder)/\(command.joined(separator: "/")).txt")
    }

    /// Returns the flags of the command: `--topics`, `-h` ...
    func flags() throws -> Set<String> {
        var flags: Set<String> = []
        for line in try text().lines where line.hasPrefix("  -") {
            for name in line.split(separator: " ").prefix(while: { $0.hasPrefix("-") }) {
                flags.insert(String(name.prefix { $0 != "," }))
            }
        }
        return flags
    }

    /// Returns the subcommands that the help text lists.
    func subcommands() throws -> [[String]] {
        try text().lines.drop { $0 != "SUBCOMMANDS:" }.compactMap { line in
            let name = line.dropFirst(2).prefix { $0 != " " }
            return line.hasPrefix("  ") && !name.isEmpty && name != "See" ? command + [String(name)] : nil
        }
    }

    /// Returns the lines of a file, with the lines of each group of options in the place of its name.
    private static func text(of path: String) throws -> (lines: [String], groups: Set<String>) {
        var (lines, groups) = ([String](), Set<String>())
        for line in try Repository.text(of: path).components(separatedBy: "\n").dropLast() {
            if line.first == "@" {
                let name = String(line.dropFirst())
                let group = try text(of: "\(optionFolder)/\(name).txt")
                lines += group.lines
                groups.formUnion(group.groups.union([name]))
            } else {
                lines.append(line)
            }
        }
        return (lines, groups)
    }

    /// Returns a description of the first line in which `text` differs from `expected`, or nil if there is none.
    static func difference(of text: String, from expected: [String]) -> String? {
        let actual = text.components(separatedBy: "\n")
        for number in 0..<max(expected.count, actual.count) {
            let (wanted, found) = (line(number, of: expected), line(number, of: actual))
            if wanted != found { return "line \(number + 1)\n  expected: \(wanted)\n  actual:   \(found)" }
        }
        return nil
    }

    private static func line(_ number: Int, of text: [String]) -> String {
        number < text.count ? "\"\(text[number])\"" : "the end of the text"
    }
}
