/// Calls `make` for each of 0 ..< `count` in parallel, and returns the results in that order.
package func inParallel<Made: Sendable>(
    _ count: Int, _ make: @escaping @Sendable (Int) async -> Made
) async -> [Made] {
    await withTaskGroup(of: (Int, Made).self) { group in
        for index in 0..<count { group.addTask { (index, await make(index)) } }
        var made = [Made?](repeating: nil, count: count)
        for await (index, one) in group { made[index] = one }
        return made.compactMap(\.self)
    }
}
