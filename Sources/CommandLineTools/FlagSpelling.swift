/// Flags may be spelled with hyphens or, as in the original, with underscores: `--this_shard` is `--this-shard`.
package enum FlagSpelling {
    /// Replaces every underscore in a flag's name by a hyphen. Values, including those after `=`, and everything after
    /// `--` stay as they are.
    package static func normalised(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].map(normalised) + arguments[end...]
    }

    private static func normalised(_ argument: String) -> String {
        guard argument.hasPrefix("--") else { return argument }
        let name = argument.prefix { $0 != "=" }
        return String(name.map { $0 == "_" ? "-" : $0 }) + argument[name.endIndex...]
    }
}
