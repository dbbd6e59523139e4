/// The progress of the cores within a sweep, and the n_k that each core sees. It changes only its own state.
///
/// A core may begin step s as soon as all cores have ended step s - 2. So a core that is early continues instead of
/// waiting for the others, which can catch up in a later step (with a wait after every step, two cores were idle 4 % of
/// the time). A core sees its own changes immediately, and those of the others as of the end of step s - 2, even if
/// later changes are already known. So the chain does not depend on the speed of the cores.
///
/// Invariant: `totals` is its initial value plus all changes reported by `end` and `shift`.
/// O(topics) each time a core begins or ends a step.
package struct StepBarrier: Sendable {
    private struct Core {
        /// The number of steps ended.
        var ended = 0
        var isBusy = false
        /// The change of n_k in the last step that this core has ended.
        var change: [Int]
    }

    /// n_k after all steps that all cores have ended.
    private var settled: [Int]
    /// n_k one step before that.
    private var before: [Int]
    /// The sum of the changes in the first step that some cores have not ended yet, and in the step after it.
    private var open: (first: [Int], second: [Int])
    private var cores: [Core]
    private let steps: Int
    /// The number of steps that all cores have ended.
    package private(set) var ended = 0

    /// Begins a sweep of `steps` steps with `totals`.
    package init(_ totals: [Int], cores: Int, steps: Int) {
        let none = [Int](repeating: 0, count: totals.count)
        (settled, before, open) = (totals, totals, (none, none))
        self.cores = Array(repeating: Core(change: none), count: cores)
        self.steps = steps
    }

    /// n_k with the changes of all steps that any core has ended.
    package var totals: [Int] {
        var totals = settled
        add(open.first, to: &totals)
        add(open.second, to: &totals)
        return totals
    }

    /// Begins the next step of core `core`, and returns its number and the n_k that the core sees; nil if the core is
    /// busy, has to wait, or has ended its last step.
    package mutating func begin(core: Int) -> (step: Int, totals: [Int])? {
        let step = cores[core].ended
        guard !cores[core].isBusy, step < steps, step <= ended + 1 else { return nil }
        cores[core].isBusy = true
        var totals = step > ended ? settled : before
        add(cores[core].change, to: &totals)
        return (step, totals)
    }

    /// Ends the step of core `core`, which began with `seen` and ended with `totals`.
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

    /// Adds a change of n_k that was not made by a core. All cores see it from their next step on.
    package mutating func shift(by change: [Int]) {
        add(change, to: &settled)
        add(change, to: &before)
    }

    private func add(_ change: [Int], to totals: inout [Int]) {
        for k in totals.indices { totals[k] += change[k] }
    }
}
