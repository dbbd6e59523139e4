import RedisStore
import Testing

@Suite("the value of --redis")
struct RedisServersTests {
    @Test(
        "one server, several servers, or a cluster",
        arguments: [
            ("a", "a:6379", false), ("a:1,b:2,[::1]:3,unix:/s", "a:1,b:2,[::1]:3,unix:/s", false),
            ("redis://u:p%2Cw@a:1/2,/s", "a:1 database 2,unix:/s", false),
            ("cluster:a:7000", "cluster:a:7000", true), ("cluster:a,b:7001", "cluster:a:6379,b:7001", true),
            ("cluster:redis://u:p@a:1", "cluster:a:1", true), ("cluster:7000", "cluster:7000", false),
            ("cluster:7000,b", "cluster:7000,b:6379", false), ("cluster", "cluster:6379", false),
        ])
    func parsed(text: String, description: String, isCluster: Bool) throws {
        let servers = try RedisServers(parsing: text)
        #expect(servers.description == description)
        #expect(servers.isCluster == isCluster)
    }

    @Test("a database and a password given separately apply to all servers")
    func shared() throws {
        let servers = try RedisServers(
            parsing: "a,redis://:own@b", database: 3, environment: ["DIST_LDA_REDIS_PASSWORD": "x"])
        #expect(servers.addresses.map(\.database) == [3, 3])
        #expect(servers.addresses.map(\.password) == ["x", "own"].map { RedisAddress.Password($0.utf8) })
    }

    @Test(
        "an invalid value is refused, and no part of a password is shown",
        arguments: [
            ("a,", "no host"), (",a", "no host"), ("a,,b", "no host"), ("cluster:", "port \"\""),
            ("a,b:0", "port \"0\""),
            ("a,b,a", "names a:6379 twice"), ("a,a:6379", "names a:6379 twice"),
            ("cluster:a/1", "not a valid host name"),
            ("cluster:redis://a/1", "database 0 only"), ("redis://:secret,x@a", "write %2C"),
            ("redis://u:secret,redis@a,b", "write %2C"),
        ])
    func refused(text: String, reason: String) {
        let fault = #expect(throws: RedisAddress.Fault.self) { try RedisServers(parsing: text) }
        #expect(fault?.reason.contains(reason) == true, "\(String(describing: fault))")
        #expect(fault?.description.contains("secret") == false)
    }

    @Test("a cluster has no database other than 0, however it is requested")
    func clusterDatabase() throws {
        #expect(throws: RedisAddress.Fault.self) { try RedisServers(parsing: "cluster:a", database: 1) }
        #expect(try RedisServers(parsing: "cluster:a", database: 0).isCluster)
    }
}
