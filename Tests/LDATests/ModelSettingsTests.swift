import Counts
import LDA
import TestSupport
import Testing

@Suite("the settings of a model in a manifest")
struct ModelSettingsTests {
    private let model = ModelSettings(
        document: "d \n", priors: Priors(alpha: [0.5, 0.25], beta: 1e-3), seed: .max, cores: 4, corpusDigest: 1 << 63,
        documents: 12, reading: "--input-format=text")

    private var manifest: RunManifest { RunManifest(model, blocks: 3, shards: 2, deadAfter: 7) }

    @Test("read back as they were written")
    func readBack() throws {
        #expect(try ModelSettings(manifest) == model)
        #expect(manifest.columns == 2 && manifest.blocks == 3 && manifest.shards == 2 && manifest.deadAfter == 7)
    }

    @Test("have the names and texts of the store's format")
    func names() {
        #expect(
            manifest.settings.map { "\($0.name)=\($0.value)" } == [
                "document=d \n", "topics=2", "alpha=0.5 0.25", "beta=0.001", "shards=2", "cores=4",
                "seed=18446744073709551615", "corpus=8000000000000000", "documents=12", "reading=--input-format=text",
                "blocks=3", "lease=7.0",
            ])
    }

    @Test("are reported by the names that the user knows, in this order")
    func differences() throws {
        let given = RunManifest(
            ModelSettings(
                document: "e", priors: Priors(topics: 3, alpha: 1, beta: 1), seed: 1, cores: 1, corpusDigest: 1 << 63,
                documents: 1),
            blocks: 1, shards: 1)
        #expect(
            manifest.differences(from: given).map { "\($0.setting) \($0.stored) \($0.given)" } == [
                "--topics 2 3", "--alpha 0.5 0.25 1.0", "--beta 0.001 1.0", "--shards 2 1", "--cores 4 1",
                "--seed 18446744073709551615 1", "the corpus (documents) 12 1",
                "how words are read --input-format=text ", "--blocks 3 1",
            ])
    }

    @Test(
        "a missing or invalid one is reported in one sentence",
        arguments: [
            ("cores", "0"), ("cores", "4097"), ("documents", "-1"), ("alpha", "nan"), ("alpha", "1 2 3"),
            ("beta", "-1"),
            ("seed", "-1"), ("corpus", "12"), ("topics", "3"), ("alpha", nil), ("seed", nil),
        ])
    func damaged(name: String, value: String?) throws {
        let manifest = try manifest.changing([name: value])
        let named = name == "topics" ? "alpha is \"0.5 0.25\"" : "\(name) is \((value ?? "").debugDescription)"
        #expect(
            throws: CountStoreError.misconfigured(
                reason: "the manifest of run r is damaged: its \(named); remove the run with dist-lda store flush "
                    + "--run r, or name another with --run")
        ) { try ModelSettings(manifest, ofRun: "r") }
    }
}
