package import Counts

/// The blocks.
///
/// A block is read by plain commands, sent together: GET of the total, HMGET of version, tag and the identity of the
/// words, and of the contribution and the words too if nothing is known of them. A total bears the version it belongs
/// to and a contribution its tag's nonce, so an answer of two moments shows, and is asked for again. Only if what is
/// known turns out to be old, everything is asked for; that replaces the first answer, so both rounds need not agree.
extension RedisCountStore {
    /// An answer of two moments is asked for again so often; a value that still does not fit is taken for damaged.
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

    /// Puts the new values beside the old, and has them take their place.
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

    /// A total that was read, as the scripts compare it.
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
                // A tag that cannot be read says nothing of its contribution.
                guard let tag else { return value.rows }
                return value.rows(of: Hexadecimal.text(tag.nonce)) ?? []
            }
        }
        return record
    }
}

/// A value with the 16 digits before it that say what it belongs to.
private struct MarkedValue {
    private static let markLength = 16

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The packed rows, whatever they belong to.
    var rows: [UInt8] { Array(bytes.dropFirst(Self.markLength)) }

    /// The packed rows; nil if they belong to something else.
    func rows(of mark: String?) -> [UInt8]? {
        guard let mark, bytes.starts(with: mark.utf8) else { return nil }
        return rows
    }
}

/// What is asked of a block, and what the answer means.
private struct BlockQuestion {
    let request: BlockRequest
    /// Whether the shard's contribution and the words are asked for.
    let contribution: Bool
    let words: Bool

    var commandCount: Int { contribution ? 3 : 2 }

    func commands(_ keys: KeySchema) -> [RedisCommand] {
        let (block, shard) = (request.block, request.shard)
        let fields =
            [KeySchema.version, KeySchema.tag(shard), KeySchema.wordsIdentity] + (words ? [KeySchema.words] : [])
        // The total first: words that are new since then have no row in it.
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

    /// Whether the answer shows that more should have been asked.
    func isLeftOpen(by state: BlockState) -> Bool {
        !(contribution || knowsTag(of: state)) || !(words || knowsWords(of: state))
    }

    private func knowsTag(of state: BlockState) -> Bool { state.tag != nil && state.tag == request.knownTag }

    private func knowsWords(of state: BlockState) -> Bool {
        state.wordsIdentity != nil && state.wordsIdentity == request.knownWords
    }
}

/// What Redis said of a block.
private struct BlockAnswer {
    var state = BlockState()
    /// Whether a value is not the one that the hash speaks of: it is of another moment, or damaged.
    var isTorn = false

    /// The rows of a value that belongs to `mark`; nil, and noted, if it does not.
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
    /// As the scripts compare it: only what we would write counts.
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
