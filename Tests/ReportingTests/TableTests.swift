import Reporting
import Testing

@Suite("Tables and sizes for a terminal")
struct TableTests {
    @Test("A column is as wide as its widest text, and the last text of a shorter line may extend over the next ones")
    func table() {
        var table = Table("RUN", "TOPICS", "FROM")
        table.add("a", "10", "letters.txt")
        table.add("longer", "has not reported")
        table.add("b", "", "-")
        #expect(
            table.text == """
                RUN     TOPICS  FROM
                a       10      letters.txt
                longer  has not reported
                b               -

                """)
    }

    @Test(
        "Sizes have one decimal and the largest unit that fits",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1 << 20, "1.0 MiB"), (3 << 29, "1.5 GiB"),
            (Int.max, "8192.0 PiB"),
        ])
    func sizes(bytes: Int, text: String) {
        #expect(Size.text(bytes) == text)
    }
}
