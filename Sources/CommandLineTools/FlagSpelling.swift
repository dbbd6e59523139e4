/// Flags may be spelled with hyphens or, as in the original, with underscores: `--this_shard` is `--this-shard`. Former
/// names of flags are accepted, too.
package enum FlagSpelling {
    /// Flags that were renamed: the former name and the present one.
    private static let formerNames = ["--lease": "--dead-after"]

    /// Replaces every underscore in a flag's name by a hyphen, and a former name by the present one. Values, including
    /// those after `=`, and everything after `--` stay as they are.
    package static func normalised(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].map(normalised) + arguments[end...]
    }

    private static func normalised(_ argument: String) -> String {
        guard argument.hasPrefix("--") else { return argument }
        let written = argument.prefix { $0 != "=" }
        let name = String(written.map { $0 == "_" ? "-" : $0 })
        return (formerNames[name] ?? name) + argument[written.endIndex...]
    }
}
