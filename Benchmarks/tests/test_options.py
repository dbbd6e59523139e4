"""Tests of the command line and of the files derived from a corpus. Needs only the standard library."""

import gzip
import tempfile
import unittest
from pathlib import Path

from failure import Failure
from options import MEASURES, parse
from systems.corpora import Corpus


class Commands(unittest.TestCase):
    def test_without_words_everything_is_measured(self) -> None:
        self.assertEqual(parse([]).measures, list(MEASURES))

    def test_exchange_is_measured_if_it_is_named(self) -> None:
        self.assertEqual(parse(["exchange", "--shards=16,2"]).measures, ["exchange"])
        self.assertNotIn("exchange", parse([]).measures)

    def test_both_spellings_of_a_flag_and_lists_in_order(self) -> None:
        options = parse(["memory", "--topics", "100,20,100", "--rounds=5"])
        self.assertEqual((options.measures, options.topics, options.rounds), (["memory"], [20, 100], 5))

    def test_what_is_wrong_is_said_in_a_sentence_with_its_code(self) -> None:
        wrong = {
            ("--topics", "0"): (64, "--topics has 0"), ("--topics=10,,20"): None, ("--rounds",): (64, "needs a value"),
            ("speed",): (64, "speed is not"), ("exchange", "--shards=0"): (64, "--shards has 0"),
            ("--fast",): (64, "--fast is not an option"),
            ("--corpus", "/nowhere/x"): (66, "/nowhere/x is not a file"),
        }
        for arguments, expected in wrong.items():
            with self.subTest(arguments), self.assertRaises(Failure) as caught:
                parse([arguments] if isinstance(arguments, str) else list(arguments))
            code, words = expected or (64, "--topics has nothing")
            self.assertEqual(caught.exception.code, code)
            self.assertIn(words, str(caught.exception))


class Corpora(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def corpus(self, text: bytes) -> Corpus:
        source = self.folder / "small.lda"
        source.write_bytes(text)
        return Corpus(source, self.folder / "kept")

    def test_both_forms_hold_the_same_tokens(self) -> None:
        corpus = self.corpus(b"one\ta:b:2\tc:1\nempty\ntwo\tc:3\n")
        self.assertEqual(gzip.decompress(corpus.file(1, "text").read_bytes()), b"a:b a:b c\nc c c\n")
        for form in ("lda", "text"):
            facts = corpus.facts(1, form)
            self.assertEqual((facts["documents"], facts["tokens"], facts["words"]), (2, 6, 2))

    def test_no_document_is_in_both_sets_and_none_is_lost(self) -> None:
        corpus = self.corpus(b"".join(b"d%d\tw:1\n" % i for i in range(40)))
        training, held_out = (gzip.decompress(path.read_bytes()).splitlines() for path in (corpus.training(), corpus.held_out()))
        self.assertEqual(held_out, [b"d9\tw:1", b"d19\tw:1", b"d29\tw:1", b"d39\tw:1"])
        self.assertEqual(len(set(training) | set(held_out)), 40)
        self.assertEqual(len(training), 36)

    def test_another_form_is_refused_with_its_line(self) -> None:
        with self.assertRaisesRegex(Failure, "small.lda:2"):
            self.corpus(b"one\ta:1\ntwo\tb:x\n").file()


if __name__ == "__main__":
    unittest.main()
