import Platform

/// f(n) = log gamma(n + offset) - log gamma(offset) for integers n >= 0, from a table for small n and from the C
/// library for larger ones.
struct LogGammaTable: Sendable {
    private let offset: Double
    private let table: [Double]

    init(offset: Double, size: Int = 1024) {
        self.offset = offset
        let base = Self.logGamma(offset)
        table = (0..<size).map { Self.logGamma(Double($0) + offset) - base }
    }

    func callAsFunction(_ n: Int) -> Double {
        n < table.count ? table[n] : Self.logGamma(Double(n) + offset) - Self.logGamma(offset)
    }

    static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }
}
