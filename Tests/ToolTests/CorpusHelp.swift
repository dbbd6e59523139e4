/// What every tool that reads documents says of how it does, in its help.
enum CorpusHelp {
    static let text = #"""
        DOCUMENTS:
          --document <file>       The document files, compressed (gzip, Zstandard) or
                                  not: paths, patterns in quotes, several between
                                  commas, @LIST for those that a file lists, folders
                                  (each file a document), or - for standard input.
          --input-format <format> dist_lda (name TAB word:count TAB word:count ...),
                                  text (a document a line), mallet (name label text),
                                  lda_c, uci, matrix_market, svmlight, jsonl, csv, tsv
                                  or folder (a document a file); told by the content,
                                  but for mallet.
          --text-field <name>     jsonl, csv, tsv: where the text is, by the name of
                                  the field or column (default: text).
          --id-field <name>       jsonl, csv, tsv: where a document's name is (default:
                                  documents are named by their rows).
          --no-header             csv, tsv: the first record is a document; columns are
                                  named by their numbers, from 1.
          --mm-rows <documents|words>
                                  matrix_market: what a row is (default: documents).
                                  (values: documents, words; default: documents)
          --word-list <file>      lda_c, uci, matrix_market, svmlight: the words that
                                  numbers stand for, one a line (default: X.vocab,
                                  vocab.X.txt, vocab.txt, features.tsv or genes.tsv
                                  beside the file, else words are numbers).
          --skip-bad-lines        Count lines that cannot be read, and go on; their
                                  documents keep their rows, without words.
          --strict-utf8           Refuse lines that are not UTF-8 (default: words are
                                  bytes).
          --max-line <bytes>      The longest line allowed (default: 67108864).

        WORDS:
          --tokens <rule>         How running text is cut into words: whitespace;
                                  letters; mallet, its \p{L}[\p{L}\p{P}]+\p{L};
                                  unicode, after UAX 29 (default: whitespace). (values:
                                  whitespace, letters, mallet, unicode; default:
                                  whitespace)
          --lowercase             Take running text in lower case.
          --remove-stopwords      Remove common English words.
          --stoplist-file <file>  Remove the words of this file, one a line; may be
                                  given several times.
          --extra-stopwords <words>
                                  Remove these words, between commas; may be given
                                  several times.
          --vocab <file>          Keep no other words than those of this file, one a
                                  line (what follows a TAB is not read).
          --min-df <number|share> Remove words that are in fewer documents; with a
                                  point a share of them.
          --max-df <number|share> Remove words that are in more documents; with a point
                                  a share of them.
          --min-cf <number>       Remove words that occur less often in all documents
                                  together.
          --rm-top <number>       Remove so many of the most frequent words (default:
                                  0).
          --max-vocab <number>    Keep so many words at most, the most frequent ones.
        """#
}
