package import Counts
import Platform
import Testing

/// The contract of `CountStore`, as checks that every implementation must pass.
///
///     @Test("the store in memory satisfies the contract", arguments: CountStoreContract.laws)
///     func keeps(_ law: CountStoreContract) throws { try law.check(place) }
package struct CountStoreContract: Sendable, CustomTestStringConvertible {
    /// The place where stores of one kind keep their runs. Two stores of the same run see each other's writes.
    package struct Place: Sendable {
        let store: @Sendable (_ run: String) -> any CountStore
        /// Advances the store's clock a little.
        let wait: @Sendable () -> Void

        package init(
            store: @escaping @Sendable (_ run: String) -> any CountStore, wait: @escaping @Sendable () -> Void = {}
        ) {
            self.store = store
            self.wait = wait
        }
    }

    package let law: String
    package let check: @Sendable (Place) throws -> Void

    package var testDescription: String { law }

    init(_ law: String, _ check: @escaping @Sendable (Place) throws -> Void) {
        self.law = law
        self.check = check
    }

    package static let laws: [CountStoreContract] = runs + shards + blocks + ledger
}

// MARK: Parts of the checks

/// Returns a run name that no other check uses.
func freshRun() -> String { "contract-\(Hexadecimal.text(.random(in: .min ... .max)))" }

func manifest(topics: Int = 7) -> RunManifest {
    RunManifest(
        document: "a \"b\" \u{1F98A}\n.gz", topics: topics, alpha: 0.1, beta: 1e-3, seed: .max, blocks: 4, shards: 3,
        cores: 2, corpusDigest: 1 << 63, documents: 12,
        reading: "--input-format=text --min-df=2")
}

func progress(_ shard: Int, sweep: Int = 1) -> ShardProgress {
    ShardProgress(
        shard: shard, sweep: sweep, iterations: 10, documents: 5, tokens: 50, logLikelihoodPerToken: -8.25,
        host: "h\"\u{0}st\n", process: 1)
}

func tag(_ generation: UInt64, sweep: Int = 1) -> ContributionTag {
    ContributionTag(generation: Generation(generation), sweep: sweep)
}

/// Returns a value that contains every byte, because a store must keep arbitrary bytes.
func bytes(_ first: UInt8) -> [UInt8] { [first] + Array(0...255) }

/// Creates a write that replaces the total or, with `appends`, appends to it. Without a basis it is for an empty block.
func write(
    _ block: Int = 0, shard: Int = 0, over basis: BlockBasis = BlockBasis(), tag: ContributionTag = tag(5),
    _ value: UInt8 = 1, words: [UInt8]? = nil, appends: Bool = false
) -> BlockWrite {
    BlockWrite(
        block: block, shard: shard, basis: basis,
        change: appends ? .append(bytes(value)) : .replace(bytes(value), version: .unique()),
        contribution: bytes(value &+ 100), tag: tag, words: words)
}

extension BlockWrite {
    /// The version of the total after the write.
    package var version: BlockVersion? {
        switch change {
        case .replace(_, let version), .startOver(_, let version): version
        case .append: basis.version
        }
    }

    /// The new total, or the appended bytes.
    package var written: [UInt8] {
        switch change {
        case .replace(let bytes, _), .startOver(let bytes, _), .append(let bytes): bytes
        }
    }
}

extension CountStore {
    /// Returns the current basis for a write of shard `shard`.
    package func basis(_ block: Int = 0, shard: Int = 0) throws(CountStoreError) -> BlockBasis {
        BlockBasis(try read([BlockRequest(block: block, shard: shard)])[0])
    }
}

// MARK: Runs

extension CountStoreContract {
    private static let runs = [
        CountStoreContract("an unknown run has no manifest, no statuses, no documents, and empty blocks") {
            place throws in
            let store = place.store(freshRun())
            #expect(try store.manifest() == nil)
            #expect(try store.statuses() == [])
            #expect(try store.documents(ofShard: 0) == [:])
            #expect(try store.records(of: 0..<2) == [BlockRecord(), BlockRecord()])
            #expect(try store.tags(ofShard: 0, blocks: 0..<2) == [nil, nil])
            #expect(try store.read([BlockRequest(block: 0, shard: 0)]) == [BlockState()])
            #expect(try store.removeRun() == false)
        },
        CountStoreContract("the first process to create a run stores its manifest, which the second gets") {
            place throws in
            let run = freshRun()
            let (first, second) = (manifest(), manifest(topics: 8))
            #expect(try place.store(run).create(first, replacing: nil) == first)
            #expect(try place.store(run).create(second, replacing: nil) == first)
            #expect(try place.store(run).create(second, replacing: second.id) == first)
            #expect(try place.store(run).manifest() == first)
        },
        CountStoreContract("replacing a run by its id removes all of the old one") { place throws in
            let run = freshRun()
            let store = place.store(run)
            let old = try store.create(manifest(), replacing: nil)
            let generation = try store.claim(shard: 2, proposed: Generation(5))
            try store.report(progress(2), generation: generation)
            try store.publish(documents: bytes(1), chunk: 0, ofShard: 2, generation: generation)
            _ = try store.write([write(3, shard: 2)])
            let new = manifest(topics: 9)
            #expect(try store.create(new, replacing: old.id) == new)
            #expect(try store.manifest() == new)
            #expect(try store.statuses() == [])
            #expect(try store.documents(ofShard: 2) == [:])
            #expect(try store.records(of: 0..<4) == Array(repeating: BlockRecord(), count: 4))
            #expect(try store.create(old, replacing: old.id) == new, "the old id is no longer valid")
            #expect(try store.claim(shard: 2, proposed: Generation(1)) == Generation(1))
        },
        CountStoreContract("removing a run removes all of it, and nothing of similar names") { place throws in
            let run = freshRun()
            let names = [run, run + "1", run + "-", run.dropLast() + "", run + ".run"]
            for name in names {
                let store = place.store(name)
                _ = try store.create(manifest(), replacing: nil)
                try store.report(progress(1), generation: Generation(1))
                _ = try store.write([write(2, words: [1])])
                try store.publish(documents: [1], chunk: 3, ofShard: 1, generation: Generation(1))
            }
            let others = try names.dropFirst().map { try place.store($0).records(of: 0..<4) }
            #expect(try place.store(run).removeRun())
            #expect(try place.store(run).removeRun() == false)
            #expect(try place.store(run).manifest() == nil)
            #expect(try place.store(run).statuses() == [])
            #expect(try place.store(run).documents(ofShard: 1) == [:])
            #expect(try place.store(run).records(of: 0..<4) == Array(repeating: BlockRecord(), count: 4))
            for (name, records) in zip(names.dropFirst(), others) {
                #expect(try place.store(name).manifest() != nil)
                #expect(try place.store(name).records(of: 0..<4) == records)
                #expect(try place.store(name).statuses().map(\.progress) == [progress(1)])
                #expect(try place.store(name).documents(ofShard: 1) == [3: [1]])
                _ = try place.store(name).removeRun()
            }
        },
        CountStoreContract("a run whose manifest was lost is removed too") {
            place throws in
            let store = place.store(freshRun())
            _ = try store.write([write(1)])
            #expect(try store.removeRun())
            #expect(try store.records(of: 1..<2) == [BlockRecord()])
            #expect(try store.removeRun() == false)
        },
        CountStoreContract("creating a run whose manifest was lost keeps what its shards have written again") {
            place throws in
            let store = place.store(freshRun())
            _ = try store.write([write(1)])
            let blocks = try store.records(of: 0..<4)
            _ = try store.create(manifest(), replacing: nil)
            #expect(try store.records(of: 0..<4) == blocks)
        },
        CountStoreContract("runs with any valid names are independent") { place throws in
            let stem = freshRun()
            let names = [stem, stem + "%7D", stem + "@a,b=c+d~e", stem.uppercased(), "_" + stem]
            for (index, name) in names.enumerated() {
                #expect(place.store(name).run == name)
                _ = try place.store(name).create(manifest(topics: index + 2), replacing: nil)
            }
            for (index, name) in names.enumerated() {
                #expect(try place.store(name).manifest()?.columns == index + 2)
                #expect(try place.store(name).removeRun())
            }
        },
    ]
}

// MARK: Shards

extension CountStoreContract {
    private static let shards = [
        CountStoreContract("a claim returns the proposed generation, or one above the last") { place throws in
            let run = freshRun()
            #expect(try place.store(run).claim(shard: 0, proposed: Generation(100)) == Generation(100))
            #expect(try place.store(run).claim(shard: 0, proposed: Generation(100)) == Generation(101))
            #expect(try place.store(run).claim(shard: 0, proposed: Generation(7)) == Generation(102))
            #expect(try place.store(run).claim(shard: 0, proposed: Generation(200)) == Generation(200))
            #expect(try place.store(run).claim(shard: 1, proposed: Generation(7)) == Generation(7))
            let large = Generation(millisecondsSince1970: 1_800_000_000_000, random: 0xFFF)
            #expect(try place.store(run).claim(shard: 0, proposed: large) == large)
            #expect(try place.store(run).claim(shard: 0, proposed: large).value == large.value + 1)
            #expect(try place.store(run).statuses() == [], "a claim alone is not a report")
            #expect(try place.store(run).removeRun())
        },
        CountStoreContract("a generation that no process can have supersedes no process, and is never given to two") {
            place throws in
            let store = place.store(freshRun())
            let now = Generation(millisecondsSince1970: WallClock.milliseconds(), random: 7)
            let impossible = Generation(1 << 53)
            _ = try store.claim(shard: 1, proposed: impossible)
            try store.report(progress(1, sweep: 3), generation: impossible)
            try store.publish(documents: bytes(1), chunk: 0, ofShard: 1, generation: impossible)
            #expect(try store.claim(shard: 1, proposed: now) == now)
            #expect(try store.claim(shard: 1, proposed: now) == now.next)
            _ = try store.claim(shard: 2, proposed: impossible)
            try store.report(progress(2, sweep: 4), generation: now)
            try store.publish(documents: bytes(2), chunk: 0, ofShard: 1, generation: now.next)
            #expect(try store.documents(ofShard: 1) == [0: bytes(2)])
            #expect(try store.statuses().last?.generation == now)
            _ = try store.removeRun()
        },
        CountStoreContract("a superseded process can neither report nor publish") { place throws in
            let store = place.store(freshRun())
            let old = try store.claim(shard: 1, proposed: Generation(10))
            try store.report(progress(1, sweep: 3), generation: old)
            try store.publish(documents: bytes(1), chunk: 0, ofShard: 1, generation: old)
            let new = try store.claim(shard: 1, proposed: Generation(10))
            #expect(throws: CountStoreError.superseded(shard: 1)) {
                try store.report(progress(1, sweep: 4), generation: old)
            }
            #expect(throws: CountStoreError.superseded(shard: 1)) {
                try store.publish(documents: bytes(2), chunk: 0, ofShard: 1, generation: old)
            }
            #expect(try store.statuses().map(\.progress.sweep) == [3])
            #expect(try store.documents(ofShard: 1) == [0: bytes(1)])
            try store.report(progress(1, sweep: 5), generation: new)
            try store.publish(documents: bytes(3), chunk: 1, ofShard: 1, generation: new)
            #expect(try store.statuses().map(\.progress.sweep) == [5])
            #expect(try store.documents(ofShard: 1) == [0: bytes(1), 1: bytes(3)])
            _ = try store.removeRun()
        },
        CountStoreContract("statuses are returned as they were reported, by shard, with generation and silence") {
            place throws in
            let store = place.store(freshRun())
            var last = progress(10)
            last.logLikelihoodPerToken = nil
            last.state = .finished
            last.publishesDocuments = true
            try store.report(last, generation: Generation(1 << 53))
            try store.report(progress(2), generation: Generation(4))
            let statuses = try store.statuses()
            #expect(statuses.map(\.progress) == [progress(2), last])
            #expect(statuses.map(\.generation) == [Generation(4), Generation(1 << 53)])
            #expect(statuses.allSatisfy { (0..<60).contains($0.silence) })
            var silence = statuses[0].silence
            for _ in 0..<100_000 where silence <= statuses[0].silence {
                place.wait()
                silence = try store.statuses()[0].silence
            }
            #expect(silence > statuses[0].silence, "silence grows")
            _ = try store.removeRun()
        },
        CountStoreContract("the pace is what the statuses say, after every report") { place throws in
            let store = place.store(freshRun())
            #expect(try store.pace(deadAfter: 60) == RunPace(reported: 0, unfinished: 0, slowest: []))
            var random = SystemRandomNumberGenerator()
            func check(deadAfter: Double) throws {
                let (pace, expected) = (
                    try store.pace(deadAfter: deadAfter), RunPace(try store.statuses(), deadAfter: deadAfter)
                )
                #expect((pace.reported, pace.unfinished) == (expected.reported, expected.unfinished))
                #expect(pace.slowest.map(\.sweep) == expected.slowest.map(\.sweep))
                let runners = try store.statuses().filter(\.progress.hasSweepsLeft).map(\.progress)
                for runner in pace.slowest {
                    #expect(runners.contains { ($0.shard, $0.sweep) == (runner.shard, runner.sweep) })
                }
            }
            for _ in 0..<100 {
                var next = progress(.random(in: 0..<12, using: &random), sweep: .random(in: 0...4, using: &random))
                next.iterations = 4
                next.state = [.sampling, .sampling, .stopped, .finished, .removed].randomElement(using: &random)!
                try store.report(next, generation: Generation(1))
                try check(deadAfter: 60)
            }
            // Silent shards hold no other, and after a report they do again.
            try store.report(progress(12, sweep: 1), generation: Generation(1))
            try check(deadAfter: 0)
            #expect(try store.pace(deadAfter: 0).slowest == [])
            for status in try store.statuses() { try store.report(status.progress, generation: Generation(1)) }
            try check(deadAfter: 60)
            #expect(try !store.pace(deadAfter: 60).slowest.isEmpty)
            _ = try store.removeRun()
            #expect(try store.pace(deadAfter: 60) == RunPace(reported: 0, unfinished: 0, slowest: []))
        },
        CountStoreContract("document chunks are replaced by number") { place throws in
            let store = place.store(freshRun())
            for chunk in [0, 1, 70] {
                try store.publish(documents: [1], chunk: chunk, ofShard: 0, generation: Generation(1))
            }
            try store.publish(documents: bytes(9), chunk: 1, ofShard: 0, generation: Generation(1))
            try store.publish(documents: [], chunk: 2, ofShard: 0, generation: Generation(1))
            #expect(try store.documents(ofShard: 0) == [0: [1], 1: bytes(9), 2: [], 70: [1]])
            #expect(try store.documents(ofShard: 1) == [:])
            _ = try store.removeRun()
        },
        CountStoreContract("word counts are kept by key, part and shard, before the run exists, and removed with it") {
            place throws in
            let run = freshRun()
            let store = place.store(run)
            #expect(try store.wordCounts(part: 0, key: 1) == [:])
            for (shard, key) in [(0, 1), (3, 1), (0, 1 << 63)] as [(Int, UInt64)] {
                try store.publish(wordCounts: bytes(UInt8(shard + 1)), part: 5, ofShard: shard, key: key)
            }
            try store.publish(wordCounts: [], part: 6, ofShard: 1, key: 1)
            #expect(try store.wordCounts(part: 5, key: 1) == [0: bytes(1), 3: bytes(4)])
            #expect(try place.store(run).wordCounts(part: 5, key: 1 << 63) == [0: bytes(1)])
            #expect(try store.wordCounts(part: 6, key: 1) == [1: []])
            #expect(try place.store(freshRun()).wordCounts(part: 5, key: 1) == [:])
            try store.publish(wordCounts: bytes(9), part: 5, ofShard: 0, key: 1)
            #expect(try store.wordCounts(part: 5, key: 1) == [0: bytes(9), 3: bytes(4)])
            _ = try store.create(manifest(), replacing: nil)
            #expect(try store.wordCounts(part: 5, key: 1) == [0: bytes(9), 3: bytes(4)])
            _ = try store.removeRun()
            #expect(try store.wordCounts(part: 5, key: 1) == [:])
        },
        CountStoreContract("documents of one shard are withdrawn, but not by a superseded process") {
            place throws in
            let store = place.store(freshRun())
            let old = try store.claim(shard: 1, proposed: Generation(5))
            for shard in [1, 2] {
                for chunk in 0..<3 {
                    try store.publish(documents: bytes(1), chunk: chunk, ofShard: shard, generation: old)
                }
            }
            let new = try store.claim(shard: 1, proposed: Generation(5))
            #expect(throws: CountStoreError.superseded(shard: 1)) {
                try store.withdrawDocuments(ofShard: 1, generation: old)
            }
            #expect(try store.documents(ofShard: 1).count == 3)
            try store.withdrawDocuments(ofShard: 1, generation: new)
            #expect(try store.documents(ofShard: 1) == [:])
            #expect(try store.documents(ofShard: 2).count == 3)
            #expect(throws: CountStoreError.superseded(shard: 1)) {
                try store.publish(documents: [], chunk: 0, ofShard: 1, generation: old)
            }
            try store.publish(documents: [2], chunk: 0, ofShard: 1, generation: new)
            #expect(try store.documents(ofShard: 1) == [0: [2]])
            try store.withdrawDocuments(ofShard: 7, generation: old)
            _ = try store.removeRun()
        },
    ]
}
