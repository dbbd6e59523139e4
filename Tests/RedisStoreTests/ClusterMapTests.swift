import RedisStore
import TestSupport
import Testing

@testable import RedisStore

@Suite("slots of a Redis Cluster")
struct ClusterMapTests {
    @Test("CRC16 has the published check value, and the text in the first braces determines the slot")
    func vectors() {
        #expect(HashSlot.crc16("123456789".utf8) == 0x31C3)
        #expect(HashSlot(of: "{user1000}.following") == HashSlot(of: "{user1000}.followers"))
        #expect(HashSlot(of: "foo{bar}{zap}") == HashSlot(of: "bar"))
        #expect(HashSlot(of: "foo{{bar}}zap") == HashSlot(of: "{bar"))
        #expect(HashSlot(of: "foo{}{bar}").number == Int(HashSlot.crc16("foo{}{bar}".utf8)) % 16384)
    }

    @Test("the slot of any key is the one that a server reports")
    func asTheServerSays() throws {
        let server = try RedisServer("--cluster-enabled", "yes")
        let keys = [
            "", "a", "{", "}", "{}", "{a}", "a{b", "}{", "dlda:{run/17}", "dlda:{run}:run", "{{}}", "\u{1F98A}",
        ]
        for key in keys + (0..<50).map({ "dlda:{r/\($0)}" }) {
            #expect(try server.command("CLUSTER", "KEYSLOT", key) == "\(HashSlot(of: key).number)", "\(key)")
        }
    }

    private func line(_ first: Int64, _ last: Int64, _ host: RedisReply, _ port: Int64) -> RedisReply {
        .array([.integer(first), .integer(last), .array([host, .integer(port), .bulk([1]), .array([])])])
    }

    @Test("a map is read with and without host names, and with replicas")
    func map() throws {
        let host = RedisReply.bulk(Array("h".utf8))
        let replica = RedisReply.array([.bulk(Array("::1".utf8)), .integer(2)])
        let ranges = try #require(
            SlotRange.all(
                in: .array([
                    line(0, 5, host, 1), line(6, 6, .null, 3), line(7, 16383, .bulk([]), 4),
                    .array([.integer(8), .integer(9), .array([host, .integer(1)]), replica]),
                ])))
        #expect(ranges.map(\.slots) == [0...5, 6...6, 7...16383, 8...9])
        #expect(ranges.map { $0.nodes.map(\.host) } == [["h"], [""], [""], ["h", "::1"]])
        #expect(ranges.map { $0.nodes.map(\.port) } == [[1], [3], [4], [1, 2]])
    }

    @Test("a reply that is not a valid map is refused")
    func noMap() {
        let host = RedisReply.bulk(Array("h".utf8))
        let lines = [
            line(-1, 5, host, 1), line(6, 5, host, 1), line(0, 16384, host, 1), line(0, 1, host, 0),
            line(0, 1, host, 65536), line(0, 1, host, .max), line(.min, .max, host, 1), .array([]), .null, host,
            .array([.integer(1), .integer(2)]), .array([.integer(1), .integer(2), .integer(3)]),
        ]
        for line in lines { #expect(SlotRange.all(in: .array([line])) == nil, "\(line)") }
        #expect(SlotRange.all(in: .null) == nil)
        #expect(SlotRange.all(in: .array([])) == [])
    }

    @Test("a place is parsed from MOVED and ASK")
    func places() {
        #expect(SlotRange.Place("127.0.0.1:6379") == SlotRange.Place(host: "127.0.0.1", port: 6379))
        #expect(SlotRange.Place("::1:6379")?.host == "::1")
        #expect(SlotRange.Place(":6379")?.host == "")
        #expect(SlotRange.Place("?:6379")?.host == "")
        for text in ["", "h", "h:", "h:x", "h:0", "h:65536", "h:-1"] { #expect(SlotRange.Place(text) == nil) }
    }
}
