import ArgumentParser
import CommandLineTools
import Corpus
import Counts
import RedisStore
import TestSupport

@testable import RedisStore
@testable import dist_lda
@testable import dist_lda_listener
@testable import dist_lda_shard

/// Parsers of command lines. No command is run.
extension Parser {
    static let flags = [
        Parser(
            name: "arguments",
            words: [
                "--document=", "--redis=", "--iterations=", "--run=", "--min-df=", "--help", "--version", "--write=",
                "--input_format=", "store\0status", "convert\0", "\0--", "--generate-completion-script=bash", "@", "-",
            ],
            samples: { _ in
                [
                    "\0--document=a\0b\0--topics\010\0--alpha=1e-3\0--iterations=5",
                    "\u{1}--redis=a:1,b:2\0--run=r\0--write_every=3", "\u{2}store\0audit\0--run=r\0--redis-db=1",
                    "\u{2}convert\0--document=x\0--to=uci\0--min-df=0.5",
                ].map { Array($0.utf8) }
            },
            read: { bytes, _ in
                let tool =
                    [Shard.self, Listener.self, DistLDA.self][Int(bytes.first ?? 0) % 3] as any ParsableCommand.Type
                let parts = bytes.dropFirst().split(separator: 0, omittingEmptySubsequences: false)
                let arguments = FlagSpelling.normalised(parts.map { String(decoding: $0, as: UTF8.self) })
                try require(
                    FlagSpelling.normalised(arguments) == arguments, "normalising the arguments twice changes them")
                do { _ = try tool.parseAsRoot(arguments) } catch {
                    _ = tool.exitCode(for: error)
                    _ = tool.fullMessage(for: error)
                }
            }),
        Parser(
            name: "redis_address",
            words: [
                "redis://", "rediss://", "unix:/", "unix://", "cluster:", "[::1]", ":6379", "@", "%2C", "%zz", "/0",
                "fe80::1%eth0",
            ],
            samples: { _ in
                ["h:1", "redis://u:p%40@[::1]:7/3", "unix://u:p@/x", "rediss://h", "cluster:a:7000,b:7001", "a,b:2"]
                    .map { Array($0.utf8) }
            },
            read: { bytes, _ in
                let text = String(decoding: bytes, as: UTF8.self)
                if let range = RedisAddress.passwordRange(in: bytes) {
                    try require(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a password outside the text")
                }
                let servers = try accepted(or: RedisAddress.Fault.self) { try RedisServers(parsing: text) }
                guard let servers else { return }
                try require(!servers.addresses.isEmpty, "neither servers nor a refusal")
                try require(!"\(servers)".utf8.contains(UInt8(ascii: "\n")), "an address has more than one line")
            }),
        Parser(
            name: "numbers", words: ["1e", ".", "-", "0x", "nan", "inf", "9223372036854775808", "1_0", "+1", "1e999"],
            samples: { _ in ["17", "-3", "0.5", "1e-3", ".5E+2", "18446744073709551615"].map { Array($0.utf8) } },
            read: { bytes, _ in
                let text = String(decoding: bytes, as: UTF8.self)
                func refused<Value>(_ parse: (String) throws -> Value) throws -> Value? {
                    try accepted(or: Numbers.Refusal.self) { try parse(text) }
                }
                if let whole = try refused(Numbers.whole(-5...Int.max)) {
                    try require(whole >= -5, "a number out of range")
                }
                if let number = try refused(Numbers.number(0...9)) {
                    try require((0...9).contains(number), "a number out of range")
                }
                if let number = try refused(Numbers.positive) {
                    try require(number > 0 && number.isFinite, "not positive")
                }
                _ = try refused(Numbers.unsigned)
                if case .share(let share) = try refused(Numbers.documents) ?? .count(0) {
                    try require((0...1).contains(share), "not a share")
                }
            }),
        Parser(
            name: "run_name", words: ["..", "dlda:{", "}:run", "\u{202E}"],
            samples: { _ in ["r-1.x", "dlda:{run}:run", "3 of 7"].map { Array($0.utf8) } },
            read: { bytes, _ in
                let text = String(decoding: bytes, as: UTF8.self)
                if let name = try accepted(or: RunName.Fault.self, { try RunName(text) }) {
                    let key = KeySchema(run: name).manifest().text
                    try require(KeySchema.run(ofManifest: key) == name, "its key belongs to another run")
                }
                let fitting = RunName(fitting: text)
                try require((try? RunName(fitting.text)) == fitting, "\(fitting) is a fitting name but is refused")
                _ = KeySchema.run(ofManifest: text)
                let place = ServerPlace(of: ["server": text])
                try require(ServerPlace(of: Dictionary(uniqueKeysWithValues: place.fields)) == place, "place differs")
            }),
    ]
}
