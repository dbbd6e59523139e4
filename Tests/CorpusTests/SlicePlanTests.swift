import Corpus
import Testing

struct SlicePlanTests {
    @Test("line i goes to slice i mod (shards * cores), slice = shard * cores + core", arguments: 1...4, 1...3)
    func owner(_ shards: Int, _ cores: Int) {
        for line in 0..<50 {
            for shard in 0..<shards {
                let plan = SlicePlan(shards: shards, cores: cores, thisShard: shard)
                let slice = line % (shards * cores)
                let expected = slice / cores == shard ? slice % cores : nil
                #expect(plan.core(ofLine: line) == expected)
            }
        }
    }

    @Test("the slices are those of the original dist_lda: four shards of two cores")
    func original() {
        let plan = SlicePlan(shards: 4, cores: 2, thisShard: 1)
        #expect((0..<12).map { plan.core(ofLine: $0) } == [nil, nil, 0, 1, nil, nil, nil, nil, nil, nil, 0, 1])
    }
}
