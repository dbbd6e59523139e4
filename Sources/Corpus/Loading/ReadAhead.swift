import Dispatch

/// Reads chunks on a separate thread, a few ahead of the thread that consumes them.
///
/// `deinit` stops the thread and waits for its end. The thread checks for the stop wherever it waits: for a free place
/// in the pipe, or for a file that has no data to read yet.
struct ReadAhead: ~Copyable, ChunkSource {
    private let pipe = ChunkPipe()
    private let thread = DispatchGroup()

    init(files: [String], maxLine: Int, chunkSize: Int, options: TextOptions) {
        // A serial queue occupies one separate thread while it has work.
        let queue = DispatchQueue(label: "reading ahead")
        queue.async(group: thread) { [pipe] in
            var reader = ChunkReader(
                files: files, maxLine: maxLine, chunkSize: chunkSize, options: options,
                isStopped: { pipe.isStopped })
            while true {
                let step = reader.next(reusing: pipe.spare())
                guard pipe.put(step, size: chunkSize), case .chunk = step else { return }
            }
        }
    }

    deinit {
        pipe.stop()
        thread.wait()
    }

    mutating func next(reusing spare: consuming [UInt8]) -> ReadStep {
        pipe.reuse(spare)
        return pipe.take()
    }
}
