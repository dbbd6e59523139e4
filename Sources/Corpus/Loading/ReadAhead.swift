import Dispatch

/// Chunks read on a thread of its own, a few ahead of whoever takes them.
///
/// The thread has ended when this has: it is told to stop, finds that out where it waits (for room, or for a file that
/// has nothing to read yet), and is waited for.
struct ReadAhead: ~Copyable, ChunkSource {
    private let pipe = ChunkPipe()
    private let thread = DispatchGroup()

    init(files: [String], maxLine: Int, chunkSize: Int) {
        // A serial queue has a thread of its own while it has work.
        let queue = DispatchQueue(label: "reading ahead")
        queue.async(group: thread) { [pipe] in
            var reader = ChunkReader(
                files: files, maxLine: maxLine, chunkSize: chunkSize, isStopped: { pipe.isStopped })
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
