import Corpus
import Testing

struct VocabularyTests {
    @Test("words are numbered in the order of insertion, and keep their numbers when the table grows")
    func numbers() {
        var vocabulary = Vocabulary()
        let words = (0..<5_000).map { Array(String(repeating: "x", count: $0 % 40).utf8) + Array("\($0)".utf8) }
        for (number, word) in words.enumerated() { #expect(vocabulary.insert(word) == number) }
        for (number, word) in words.enumerated() {
            #expect(vocabulary.insert(word) == number)
            #expect(vocabulary.index(of: word) == number)
            #expect(vocabulary.word(number) == word)
        }
        #expect(vocabulary.count == words.count)
        #expect(vocabulary.index(of: Array("unknown".utf8)) == nil)
        #expect(vocabulary.index(of: Array("an unknown word".utf8)) == nil)
    }

    @Test("words that differ in one byte, in their length or in a NUL are different")
    func nearlyEqual() {
        let base = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        var words: Set<[UInt8]> = []
        for length in 1...base.count {
            let word = Array(base[..<length])
            words.insert(word)
            words.insert(word + [0])
            words.insert(word + [0, 0])
            for position in 0..<length {
                var other = word
                other[position] ^= 0x80
                words.insert(other)
            }
        }
        var vocabulary = Vocabulary()
        for word in words { _ = vocabulary.insert(word) }
        #expect(vocabulary.count == words.count)
        for word in words { #expect(vocabulary.index(of: word).map(vocabulary.word) == word) }
    }

    @Test("a composed and a decomposed letter are different words, because words are bytes")
    func bytes() {
        var vocabulary = Vocabulary()
        #expect(vocabulary.insert(Array("\u{E9}".utf8)) != vocabulary.insert(Array("e\u{301}".utf8)))
    }

    @Test(
        "a word's hash is XXH64, as `printf WORD | xxhsum -H64` prints it",
        arguments: [
            ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            ("0123456789abcdef0123456789abcdefx", 0x3903_D264_5FFE_A35F),
        ] as [(String, UInt64)])
    func hash(_ word: String, _ hash: UInt64) {
        var vocabulary = Vocabulary()
        let index = vocabulary.insert(Array(word.utf8))
        #expect(vocabulary.hash(index) == hash)
        #expect(vocabulary.block(index, of: 7) == Int(hash % 7))
    }
}
