/// Where the cores are within a sweep, and the n_k that each sees: a decision, no effect.
///
/// A core may begin a step as soon as all cores have ended the one before the last. One that is early goes on instead of
/// waiting for the others, and is caught up with in a step where they are early (with a wait after every step, two cores
/// stood still 4 % of the time). It sees its own changes at once and the others' as of the end of the step before the
/// last, whether or not they are known sooner: so the chain does not depend on who was early.
///
/// Law: `totals` is what it was at the beginning plus all changes told.
/// O(topics) each time a core begins or ends a step.
package struct SweepTotals: Sendable {
    private struct Core {
        /// Steps ended.
        var ended = 0
        var isBusy = false
        /// The change of n_k in the last step ended.
        var change: [Int]
    }

    /// n_k after all steps that all cores have ended.
    private var settled: [Int]
    /// n_k one step before that.
    private var before: [Int]
    /// The change that those who are done made in the first step that not all have ended, and in the next.
    private var open: (first: [Int], second: [Int])
    private var cores: [Core]
    private let steps: Int
    /// Steps that all cores have ended.
    package private(set) var ended = 0

    /// A sweep of `steps` steps begins with `totals`.
    package init(_ totals: [Int], cores: Int, steps: Int) {
        let none = [Int](repeating: 0, count: totals.count)
        (settled, before, open) = (totals, totals, (none, none))
        self.cores = Array(repeating: Core(change: none), count: cores)
        self.steps = steps
    }

    /// n_k after all steps ended.
    package var totals: [Int] {
        var totals = settled
        add(open.first, to: &totals)
        add(open.second, to: &totals)
        return totals
    }

    /// The step that core `core` may begin now and the n_k it sees; nil if it is busy, has to wait, or has ended its last.
    package mutating func begin(core: Int) -> (step: Int, totals: [Int])? {
        let step = cores[core].ended
        guard !cores[core].isBusy, step < steps, step <= ended + 1 else { return nil }
        cores[core].isBusy = true
        var totals = step > ended ? settled : before
        add(cores[core].change, to: &totals)
        return (step, totals)
    }

    /// Core `core` has ended its step, which began with `seen` and left `totals`.
    package mutating func end(core: Int, seen: [Int], totals: [Int]) {
        let step = cores[core].ended
        for k in totals.indices { cores[core].change[k] = totals[k] - seen[k] }
        cores[core].isBusy = false
        cores[core].ended += 1
        if step == ended { add(cores[core].change, to: &open.first) } else { add(cores[core].change, to: &open.second) }
        while ended < steps, cores.allSatisfy({ $0.ended > ended }) {
            ended += 1
            before = settled
            add(open.first, to: &settled)
            open = (open.second, [Int](repeating: 0, count: settled.count))
        }
    }

    /// Something else has changed n_k: all cores see it from their next step on.
    package mutating func shift(by change: [Int]) {
        add(change, to: &settled)
        add(change, to: &before)
    }

    private func add(_ change: [Int], to totals: inout [Int]) {
        for k in totals.indices { totals[k] += change[k] }
    }
}
