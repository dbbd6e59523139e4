/// A symmetric matrix of n x n numbers, and its largest eigenvalues with their vectors: O(n^3) time, 8 n^2 bytes.
///
/// It is reduced to three diagonals by Householder's reflections; of these bisection finds eigenvalues (by counting signs
/// of pivots: Givens 1954) and inverse iteration the vectors, which the reflections carry back (Wilkinson, Reinsch 1971).
struct SymmetricMatrix {
    let count: Int
    private var numbers: [Double]

    init(count: Int) {
        self.count = count
        numbers = Array(repeating: 0, count: count * count)
    }

    subscript(row: Int, column: Int) -> Double {
        get { numbers[row * count + column] }
        set {
            numbers[row * count + column] = newValue
            numbers[column * count + row] = newValue
        }
    }

    struct Eigenpair {
        let value: Double
        /// Of length 1; its component of largest magnitude, the first of them, is positive.
        let vector: [Double]
    }

    /// The `wanted` algebraically largest eigenvalues, descending; n of them if there are no more.
    consuming func largest(_ wanted: Int) -> [Eigenpair] {
        let form = TridiagonalForm(reducing: &numbers, count: count)
        var (values, vectors) = ([Double](), [[Double]]())
        for rank in 0..<min(wanted, count) {
            values.append(form.eigenvalue(rank: rank))
            vectors.append(form.eigenvector(values[rank], orthogonalTo: vectors))
        }
        return zip(values, vectors).map { value, vector in
            Eigenpair(value: value, vector: Self.signed(form.carriedBack(vector, by: numbers)))
        }
    }

    /// Of a vector and its negative, which are eigenvectors alike, the one with the sign promised.
    private static func signed(_ vector: [Double]) -> [Double] {
        let largest = vector.reduce(0) { max($0, abs($1)) } * (1 - 1e-9)
        guard let first = vector.first(where: { abs($0) >= largest }), first < 0 else { return vector }
        return vector.map { -$0 }
    }
}

/// A symmetric matrix of three diagonals.
private struct TridiagonalForm {
    /// n
    private var diagonal: [Double]
    /// n; `beside[i]` stands between i - 1 and i, the first is 0.
    private var beside: [Double]

    /// Reduces `numbers`, of which row i then holds the reflection that cleared it, as the vector of length sqrt(2) at its
    /// first i places; all zeros: none.
    init(reducing numbers: inout [Double], count: Int) {
        diagonal = Array(repeating: 0, count: count)
        beside = diagonal
        var product = diagonal
        for row in stride(from: count - 1, to: 0, by: -1) {
            let start = row * count
            diagonal[row] = numbers[start + row]
            let scale = (0..<row).reduce(0.0) { max($0, abs(numbers[start + $1])) }
            let rest = (0..<row - 1).reduce(0.0) { max($0, abs(numbers[start + $1])) }
            guard rest > 0 else {
                beside[row] = numbers[start + row - 1]
                for column in 0..<row { numbers[start + column] = 0 }
                continue
            }
            var norm = 0.0
            for column in 0..<row {
                numbers[start + column] /= scale
                norm += numbers[start + column] * numbers[start + column]
            }
            norm = norm.squareRoot()
            let last = numbers[start + row - 1]
            let target = last > 0 ? -norm : norm
            beside[row] = target * scale
            // v = x - target e, scaled so that I - v v' is the reflection.
            numbers[start + row - 1] = last - target
            let length = (norm * norm - last * target).squareRoot()
            for column in 0..<row { numbers[start + column] /= length }
            // A' = A - v w' - w v', w = A v - (v' A v / 2) v
            var dot = 0.0
            for i in 0..<row {
                var sum = 0.0
                for j in 0..<row { sum += numbers[i * count + j] * numbers[start + j] }
                product[i] = sum
                dot += sum * numbers[start + i]
            }
            for i in 0..<row { product[i] -= dot / 2 * numbers[start + i] }
            for i in 0..<row {
                let (v, w) = (numbers[start + i], product[i])
                for j in 0..<row { numbers[i * count + j] -= v * product[j] + w * numbers[start + j] }
            }
        }
        if count > 0 { diagonal[0] = numbers[0] }
    }

    private var count: Int { diagonal.count }

    /// A bound on all eigenvalues' magnitudes (Gershgorin).
    private var bound: Double {
        diagonal.indices.reduce(0.0) {
            max($0, abs(diagonal[$1]) + abs(beside[$1]) + ($1 + 1 < count ? abs(beside[$1 + 1]) : 0))
        }
    }

    /// How many eigenvalues are below `value`.
    private func countBelow(_ value: Double) -> Int {
        var (below, pivot) = (0, 1.0)
        for index in 0..<count {
            let square = beside[index] * beside[index]
            pivot = diagonal[index] - value - (square == 0 ? 0 : square / pivot)
            if pivot == 0 { pivot = -.leastNormalMagnitude * 16 }
            if pivot < 0 { below += 1 }
        }
        return below
    }

    /// The eigenvalue that `rank` others are above.
    func eigenvalue(rank: Int) -> Double {
        var (low, high) = (-bound, bound)
        for _ in 0..<120 where high > low {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { break }
            if countBelow(middle) <= count - 1 - rank { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// A vector of length 1 for an eigenvalue, at right angles to those known.
    func eigenvector(_ value: Double, orthogonalTo known: [[Double]]) -> [Double] {
        // Off the eigenvalue by less than it is known to, so that the equations can be solved.
        let shift = value + bound * 1e-15
        var vector = (0..<count).map { 1 + Double(($0 * 7919 + known.count * 53 * ($0 + 1)) % 101) / 101 }
        Self.normalise(&vector, orthogonalTo: known)
        for _ in 0..<6 {
            vector = solved(shift, vector)
            Self.normalise(&vector, orthogonalTo: known)
        }
        return vector
    }

    private static func normalise(_ vector: inout [Double], orthogonalTo known: [[Double]]) {
        for _ in 0..<2 {
            for other in known {
                let dot = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
                for index in vector.indices { vector[index] -= dot * other[index] }
            }
            let scale = vector.reduce(0) { max($0, abs($1)) }
            guard scale > 0, scale.isFinite else { continue }
            for index in vector.indices { vector[index] /= scale }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for index in vector.indices { vector[index] /= length }
        }
    }

    /// x with (T - shift) x = right, by elimination with exchanges of rows.
    private func solved(_ shift: Double, _ right: [Double]) -> [Double] {
        let tiny = bound > 0 ? bound * 1e-16 : 1
        // The rows that are done hold what is left of them at their diagonal, beside it, and one further.
        var upper = diagonal.map { $0 - shift }
        var second = (0..<count).map { $0 + 1 < count ? beside[$0 + 1] : 0 }
        var third = [Double](repeating: 0, count: count)
        var solution = right
        for row in 0..<max(0, count - 1) {
            let below = (beside[row + 1], upper[row + 1], second[row + 1])
            let (mine, theirs) = (solution[row], solution[row + 1])
            if abs(below.0) > abs(upper[row]) {
                let (factor, old) = (upper[row] / below.0, second[row])
                (upper[row], second[row], third[row]) = below
                (upper[row + 1], second[row + 1]) = (old - factor * below.1, -factor * below.2)
                (solution[row], solution[row + 1]) = (theirs, mine - factor * theirs)
            } else {
                if abs(upper[row]) < tiny { upper[row] = tiny }
                let factor = below.0 / upper[row]
                upper[row + 1] -= factor * second[row]
                solution[row + 1] -= factor * mine
            }
        }
        for row in stride(from: count - 1, through: 0, by: -1) {
            var sum = solution[row]
            if row + 1 < count { sum -= second[row] * solution[row + 1] }
            if row + 2 < count { sum -= third[row] * solution[row + 2] }
            solution[row] = sum / (abs(upper[row]) < tiny ? tiny : upper[row])
        }
        return solution
    }

    /// The vector in the matrix's own coordinates.
    func carriedBack(_ vector: [Double], by reflections: [Double]) -> [Double] {
        var vector = vector
        for row in 1..<max(1, count) {
            let start = row * count
            var dot = 0.0
            for index in 0..<row { dot += reflections[start + index] * vector[index] }
            if dot != 0 { for index in 0..<row { vector[index] -= dot * reflections[start + index] } }
        }
        return vector
    }
}
