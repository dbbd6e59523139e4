package import Counts

/// The topics of the documents' tokens, as published by the shards (`--publish-documents`): of all documents or of
/// none.
///
/// Invariants: the chunks of every shard, except removed shards, are present without gaps and can be decoded. They
/// hold as many documents and tokens as the shard registered. A shard's documents may be one sweep older or newer
/// than its words. Memory: that of `LabelledRows`, once; during reading, also the packed chunks of one shard.
package struct PublishedDocuments: Sendable, Equatable {
    /// One row per document.
    package let documents: LabelledRows

    package init(documents: LabelledRows) { self.documents = documents }

    package enum Outcome: Sendable, Equatable {
        /// No shard publishes documents.
        case unpublished
        case complete(PublishedDocuments)
        /// `reason` is a sentence for a warning.
        case incomplete(reason: String)
    }

    package static func take(
        from store: any CountStore, manifest: RunManifest
    ) throws(CountStoreError) -> Outcome {
        let statuses = try store.statuses().filter {
            (0..<manifest.shards).contains($0.progress.shard) && $0.progress.state != .removed
        }
        guard statuses.contains(where: \.progress.publishesDocuments) else { return .unpublished }
        if let status = statuses.first(where: { !$0.progress.publishesDocuments }) {
            return .incomplete(
                reason: "shard \(status.progress.shard) publishes no documents while others do: "
                    + "start every shard with --publish-documents")
        }
        var documents = LabelledRows()
        for progress in statuses.map(\.progress) {
            let chunks = try store.documents(ofShard: progress.shard)
            let (rows, names) = (documents.rows.sum, documents.count)
            for chunk in 0..<chunks.count {
                guard let packed = chunks[chunk],
                    let decoded = DocumentChunk(packed: packed, columns: manifest.columns)
                else {
                    return .incomplete(
                        reason: "chunk \(chunk) of shard \(progress.shard)'s documents is missing or damaged: "
                            + "wait until the shard publishes it again")
                }
                documents.append(decoded.names, decoded.rows)
            }
            let (found, tokens) = (documents.count - names, documents.rows.sum - rows)
            guard found == progress.documents, tokens == progress.tokens else {
                return .incomplete(
                    reason: "shard \(progress.shard) has published \(found) of its \(progress.documents) documents and "
                        + "\(tokens) of its \(progress.tokens) tokens: wait until it publishes them again")
            }
        }
        return .complete(PublishedDocuments(documents: documents))
    }
}
