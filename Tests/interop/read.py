"""Reads the files that dist-lda wrote with the tools that they are made for, and compares numbers.

Usage: read.py FOLDER
FOLDER contains model/ (every format of --write) and corpora/ (kos-like corpora of `dist-lda convert`), made by run.sh.
Prints a line for each check; exits with 1 at the first that fails.
"""

import csv
import glob
import gzip
import json
import sys
import warnings
import xml.etree.ElementTree

warnings.filterwarnings("ignore")

import gensim
import numpy
import pandas
import pyLDAvis
import scipy.sparse
from gensim import corpora, models
from scipy.io import mmread

TOOLS = f"numpy {numpy.__version__}, scipy {scipy.__version__}, gensim {gensim.__version__}, pyLDAvis {pyLDAvis.__version__}"


def lines(path):
    """Returns the lines of a file, separated by LF only and not by the other line ends of Unicode."""
    with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        return [line.rstrip("\n") for line in file]


def near(left, right, tolerance=1e-9):
    assert numpy.allclose(left, right, rtol=tolerance, atol=tolerance), (left, right)


class Model:
    """The model as numpy and scipy load it; all other files are compared with it."""

    def __init__(self, folder):
        self.folder = folder
        self.topic_word = numpy.load(f"{folder}/topic_word.npy")
        self.alpha = numpy.load(f"{folder}/alpha.npy")
        self.doc_topic = scipy.sparse.load_npz(f"{folder}/doc_topic.npz")
        self.words = lines(f"{folder}/vocab.txt")
        self.documents = lines(f"{folder}/documents.txt")
        with gzip.open(glob.glob(f"{folder}/MODEL_lda-*.json.gz")[0]) as file:
            self.dump = json.load(file)
        self.beta = self.dump["beta"]
        self.topics, self.vocabulary = self.topic_word.shape
        sums = self.topic_word.sum(1, keepdims=True)
        self.phi = (self.topic_word + self.beta) / (sums + self.beta * self.vocabulary)
        counts = self.doc_topic.toarray()
        self.theta = (counts + self.alpha) / (counts.sum(1, keepdims=True) + self.alpha.sum())


def numpy_and_scipy(model):
    assert model.topic_word.dtype == numpy.int32 and model.doc_topic.dtype == numpy.int32
    assert model.doc_topic.format == "csr" and model.doc_topic.has_sorted_indices
    assert model.doc_topic.shape == (len(model.documents), model.topics)
    assert len(model.words) == model.vocabulary and len(model.alpha) == model.topics
    near(model.doc_topic.sum(0), model.topic_word.sum(1))
    for topic, words in model.dump["w"].items():
        row = {word: count for word, count in zip(model.words, model.topic_word[int(topic)]) if count}
        assert row == words


def state(model):
    """Reads the state in the way that pyLDAvis describes for MALLET."""
    path = f"{model.folder}/state.gz"
    with gzip.open(path, "rt") as file:
        head = [next(file) for _ in range(3)]
    near([float(a) for a in head[1].split(":")[1].split()], model.alpha)
    assert float(head[2].split(":")[1]) == model.beta
    tokens = pandas.read_csv(path, compression="gzip", sep=" ", skiprows=[1, 2], keep_default_na=False, quoting=csv.QUOTE_NONE)
    assert list(tokens.columns) == ["#doc", "source", "pos", "typeindex", "type", "topic"]
    counted = numpy.zeros_like(model.topic_word)
    numbers = {word: number for number, word in enumerate(model.words)}
    numpy.add.at(counted, (tokens.topic, [numbers[word] for word in tokens.type]), 1)
    assert (counted == model.topic_word).all()
    documents = numpy.zeros(model.doc_topic.shape, int)
    numpy.add.at(documents, (tokens["#doc"], tokens.topic), 1)
    assert (documents == model.doc_topic.toarray()).all()
    # Types are numbered by their first appearance.
    assert list(tokens.typeindex) == list(pandas.factorize(tokens.type)[0])


def mallet_texts(model):
    shares = [line.split("\t") for line in lines(f"{model.folder}/doc_topics.txt")]
    assert [share[1] for share in shares] == model.documents
    near(numpy.array([share[2:] for share in shares], float), model.theta)
    for line in lines(f"{model.folder}/word_topic_counts.txt"):
        number, word, *cells = line.split(" ")
        assert model.words[int(number)] == word
        counts = dict(tuple(map(int, cell.split(":"))) for cell in cells)
        assert all(model.topic_word[topic, int(number)] == count for topic, count in counts.items())
        assert sum(counts.values()) == model.topic_word[:, int(number)].sum()
    weights = [line.split("\t") for line in lines(f"{model.folder}/topic_word_weights.txt")]
    near(numpy.array([row[2] for row in weights], float).reshape(model.topic_word.shape), model.topic_word + model.beta)
    for topic, line in enumerate(lines(f"{model.folder}/topic_keys.txt")):
        number, alpha, words = line.split("\t")
        assert int(number) == topic
        near(float(alpha), model.alpha[topic], 1e-5)
        counts = [model.topic_word[topic, model.words.index(word)] for word in words.split()]
        assert counts == sorted(model.topic_word[topic], reverse=True)[: len(counts)]


def diagnostics(model):
    root = xml.etree.ElementTree.parse(f"{model.folder}/diagnostics.xml").getroot()
    totals = model.topic_word.sum(1)
    for topic, element in enumerate(root):
        assert float(element.get("tokens")) == totals[topic]
        share = model.topic_word[topic] / totals[topic]
        near(float(element.get("eff_num_words")), 1 / (share**2).sum(), 1e-3)
        documents = model.doc_topic.toarray()[:, topic]
        spread = documents[documents > 0] / totals[topic]
        near(float(element.get("document_entropy")), -(spread * numpy.log(spread)).sum(), 1e-3)
        exclusive = [model.phi[topic, model.words.index(word.text)] / model.phi[:, model.words.index(word.text)].sum() for word in element]
        near(float(element.get("exclusivity")), numpy.mean(exclusive), 1e-3)
        for word in element:
            tokens = model.topic_word[topic, model.words.index(word.text)]
            assert int(word.get("count")) == tokens and 0 < int(word.get("docs")) <= tokens


def tidytext(model):
    """Checks that the tables have the columns of R's tidytext and all pairs."""
    terms = pandas.read_csv(f"{model.folder}/topic_term.csv", keep_default_na=False)
    assert list(terms.columns) == ["topic", "term", "beta"]
    near(terms.beta.to_numpy().reshape(model.phi.shape), model.phi)
    documents = pandas.read_csv(f"{model.folder}/doc_topic.csv", keep_default_na=False)
    assert list(documents.columns) == ["document", "topic", "gamma"]
    near(documents.gamma.to_numpy().reshape(model.theta.shape), model.theta)


def ldavis(model):
    """Checks that pyLDAvis computes the same numbers from the same counts, and makes its page from our file."""
    totals = model.topic_word.sum(1)
    theirs = pyLDAvis.prepare(
        model.phi, numpy.eye(model.topics), totals, model.words, model.topic_word.sum(0), sort_topics=False, n_jobs=1
    ).to_dict()
    with open(f"{model.folder}/ldavis.json") as file:
        ours = json.load(file)
    assert list(ours) == list(theirs)
    for axis in ["x", "y"]:
        left, right = numpy.array(ours["mdsDat"][axis]), numpy.array(theirs["mdsDat"][axis], float)
        assert min(abs(left - right).max(), abs(left + right).max()) < 1e-8
    for column in ["topics", "cluster", "Freq"]:
        near(numpy.array(ours["mdsDat"][column], float), numpy.array(theirs["mdsDat"][column], float))
    for table, keys, numbers in [
        ("tinfo", ["Term", "Category"], ["Freq", "Total", "logprob", "loglift"]),
        ("token.table", ["Term", "Topic"], ["Freq"]),
    ]:
        both = pandas.DataFrame(ours[table]).merge(
            pandas.DataFrame(theirs[table]), on=keys, how="outer", suffixes=("", "_theirs"), indicator=True
        )
        # If terms are equally relevant, either may be shown; only a few of them are.
        same = both[both._merge == "both"]
        assert len(same) > 0.95 * len(both), both._merge.value_counts()
        for number in numbers:
            assert (same[number] - same[number + "_theirs"]).abs().max() <= 2e-4, number
    for name in ["R", "lambda.step", "plot.opts", "topic.order"]:
        assert ours[name] == theirs[name]
    page = pyLDAvis.prepared_data_to_html(
        pyLDAvis.PreparedData(
            pandas.DataFrame(ours["mdsDat"]), pandas.DataFrame(ours["tinfo"]), pandas.DataFrame(ours["token.table"]),
            ours["R"], ours["lambda.step"], ours["plot.opts"], ours["topic.order"],
        )
    )
    assert "LDAvis" in page and model.words[0] in page


def gensim_model(model):
    """Checks that a gensim LdaModel with our counts infers the topics that the documents have."""
    lda = models.LdaModel(
        id2word=dict(enumerate(model.words)), num_topics=model.topics, alpha=model.alpha.astype(numpy.float32),
        eta=model.beta, dtype=numpy.float64, random_state=1,
    )
    lda.state.sstats[...] = model.topic_word
    lda.sync_state()
    near(lda.get_topics(), model.phi, 1e-6)
    numbers = {word: number for number, word in enumerate(model.words)}
    with gzip.open(f"{model.folder}/state.gz", "rt") as file:
        bags = {}
        for line in file:
            if not line.startswith("#"):
                document, _, _, _, word, _ = line.split(" ")
                bag = bags.setdefault(int(document), {})
                bag[numbers[word]] = bag.get(numbers[word], 0) + 1
    clear = [document for document in bags if model.theta[document].max() > 0.8]
    agreed = sum(
        max(lda.get_document_topics(list(bags[document].items())), key=lambda pair: pair[1])[0]
        == model.theta[document].argmax()
        for document in clear
    )
    assert clear and agreed >= 0.9 * len(clear), (agreed, len(clear))


def gensim_corpora(folder):
    """Checks that gensim reads the same corpus from each format."""
    words = lines(f"{folder}/small.vocab")
    with open(f"{folder}/small.jsonl") as file:
        texts = [json.loads(line)["text"] for line in file]
    expected = [sorted((word, text.count(word)) for word in set(text)) for text in texts]

    def bags(corpus, ids):
        return [sorted((ids[int(number)], int(count)) for number, count in document) for document in corpus]

    numbered = dict(enumerate(words))
    assert bags(corpora.BleiCorpus(f"{folder}/small.ldac", fname_vocab=f"{folder}/small.vocab"), numbered) == expected
    assert bags(corpora.MmCorpus(f"{folder}/small.mm"), numbered) == expected
    assert bags(corpora.SvmLightCorpus(f"{folder}/small.svm"), numbered) == expected
    full = [document for document in expected if document]  # The reader for UCI skips documents without words.
    uci = corpora.UciCorpus(f"{folder}/docword.small.txt", f"{folder}/vocab.small.txt")
    named = {number: word.decode() for number, word in uci.id2word.items()}
    assert [document for document in bags(uci, named) if document] == full
    mallet = corpora.MalletCorpus(f"{folder}/small.mallet", metadata=False)
    assert bags(mallet, mallet.id2word) == expected
    matrix = mmread(f"{folder}/small.mm").tocsr()
    assert matrix.shape == (len(texts), len(words)) and matrix.sum() == sum(map(len, texts))


def main():
    folder = sys.argv[1]
    print(TOOLS)
    model = Model(f"{folder}/model")
    for check in [numpy_and_scipy, state, mallet_texts, diagnostics, tidytext, ldavis, gensim_model]:
        check(model)
        print(f"{check.__name__}: the same")
    gensim_corpora(f"{folder}/corpora")
    print("gensim_corpora: the same")


main()
