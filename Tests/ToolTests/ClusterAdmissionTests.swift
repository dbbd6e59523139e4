import Foundation
import TestSupport
import Testing

@Suite("The admission of shards to a run", .serialized)
struct ClusterAdmissionTests {
    typealias Stranger = (flags: [String], sentence: String)

    @Test(
        "A shard with other settings is refused with both values; the store is unchanged, and the first continues",
        arguments: [
            (["--topics=5"], "--topics 4 where this shard has 5"),
            (["--alpha=0.5"], "--alpha 0.1 where this shard has 0.5"),
            (["--beta=0.5"], "--beta 0.01 where this shard has 0.5"),
            (["--seed=2"], "--seed 1 where this shard has 2"),
            (["--cores=2"], "--cores 1 where this shard has 2"),
            (["--shards=3"], "--shards 2 where this shard has 3"),
            (["--blocks=5"], "--blocks 4 where this shard has 5"),
            (["--topics=5", "--seed=2"], "--topics 4 where this shard has 5, --seed 1 where this shard has 2"),
        ] as [Stranger])
    func otherSettings(stranger: Stranger) async throws {
        let cluster = try TestCluster(shards: 2)
        try await expectRefused(
            stranger.flags, in: cluster,
            "run data in the store has \(stranger.sentence): give every shard the same settings and corpus, or name "
                + "another run with --run")
    }

    @Test("A shard with another corpus is refused with both digests")
    func otherCorpus() async throws {
        let cluster = try TestCluster(shards: 2)
        try cluster.folder.write(cluster.corpus.text.replacing("d1\t", with: "d1x\t"), to: "other")
        let digests = try await digests(["data", "other"], in: cluster)
        try await expectRefused(
            ["--run=data"], document: "other", in: cluster,
            "run data in the store has the corpus (XXH64 of its lines) \(digests[0]) where this shard has "
                + "\(digests[1]): give every shard the same settings and corpus, or name another run with --run")
    }

    private func digests(_ documents: [String], in cluster: TestCluster) async throws -> [String] {
        var digests: [String] = []
        for document in documents {
            let output = cluster.folder("alone-\(document)")
            let outcome = try await BuiltTool.shard.run(
                "--document", cluster.folder(document), "--iterations=1", "--topics=2", "--cores=1", "--output", output)
            #expect(outcome.status == 0)
            digests.append(try #require(WrittenJSON.object("\(output)/run.json")["corpus_digest"] as? String))
        }
        return digests
    }

    /// Starts shard 0, pauses it while shard 1 tries to start with `flags`, and lets shard 0 continue.
    private func expectRefused(
        _ flags: [String], document: String = "data", in cluster: TestCluster, _ sentence: String
    ) async throws {
        let first = try cluster.start(0, [TestCluster.endless])
        try await cluster.sweep(of: 0, by: first)
        first.pause()
        let before = try cluster.store()
        let outcome = try await cluster.run(1, [TestCluster.endless] + flags, document: document)
        #expect(outcome.status == 78)
        #expect(outcome.output == "")
        #expect(outcome.lastLine == "dist-lda-shard: \(sentence)")
        #expect(try cluster.store() == before)
        #expect(!FileManager.default.fileExists(atPath: "\(cluster.output)/shard-1/run.json"))
        first.send(SIGCONT)
        try await cluster.sweep(of: 0, by: first)
        try await [first].stop()
    }

    @Test("A shard cannot join a run that has finished; --fresh replaces the run, --run names another")
    func finishedRun() async throws {
        let cluster = try TestCluster(shards: 1)
        let flags = ["--iterations=3"]
        #expect(try await cluster.run(0, flags).status == 0)
        let (before, written) = (try cluster.store(), try cluster.record(of: 0)["time"] as? String)
        let again = try await cluster.run(0, flags)
        #expect(again.status == 78)
        #expect(
            again.lastLine
                == "dist-lda-shard: run data has already finished: use --fresh to replace it, or name another run with "
                + "--run")
        #expect(try cluster.store() == before)
        // The files of the finished run are unchanged too.
        #expect(try cluster.record(of: 0)["state"] as? String == "finished")
        #expect(try cluster.record(of: 0)["time"] as? String == written)
        #expect(try cluster.sweeps(of: 0) == 3)

        #expect(try await cluster.run(0, flags + ["--run=other"]).status == 0)
        #expect(
            try cluster.store().filter { $0.key.hasPrefix("dlda:{data}") || $0.key.hasPrefix("dlda:{data/") } == before)

        #expect(try await cluster.run(0, flags + ["--fresh", "--topics=5"]).status == 0)
        #expect(try cluster.server.command("HGET", "dlda:{data}:run", "topics") == "5")
        #expect(try cluster.server.command("HGET", "dlda:{other}:run", "topics") == "4")
    }

    @Test("Two runs with different settings in one Redis server are independent of each other")
    func twoRuns() async throws {
        let cluster = try TestCluster(shards: 1)
        let folders = [cluster.output, cluster.folder("other")]
        let flags = [[], ["--run=other", "--topics=7", "--output", folders[1]]]
        let shards = try flags.map { try cluster.start(0, [TestCluster.endless] + $0) }
        let listeners = try zip(["data", "other"], folders).map {
            try cluster.startListener("--run", $0, "--output", $1)
        }
        for (listener, folder) in zip(listeners, folders) {
            try await listener.until("dumps") { try WrittenJSON.lines("\(folder)/dumps.jsonl").count > 2 }
        }
        try await (shards + listeners).stop()
        for folder in folders {
            for path in try ModelDump.paths(in: folder) {
                #expect(try ModelDump(path: path).wordTotals == cluster.corpus.wordTotals)
            }
        }
    }

    @Test("All shards of a run may be started with --fresh: the first replaces the old run, the others join")
    func freshShards() async throws {
        let cluster = try TestCluster(shards: 2)
        for flags in [["--iterations=3"], ["--iterations=30", "--fresh"]] {
            try await cluster.startAll(flags).succeed()
        }
        let listener = try cluster.startListener()
        try await [listener].succeed()
        #expect(try cluster.notes().last?["sweeps"] as? [Int] == [30, 30])
        try cluster.expectExactDumps()
    }

    @Test("Settings that a run refuses are refused before the documents are read")
    func early() async throws {
        let cluster = try TestCluster(shards: 2)
        let first = try cluster.start(0, [TestCluster.endless])
        try await first.until("its first sweep") { try cluster.state(of: 0) == "sampling" }
        let refused = try await cluster.run(1, ["--iterations=3", "--topics=7"])
        #expect(refused.status == 78)
        #expect(refused.error.contains("--topics") && !refused.error.contains("read the documents"))
        first.send(SIGTERM)
        #expect(try await first.outcome().status == 0)
    }

    @Test("A shard that has finished is not started again while its run continues")
    func finishedShard() async throws {
        let cluster = try TestCluster(shards: 2)
        let other = try cluster.start(1, [TestCluster.endless])
        try await cluster.sweep(of: 1, by: other)
        #expect(try await cluster.run(0, ["--iterations=3", "--leave"]).status == 0)
        let again = try await cluster.run(0, ["--iterations=3", "--leave"])
        #expect(again.status == 78)
        #expect(again.error.contains("dist-lda-shard: shard 0 of run data has already finished: "))
        try await [other].stop()
    }

    @Test("A duplicate of a running shard is refused with 76, or takes over, and the older process ends with 76")
    func duplicate() async throws {
        let cluster = try TestCluster(shards: 1)
        let listener = try cluster.startListener()
        let older = try cluster.start(0, [TestCluster.endless])
        try await cluster.sweep(of: 0, by: older)

        let refused = try await cluster.run(0, [TestCluster.endless, "--output", cluster.folder("refused")])
        #expect(refused.status == 76)
        #expect(
            refused.lastLine.hasPrefix("dist-lda-shard: shard 0 is held by process \(older.identifier) on ")
                && refused.lastLine.hasSuffix(
                    "which is alive: use another --this-shard here, stop that process, or replace it with --take-over"
                ))

        let flags = [TestCluster.endless, "--take-over", "--output", cluster.folder("newer")]
        let newer = try cluster.start(0, flags)
        let outcome = try await older.outcome()
        #expect(outcome.status == 76)
        #expect(
            outcome.lastLine
                == "dist-lda-shard: another process has taken over shard 0: this process ends, and the other replaces "
                + "its counts")
        #expect(newer.error.contains("taking shard 0 over from process \(older.identifier) on "))
        try await cluster.dumps(2, by: listener)
        try await [newer, listener].stop()
        try cluster.expectExactDumps()
    }
}
