/// What is asked of the server: a command or a stored script, and its arguments as bytes.
struct RedisCommand: Sendable {
    /// An argument cannot be longer: Redis's `proto-max-bulk-len`.
    static let largestArgument = 512 << 20

    /// For messages, which show no argument: any may be a secret.
    let name: String
    /// The key it works on: it decides which server is asked.
    let key: RedisKey?
    /// Run by the hash under which the server knows it.
    let script: Script?
    private let arguments: [[UInt8]]

    /// `name` has its subcommand after a blank, if there is one: "CLIENT SETNAME".
    init(_ name: String, key: RedisKey? = nil, _ arguments: [UInt8]...) {
        self.init(name, key: key, arguments: arguments)
    }

    init(_ name: String, key: RedisKey? = nil, arguments: [[UInt8]]) {
        (self.name, self.key, script) = (name, key, nil)
        self.arguments = (key.map { [Array($0.text.utf8)] } ?? []) + arguments
    }

    /// A command without a key, asked of the server that has `key`.
    init(_ name: String, beside key: RedisKey) {
        (self.name, self.key, script, arguments) = (name, key, nil, [])
    }

    /// The keys of a script lie on one server: they share what stands in their braces.
    init(_ script: Script, keys: [RedisKey], arguments: [[UInt8]]) {
        (name, key, self.script) = ("EVALSHA", keys.first, script)
        self.arguments = [Array("\(keys.count)".utf8)] + keys.map { Array($0.text.utf8) } + arguments
    }

    /// The length of the longest argument.
    var longestArgument: Int { arguments.reduce(0) { max($0, $1.count) } }

    /// Bytes it will take on the wire, to a few.
    var size: Int { arguments.reduce(64) { $0 + $1.count + 16 } }

    /// Appends the command as RESP2 has it, an array of strings; `hash` is the script's, if it is one.
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
