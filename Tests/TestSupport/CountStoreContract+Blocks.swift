import Counts
import Testing

/// The checks of blocks.
extension CountStoreContract {
    static let blocks = [
        CountStoreContract("a write that replaces requires the stored version, and changes everything atomically") {
            place throws in
            let run = freshRun()
            let store = place.store(run)
            let first = write(1, words: bytes(7))
            #expect(try store.write([first]) == [.stored])
            let basis = try store.basis(1)
            #expect(basis.version == first.version && basis.tag == first.tag)
            let second = write(1, over: basis, tag: tag(5, sweep: 2), 2)
            var late = write(1, over: basis, 9)
            late.basis.version = .unique()
            #expect(try store.write([write(1, 9)]) == [.conflict])
            #expect(try store.write([late]) == [.conflict])
            #expect(try store.write([second]) == [.stored])
            #expect(try store.write([write(1, over: basis, 9)]) == [.conflict])
            var record = BlockRecord()
            record.version = second.version
            record.total = second.written
            record.words = bytes(7)
            record.wordsIdentity = WordList.Identity(ofPacked: bytes(7))
            record.contributions = [0: second.contribution]
            record.tags = [0: second.tag]
            #expect(try place.store(run).records(of: 1..<2) == [record])
            _ = try store.removeRun()
        },
        CountStoreContract("a write that appends is not refused because of writes of other shards") {
            place throws in
            let store = place.store(freshRun())
            let first = write(1, words: [7])
            #expect(try store.write([first, write(1, shard: 1, appends: true)]) == [.stored, .conflict])
            let bases = try (0..<3).map { shard throws in try store.basis(1, shard: shard) }
            #expect(try store.write([write(shard: 1, over: bases[1], appends: true)]) == [.conflict], "it is empty")
            let one = write(1, shard: 1, over: bases[1], 2, appends: true)
            let two = write(1, shard: 2, over: bases[2], 3, appends: true)
            #expect(try store.write([one, two]) == [.stored, .stored])
            #expect(try store.records(of: 1..<2)[0].total == first.written + one.written + two.written)
            // Changes that were appended since the total was read are kept after the new total.
            let next = write(1, over: bases[0], tag: tag(5, sweep: 2), 4)
            #expect(try store.write([next]) == [.stored])
            let again = write(
                1, shard: 1, over: BlockBasis(tag: one.tag, words: bases[1].words), tag: tag(5, sweep: 3), 5,
                appends: true)
            #expect(try store.write([again]) == [.stored])
            let record = try store.records(of: 1..<2)[0]
            #expect(record.version == next.version)
            #expect(record.total == next.written + one.written + two.written + again.written)
            #expect(record.contributions == [0: next.contribution, 1: again.contribution, 2: two.contribution])
            #expect(record.tags == [0: next.tag, 1: again.tag, 2: two.tag])
            #expect(record.words == [7])
            _ = try store.removeRun()
        },
        CountStoreContract("a write is refused if its shard's tag is not the one it was computed from") {
            place throws in
            let store = place.store(freshRun())
            let first = write(words: [7])
            #expect(try store.write([first]) == [.stored])
            let basis = try store.basis()
            let other = write(over: basis, tag: tag(5, sweep: 2), 2, appends: true)
            #expect(try store.write([other]) == [.stored])
            let after = try store.records(of: 0..<1)
            #expect(
                try store.write([write(over: basis, 3, appends: true), write(over: basis, 3)]) == [
                    .conflict, .conflict,
                ])
            var forgetful = try store.basis()
            forgetful.tag = nil
            #expect(try store.write([write(over: forgetful, 3, appends: true)]) == [.conflict])
            #expect(try store.records(of: 0..<1) == after)
            _ = try store.removeRun()
        },
        CountStoreContract("a total is replaced only by a write that has read everything that it replaces") {
            place throws in
            let store = place.store(freshRun())
            #expect(try store.write([write(words: [7])]) == [.stored])
            let one = write(shard: 1, over: try store.basis(shard: 1), 2, appends: true)
            #expect(try store.write([one]) == [.stored])
            // A store that was rolled back and written again has the same version and the same number of bytes, but
            // other bytes.
            var basis = try store.basis()
            basis.total = BlockBasis.Total(
                Array((try #require(try store.records(of: 0..<1)[0].total)).dropLast()) + [77])
            #expect(try store.write([write(over: basis, 3)]) == [.conflict])
            basis.total = BlockBasis.Total(Array(repeating: 1, count: 10_000))
            #expect(try store.write([write(over: basis, 3)]) == [.conflict])
            #expect(try store.write([write(over: try store.basis(), 3)]) == [.stored])
            #expect(try store.records(of: 0..<1)[0].total == bytes(3))
            _ = try store.removeRun()
        },
        CountStoreContract("rows are stored only with the list of words from which they were computed") {
            place throws in
            let store = place.store(freshRun())
            #expect(try store.write([write(words: bytes(1))]) == [.stored])
            let late = try (0..<3).map { shard throws in try store.basis(shard: shard) }
            let grown = write(shard: 1, over: late[1], words: bytes(2), appends: true)
            #expect(try store.write([grown]) == [.stored])
            for appends in [false, true] {
                #expect(try store.write([write(over: late[0], appends: appends)]) == [.conflict])
                #expect(
                    try store.write([write(shard: 2, over: late[2], words: bytes(3), appends: appends)]) == [.conflict])
            }
            #expect(try store.write([write(over: try store.basis(), appends: true)]) == [.stored])
            #expect(try store.records(of: 0..<1)[0].words == bytes(2))
            _ = try store.removeRun()
        },
        CountStoreContract("a write is idempotent") { place throws in
            let store = place.store(freshRun())
            let first = write(words: [])
            let second = write(shard: 1, over: BlockBasis(words: .init(ofPacked: [])), appends: true)
            for write in [first, second] {
                #expect(try store.write([write]) == [.stored])
                let after = try store.records(of: 0..<1)
                #expect(try store.write([write]) == [.conflict])
                #expect(try store.records(of: 0..<1) == after)
            }
            _ = try store.removeRun()
        },
        CountStoreContract("a later generation's contribution is not overwritten by an earlier process of its shard") {
            place throws in
            let store = place.store(freshRun())
            let large: UInt64 = 1 << 52 | 1
            let first = write(tag: tag(large))
            #expect(try store.write([first]) == [.stored])
            for appends in [false, true] {
                let zombie = write(over: try store.basis(), tag: tag(large - 1), appends: appends)
                #expect(try store.write([zombie]) == [.superseded])
                #expect(try store.records(of: 0..<1)[0].total == first.written)
            }
            let other = write(shard: 1, over: try store.basis(shard: 1), tag: tag(3))
            #expect(try store.write([other]) == [.stored])
            #expect(try store.write([write(over: try store.basis(), tag: tag(large))]) == [.stored])
            _ = try store.removeRun()
        },
        CountStoreContract("contributions of several shards are stored independently") { place throws in
            let store = place.store(freshRun())
            for shard in [0, 1, 10, 123] {
                let next = write(
                    shard: shard, over: try store.basis(shard: shard), tag: tag(UInt64(shard)), UInt8(shard))
                #expect(try store.write([next]) == [.stored])
            }
            let record = try store.records(of: 0..<1)[0]
            #expect(record.contributions.keys.sorted() == [0, 1, 10, 123])
            #expect(record.contributions[10] == bytes(110))
            #expect(record.tags.mapValues(\.generation.value) == [0: 0, 1: 1, 10: 10, 123: 123])
            #expect(try store.tags(ofShard: 10, blocks: 0..<2) == [record.tags[10], nil])
            _ = try store.removeRun()
        },
        CountStoreContract("starting over keeps only what is written then") { place throws in
            let store = place.store(freshRun())
            #expect(try store.write([write(shard: 1, words: bytes(1))]) == [.stored])
            func startOver(_ basis: BlockBasis) -> BlockWrite {
                var over = write(shard: 0, over: basis, 2, words: bytes(2))
                over.change = .startOver(bytes(2), version: .unique())
                return over
            }
            let over = startOver(try store.basis())
            #expect(try store.write([startOver(BlockBasis())]) == [.conflict])
            let late = try store.basis(shard: 1)
            #expect(try store.write([over]) == [.stored])
            let record = try store.records(of: 0..<1)[0]
            #expect(record.version == over.version && record.total == bytes(2))
            #expect(record.contributions == [0: over.contribution])
            #expect(record.tags == [0: over.tag])
            #expect(record.words == bytes(2))
            #expect(try store.write([write(shard: 1, over: late, appends: true)]) == [.conflict], "its words are lost")
            _ = try store.removeRun()
        },
        CountStoreContract(
            "a repair requires the stored total, and changes total, contributions and tags atomically"
        ) {
            place throws in
            let store = place.store(freshRun())
            for shard in 0..<12 {
                let next = write(
                    shard: shard, over: try store.basis(shard: shard), UInt8(shard), words: shard == 0 ? bytes(7) : nil,
                    appends: shard > 5)
                #expect(try store.write([next]) == [.stored])
            }
            var record = try store.records(of: 0..<1)[0]
            let basis = BlockBasis(record)
            let repair = BlockRepair(
                block: 0, basis: basis, total: bytes(99), removed: [1, 11, 500],
                tags: [2: tag(0), 3: tag(1 << 53)])
            let cut = record.total.flatMap { BlockBasis.Total(Array($0.dropLast())) }
            let refused = [
                BlockBasis(version: .unique(), total: basis.total), BlockBasis(), BlockBasis(version: basis.version),
                BlockBasis(version: basis.version, total: cut),
            ].map { BlockRepair(block: 0, basis: $0, total: bytes(98)) }
            #expect(try store.repair(refused) == refused.map { _ in .conflict })
            #expect(try store.records(of: 0..<1) == [record])
            let late = try store.basis()
            #expect(try store.repair([repair]) == [.stored])
            (record.version, record.total) = (repair.version, bytes(99))
            for shard in [1, 11] { (record.contributions[shard], record.tags[shard]) = (nil, nil) }
            record.tags.merge(repair.tags) { $1 }
            #expect(try store.records(of: 0..<1) == [record])
            #expect(try store.repair([repair]) == [.conflict], "a repair is idempotent")
            #expect(try store.write([write(over: late)]) == [.conflict])
            _ = try store.removeRun()
        },
        CountStoreContract("a repair without a total empties the block, whichever shards wrote it") { place throws in
            let store = place.store(freshRun())
            _ = try store.write([write(1, tag: tag(1 << 53), words: bytes(1)), write(2)])
            let basis = try store.basis(1)
            let repairs = [
                BlockRepair(block: 1, basis: basis, total: nil),
                BlockRepair(block: 2, basis: BlockBasis(), total: nil),
            ]
            #expect(try store.repair(repairs) == [.stored, .conflict])
            #expect(try store.records(of: 1..<2) == [BlockRecord()])
            #expect(try store.write([write(1, tag: tag(1))]) == [.stored])
            #expect(try store.repair([]) == [])
            _ = try store.removeRun()
        },
        CountStoreContract("known values are not sent again, unknown values are") { place throws in
            let store = place.store(freshRun())
            let words = bytes(3)
            let identity = WordList.Identity(ofPacked: words)
            let first = write(shard: 4, 1, words: words)
            _ = try store.write([first])
            func read(shard: Int = 4, _ tag: ContributionTag?, _ words: WordList.Identity?) throws -> BlockState {
                try store.read([BlockRequest(block: 0, shard: shard, knownTag: tag, knownWords: words)])[0]
            }
            let nothing = BlockState(
                version: first.version, total: first.written, tag: first.tag, wordsIdentity: identity)
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
        CountStoreContract("several blocks are read and written in one call, in order") { place throws in
            let store = place.store(freshRun())
            let order = Array((0..<300).shuffled())
            let writes = order.map { write($0, UInt8(truncatingIfNeeded: $0)) }
            #expect(try store.write(writes) == Array(repeating: .stored, count: 300))
            let back = Array(order.reversed())
            let states = try store.read(back.map { BlockRequest(block: $0, shard: 0) })
            #expect(states.map(\.version) == writes.reversed().map(\.version))
            let mixed = back.enumerated().map { index, block in
                var write = write(block, over: BlockBasis(states[index]), appends: index.isMultiple(of: 3))
                if !index.isMultiple(of: 2) { write.basis.tag = nil }
                return write
            }
            #expect(try store.write(mixed) == mixed.indices.map { $0.isMultiple(of: 2) ? .stored : .conflict })
            #expect(try store.records(of: 0..<300).allSatisfy { $0.version != nil })
            #expect(try store.read([]) == [])
            #expect(try store.write([]) == [])
            #expect(try store.tags(ofShard: 0, blocks: 0..<0) == [])
            #expect(try store.records(of: 0..<0) == [])
            _ = try store.removeRun()
        },
        CountStoreContract("two runs in one store are independent") { place throws in
            let (one, two) = (place.store(freshRun()), place.store(freshRun()))
            let first = write()
            #expect(try one.write([first]) == [.stored])
            #expect(try two.write([write(over: try one.basis())]) == [.conflict])
            #expect(try two.write([write(2)]) == [.stored])
            #expect(try one.records(of: 0..<1)[0].version == first.version)
            _ = try one.claim(shard: 0, proposed: Generation(50))
            #expect(try two.claim(shard: 0, proposed: Generation(1)) == Generation(1))
            #expect(try one.removeRun() && two.removeRun())
        },
        CountStoreContract("of several writes that replace one version one is stored, of those that append all are") {
            place throws in
            let run = freshRun()
            let store = place.store(run)
            _ = try store.write([write(shard: 8)])
            for appends in [false, true] {
                let writes = try (0..<8).map { shard throws in
                    write(shard: shard, over: try store.basis(shard: shard), UInt8(shard), appends: appends)
                }
                let outcomes = inThreads(writes.count) { index in try? place.store(run).write([writes[index]])[0] }
                #expect(outcomes.filter { $0 == .stored }.count == (appends ? 8 : 1))
                #expect(outcomes.filter { $0 == .conflict }.count == (appends ? 0 : 7))
            }
            #expect(try store.records(of: 0..<1)[0].total?.count == 9 * bytes(0).count)
            _ = try store.removeRun()
        },
    ]
}
