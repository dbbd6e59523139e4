import Corpus
package import Counts
import Hashing
import LDA
import Platform

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The first line of a checkpoint, in JSON: the run and the shard to which it belongs, and the number of sweeps done.
/// `head -n 1` shows it.
package struct CheckpointHeader: Sendable, Equatable {
    /// The version of the file format. Other versions are refused.
    package static let formatVersion = 1
    /// The longest line that is read.
    static let maxBytes = 1 << 16

    package var run: String
    package var manifest: RunManifest
    package var shard: Int
    /// The XXH64 of the shard's tokens in the order of its slices, because the same documents can be read in different
    /// ways.
    package var slices: UInt64
    /// The number of sweeps done.
    package var sweep: Int
    /// The generation of the process that wrote the checkpoint.
    package var generation: Generation

    package init(
        run: String, manifest: RunManifest, shard: Int, slices: UInt64, sweep: Int, generation: Generation
    ) {
        self.run = run
        self.manifest = manifest
        self.shard = shard
        self.slices = slices
        self.sweep = sweep
        self.generation = generation
    }

    /// Returns the differences that prevent a shard with the header `given` from continuing from this checkpoint. The
    /// numbers of sweeps and the ids of the runs are not compared.
    package func differences(from given: CheckpointHeader) -> [RunManifest.Difference] {
        var differences = manifest.differences(from: given.manifest)
        if run != given.run { differences.insert(.init(setting: "--run", stored: run, given: given.run), at: 0) }
        if shard != given.shard {
            differences.append(.init(setting: "--this-shard", stored: "\(shard)", given: "\(given.shard)"))
        }
        if slices != given.slices, differences.isEmpty {
            differences.append(
                .init(
                    setting: "tokens (their XXH64)", stored: Hexadecimal.text(slices),
                    given: Hexadecimal.text(given.slices)))
        }
        return differences
    }
}

extension CheckpointHeader {
    /// The fields as they are spelled in the file.
    private struct Line: Codable {
        var checkpoint: Int
        var run, runID, document, corpusDigest, reading, slices: String
        var shard, shards, cores, topics, blocks, documents, sweep: Int
        var alpha: Alpha
        var beta: Double
        var seed, generation: UInt64

        enum CodingKeys: String, CodingKey {
            case checkpoint, run, document, reading, slices, shard, shards, cores, topics, blocks, documents, sweep
            case alpha, beta, seed, generation
            case runID = "run_id"
            case corpusDigest = "corpus_digest"
        }
    }

    /// `Priors.alphaValues`: one number as it is, several as an array.
    private struct Alpha: Codable {
        var values: [Double]

        init(_ values: [Double]) { self.values = values }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                values = [number]
            } else {
                values = try container.decode([Double].self)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if values.count == 1 { try container.encode(values[0]) } else { try container.encode(values) }
        }
    }

    /// Returns the line, including the line end.
    func line() throws -> [UInt8] {
        let model = try ModelSettings(manifest)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = Line(
            checkpoint: Self.formatVersion, run: run, runID: Hexadecimal.text(manifest.id),
            document: model.document, corpusDigest: Hexadecimal.text(model.corpusDigest),
            reading: model.reading, slices: Hexadecimal.text(slices), shard: shard, shards: manifest.shards,
            cores: model.cores, topics: model.priors.topics, blocks: manifest.blocks, documents: model.documents,
            sweep: sweep, alpha: Alpha(model.priors.alphaValues), beta: model.priors.beta, seed: model.seed,
            generation: generation.value)
        return try Array(encoder.encode(line)) + [UInt8(ascii: "\n")]
    }

    /// Parses a line; nil if `bytes` are not such a line.
    init?(line bytes: [UInt8]) {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(bytes)), line.sweep >= 0,
            let id = UInt64(line.runID, radix: 16), let digest = UInt64(line.corpusDigest, radix: 16),
            let slices = UInt64(line.slices, radix: 16),
            let priors = Priors(topics: line.topics, alphaValues: line.alpha.values, beta: line.beta)
        else { return nil }
        let model = ModelSettings(
            document: line.document, priors: priors, seed: line.seed, cores: line.cores, corpusDigest: digest,
            documents: line.documents, reading: line.reading)
        guard
            let manifest = try? RunManifest(id: id, checking: model, blocks: line.blocks, shards: line.shards),
            (try? ModelSettings(manifest)) == model
        else { return nil }
        self.init(
            run: line.run, manifest: manifest, shard: line.shard, slices: slices, sweep: line.sweep,
            generation: Generation(line.generation))
    }

    /// Returns the format version of a line, which may be of another version of the program.
    static func format(ofLine bytes: [UInt8]) -> Int? {
        struct Version: Codable { var checkpoint: Int }
        return (try? JSONDecoder().decode(Version.self, from: Data(bytes)))?.checkpoint
    }
}

extension ShardCorpus {
    /// The XXH64 of the layout of the tokens in all slices.
    var slicesDigest: UInt64 {
        var hash = XXH64()
        for slice in slices {
            hash.update(slice.documentLengths.span.bytes)
            hash.update(slice.tokenStarts.span.bytes)
            hash.update(slice.tokenDocuments.span.bytes)
        }
        return hash.digest()
    }
}
