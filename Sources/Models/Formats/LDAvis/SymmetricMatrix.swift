/// A symmetric n x n matrix, and its largest eigenvalues with their eigenvectors: O(n^3) time, 8 n^2 bytes.
///
/// The matrix is reduced to tridiagonal form by Householder reflections. Bisection finds the eigenvalues of that form
/// (by counting the signs of pivots: Givens 1954) and inverse iteration its eigenvectors, which the reflections
/// transform back (Wilkinson, Reinsch 1971).
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
        /// The eigenvector, of length 1. The first of its components of largest magnitude is positive.
        let vector: [Double]
    }

    /// Returns the `wanted` algebraically largest eigenvalues in descending order, or all n if there are fewer.
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

    /// Returns the vector or its negative, which is an eigenvector too, so that the sign is as documented.
    private static func signed(_ vector: [Double]) -> [Double] {
        let largest = vector.reduce(0) { max($0, abs($1)) } * (1 - 1e-9)
        guard let first = vector.first(where: { abs($0) >= largest }), first < 0 else { return vector }
        return vector.map { -$0 }
    }
}

/// A symmetric tridiagonal matrix.
private struct TridiagonalForm {
    /// The n elements of the diagonal.
    private var diagonal: [Double]
    /// The off-diagonal elements, n numbers: `offDiagonal[i]` is the element at (i - 1, i); `offDiagonal[0]` is 0.
    private var offDiagonal: [Double]

    /// Reduces `numbers`. Afterwards the first i elements of row i hold the reflection that eliminated it, as a vector
    /// of length sqrt(2); all zeros mean that there was no reflection.
    init(reducing numbers: inout [Double], count: Int) {
        diagonal = Array(repeating: 0, count: count)
        offDiagonal = diagonal
        var product = diagonal
        for row in stride(from: count - 1, to: 0, by: -1) {
            let start = row * count
            diagonal[row] = numbers[start + row]
            let scale = (0..<row).reduce(0.0) { max($0, abs(numbers[start + $1])) }
            let rest = (0..<row - 1).reduce(0.0) { max($0, abs(numbers[start + $1])) }
            guard rest > 0 else {
                offDiagonal[row] = numbers[start + row - 1]
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
            offDiagonal[row] = target * scale
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

    /// A bound on the magnitude of all eigenvalues (Gershgorin).
    private var bound: Double {
        diagonal.indices.reduce(0.0) {
            max($0, abs(diagonal[$1]) + abs(offDiagonal[$1]) + ($1 + 1 < count ? abs(offDiagonal[$1 + 1]) : 0))
        }
    }

    /// Returns the number of eigenvalues below `value`.
    private func countBelow(_ value: Double) -> Int {
        var (below, pivot) = (0, 1.0)
        for index in 0..<count {
            let square = offDiagonal[index] * offDiagonal[index]
            pivot = diagonal[index] - value - (square == 0 ? 0 : square / pivot)
            if pivot == 0 { pivot = -.leastNormalMagnitude * 16 }
            if pivot < 0 { below += 1 }
        }
        return below
    }

    /// Returns the eigenvalue that is smaller than `rank` others.
    func eigenvalue(rank: Int) -> Double {
        var (low, high) = (-bound, bound)
        for _ in 0..<120 where high > low {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { break }
            if countBelow(middle) <= count - 1 - rank { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// Returns an eigenvector of length 1 for an eigenvalue, orthogonal to the known ones.
    func eigenvector(_ value: Double, orthogonalTo known: [[Double]]) -> [Double] {
        // The shift differs from the eigenvalue by less than its error, so that the equations can be solved.
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

    /// Returns x with (T - shift) x = right, by Gaussian elimination with row exchanges.
    private func solved(_ shift: Double, _ right: [Double]) -> [Double] {
        let tiny = bound > 0 ? bound * 1e-16 : 1
        // A row that has been eliminated has its remaining elements on the diagonal and at the two places right of it.
        var upper = diagonal.map { $0 - shift }
        var second = (0..<count).map { $0 + 1 < count ? offDiagonal[$0 + 1] : 0 }
        var third = [Double](repeating: 0, count: count)
        var solution = right
        for row in 0..<max(0, count - 1) {
            let below = (offDiagonal[row + 1], upper[row + 1], second[row + 1])
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

    /// Transforms a vector back to the coordinates of the original matrix.
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
