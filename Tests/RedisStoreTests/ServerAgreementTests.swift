import TestSupport
import Testing

@testable import RedisStore

@Suite("whether these servers keep a run")
struct ServerAgreementTests {
    private typealias Copy = (id: String, place: ServerPlace)

    /// What a list of `count` servers holds after one of it created run `id`.
    private func copies(_ count: Int, id: String = "1", servers: String = "named") -> [Copy?] {
        (1...count).map { (id, ServerPlace(number: $0, count: count, servers: servers)) }
    }

    @Test("servers that each know their place are the same, whatever they are called")
    func same() {
        for count in 1...4 {
            #expect(ServerAgreement.judge(copies(count), names: "otherwise") == .same(servers: "named"))
        }
    }

    @Test("any other order, more servers or fewer, is seen by a server that is named at another place")
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
            #expect(place == three[list[number - 1]]?.place, "the first that contradicts is named")
            #expect(place.number != number || place.count != list.count)
        }
    }

    @Test("a server that knows nothing has lost its keys if the names are right, and may be a stranger if not")
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

    @Test("a server that knows another run of the same name has not heard of the new one, or is another list's")
    func otherRun() {
        var seen = copies(3)
        seen[2] = copies(3, id: "2")[2]
        #expect(ServerAgreement.judge(seen, names: "named") == .incomplete)
        seen[2] = copies(3, id: "2", servers: "stranger")[2]
        #expect(ServerAgreement.judge(seen, names: "named") == .doubtful(number: 3, servers: "named"))
    }

    @Test("a place is read as it is written, and nonsense is no place among several")
    func places() {
        let place = ServerPlace(number: 2, count: 3, servers: "a:1,b:2,c:3")
        #expect(ServerPlace(of: Dictionary(uniqueKeysWithValues: place.fields)) == place)
        for text in ["", "2", "2 of", "of 3", "2 of x", "x of 3", "2 3"] {
            #expect(ServerPlace(of: ["server": text]) == ServerPlace(number: 1, count: 1, servers: ""))
        }
    }
}
