import TestSupport
import Testing

@testable import RedisStore

@Suite("agreement about the servers of a run")
struct ServerAgreementTests {
    private typealias Copy = (id: String, place: ServerPlace)

    /// The records of `count` servers after run `id` was created on them.
    private func copies(_ count: Int, id: String = "1", servers: String = "named") -> [Copy?] {
        (1...count).map { (id, ServerPlace(number: $0, count: count, servers: servers)) }
    }

    @Test("servers that know their place are the run's servers, whatever their names are")
    func same() {
        for count in 1...4 {
            #expect(ServerAgreement.judge(copies(count), names: "otherwise") == .same(servers: "named"))
        }
    }

    @Test("another order, or more or fewer servers, is detected by a server in another place")
    func otherLists() {
        let (three, none) = (copies(3), Copy?.none)
        let permutations = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        let lists =
            permutations + [[0], [1], [2], [0, 1], [1, 2], [2, 0], [0, 2], [0, 1, 2, 3], [3, 0, 1, 2], [3, 2]]
        for list in lists {
            let seen = list.map { $0 < 3 ? three[$0] : none }
            guard case .other(let number, let place) = ServerAgreement.judge(seen, names: "named") else {
                Issue.record("\(list) is not [0, 1, 2]")
                continue
            }
            #expect(place == three[list[number - 1]]?.place, "the first server that contradicts is reported")
            #expect(place.number != number || place.count != list.count)
        }
    }

    @Test("a server without a record has lost its keys if the names match, otherwise it may not belong to the run")
    func lost() {
        for loser in 0..<3 {
            var seen = copies(3)
            seen[loser] = nil
            #expect(ServerAgreement.judge(seen, names: "named") == .incomplete)
            #expect(
                ServerAgreement.judge(seen, names: "otherwise") == .doubtful(number: loser + 1, servers: "named"))
        }
        #expect(ServerAgreement.judge([nil, nil], names: "named") == .incomplete)
    }

    @Test("a server that knows another run of the same name does not know the new one yet, or belongs to another list")
    func otherRun() {
        var seen = copies(3)
        seen[2] = copies(3, id: "2")[2]
        #expect(ServerAgreement.judge(seen, names: "named") == .incomplete)
        seen[2] = copies(3, id: "2", servers: "stranger")[2]
        #expect(ServerAgreement.judge(seen, names: "named") == .doubtful(number: 3, servers: "named"))
    }

    @Test("a place is parsed as it is written, and invalid text means a single server")
    func places() {
        let place = ServerPlace(number: 2, count: 3, servers: "a:1,b:2,c:3")
        #expect(ServerPlace(of: Dictionary(uniqueKeysWithValues: place.fields)) == place)
        for text in ["", "2", "2 of", "of 3", "2 of x", "x of 3", "2 3"] {
            #expect(ServerPlace(of: ["server": text]) == ServerPlace(number: 1, count: 1, servers: ""))
        }
    }
}
