import Counts
import Testing

/// What the contract says of blocks.
extension CountStoreContract {
    static let blocks = [
        CountStoreContract("a write needs the version that is stored; then all changes together") { place throws in
            let run = freshRun()
            let store = place.store(run)
            let first = write(over: nil, 1, words: bytes(7))
            let second = write(over: first.version, tag: tag(5, sweep: 2), 2)
            #expect(try store.write([first]) == [.stored])
            #expect(try store.write([write(over: nil, 9)]) == [.conflict])
            #expect(try store.write([write(over: .unique(), 9)]) == [.conflict])
            #expect(try store.write([second]) == [.stored])
            #expect(try store.write([write(over: first.version, 9)]) == [.conflict])
            var record = BlockRecord()
            record.version = second.version
            record.total = second.total
            record.words = bytes(7)
            record.wordsIdentity = WordList.Identity(ofPacked: bytes(7))
            record.contributions = [0: second.contribution]
            record.tags = [0: second.tag]
            #expect(try place.store(run).records(of: 0..<1) == [record])
            _ = try store.removeRun()
        },
        CountStoreContract("a write done twice is done once") { place throws in
            let store = place.store(freshRun())
            let first = write(over: nil, words: [])
            #expect(try store.write([first]) == [.stored])
            let after = try store.records(of: 0..<1)
            #expect(try store.write([first]) == [.conflict])
            #expect(try store.records(of: 0..<1) == after)
            _ = try store.removeRun()
        },
        CountStoreContract("a later generation's contribution is not overwritten, by exactly its own shard") {
            place throws in
            let store = place.store(freshRun())
            let large: UInt64 = 1 << 52 | 1
            let first = write(over: nil, tag: tag(large))
            #expect(try store.write([first]) == [.stored])
            let zombie = write(over: first.version, tag: tag(large - 1))
            #expect(try store.write([zombie]) == [.superseded])
            #expect(try store.records(of: 0..<1)[0].version == first.version)
            let other = write(shard: 1, over: first.version, tag: tag(3))
            #expect(try store.write([other]) == [.stored])
            #expect(try store.write([write(over: other.version, tag: tag(large))]) == [.stored])
            _ = try store.removeRun()
        },
        CountStoreContract("contributions of several shards lie side by side") { place throws in
            let store = place.store(freshRun())
            var version: BlockVersion?
            for shard in [0, 1, 10, 123] {
                let next = write(shard: shard, over: version, tag: tag(UInt64(shard)), UInt8(shard))
                #expect(try store.write([next]) == [.stored])
                version = next.version
            }
            let record = try store.records(of: 0..<1)[0]
            #expect(record.contributions.keys.sorted() == [0, 1, 10, 123])
            #expect(record.contributions[10] == bytes(110))
            #expect(record.tags.mapValues(\.generation.value) == [0: 0, 1: 1, 10: 10, 123: 123])
            #expect(try store.tags(ofShard: 10, blocks: 0..<2) == [record.tags[10], nil])
            _ = try store.removeRun()
        },
        CountStoreContract("starting over leaves only what is written then") { place throws in
            let store = place.store(freshRun())
            let first = write(shard: 1, over: nil, words: bytes(1))
            #expect(try store.write([first]) == [.stored])
            let over = write(shard: 0, over: first.version, 2, words: bytes(2), startsOver: true)
            #expect(try store.write([write(shard: 0, over: nil, startsOver: true)]) == [.conflict])
            #expect(try store.write([over]) == [.stored])
            let record = try store.records(of: 0..<1)[0]
            #expect(record.contributions == [0: over.contribution])
            #expect(record.tags == [0: over.tag])
            #expect(record.words == bytes(2))
            _ = try store.removeRun()
        },
        CountStoreContract(
            "a repair needs the version that is stored; then total, contributions and tags change together"
        ) {
            place throws in
            let store = place.store(freshRun())
            var version: BlockVersion?
            for shard in 0..<12 {
                let next = write(shard: shard, over: version, UInt8(shard), words: shard == 0 ? bytes(7) : nil)
                _ = try store.write([next])
                version = next.version
            }
            var record = try store.records(of: 0..<1)[0]
            let repair = BlockRepair(
                block: 0, expected: version, total: bytes(99), removed: [1, 11, 500],
                tags: [2: tag(0), 3: tag(1 << 53)])
            #expect(try store.repair([BlockRepair(block: 0, expected: .unique(), total: bytes(98))]) == [.conflict])
            #expect(try store.repair([BlockRepair(block: 0, expected: nil, total: nil)]) == [.conflict])
            #expect(try store.records(of: 0..<1) == [record])
            #expect(try store.repair([repair]) == [.stored])
            (record.version, record.total) = (repair.version, bytes(99))
            for shard in [1, 11] { (record.contributions[shard], record.tags[shard]) = (nil, nil) }
            record.tags.merge(repair.tags) { $1 }
            #expect(try store.records(of: 0..<1) == [record])
            #expect(try store.repair([repair]) == [.conflict], "doing it twice is doing it once")
            #expect(try store.write([write(over: version)]) == [.conflict])
            _ = try store.removeRun()
        },
        CountStoreContract("a repair without a total empties the block, whoever wrote it") { place throws in
            let store = place.store(freshRun())
            let first = write(1, over: nil, tag: tag(1 << 53), words: bytes(1))
            _ = try store.write([first, write(2, over: nil)])
            let repairs = [
                BlockRepair(block: 1, expected: first.version, total: nil),
                BlockRepair(block: 2, expected: nil, total: nil),
            ]
            #expect(try store.repair(repairs) == [.stored, .conflict])
            #expect(try store.records(of: 1..<2) == [BlockRecord()])
            #expect(try store.write([write(1, over: nil, tag: tag(1))]) == [.stored])
            #expect(try store.repair([]) == [])
            _ = try store.removeRun()
        },
        CountStoreContract("what the reader knows is not sent again, what it does not know is") { place throws in
            let store = place.store(freshRun())
            let words = bytes(3)
            let identity = WordList.Identity(ofPacked: words)
            let first = write(shard: 4, over: nil, 1, words: words)
            _ = try store.write([first])
            func read(shard: Int = 4, _ tag: ContributionTag?, _ words: WordList.Identity?) throws -> BlockState {
                try store.read([BlockRequest(block: 0, shard: shard, knownTag: tag, knownWords: words)])[0]
            }
            let nothing = BlockState(
                version: first.version, total: first.total, tag: first.tag, wordsIdentity: identity)
            var all = nothing
            (all.contribution, all.words) = (first.contribution, words)
            var contribution = nothing
            contribution.contribution = first.contribution
            var list = nothing
            list.words = words
            let (otherTag, otherWords) = (tag(5), WordList.Identity(value: 1))
            #expect(try read(first.tag, identity) == nothing)
            #expect(try read(nil, nil) == all)
            #expect(try read(otherTag, otherWords) == all)
            #expect(try read(nil, identity) == contribution)
            #expect(try read(otherTag, identity) == contribution)
            #expect(try read(first.tag, nil) == list)
            #expect(try read(first.tag, otherWords) == list)
            var stranger = list
            stranger.tag = nil
            #expect(try read(shard: 5, nil, nil) == stranger)
            #expect(try read(shard: 5, otherTag, otherWords) == stranger)
            #expect(
                try store.read([BlockRequest(block: 1, shard: 4, knownTag: otherTag, knownWords: identity)]) == [
                    BlockState()
                ])
            _ = try store.removeRun()
        },
        CountStoreContract("many blocks are read and written at once, answers in the order asked") { place throws in
            let store = place.store(freshRun())
            let order = Array((0..<300).shuffled())
            let writes = order.map { write($0, over: nil, UInt8(truncatingIfNeeded: $0)) }
            #expect(try store.write(writes) == Array(repeating: .stored, count: 300))
            let back = Array(order.reversed())
            let states = try store.read(back.map { BlockRequest(block: $0, shard: 0) })
            #expect(states.map(\.version) == writes.reversed().map(\.version))
            let mixed = back.enumerated().map { index, block in
                write(block, over: index.isMultiple(of: 2) ? states[index].version : .unique())
            }
            #expect(try store.write(mixed) == mixed.indices.map { $0.isMultiple(of: 2) ? .stored : .conflict })
            #expect(try store.records(of: 0..<300).allSatisfy { $0.version != nil })
            #expect(try store.read([]) == [])
            #expect(try store.write([]) == [])
            #expect(try store.tags(ofShard: 0, blocks: 0..<0) == [])
            #expect(try store.records(of: 0..<0) == [])
            _ = try store.removeRun()
        },
        CountStoreContract("two runs of one place never meet") { place throws in
            let (one, two) = (place.store(freshRun()), place.store(freshRun()))
            let first = write(over: nil)
            #expect(try one.write([first]) == [.stored])
            #expect(try two.write([write(over: first.version)]) == [.conflict])
            #expect(try two.write([write(over: nil, 2)]) == [.stored])
            #expect(try one.records(of: 0..<1)[0].version == first.version)
            _ = try one.claim(shard: 0, proposed: Generation(50))
            #expect(try two.claim(shard: 0, proposed: Generation(1)) == Generation(1))
            #expect(try one.removeRun() && two.removeRun())
        },
        CountStoreContract("of many writers of one version, one is stored") { place throws in
            let run = freshRun()
            let store = place.store(run)
            let first = write(over: nil)
            _ = try store.write([first])
            let writes = (0..<8).map { write(shard: $0, over: first.version, UInt8($0)) }
            let outcomes = inThreads(writes.count) { index in try? place.store(run).write([writes[index]])[0] }
            #expect(outcomes.filter { $0 == .stored }.count == 1)
            #expect(outcomes.filter { $0 == .conflict }.count == 7)
            _ = try store.removeRun()
        },
    ]
}
