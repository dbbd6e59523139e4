/// A named setting of a run. Shards compare theirs with the stored ones by name; the store knows nothing else about
/// them.
package struct RunSetting: Sendable, Equatable {
    /// The name under which the setting is stored. "id" and "format" are not names of settings.
    package let name: String
    /// The value as text. A number has the fewest digits that read back as the same number, so equal numbers have equal
    /// texts.
    package let value: String
    /// The setting as the user knows it: "--topics", or "the corpus". If nil, it is not compared: the value of the
    /// first shard applies.
    package let label: String?
    /// The name of a setting on which this one depends; it is compared only if that one agrees.
    package let condition: String?

    package init(
        _ name: String, _ value: some LosslessStringConvertible, comparedAs label: String? = nil,
        ifEqual condition: String? = nil
    ) {
        self.name = name
        self.value = "\(value)"
        self.label = label
        self.condition = condition
    }
}
