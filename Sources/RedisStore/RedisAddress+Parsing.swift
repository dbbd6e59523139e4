extension RedisAddress {
    /// The reason why an address cannot be parsed. It shows only parts that cannot be secret.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        package let reason: String
        /// The place where the address was found, if it was not given on the command line.
        package var place: String?

        package init(reason: String, place: String? = nil) {
            self.reason = reason
            self.place = place
        }

        package var description: String {
            "the Redis address \(place.map { "in \($0) " } ?? "")\(reason): give host, host:port, [address]:port, "
                + "unix:/path or redis://user:password@host:port/database (rediss:// with TLS)"
        }
    }

    /// Parses an address. `database` is a database that was given separately; a different one in the address is an
    /// error. If the address has no password, it is taken from `environment` (see `passwordVariables`).
    package init(
        parsing text: String, database given: Int? = nil, environment: [String: String] = [:]
    ) throws(Fault) {
        let scheme = Self.scheme(of: text)
        var named: Int?
        if scheme == nil, text.hasPrefix("unix:") || text.hasPrefix("/") {
            self.init(.unix(path: try Self.path(text.hasPrefix("/") ? text : String(text.dropFirst(5)))))
        } else if let scheme, scheme.name == "unix" {
            self = try Self.unixSocket(text[scheme.end...])
        } else if let scheme {
            guard ["redis", "rediss"].contains(scheme.name) else {
                throw Fault(reason: "does not begin with redis://, rediss:// or unix://")
            }
            (self, named) = try Self.uri(text[scheme.end...])
            if scheme.name == "rediss" { encryption = Encryption() }
        } else {
            if text.contains("@") { throw Fault(reason: "has a user but does not begin with redis://") }
            self.init(try Self.server(text[...]))
        }
        if let given {
            if !(0...Int(Int32.max)).contains(given) { throw Fault(reason: "has no database \(given)") }
            if let named, named != given {
                throw Fault(reason: "names database \(named), but --redis-db names \(given)")
            }
        }
        database = given ?? named ?? 0
        if password == nil {
            password = Self.passwordVariables.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
                .map { Password($0.utf8) }
        }
    }

    /// Returns the range of the password in an argument such as `--redis=redis://user:secret@host`, in UTF-8 bytes; nil
    /// if there is none. It is used to overwrite the password in the process's own argument list, so in doubtful cases
    /// the range is too long rather than too short.
    package static func passwordRange(in argument: some BidirectionalCollection<UInt8>) -> Range<Int>? {
        let bytes = Array(argument)
        let separator = Array("://".utf8)
        guard let mark = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }) else { return nil }
        let first = mark + separator.count
        guard let at = bytes[first...].lastIndex(of: UInt8(ascii: "@")),
            let colon = bytes[first..<at].firstIndex(of: UInt8(ascii: ":")), colon + 1 < at
        else { return nil }
        return colon + 1..<at
    }

    // MARK: Parts

    private static func scheme(of text: String) -> (name: String, end: String.Index)? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        return (text[..<colon].lowercased(), text.index(colon, offsetBy: 3))
    }

    /// `[user[:password]@]host[:port][/database]`
    private static func uri(_ text: Substring) throws(Fault) -> (address: RedisAddress, database: Int?) {
        if text.contains(where: { $0 == "?" || $0 == "#" }) {
            throw Fault(reason: "has a \"?\" or \"#\" in it (in a password, write %3F or %23)")
        }
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        let (authority, path) = (text[..<slash], text[slash...].dropFirst())
        if path.contains("@") { throw Fault(reason: "has a \"/\" before an \"@\" (in a password, write %2F)") }
        let at = authority.lastIndex(of: "@")
        var address = RedisAddress(try server(authority[(at.map(authority.index(after:)) ?? authority.startIndex)...]))
        if let at { try address.sign(in: authority[..<at]) }
        if path.isEmpty { return (address, nil) }
        guard let number = Int32(path), number >= 0, path.utf8.first != UInt8(ascii: "+") else {
            throw Fault(reason: "has database \(String(path).debugDescription), which is not a number from 0")
        }
        return (address, Int(number))
    }

    /// `[user[:password]@]/path`
    private static func unixSocket(_ text: Substring) throws(Fault) -> RedisAddress {
        let authority = text.prefix { $0 != "/" }
        var address = RedisAddress(.unix(path: try path(String(text[authority.endIndex...]))))
        if authority.isEmpty { return address }
        guard authority.last == "@" else {
            throw Fault(reason: "has no \"@\" between user and path (in a password, write %2F for a \"/\")")
        }
        try address.sign(in: authority.dropLast())
        return address
    }

    /// Sets user and password from `user[:password]`. Either may be empty.
    private mutating func sign(in text: Substring) throws(Fault) {
        let name = text.prefix { $0 != ":" }
        let secret = text[name.endIndex...].dropFirst()
        user = name.isEmpty ? nil : try Self.decode(name)
        password = secret.isEmpty ? nil : Password(try Self.decode(secret))
    }

    /// `host`, `host:port`, `[address]`, `[address]:port`
    private static func server(_ text: Substring) throws(Fault) -> Endpoint {
        if text.isEmpty { throw Fault(reason: "has no host") }
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else { throw Fault(reason: "has \"[\" without \"]\"") }
            let host = text[text.index(after: text.startIndex)..<close]
            // Letters other than hexadecimal digits occur in the zone of a link-local address, such as "fe80::1%eth0".
            guard host.contains(":"), host.allSatisfy({ isPlain($0) || ":%".contains($0) }) else {
                throw Fault(reason: "has no IPv6 address in its brackets")
            }
            return .tcp(host: String(host), port: try port(text[text.index(after: close)...]))
        }
        let host = text.prefix { $0 != ":" }
        let rest = text[host.endIndex...]
        if rest.dropFirst().contains(":") {
            throw Fault(reason: "has more than one \":\" (write an IPv6 address in brackets)")
        }
        if host.isEmpty { throw Fault(reason: "has no host") }
        guard host.allSatisfy(isPlain) else {
            throw Fault(reason: "has host \(String(host).debugDescription), which is not a valid host name")
        }
        return .tcp(host: String(host), port: try port(rest))
    }

    /// `:port` or nothing.
    private static func port(_ text: Substring) throws(Fault) -> Int {
        if text.isEmpty { return defaultPort }
        let digits = text.first == ":" ? text.dropFirst() : text
        guard text.first == ":", digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits),
            (1...65535).contains(port)
        else {
            throw Fault(reason: "has port \(String(digits).debugDescription), which is not a number from 1 to 65535")
        }
        return port
    }

    /// Returns whether a character can be part of a host name.
    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }

    /// The longest path that fits into a `sockaddr_un` on every system, without the NUL.
    private static let longestPath = 103

    private static func path(_ text: String) throws(Fault) -> String {
        if text.isEmpty || text.hasSuffix("/") { throw Fault(reason: "names no unix socket") }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            throw Fault(reason: "has a control character in its path")
        }
        if text.utf8.count > longestPath {
            throw Fault(reason: "has a path of \(text.utf8.count) bytes, more than the \(longestPath) of a unix socket")
        }
        return text
    }

    private static func decode(_ text: Substring) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { throw Fault(reason: "has a \"%\" without two hexadecimal digits in user or password (write %25)") }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
