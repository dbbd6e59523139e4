import Counts

/// The hot loop: one word at a time, its counts and weights dense over the topics.
///
/// Shapes (K topics, padded to vectors of 16):
///     alpha, phi, inverse  K   prior; weight of the word at hand; 1 / (n_k + beta V), 0 for padding
///     counts               K   n_wk, own and others together
///     groups               K / 16 sums of alpha_k phi_k (see `WordScratch`); `priorMass` is their sum
///     touched              K bits: where `counts` may not be 0
///     running              the weights of the document list of the token at hand
///     totals               K   n_k
///
/// A count changes in one line of this file, in `change`.
struct WordKernel {
    private typealias Floats = WordScratch.Floats

    private let topics: Int
    private let beta: Float
    private let betaSum: Float
    private let alphaVectors: UnsafeBufferPointer<Floats>
    private let phiVectors: UnsafeMutableBufferPointer<Floats>
    private let inverseVectors: UnsafeMutableBufferPointer<Floats>
    private let countVectors: UnsafeMutableBufferPointer<SIMD16<Int32>>
    private let groupVectors: UnsafeMutableBufferPointer<Floats>
    private let touched: UnsafeMutableBufferPointer<UInt64>
    private let alpha: UnsafePointer<Float>
    private let phi: UnsafeMutablePointer<Float>
    private let inverse: UnsafeMutablePointer<Float>
    private let counts: UnsafeMutablePointer<Int32>
    private let groups: UnsafeMutablePointer<Float>
    private let running: UnsafeMutablePointer<Floats>
    private let totals: UnsafeMutablePointer<Int>
    private var priorMass: Float = 0

    /// Tokens between the request for a document list and its use.
    private static let lookAhead = 8

    init(
        topics: Int, beta: Float, betaSum: Float,
        alpha: UnsafeBufferPointer<SIMD16<Float>>, phi: UnsafeMutableBufferPointer<SIMD16<Float>>,
        inverse: UnsafeMutableBufferPointer<SIMD16<Float>>, counts: UnsafeMutableBufferPointer<SIMD16<Int32>>,
        groups: UnsafeMutableBufferPointer<SIMD16<Float>>, touched: UnsafeMutableBufferPointer<UInt64>,
        running: UnsafeMutableBufferPointer<SIMD16<Float>>, totals: UnsafeMutableBufferPointer<Int>
    ) {
        self.topics = topics
        self.beta = beta
        self.betaSum = betaSum
        alphaVectors = alpha
        phiVectors = phi
        inverseVectors = inverse
        countVectors = counts
        groupVectors = groups
        self.touched = touched
        self.alpha = UnsafeRawPointer(alpha.baseAddress!).assumingMemoryBound(to: Float.self)
        self.phi = UnsafeMutableRawPointer(phi.baseAddress!).assumingMemoryBound(to: Float.self)
        self.inverse = UnsafeMutableRawPointer(inverse.baseAddress!).assumingMemoryBound(to: Float.self)
        self.counts = UnsafeMutableRawPointer(counts.baseAddress!).assumingMemoryBound(to: Int32.self)
        self.groups = UnsafeMutableRawPointer(groups.baseAddress!).assumingMemoryBound(to: Float.self)
        self.running = running.baseAddress!
        self.totals = totals.baseAddress!
        for k in 0..<topics { self.inverse[k] = 1 / (Float(totals[k]) + betaSum) }
    }

    // MARK: A word

    /// Adds a row to the counts of the word at hand.
    mutating func load(_ rows: SparseRows, row: Int) {
        for cell in rows.range(of: row) {
            let k = Int(rows.columns[cell])
            counts[k] += Int32(bitPattern: rows.amounts[cell])
            touch(k)
        }
    }

    /// Builds phi, the group sums and their sum from the counts.
    mutating func buildWeights() {
        let beta = Floats(repeating: beta)
        var mass = Floats.zero
        var vector = 0
        for group in groupVectors.indices {
            var sum = Floats.zero
            for _ in 0..<min(WordScratch.groupRows, phiVectors.count - vector) {
                let weights = (Floats(countVectors[vector]) + beta) * inverseVectors[vector]
                phiVectors[vector] = weights
                sum += alphaVectors[vector] * weights
                vector += 1
            }
            groupVectors[group] = sum
            mass += sum
        }
        priorMass = mass.sum()
    }

    /// Writes the counts less `others` as a row of `own`, and clears them.
    mutating func unload(minus others: SparseRows, row: Int, into own: inout SparseRows) {
        for cell in others.range(of: row) {
            counts[Int(others.columns[cell])] -= Int32(bitPattern: others.amounts[cell])
        }
        for part in touched.indices {
            var bits = touched[part]
            while bits != 0 {
                let k = part * 64 + bits.trailingZeroBitCount
                bits &= bits - 1
                if counts[k] > 0 { own.append(column: UInt16(k), amount: UInt32(counts[k])) }
                counts[k] = 0
            }
            touched[part] = 0
        }
        own.endRow()
    }

    // MARK: A token

    /// Draws new topics for tokens `range` of the word at hand. Returns how many changed. O(topics of the documents).
    mutating func resample(_ range: Range<Int>, of tokens: TokenAccess) -> Int {
        var changed = 0
        var kernel = self  // a copy that nothing else can reach stays in registers
        var random = tokens.random.pointee
        let last = range.upperBound - 1
        for token in range {
            tokens.prefetch(min(token + Self.lookAhead, last))
            changed += kernel.resample(token, of: tokens, &random)
        }
        tokens.random.pointee = random
        priorMass = kernel.priorMass
        return changed
    }

    @inline(__always)
    private mutating func resample(_ token: Int, of tokens: TokenAccess, _ random: inout Xoshiro256) -> Int {
        let old = Int(tokens.assignments[token])
        let list = tokens.list(ofToken: token)
        change(old, by: -1)
        let place = list.place(of: old)
        list.entries[place] -= 1

        // Document part: lane l of `sums` is the sum over the entries l, l + 16, l + 32 ...
        var sums = Floats.zero
        let vectors = list.vectors
        for vector in 0..<vectors {
            let weights = self.weights(list, vector)
            running[vector] = weights
            sums += weights
        }
        let documentMass = sums.sum()

        let draw = random.nextFloat() * (documentMass + priorMass)
        let new: Int
        if draw < documentMass {
            let entry = self.entry(atMass: draw, sums: sums, vectors: vectors, last: place)
            new = list.topic(entry)
            list.entries[entry] += 1
        } else {
            new = topic(atPriorMass: draw - documentMass)
            list.add(new, tokens)
        }
        list.drop(ifEmpty: place, tokens)
        change(new, by: 1)
        tokens.assignments[token] = UInt16(new)
        touch(new)
        return new == old ? 0 : 1
    }

    /// n_dk phi_k of 16 entries of a document list.
    @inline(__always)
    private func weights(_ list: DocumentList, _ vector: Int) -> Floats {
        let entries = list.vector(vector)
        let topics = entries &>> list.countBits
        var gathered = Floats.zero
        for lane in 0..<WordScratch.lanes { gathered[lane] = phi[Int(topics[lane])] }
        return Floats(SIMD16<Int32>(truncatingIfNeeded: entries & list.countMask)) * gathered
    }

    /// The entry at `mass` of the document part: first the lane, then the vector in it. `last`: where a walk ends that
    /// rounding leads past the end.
    @inline(__always)
    private func entry(atMass mass: Float, sums: Floats, vectors: Int, last: Int) -> Int {
        var rest = mass
        var lane = 0
        while lane < WordScratch.lanes - 1, rest >= sums[lane] {
            rest -= sums[lane]
            lane += 1
        }
        var found = last
        for vector in 0..<vectors {
            let weight = running[vector][lane]
            if weight > 0 { found = vector * WordScratch.lanes + lane }
            rest -= weight
            if rest < 0 { break }
        }
        return found
    }

    @inline(__always)
    private mutating func change(_ k: Int, by change: Int) {
        totals[k] += change
        counts[k] += Int32(change)
        inverse[k] = 1 / (Float(totals[k]) + betaSum)
        let weight = (Float(counts[k]) + beta) * inverse[k]
        let difference = alpha[k] * (weight - phi[k])
        phi[k] = weight
        groups[group(of: k)] += difference
        priorMass += difference
    }

    @inline(__always)
    private func touch(_ k: Int) {
        touched[k >> 6] |= 1 << UInt64(k & 63)
    }

    /// The group of topic k (see `WordScratch`).
    @inline(__always)
    private func group(of k: Int) -> Int {
        (k / WordScratch.groupTopics) * WordScratch.lanes + k % WordScratch.lanes
    }

    /// The topic at `mass` of the prior part: first the group, then the topic in it.
    @inline(__always)
    private func topic(atPriorMass mass: Float) -> Int {
        var rest = mass
        let last = groupVectors.count * WordScratch.lanes - 1
        var group = 0
        while group < last, rest >= groups[group] {
            rest -= groups[group]
            group += 1
        }
        var found = topics - 1
        let (row, lane) = group.quotientAndRemainder(dividingBy: WordScratch.lanes)
        var k = row * WordScratch.groupTopics + lane
        let end = min(topics, (row + 1) * WordScratch.groupTopics)
        while k < end {
            found = k
            rest -= alpha[k] * phi[k]
            if rest < 0 { break }
            k += WordScratch.lanes
        }
        return found
    }
}
