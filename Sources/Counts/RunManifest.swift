/// The settings on which all shards of a run must agree. The first shard stores them, and each later shard compares
/// them with its own.
///
/// The ledger needs four of them, which every manifest has. All others belong to the training, and are only stored
/// and compared by name.
package struct RunManifest: Sendable {
    /// The version of the data format in the store. Other versions are refused.
    package static let formatVersion = 3
    /// The valid range of each number, on a command line and in the store.
    package static let columnsRange = 1...65536
    package static let blocksRange = 1...65536
    package static let shardsRange = 1...65536

    /// The names of the settings that the ledger needs.
    package enum Name {
        package static let columns = "topics"
        package static let blocks = "blocks"
        package static let shards = "shards"
        package static let deadAfter = "lease"
    }

    /// 64 random bits that distinguish this run from earlier runs of the same name. A run that replaces another gets a
    /// new id.
    package var id: UInt64
    package var formatVersion: Int
    /// All settings, in the order in which differences are reported.
    package private(set) var settings: [RunSetting]

    /// The number of columns of each row.
    package let columns: Int
    package let blocks: Int
    package let shards: Int
    /// The seconds without a report after which a shard is considered dead. The first shard's value applies to all
    /// shards and to all programs that inspect the run.
    package private(set) var deadAfter: Double

    /// A setting that is missing or has an invalid value.
    package struct InvalidSetting: Error, Equatable {
        package let name: String
        package let value: String?

        package init(name: String, value: String?) {
            (self.name, self.value) = (name, value)
        }
    }

    /// Throws if one of the numbers that the ledger needs is missing or not valid.
    package init(
        id: UInt64 = .random(in: .min ... .max), formatVersion: Int = RunManifest.formatVersion, settings: [RunSetting]
    ) throws(InvalidSetting) {
        func number<Number: LosslessStringConvertible>(
            _ name: String, _ isValid: (Number) -> Bool
        ) throws(InvalidSetting) -> Number {
            let value = settings.first { $0.name == name }?.value
            guard let value, let number = Number(value), isValid(number) else {
                throw InvalidSetting(name: name, value: value)
            }
            return number
        }
        columns = try number(Name.columns, Self.columnsRange.contains)
        blocks = try number(Name.blocks, Self.blocksRange.contains)
        shards = try number(Name.shards, Self.shardsRange.contains)
        deadAfter = try number(Name.deadAfter) { $0 > 0 && $0.isFinite }
        self.id = id
        self.formatVersion = formatVersion
        self.settings = settings
    }

    /// Takes over the id of the stored run and the values of settings that are not compared, because those of the first
    /// shard apply.
    package mutating func adopt(_ stored: RunManifest) {
        (id, deadAfter) = (stored.id, stored.deadAfter)
        settings = settings.map { setting in
            guard setting.label == nil, let value = stored[setting.name] else { return setting }
            return RunSetting(setting.name, value)
        }
    }

    /// The value of the setting `name`; nil if the run has no such setting.
    package subscript(name: String) -> String? { settings.first { $0.name == name }?.value }
}

extension RunManifest: Equatable {
    /// Whether two manifests have the same id, format and values by name, in any order.
    package static func == (left: RunManifest, right: RunManifest) -> Bool {
        left.id == right.id && left.formatVersion == right.formatVersion && left.values == right.values
    }

    private var values: [String: String] {
        Dictionary(settings.map { ($0.name, $0.value) }) { first, _ in first }
    }
}

extension RunManifest {
    /// A setting in which two manifests differ.
    package struct Difference: Sendable, Equatable {
        /// The setting as the user knows it: "--topics", or "the corpus".
        package let setting: String
        package let stored: String
        package let given: String

        package init(setting: String, stored: String, given: String) {
            (self.setting, self.stored, self.given) = (setting, stored, given)
        }
    }

    /// Returns the settings in which `given` differs from this manifest, which is the stored one; empty if both can
    /// belong to the same run. A setting that one of them lacks, as if from another version of the program, differs
    /// unless its value is empty.
    package func differences(from given: RunManifest) -> [Difference] {
        var differences: [Difference] = []
        func compare(_ setting: String, _ stored: String?, _ given: String?) {
            guard stored ?? "" != given ?? "" else { return }
            differences.append(Difference(setting: setting, stored: stored ?? "none", given: given ?? "none"))
        }
        compare("the store's format", "\(formatVersion)", "\(given.formatVersion)")
        for setting in given.settings {
            guard let label = setting.label else { continue }
            if let condition = setting.condition, self[condition] != given[condition] { continue }
            compare(label, self[setting.name], setting.value)
        }
        for setting in settings where given[setting.name] == nil {
            compare("the setting \(setting.name)", setting.value, nil)
        }
        return differences
    }
}
