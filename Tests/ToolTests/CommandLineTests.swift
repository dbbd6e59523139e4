import CommandLineTools
import Platform
import Testing

@Suite("Command line code that all tools share")
struct CommandLineTests {
    @Test("Underscores in a flag's name become hyphens; in values they stay")
    func spelling() {
        #expect(
            FlagSpelling.normalised([
                "--this_shard=a_b", "--sync_every", "my_value", "-x_y", "a_b", "--", "--this_shard",
            ]) == ["--this-shard=a_b", "--sync-every", "my_value", "-x_y", "a_b", "--", "--this_shard"])
    }

    @Test("A former name of a flag becomes the present one; in values it stays")
    func formerNames() {
        #expect(
            FlagSpelling.normalised(["--lease", "5", "--lease=6", "--leases", "--run=--lease", "--", "--lease"])
                == ["--dead-after", "5", "--dead-after=6", "--leases", "--run=--lease", "--", "--lease"])
    }

    @Test("Whole numbers in the range are accepted", arguments: [("1", 1), ("65536", 65536), ("007", 7)])
    func whole(text: String, value: Int) throws {
        #expect(try Numbers.whole(1...65536)(text) == value)
    }

    @Test(
        "Text that is not a whole number is refused, and the error names the range",
        arguments: [
            "", " 1", "1 ", "+1", "0", "65537", "0x10", "1e3", "1.0", "1_000", "nan", "inf", "-1", "-", "١",
            "99999999999999999999",
        ])
    func notWhole(text: String) {
        #expect {
            try Numbers.whole(1...65536)(text)
        } throws: {
            "\($0)" == "expected a whole number from 1 to 65536"
        }
    }

    @Test("The error of a range without an upper bound names only the lower bound")
    func openRange() {
        #expect {
            try Numbers.whole(1 ... .max)("0")
        } throws: {
            "\($0)" == "expected a whole number of at least 1"
        }
    }

    @Test("A seed has 64 bits")
    func seeds() throws {
        #expect(try Numbers.unsigned("18446744073709551615") == .max)
        #expect(throws: Numbers.Refusal.self) { try Numbers.unsigned("18446744073709551616") }
        #expect(throws: Numbers.Refusal.self) { try Numbers.unsigned("-1") }
    }

    @Test(
        "Numbers above zero are accepted",
        arguments: [("0.1", 0.1), ("5", 5), (".5", 0.5), ("5.", 5), ("1e-3", 0.001), ("2E+2", 200)])
    func positive(text: String, value: Double) throws {
        #expect(try Numbers.positive(text) == value)
    }

    @Test(
        "Text that is not a number above zero is refused",
        arguments: [
            "", ".", "0", "-0.1", "nan", "inf", "infinity", "0x1p3", "0x10", "1e", "1e400", "1e-400", "+1", " 1", "1,5",
            "e5", "1..2",
        ])
    func notPositive(text: String) {
        #expect {
            try Numbers.positive(text)
        } throws: {
            "\($0)" == "expected a number above 0, such as 0.1 or 1e-3"
        }
    }

    @Test(
        "Times are written in the format of RFC 3339",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_795_222_923, "2026-11-21T01:02:03Z"),
        ])
    func timestamps(seconds: Int, text: String) {
        #expect(Timestamp.text(secondsSince1970: seconds) == text)
    }
}
