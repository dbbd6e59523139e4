/// The part of the help that is the same for every tool that reads documents.
enum CorpusHelp {
    static let text = #"""
        DOCUMENTS:
          --document <file>       The document files, plain or compressed (gzip,
                                  Zstandard): paths, quoted patterns, lists separated
                                  by commas, @LIST for the files named in the file
                                  LIST, folders (each file is a document), or - for
                                  standard input.
          --input-format <format> dist_lda (name TAB word:count TAB word:count ...),
                                  text (one document per line), mallet (name label
                                  text), lda_c, uci, matrix_market, svmlight, jsonl,
                                  csv, tsv or folder (one document per file); detected
                                  automatically, except mallet.
          --text-field <name>     jsonl, csv, tsv: the name of the field or column that
                                  holds the text (default: text).
          --id-field <name>       jsonl, csv, tsv: the field or column that holds the
                                  document's name (default: the row number).
          --no-header             csv, tsv: the first record is a document, not a
                                  header; columns are named by number, from 1.
          --mm-rows <documents|words>
                                  matrix_market: what each row stands for (default:
                                  documents). (values: documents, words; default:
                                  documents)
          --word-list <file>      lda_c, uci, matrix_market, svmlight: the list of
                                  words that the numbers refer to, one per line
                                  (default: X.vocab, vocab.X.txt, vocab.txt,
                                  features.tsv or genes.tsv in the same folder,
                                  otherwise the numbers are the words).
          --skip-bad-lines        Count lines that cannot be read and continue; their
                                  documents keep their rows, but have no words.
          --strict-utf8           Refuse lines that are not UTF-8 (default: words are
                                  any bytes).
          --max-line <bytes>      The maximum length of a line (default: 67108864).

        WORDS:
          --tokens <rule>         How running text is split into words: by whitespace,
                                  letters, mallet (\p{L}[\p{L}\p{P}]+\p{L}) or unicode
                                  (UAX 29) (default: whitespace). (values: whitespace,
                                  letters, mallet, unicode; default: whitespace)
          --lowercase             Convert running text to lower case.
          --remove-stopwords      Remove common English words.
          --stoplist-file <file>  Remove the words in this file, one per line; may be
                                  repeated.
          --extra-stopwords <words>
                                  Remove these words, separated by commas; may be
                                  repeated.
          --vocab <file>          Keep only the words in this file, one per line (text
                                  after a TAB is ignored).
          --min-df <number|share> Remove words that occur in fewer documents than this
                                  number, or share if it has a decimal point.
          --max-df <number|share> Remove words that occur in more documents than this
                                  number, or share if it has a decimal point.
          --min-cf <number>       Remove words that occur fewer times than this in all
                                  documents.
          --rm-top <number>       Remove this many of the most frequent words (default:
                                  0).
          --max-vocab <number>    Keep at most this many words, the most frequent ones.
        """#
}
