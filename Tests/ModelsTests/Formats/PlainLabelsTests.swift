import Models
import TestSupport
import Testing

@Suite("Words and names without separators")
struct PlainLabelsTests {
    private func forms(_ labels: [String], _ separators: PlainLabels.Separators = .whiteSpace) -> [String] {
        var strings = ByteStrings()
        for label in labels { strings.append(Array(label.utf8)) }
        let plain = PlainLabels.of(strings, separators).labels
        return (0..<plain.count).map { String(decoding: plain[$0], as: UTF8.self) }
    }

    @Test(
        "White space becomes _, but different words never become one word",
        arguments: [
            (["ape", "new york"], ["ape", "new_york"]),
            (["new york", "new_york", "new\tyork"], ["new%20york", "new_york", "new%09york"]),
            (["a b", "a\tb"], ["a%20b", "a%09b"]),
            (["a b", "a_b", "a%20b", "a%2520b"], ["a%252520b", "a_b", "a%20b", "a%2520b"]),
            (["a% b", "a%_b"], ["a%25%20b", "a%_b"]), (["", "_"], ["%", "_"]), (["", "x"], ["_", "x"]),
            (["a\u{3000}b", "a_b"], ["a%E3%80%80b", "a_b"]),
        ])
    func whiteSpace(labels: [String], expected: [String]) {
        #expect(forms(labels) == expected)
    }

    @Test(
        "In lists, only TABs and line ends become _",
        arguments: [
            (["new york", "new_york", "new\tyork"], ["new york", "new_york", "new%09york"]),
            (["a\tb", "a\nb "], ["a_b", "a_b "]), (["  ", "x y"], ["__", "x y"]), (["\u{FEFF}a"], ["_a"]),
        ])
    func lists(labels: [String], expected: [String]) {
        #expect(forms(labels, .tabsAndLines) == expected)
    }

    @Test(
        "Any set of words has as many different forms, none of which has white space",
        arguments: 0..<200 as Range<UInt64>)
    func injective(seed: UInt64) {
        var random = SplitMix(state: seed)
        var labels: Set<String> = []
        for _ in 0..<40 {
            let pieces = ["a", " ", "_", "%", "20", "25", "\t", "%20", "%09"]
            labels.insert((0..<Int(random.next() % 5)).map { _ in pieces[Int(random.next() % 9)] }.joined())
        }
        let forms = forms(labels.sorted())
        #expect(Set(forms).count == labels.count)
        #expect(forms.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isWhitespace) })
        let escaped = labels.map { PlainLabels.escaped(Array($0.utf8)[...]) }
        #expect(Set(escaped).count == labels.count)
    }
}
