/// A command or a stored script, with its arguments as bytes.
struct RedisCommand: Sendable {
    /// The largest size of an argument in bytes: the default of Redis's `proto-max-bulk-len`.
    static let largestArgument = 512 << 20

    /// The command's name. Messages show only the name, because any argument may be a secret.
    let name: String
    /// The keys on which the command operates, all on the same server.
    let keys: [RedisKey]
    /// The script to run, if this is not a plain command. It is called by its hash.
    let script: Script?
    private let arguments: [[UInt8]]

    /// The key that determines the server; nil if any server will do.
    var key: RedisKey? { keys.first }

    /// Creates a command. A subcommand follows `name` after a space: "CLIENT SETNAME".
    init(_ name: String, key: RedisKey? = nil, _ arguments: [UInt8]...) {
        self.init(name, key: key, arguments: arguments)
    }

    init(_ name: String, key: RedisKey? = nil, arguments: [[UInt8]]) {
        (self.name, keys, script) = (name, key.map { [$0] } ?? [], nil)
        self.arguments = (key.map { [Array($0.text.utf8)] } ?? []) + arguments
    }

    /// Creates a command without a key for the server that has `key`.
    init(_ name: String, onServerOf key: RedisKey) {
        (self.name, keys, script, arguments) = (name, [key], nil, [])
    }

    /// Creates a call of a script. All its keys must be on the same server, so they must have the same text in braces.
    init(_ script: Script, keys: [RedisKey], arguments: [[UInt8]]) {
        (name, self.keys, self.script) = ("EVALSHA", keys, script)
        self.arguments = [Array("\(keys.count)".utf8)] + keys.map { Array($0.text.utf8) } + arguments
    }

    /// The length of the longest argument.
    var longestArgument: Int { arguments.reduce(0) { max($0, $1.count) } }

    /// The approximate size of the encoded command in bytes.
    var size: Int { arguments.reduce(64) { $0 + $1.count + 16 } }

    /// Appends the command in RESP2 format, as an array of strings. `hash` is the hash of the script, if there is one.
    func append(to bytes: inout [UInt8], hash: [UInt8]?) {
        let words = name.split(separator: " ").map { Array($0.utf8) } + (hash.map { [$0] } ?? [])
        bytes.append(contentsOf: "*\(words.count + arguments.count)\r\n".utf8)
        for argument in [words, arguments].joined() {
            bytes.append(contentsOf: "$\(argument.count)\r\n".utf8)
            bytes.append(contentsOf: argument)
            bytes.append(contentsOf: [0x0D, 0x0A])
        }
    }
}
