import Counts
import Hashing
import Platform
import Synchronization
import Testing

/// The checks of `ShardLedger` on a store that satisfies the contract: totals are exact.
extension CountStoreContract {
    static let ledger = [
        CountStoreContract("after every exchange the totals are exact, and equal to others plus own") {
            place throws in
            let store = place.store(freshRun())
            var random = SeededGenerator(seed: 1)
            var writers = (0..<3).map { Writer(shard: $0, words: Self.overlapping[$0], generation: 1, &random) }
            for round in 0..<20 {
                let index = round % 3
                if round % 7 == 6 {
                    // The process is replaced, and its topics start from the beginning.
                    writers[index] = Writer(
                        shard: index, words: Self.overlapping[index], generation: 2 + round, &random)
                }
                writers[index].shuffle(&random)
                let others = try writers[index].exchange(with: store)
                let totals = try verify(store, has: round < 2 ? Array(writers[...round]) : writers)
                for others in others {
                    let own = SparseRows(dense: writers[index].counts[others.block])
                    let sum = try #require(
                        PlacedRows(own, at: others.places).inPlace.adding(others.rows))
                    #expect(sum == totals[others.block].total)
                    for (word, place) in zip(Self.overlapping[index][others.block], others.places.places) {
                        #expect(totals[others.block].words.words[Int(place)] == word)
                    }
                }
            }
            _ = try store.removeRun()
        },
        CountStoreContract("the ledger of a superseded process throws, and changes nothing") { place throws in
            let store = place.store(freshRun())
            var random = SeededGenerator(seed: 2)
            var old = Writer(shard: 0, words: Self.overlapping[0], generation: 1, &random)
            var new = Writer(shard: 0, words: Self.overlapping[0], generation: 2, &random)
            _ = try old.exchange(with: store)
            #expect(try old.ledger.lostBlocks(in: store) == [])
            _ = try new.exchange(with: store)
            let records = try store.records(of: 0..<2)
            #expect(throws: CountStoreError.superseded(shard: 0)) { try old.exchange(with: store) }
            #expect(throws: CountStoreError.superseded(shard: 0)) { try old.ledger.lostBlocks(in: store) }
            #expect(try store.records(of: 0..<2) == records)
            _ = try store.removeRun()
        },
        CountStoreContract("a contribution of a generation that no process can have is replaced, like other damage") {
            place throws in
            let store = place.store(freshRun())
            var random = SeededGenerator(seed: 3)
            let now = Generation(millisecondsSince1970: WallClock.milliseconds(), random: 0)
            var damaged = Writer(shard: 0, words: Self.overlapping[0], generation: 1 << 53, &random)
            var other = Writer(shard: 1, words: Self.overlapping[1], generation: 1, &random)
            var writer = Writer(shard: 0, words: Self.overlapping[0], generation: Int(now.value), &random)
            _ = try writer.exchange(with: store)
            _ = try other.exchange(with: store)
            _ = try damaged.exchange(with: store)
            #expect(try writer.ledger.lostBlocks(in: store) == [0, 1])
            _ = try writer.exchange(with: store)
            try verify(store, has: [writer, other])
            #expect(try writer.ledger.lostBlocks(in: store) == [])
            _ = try store.removeRun()
        },
        CountStoreContract("a look returns the others' counts, writes nothing, and omits blocks with lost counts") {
            place throws in
            let store = place.store(freshRun())
            var random = SeededGenerator(seed: 6)
            var writers = (0..<2).map { Writer(shard: $0, words: Self.overlapping[$0], generation: 1, &random) }
            #expect(try writers[0].ledger.look(at: [0, 1], in: store) == [])
            for index in [0, 1, 0] { _ = try writers[index].exchange(with: store) }
            writers[1].shuffle(&random)
            _ = try writers[1].exchange(with: store)
            let records = try store.records(of: 0..<2)
            let seen = try writers[0].ledger.look(at: [1, 0], in: store)
            #expect(try store.records(of: 0..<2) == records)
            let exchanged = try writers[0].exchange(with: store)
            #expect(seen.sorted { $0.block < $1.block } == exchanged.sorted { $0.block < $1.block })
            _ = try store.removeRun()
            #expect(try writers[0].ledger.look(at: [0, 1], in: store) == [])
        },
        CountStoreContract("an exchange also looks at other blocks, but not at those that it exchanges") {
            place throws in
            let store = place.store(freshRun())
            var random = SeededGenerator(seed: 8)
            var writers = (0..<2).map { Writer(shard: $0, words: Self.overlapping[$0], generation: 1, &random) }
            for index in [0, 1] { _ = try writers[index].exchange(with: store) }
            writers[1].shuffle(&random)
            _ = try writers[1].exchange(with: store)
            let seen = try writers[0].ledger.look(at: [1], in: store)
            #expect(seen.count == 1)
            let before = try store.records(of: 0..<2)
            #expect(
                try writers[0].exchange([0], lookingAt: [0, 1], with: store) == seen
                    + (writers[0].ledger.look(at: [0], in: store)))
            #expect(try store.records(of: 1..<2) == [before[1]])
            #expect(try writers[0].exchange([], lookingAt: [1], with: store) == seen)
            _ = try store.removeRun()
            let exchanged = try writers[0].exchange([0], lookingAt: [1], with: store)
            #expect(exchanged.map(\.block) == [0])
        },
        CountStoreContract(
            "a slow shard is overtaken at most once in a block, even if others write a hundred times in the meantime"
        ) {
            place throws in
            let store = place.store(freshRun())
            var random = SeededGenerator(seed: 9)
            let fast = Mutex((0..<2).map { Writer(shard: $0, words: Self.overlapping[$0], generation: 1, &random) })
            var slow = Writer(shard: 2, words: Self.overlapping[2], generation: 1, &random)
            let slowStore = InterruptedStore(store) { _ in
                fast.withLock { writers in
                    var random = SeededGenerator(seed: 10)
                    for round in 0..<100 {
                        writers[round % 2].shuffle(&random)
                        _ = try? writers[round % 2].exchange(with: store)
                    }
                }
            }
            for round in 0..<5 {
                let refused = slow.ledger.writes.refused
                slow.shuffle(&random)
                #expect(try slow.exchange(with: slowStore).count == 2)
                // In the first round, each of the others has also added its words to the block.
                #expect(slow.ledger.writes.refused - refused <= (round == 0 ? 2 + 2 * 2 : 2))
                try verify(store, has: fast.withLock(\.self) + [slow])
            }
            _ = try store.removeRun()
        },
        CountStoreContract(
            "a slow shard that dies between its read and its write delays no other, and its late write changes nothing"
        ) {
            place throws in
            let store = place.store(freshRun())
            var random = SeededGenerator(seed: 11)
            var writers = (0..<3).map { Writer(shard: $0, words: Self.overlapping[$0], generation: 1, &random) }
            for index in writers.indices { _ = try writers[index].exchange(with: store) }
            let held = Mutex<[BlockWrite]>([])
            for index in [0, 1, 2, 0, 1, 2, 0, 1] {
                // The write of shard 2 is held back: its process dies, or is suspended.
                var ghost = writers[2]
                ghost.shuffle(&random)
                let dying = InterruptedStore(store) { writes throws(CountStoreError) in
                    held.withLock { $0 += writes }
                    throw .unavailable(reason: "it sleeps")
                }
                #expect(throws: CountStoreError.self) { try ghost.exchange(with: dying) }
                writers[index].shuffle(&random)
                let refused = writers[index].ledger.writes.refused
                _ = try writers[index].exchange(with: store)
                #expect(writers[index].ledger.writes.refused - refused <= 2)
                try verify(store, has: writers)
            }
            let successor = Writer(shard: 2, words: Self.overlapping[2], generation: 2, &random)
            writers[2] = successor
            _ = try writers[2].exchange(with: store)
            let after = try store.records(of: 0..<2)
            for write in held.withLock(\.self) { #expect(try store.write([write]) == [.superseded]) }
            #expect(try store.records(of: 0..<2) == after)
            _ = try store.removeRun()
        },
        CountStoreContract("an emptied store is detected, and filled again by the next exchanges") { place throws in
            let store = place.store(freshRun())
            var random = SeededGenerator(seed: 3)
            var writers = (0..<2).map { Writer(shard: $0, words: Self.overlapping[$0], generation: 1, &random) }
            for index in writers.indices { _ = try writers[index].exchange(with: store) }
            _ = try store.removeRun()
            #expect(try writers[0].ledger.lostBlocks(in: store) == [0, 1])
            for index in [1, 0] { _ = try writers[index].exchange(with: store) }
            #expect(try writers[0].ledger.lostBlocks(in: store) == [])
            try verify(store, has: writers)
            _ = try store.removeRun()
        },
        CountStoreContract("a damaged total or contribution is repaired by the next exchanges") { place throws in
            let store = place.store(freshRun())
            var random = SeededGenerator(seed: 4)
            var writers = (0..<3).map { Writer(shard: $0, words: Self.overlapping[$0], generation: 1, &random) }
            for index in writers.indices { _ = try writers[index].exchange(with: store) }
            for damage in 0..<6 {
                let record = try store.records(of: 0..<1)[0]
                let victim = damage % 3
                var total = try #require(record.total)
                var contribution = try #require(record.contributions[victim])
                if damage < 3 { total[total.count - 1] ^= 1 } else { contribution.removeLast() }
                let write = BlockWrite(
                    block: 0, shard: victim, basis: BlockBasis(record, shard: victim),
                    change: .replace(total, version: .unique()), contribution: contribution,
                    tag: try #require(record.tags[victim]), words: nil)
                #expect(try store.write([write]) == [.stored])
                #expect(throws: VerifiedBlock.Fault.self) { try verify(store, has: writers) }
                for index in [1, 2, 0] {
                    writers[index].shuffle(&random)
                    _ = try writers[index].exchange(with: store)
                }
                try verify(store, has: writers)
            }
            _ = try store.removeRun()
        },
        CountStoreContract("removing a shard keeps the others' counts, and its process cannot change anything") {
            place throws in
            let store = place.store(freshRun())
            let manifest = try store.create(Self.manifestOfWriters, replacing: nil)
            var random = SeededGenerator(seed: 8)
            let generations = try (0..<3).map { try store.claim(shard: $0, proposed: Generation(10)) }
            var writers = (0..<3).map {
                Writer(shard: $0, words: Self.overlapping[$0], generation: Int(generations[$0].value), &random)
            }
            for index in [0, 1, 2, 0, 1] { _ = try writers[index].exchange(with: store) }
            try store.report(progress(1), generation: generations[1])
            try store.publish(documents: bytes(1), chunk: 0, ofShard: 1, generation: generations[1])
            #expect(throws: LivingShardError.self) {
                try ShardRemoval.remove(
                    shard: 1, from: store, manifest: manifest, proposed: Generation(0), force: false)
            }
            #expect(try store.records(of: 0..<2)[0].tags[1]?.generation == generations[1])
            for _ in 0..<2 {
                _ = try ShardRemoval.remove(
                    shard: 1, from: store, manifest: manifest, proposed: Generation(0), force: true)
                try verify(store, has: [writers[0], writers[2]])
                #expect(try store.statuses().map(\.progress.state) == [.removed])
                #expect(try store.documents(ofShard: 1) == [:])
            }
            #expect(throws: CountStoreError.superseded(shard: 1)) { try writers[1].exchange(with: store) }
            #expect(throws: CountStoreError.superseded(shard: 1)) { try writers[1].ledger.lostBlocks(in: store) }
            #expect(throws: CountStoreError.superseded(shard: 1)) {
                try store.report(progress(1), generation: generations[1])
            }
            for index in [0, 2] { _ = try writers[index].exchange(with: store) }
            try verify(store, has: [writers[0], writers[2]])
            // The same command adds it again.
            let generation = try store.claim(shard: 1, proposed: Generation(10))
            writers[1] = Writer(shard: 1, words: Self.overlapping[1], generation: Int(generation.value), &random)
            _ = try writers[1].exchange(with: store)
            try verify(store, has: writers)
            _ = try store.removeRun()
        },
        CountStoreContract("repairs that run concurrently with exchanges and new damage result in exact totals") {
            place throws in
            let run = freshRun()
            let manifest = try place.store(run).create(Self.manifestOfWriters, replacing: nil)
            let writers = Mutex([Writer?](repeating: nil, count: 3))
            let faults = inThreads(3) { index -> String? in
                let store = place.store(run)
                var random = SeededGenerator(seed: UInt64(index))
                do {
                    if index == 2 {
                        for round in 0..<60 {
                            try damage(store, round, &random)
                            try LedgerRepair.run(on: store, manifest: manifest) { _ in }
                        }
                        return nil
                    }
                    var writer = Writer(shard: index, words: Self.placed[index], generation: 1, &random)
                    for _ in 0..<60 {
                        writer.shuffle(&random)
                        _ = try writer.exchange(with: store)
                    }
                    writers.withLock { $0[index] = writer }
                } catch { return "\(error)" }
                return nil
            }
            #expect(faults == [nil, nil, nil])
            let store = place.store(run)
            try LedgerRepair.run(on: store, manifest: manifest) { _ in }
            try checkBalance(store)
            var last = writers.withLock { Array($0.compactMap(\.self)) }
            for index in last.indices {
                while try !last[index].ledger.lostBlocks(in: store).isEmpty {
                    _ = try last[index].exchange(with: store)
                }
            }
            try verify(store, has: last)
            _ = try store.removeRun()
        },
        CountStoreContract("concurrent exchanges never lose or duplicate counts") { place throws in
            let run = freshRun()
            let faults = inThreads(3) { index -> String? in
                let store = place.store(run)
                do {
                    if index == 2 {
                        for _ in 0..<60 { try checkBalance(store) }
                        return nil
                    }
                    var random = SeededGenerator(seed: UInt64(index))
                    var writer = Writer(shard: index, words: Self.overlapping[index], generation: 1, &random)
                    for _ in 0..<40 {
                        writer.shuffle(&random)
                        _ = try writer.exchange(with: store)
                    }
                    var open = try writer.ledger.lostBlocks(in: store)
                    while !open.isEmpty {
                        _ = try writer.exchange(with: store)
                        open = try writer.ledger.lostBlocks(in: store)
                    }
                } catch { return "\(error)" }
                return nil
            }
            #expect(faults == [nil, nil, nil])
            let store = place.store(run)
            try checkBalance(store)
            for (block, record) in try store.records(of: 0..<2).enumerated() {
                let tokens = Self.overlapping[..<2].reduce(0) { $0 + $1[block].count } * Writer.tokensPerWord
                #expect(try VerifiedBlock(record, block: block, columns: Writer.topics).total.sum == tokens)
            }
            _ = try store.removeRun()
        },
    ]

    static let manifestOfWriters = RunManifest(
        document: "m", topics: Writer.topics, alpha: 0.1, beta: 0.1, seed: 1, blocks: 2, shards: 3, cores: 1,
        corpusDigest: 0, documents: 3)

    /// The words of two shards, each in the block that its hash selects.
    static let placed: [[[[UInt8]]]] = [["a", "b", "c", "x", "y"], ["c", "", "a", "z", "e"]].map { words in
        (0..<2).map { block in words.map { Array($0.utf8) }.filter { WordBlock.number(of: $0, of: 2) == block } }
    }

    /// The words of three shards in two blocks. Some are shared, in different orders; one shard has no words in a
    /// block.
    static let overlapping: [[[[UInt8]]]] = [
        [["a", "b", "c"], ["x"]], [["c", "", "a"], []], [["d\u{0}\r\n", "b"], ["y", "x", "\u{e9}", "e\u{301}"]],
    ].map { $0.map { $0.map { Array($0.utf8) } } }
}
