package import Counts
import Platform

/// Reading and writing blocks.
///
/// A block is read by plain commands that are sent together: GET of the total, HMGET of the version, the tag and the
/// identity of the words, and also of the contribution and the words if the shard does not know them. These commands
/// are not atomic. But a total begins with the version it belongs to, and a contribution with the nonce of its tag, so
/// a reply that mixes two states is detected and the block is read again. If what the shard knows turns out to be out
/// of date, the block is read again completely; the second reply replaces the first one, so the two need not be
/// consistent.
extension RedisCountStore {
    /// The number of times that a reply that mixes two states is read again. A value that still does not match is
    /// considered damaged.
    private static let rereads = 4

    package func read(_ requests: [BlockRequest]) throws(CountStoreError) -> [BlockState] {
        var states = [BlockState](repeating: BlockState(), count: requests.count)
        var open = requests.map {
            BlockQuestion(request: $0, contribution: $0.knownTag == nil, words: $0.knownWords == nil)
        }
        var indices = Array(requests.indices)
        for round in 0...Self.rereads where !open.isEmpty {
            let answers = try ask(open)
            var next: [(Int, BlockQuestion)] = []
            for (index, (question, answer)) in zip(indices, zip(open, answers)) {
                states[index] = answer.state
                if question.isLeftOpen(by: answer.state) || (answer.isTorn && round < Self.rereads) {
                    next.append((index, BlockQuestion(request: question.request, contribution: true, words: true)))
                }
            }
            (indices, open) = (next.map(\.0), next.map(\.1))
        }
        return states
    }

    private func ask(_ questions: [BlockQuestion]) throws(CountStoreError) -> [BlockAnswer] {
        try ask(questions.flatMap { $0.commands(keys) }) { replies in
            var rest = replies[...]
            let answers = questions.compactMap { question in
                let count = question.commandCount
                defer { rest = rest.dropFirst(count) }
                return question.answer(in: Array(rest.prefix(count)))
            }
            return answers.count == questions.count ? answers : nil
        }
    }

    package func write(_ writes: [BlockWrite]) throws(CountStoreError) -> [WriteOutcome] {
        let commands = writes.map(commands)
        return try ask(commands.flatMap(\.self)) { replies in
            var rest = replies[...]
            let outcomes = commands.compactMap { commands -> WriteOutcome? in
                defer { rest = rest.dropFirst(commands.count) }
                return rest.dropFirst(commands.count - 1).first.flatMap(Self.outcome)
            }
            return outcomes.count == writes.count ? outcomes : nil
        }
    }

    /// Returns the commands of a write: the new values are stored under temporary keys, and then a script renames them.
    private func commands(_ write: BlockWrite) -> [RedisCommand] {
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        let (block, shard, basis) = (write.block, write.shard, write.basis)
        let next = (total: keys.nextTotal(by: shard, of: block), contribution: keys.nextContribution(shard, to: block))
        let words = basis.words.map { Hexadecimal.text($0.value) } ?? ""
        var places = [keys.block(block), next.contribution, keys.contribution(shard, to: block), keys.total(block)]
        var arguments = [
            bytes(KeySchema.tag(shard)), bytes(basis.tag?.text ?? ""), bytes(write.tag.text),
            bytes(words),
        ]
        var commands = [
            RedisCommand(
                "SET", key: next.contribution, bytes(Hexadecimal.text(write.tag.nonce)) + write.contribution)
        ]
        func replace(_ kind: String, by total: [UInt8], _ version: BlockVersion) {
            commands.append(RedisCommand("SET", key: next.total, bytes(version.text) + total))
            places.append(next.total)
            arguments.insert(bytes(kind), at: 0)
            arguments += [bytes(basis.version?.text ?? ""), bytes(version.text)] + Self.arguments(basis.total)
        }
        switch write.change {
        case .append(let change): arguments = [bytes("append")] + arguments + [change]
        case .replace(let total, let version): replace("replace", by: total, version)
        case .startOver(let total, let version): replace("start over", by: total, version)
        }
        if let words = write.words {
            arguments += [words, bytes(Hexadecimal.text(WordList.Identity(ofPacked: words).value))]
        }
        return commands + [RedisCommand(Script.write, keys: places, arguments: arguments)]
    }

    /// Returns the script arguments that describe the total that was read.
    static func arguments(_ total: BlockBasis.Total?) -> [[UInt8]] {
        [Array((total.map { "\($0.length)" } ?? "").utf8), total?.end ?? []]
    }

    package func tags(ofShard shard: Int, blocks: Range<Int>) throws(CountStoreError) -> [ContributionTag?] {
        let field = Array(KeySchema.tag(shard).utf8)
        return try ask(blocks.map { RedisCommand("HGET", key: keys.block($0), field) }) { replies in
            replies.map { $0.text.flatMap(ContributionTag.init(text:)) }
        }
    }

    package func records(of blocks: Range<Int>) throws(CountStoreError) -> [BlockRecord] {
        try ask(blocks.map { RedisCommand(Script.record, keys: [keys.block($0)], arguments: []) }) { replies in
            let records = replies.compactMap { Self.fields($0).map(Self.record) }
            return records.count == blocks.count ? records : nil
        }
    }

    private static func record(of fields: [String: [UInt8]]) -> BlockRecord {
        var record = BlockRecord()
        record.version = fields[KeySchema.version].flatMap(BlockVersion.init(stored:))
        record.words = fields[KeySchema.words]
        record.wordsIdentity = fields[KeySchema.wordsIdentity].flatMap(WordList.Identity.init(stored:))
        record.total = fields[":n"].map { MarkedValue($0).rows(of: record.version?.text) ?? [] }
        for (field, value) in fields {
            guard let shard = KeySchema.number(in: field, after: "t/") else { continue }
            let tag = ContributionTag(text: String(decoding: value, as: UTF8.self))
            record.tags[shard] = tag
            record.contributions[shard] = fields[":c/\(shard)"].map { value in
                let value = MarkedValue(value)
                // If the tag cannot be read, the contribution cannot be compared with it.
                guard let tag else { return value.rows }
                return value.rows(of: Hexadecimal.text(tag.nonce)) ?? []
            }
        }
        return record
    }
}

/// A value that begins with 16 digits: the version or the nonce to which it belongs.
private struct MarkedValue {
    private static let markLength = 16

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The packed rows, without a check of the mark.
    var rows: [UInt8] { Array(bytes.dropFirst(Self.markLength)) }

    /// Returns the packed rows; nil if the value does not begin with `mark`.
    func rows(of mark: String?) -> [UInt8]? {
        guard let mark, bytes.starts(with: mark.utf8) else { return nil }
        return rows
    }
}

/// The commands that read a block, and the interpretation of their replies.
private struct BlockQuestion {
    let request: BlockRequest
    /// Whether to read the shard's contribution.
    let contribution: Bool
    /// Whether to read the words.
    let words: Bool

    var commandCount: Int { contribution ? 3 : 2 }

    func commands(_ keys: KeySchema) -> [RedisCommand] {
        let (block, shard) = (request.block, request.shard)
        let fields =
            [KeySchema.version, KeySchema.tag(shard), KeySchema.wordsIdentity] + (words ? [KeySchema.words] : [])
        // The total comes first: if words are added after it was read, they merely have no rows in it.
        var commands = [RedisCommand("GET", key: keys.total(block))]
        if contribution { commands.append(RedisCommand("GET", key: keys.contribution(shard, to: block))) }
        commands.append(RedisCommand("HMGET", key: keys.block(block), arguments: fields.map { Array($0.utf8) }))
        return commands
    }

    func answer(in replies: [RedisReply]) -> BlockAnswer? {
        guard replies.count == commandCount, let values = replies[commandCount - 1].elements,
            values.count == (words ? 4 : 3),
            (values + replies.dropLast()).allSatisfy({ $0 == .null || $0.bytes != nil })
        else { return nil }
        var answer = BlockAnswer()
        answer.state.version = values[0].bytes.flatMap(BlockVersion.init(stored:))
        answer.state.tag = values[1].text.flatMap(ContributionTag.init(text:))
        answer.state.wordsIdentity = values[2].bytes.flatMap(WordList.Identity.init(stored:))
        answer.state.total = answer.rows(in: replies[0], of: answer.state.version?.text)
        if contribution, !knowsTag(of: answer.state) {
            let nonce = answer.state.tag.map { Hexadecimal.text($0.nonce) }
            answer.state.contribution = answer.rows(in: replies[1], of: nonce)
        }
        if words, !knowsWords(of: answer.state) { answer.state.words = values[3].bytes }
        return answer
    }

    /// Returns whether the answer shows that values are needed that were not read.
    func isLeftOpen(by state: BlockState) -> Bool {
        !(contribution || knowsTag(of: state)) || !(words || knowsWords(of: state))
    }

    private func knowsTag(of state: BlockState) -> Bool { state.tag != nil && state.tag == request.knownTag }

    private func knowsWords(of state: BlockState) -> Bool {
        state.wordsIdentity != nil && state.wordsIdentity == request.knownWords
    }
}

/// The state of a block as read from Redis.
private struct BlockAnswer {
    var state = BlockState()
    /// Whether a value does not match the version or tag in the hash, because it was read at another moment or is
    /// damaged.
    var isTorn = false

    /// Returns the rows of a value that belongs to `mark`. If it does not, returns nil and sets `isTorn`.
    mutating func rows(in reply: RedisReply, of mark: String?) -> [UInt8]? {
        guard let value = reply.bytes, let mark else {
            if mark != nil { isTorn = true }
            return nil
        }
        let rows = MarkedValue(value).rows(of: mark)
        if rows == nil { isTorn = true }
        return rows
    }
}

extension BlockVersion {
    /// Parses a stored version; nil unless it is spelled exactly as this program writes it, as the scripts require too.
    fileprivate init?(stored bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let version = BlockVersion(text: text), version.text == text else { return nil }
        self = version
    }
}

extension WordList.Identity {
    fileprivate init?(stored bytes: [UInt8]) {
        guard let bits = BlockVersion(stored: bytes) else { return nil }
        self.init(value: bits.value)
    }
}
