import Models
import TestSupport
import Testing

@Suite("Expected bytes of every format")
struct GoldenFileTests {
    let tiny = TinyModel.golden

    @Test("MALLET's state, whose parts have a header only in the first shard")
    func state() throws {
        let body = """
            0 d_0 0 0 ape 0
            0 d_0 1 0 ape 0
            0 d_0 2 1 a_b 0
            2 d2 0 1 a_b 1
            2 d2 1 1 a_b 1
            2 d2 2 1 a_b 1
            2 d2 3 2 =c" 1

            """
        let head = "#doc source pos typeindex type topic\n#alpha : 0.5 0.25 \n#beta : 0.01\n"
        #expect(try tiny.text(.state, name: "state.gz") == head + body)
        let part = body.replacing("a_b", with: "a%20b")
        #expect(try tiny.text(.state, part: .first, name: "state.gz") == head + part)
        #expect(try tiny.text(.state, part: .later, name: "state.gz") == part)
    }

    @Test("In a state, words are numbered by their first appearance; in a part of one, by their rows")
    func typeIndices() throws {
        let words = ["ape", "bee", "cat"].map { Array($0.utf8) }
        let tokens = [[2, 0], [1, 2, 0]].map { $0.map { TinyModel.Token(word: $0, topic: 0) } }
        let model = TinyModel(
            words: words, documents: tokens.map { (Array("d".utf8), $0) }, alpha: [0.5, 0.5], beta: 0.01)
        func columns(_ part: StatePart) throws -> [String] {
            try model.text(.state, part: part, name: "state.gz").split(separator: "\n").filter { $0.first != "#" }
                .map { $0.split(separator: " ")[3...4].joined(separator: " ") }
        }
        #expect(try columns(.whole) == ["0 cat", "1 ape", "2 bee", "0 cat", "1 ape"])
        #expect(try columns(.first) == ["2 cat", "0 ape", "1 bee", "2 cat", "0 ape"])
        #expect(try columns(.later) == columns(.first))
    }

    @Test("MALLET's topic keys")
    func keys() throws {
        #expect(try tiny.text(.keys, name: "topic_keys.txt") == "0\t0.5\tape a_b \n1\t0.25\ta_b =c\" \n")
    }

    @Test("MALLET's document topics, all and those above a threshold")
    func documentTopics() throws {
        #expect(
            try tiny.text(.docTopics, name: "doc_topics.txt") == """
                0\td_0\t0.9333333333333333\t0.06666666666666667
                1\t-d1\t0.6666666666666666\t0.3333333333333333
                2\td2\t0.10526315789473684\t0.8947368421052632

                """)
        #expect(
            try tiny.text(.docTopics, threshold: 0.1, name: "doc_topics.txt") == """
                #doc name topic proportion ...
                0\td_0\t0\t0.9333333333333333\t
                1\t-d1\t0\t0.6666666666666666\t1\t0.3333333333333333\t
                2\td2\t1\t0.8947368421052632\t0\t0.10526315789473684\t

                """)
    }

    @Test("MALLET's word topic counts, in descending order")
    func wordTopicCounts() throws {
        #expect(
            try tiny.text(.wordTopicCounts, name: "word_topic_counts.txt")
                == "0 ape 0:2\n1 a_b 1:3 0:1\n2 =c\" 1:1\n")
    }

    @Test("MALLET's topic word weights, for every pair")
    func topicWordWeights() throws {
        #expect(
            try tiny.text(.topicWordWeights, name: "topic_word_weights.txt") == """
                0\tape\t2.01
                0\ta_b\t1.01
                0\t=c"\t0.01
                1\tape\t0.01
                1\ta_b\t3.01
                1\t=c"\t1.01

                """)
    }

    @Test("Tidy CSV, quoted as in RFC 4180, without formulas")
    func csv() throws {
        let files = try tiny.written(.csv, names: ["topic_term.csv", "doc_topic.csv"])
        #expect(
            String(decoding: files["topic_term.csv"]!, as: UTF8.self)
                == [
                    "topic,term,beta", "0,ape,0.6633663366336633", "0,a b,0.33333333333333337",
                    "0,\"'=c\"\"\",0.003300330033003301", "1,ape,0.0024813895781637717",
                    "1,a b,0.7468982630272952", "1,\"'=c\"\"\",0.2506203473945409", "",
                ].joined(separator: "\r\n"))
        #expect(
            String(decoding: files["doc_topic.csv"]!, as: UTF8.self)
                == [
                    "document,topic,gamma", "d 0,0,0.9333333333333333", "d 0,1,0.06666666666666667",
                    "'-d1,0,0.6666666666666666", "'-d1,1,0.3333333333333333", "d2,0,0.10526315789473684",
                    "d2,1,0.8947368421052632", "",
                ].joined(separator: "\r\n"))
    }

    @Test("numpy's arrays, and lists with one entry per line")
    func numpy() throws {
        let files = try tiny.written(
            .numpy, names: ["topic_word.npy", "alpha.npy", "vocab.txt", "doc_topic.npz", "documents.txt"])
        func array(_ dictionary: String, _ numbers: [UInt8]) -> [UInt8] {
            let padded = dictionary + String(repeating: " ", count: 117 - dictionary.utf8.count) + "\n"
            return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8) + numbers
        }
        #expect(
            files["topic_word.npy"]!
                == array(
                    "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }",
                    [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0]))
        #expect(
            files["alpha.npy"]!
                == array(
                    "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
                    [0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0, 0, 0, 0, 0, 0, 0xD0, 0x3F]))
        #expect(files["vocab.txt"]! == Array("ape\na_b\n=c\"\n".utf8))
        #expect(files["documents.txt"]! == Array("d_0\n-d1\nd2\n".utf8))
        let members = StoredZip(files["doc_topic.npz"]!).members
        #expect(members.map(\.name) == ["indices.npy", "indptr.npy", "format.npy", "shape.npy", "data.npy"])
        func one(_ type: String, _ count: Int, _ numbers: [UInt8]) -> [UInt8] {
            array("{'descr': '<\(type)', 'fortran_order': False, 'shape': (\(count),), }", numbers)
        }
        #expect(members[0].bytes == one("i4", 2, [0, 0, 0, 0, 1, 0, 0, 0]))
        #expect(members[1].bytes == one("i4", 4, [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]))
        #expect(
            members[2].bytes == array("{'descr': '|S3', 'fortran_order': False, 'shape': (), }", Array("csr".utf8)))
        #expect(members[3].bytes == one("i8", 2, [3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]))
        #expect(members[4].bytes == one("i4", 2, [3, 0, 0, 0, 4, 0, 0, 0]))
    }

    @Test("MALLET's diagnostics, without the values that need missing tokens or documents")
    func diagnostics() throws {
        let whole = try tiny.text(.diagnostics, name: "diagnostics.xml")
        #expect(
            whole == """
                <?xml version="1.0" encoding="UTF-8"?>
                <model>
                <topic id='0' tokens='3.0000' document_entropy='0.0000' word-length='3.0000' coherence='0.0000' \
                uniform_dist='0.4621' corpus_dist='0.3852' eff_num_words='1.8000' token-doc-diff='0.0144' \
                rank_1_docs='1.0000' allocation_ratio='1.0000' allocation_count='1.0000' exclusivity='0.6524'>
                <word rank='1' count='2' prob='0.66667' cumulative='0.66667' docs='1' word-length='3.0000' \
                coherence='0.0000' uniform_dist='0.4621' corpus_dist='0.5649' token-doc-diff='0.0060' \
                exclusivity='0.9963'>ape</word>
                <word rank='2' count='1' prob='0.33333' cumulative='1.00000' docs='1' word-length='3.0000' \
                coherence='0.0000' uniform_dist='0.0000' corpus_dist='-0.1797' token-doc-diff='0.0084' \
                exclusivity='0.3086'>a b</word>
                </topic>
                <topic id='1' tokens='4.0000' document_entropy='0.0000' word-length='3.0000' coherence='0.0000' \
                uniform_dist='0.5363' corpus_dist='0.3439' eff_num_words='1.6000' token-doc-diff='0.0338' \
                rank_1_docs='1.0000' allocation_ratio='1.0000' allocation_count='1.0000' exclusivity='0.8392'>
                <word rank='1' count='3' prob='0.75000' cumulative='0.75000' docs='1' word-length='3.0000' \
                coherence='0.0000' uniform_dist='0.6082' corpus_dist='0.2040' token-doc-diff='0.0126' \
                exclusivity='0.6914'>a b</word>
                <word rank='2' count='1' prob='0.25000' cumulative='1.00000' docs='1' word-length='3.0000' \
                coherence='0.0000' uniform_dist='-0.0719' corpus_dist='0.1399' token-doc-diff='0.0212' \
                exclusivity='0.9870'>=c"</word>
                </topic>
                </model>

                """)
        var untold = tiny
        untold.tellsTokens = false
        let withoutTokens = try untold.text(.diagnostics, name: "diagnostics.xml")
        let needTokens = /\ (coherence|token-doc-diff|docs)='[^']*'/
        #expect(withoutTokens == whole.replacing(needTokens, with: ""))

        let folder = try TemporaryDirectory()
        let written = try ModelFiles([.diagnostics], of: tiny.model).write(to: folder.path)
        #expect(written.incomplete == [.diagnostics])
        let needDocuments = /\ (document_entropy|rank_1_docs|allocation_ratio|allocation_count)='[^']*'/
        let without = String(decoding: try folder.contents(of: "diagnostics.xml"), as: UTF8.self)
        #expect(without == withoutTokens.replacing(needDocuments, with: ""))
    }

    @Test("Replaced names and words are counted, and incomplete formats are reported")
    func counted() throws {
        let folder = try TemporaryDirectory()
        var files = ModelFiles([.state, .keys, .docTopics], of: tiny.model)
        files.documents = tiny
        let written = try files.write(to: folder.path)
        #expect(written.replacedWords == 1 && written.replacedNames == 1 && written.incomplete.isEmpty)
        files.documents = nil
        #expect(try files.write(to: folder.path).incomplete == [.state, .docTopics])
        #expect(try ModelFiles([.csv, .ldavis], of: tiny.model).write(to: folder.path).replacedWords == 0)
    }

    @Test(
        "Every white space character is replaced by one underscore",
        arguments: [
            ("a b", "a_b"), ("\t", "_"), ("", "_"), ("a\u{A0}\u{3000}b", "a__b"), ("\u{2028}x\u{1F}\u{85}", "_x__"),
            ("a\r\nb", "a__b"), ("\u{FEFF}a", "_a"), ("naïve–word", "naïve–word"), ("日本", "日本"),
        ])
    func plain(word: String, written: String) {
        var labels = ByteStrings()
        labels.append(Array(word.utf8))
        let plain = PlainLabels.of(labels)
        #expect(String(decoding: plain.labels[0], as: UTF8.self) == written)
        #expect(plain.replaced == (word == written ? 0 : 1))
    }
}

/// Reads the members of a zip archive of uncompressed members from its central directory.
struct StoredZip {
    struct Member {
        let name: String
        let bytes: [UInt8]
    }

    private(set) var members: [Member] = []

    init(_ bytes: [UInt8]) {
        func number(_ place: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }
        // The zip64 end record is found through its locator, which precedes the 22 bytes of the old end record.
        let end = number(bytes.count - 22 - 20 + 8, 8)
        var place = number(end + 48, 8)
        for _ in 0..<number(end + 32, 8) {
            let (nameLength, extra) = (number(place + 28, 2), number(place + 30, 2))
            let name = String(decoding: bytes[place + 46..<place + 46 + nameLength], as: UTF8.self)
            let (size, header) = (number(place + 46 + nameLength + 4, 8), number(place + 46 + nameLength + 20, 8))
            let start = header + 30 + number(header + 26, 2) + number(header + 28, 2)
            members.append(Member(name: name, bytes: Array(bytes[start..<start + size])))
            place += 46 + nameLength + extra
        }
    }
}
