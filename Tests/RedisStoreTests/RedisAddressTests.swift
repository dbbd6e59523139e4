import RedisStore
import Testing

@Suite("addresses")
struct RedisAddressTests {
    @Test(
        "addresses are parsed",
        arguments: [
            ("localhost", "localhost:6379"), ("localhost:7000", "localhost:7000"), ("10.0.0.1:65535", "10.0.0.1:65535"),
            ("my_host-1.example:1", "my_host-1.example:1"), ("[::1]", "[::1]:6379"), ("[::1]:7000", "[::1]:7000"),
            ("[fe80::1%eth0]:7000", "[fe80::1%eth0]:7000"), ("unix:/run/redis.sock", "unix:/run/redis.sock"),
            ("/run/redis.sock", "unix:/run/redis.sock"), ("redis://host", "host:6379"), ("redis://host/", "host:6379"),
            ("REDIS://host:1/2", "host:1 database 2"), ("redis://[::1]:1/15", "[::1]:1 database 15"),
            ("redis://user:pw@host:1", "host:1"), ("rediss://host", "rediss://host:6379"),
            ("rediss://[::1]:1/2", "rediss://[::1]:1 database 2"), ("unix:///run/redis.sock", "unix:/run/redis.sock"),
            ("unix://ann:pw@/run/@.sock", "unix:/run/@.sock"),
        ])
    func places(text: String, place: String) throws {
        #expect(try RedisAddress(parsing: text).description == place)
    }

    @Test(
        "user and password are parsed, percent-encoded or not",
        arguments: [
            ("redis://ann:secret@h", "ann", "secret"), ("redis://:secret@h", nil, "secret"),
            ("redis://ann@h", "ann", nil),
            ("redis://ann:@h", "ann", nil), ("redis://a%40b:p%2F%3a%25@h", "a@b", "p/:%"),
            ("redis://a:b:c@h", "a", "b:c"),
            ("redis://a:b@c@h", "a", "b@c"), ("redis://@h", nil, nil),
            ("rediss://ann:secret@h", "ann", "secret"), ("unix://ann:secret@/s", "ann", "secret"),
            ("unix:///s", nil, nil),
        ] as [(String, String?, String?)])
    func secrets(text: String, user: String?, password: String?) throws {
        let address = try RedisAddress(parsing: text)
        #expect(address.user == user.map { Array($0.utf8) })
        #expect(address.password == password.map { RedisAddress.Password($0.utf8) })
    }

    @Test("a password may contain any bytes")
    func bytes() throws {
        #expect(try RedisAddress(parsing: "redis://:%FF%00x@h").password == RedisAddress.Password([255, 0, 120]))
    }

    @Test("no way of printing an address shows its password")
    func hidden() throws {
        let address = try RedisAddress(parsing: "redis://ann:hunter2@host")
        var dumped = ""
        dump(address, to: &dumped)
        for text in ["\(address)", String(reflecting: address), String(describing: address.password), dumped] {
            #expect(!text.contains("hunter2") && !text.contains("\(Array("hunter2".utf8))"))
            #expect(!text.contains("104"), "the first byte of it")
        }
    }

    @Test(
        "an invalid address is refused with the reason",
        arguments: [
            ("", "no host"), (":6379", "no host"), ("host:0", "port \"0\""), ("host:65536", "port \"65536\""),
            ("host:text", "port \"text\""), ("host:", "port \"\""), ("host:+1", "port \"+1\""),
            ("host: 1", "port \" 1\""),
            ("::1", "more than one \":\""), ("[::1", "\"[\" without \"]\""), ("[::1]x", "port \"x\""),
            ("[]", "no IPv6"),
            ("[host]:1", "no IPv6"), ("a host", "host \"a host\""), ("host/3", "host \"host/3\""),
            ("h\u{f6}st", "host"),
            ("unix:", "unix socket"), ("/run/", "unix socket"), ("unix:/a\nb", "control"), ("/a\0b", "control"),
            ("/" + String(repeating: "x", count: 104), "105 bytes"),
            ("redis://", "no host"), ("redis:///3", "no host"), ("redis://h/x", "database \"x\""),
            ("redis://h/-1", "database \"-1\""), ("redis://h/1/2", "database \"1/2\""),
            ("redis://h/99999999999", "database"),
            ("redis://h?db=1", "\"?\""), ("http://h", "redis://"), ("redis://%zz:x@h", "\"%\""),
            ("redis://a%4@h", "\"%\""),
            ("user:pw@host", "does not begin with redis://"), ("unix://host/run/s", "no \"@\""),
            ("unix://", "unix socket"),
            ("unix://ann@", "unix socket"),
        ])
    func faults(text: String, reason: String) {
        let fault = #expect(throws: RedisAddress.Fault.self) { try RedisAddress(parsing: text) }
        #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "")")
    }

    @Test(
        "an error shows nothing of a password that was not encoded correctly",
        arguments: [
            "redis://u:hunter/2@host", "redis://u:hunter?2@host", "redis://u:hunter#2@host",
            "redis://u:hunter%2@host:x",
            "redis://u:hunter@host:x", "u:hunter@host", "http://u:hunter@host", "unix://u:hunter/2@/s",
            "redis://u:hunter@",
        ])
    func quietFaults(text: String) {
        let fault = #expect(throws: RedisAddress.Fault.self) { try RedisAddress(parsing: text) }
        #expect(fault?.description.contains("hunter") == false)
    }

    @Test("a database may be given separately, but not a different one")
    func databases() throws {
        #expect(try RedisAddress(parsing: "h", database: 3).database == 3)
        #expect(try RedisAddress(parsing: "redis://h/3", database: 3).database == 3)
        #expect(try RedisAddress(parsing: "redis://h/3").database == 3)
        #expect(try RedisAddress(parsing: "h").database == 0)
        #expect(throws: RedisAddress.Fault.self) { try RedisAddress(parsing: "redis://h/0", database: 3) }
        #expect(throws: RedisAddress.Fault.self) { try RedisAddress(parsing: "redis://h/3", database: 4) }
        #expect(throws: RedisAddress.Fault.self) { try RedisAddress(parsing: "redis://h/3", database: 0) }
        #expect(throws: RedisAddress.Fault.self) { try RedisAddress(parsing: "h", database: -1) }
    }

    @Test("a password in the environment is used if the address has none")
    func environment() throws {
        let environment = ["REDISCLI_AUTH": "second", "DIST_LDA_REDIS_PASSWORD": "first"]
        func password(_ text: String, _ environment: [String: String]) throws -> RedisAddress.Password? {
            try RedisAddress(parsing: text, environment: environment).password
        }
        #expect(try password("h", environment) == RedisAddress.Password("first".utf8))
        #expect(try password("/s", ["REDISCLI_AUTH": "second"]) == RedisAddress.Password("second".utf8))
        #expect(try password("h", ["REDISCLI_AUTH": ""]) == nil)
        #expect(try password("redis://:own@h", environment) == RedisAddress.Password("own".utf8))
        #expect(try password("h", [:]) == nil)
    }

    @Test(
        "the password in an argument is found, so that it can be masked",
        arguments: [
            ("--redis=redis://u:secret@h:1/2", "secret"), ("redis://:secret@h", "secret"), ("redis://u:s@c@h", "s@c"),
            ("rediss://u:se/cret@h", "se/cret"), ("redis://h:6379", nil), ("redis://u@h:6379", nil),
            ("redis://u:@h", nil), ("unix://u:secret@/run/s", "secret"),
            ("host:6379", nil), ("--document=a:b@c", nil), ("", nil),
            ("--redis=redis://\u{e9}:\u{fc}\u{fc}@h", "\u{fc}\u{fc}"),
        ] as [(String, String?)])
    func masking(argument: String, password: String?) {
        let bytes = Array(argument.utf8)
        let range = RedisAddress.passwordRange(in: bytes)
        #expect(range.map { String(decoding: bytes[$0], as: UTF8.self) } == password)
    }
}
