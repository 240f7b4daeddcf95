"""What benchmarks/engine.py compares, each engine in a process of its own: `python _engines.py NAME`.

It reads requests as lines of JSON and answers each with one. A request names a task, and times are taken
here, inside the process. Only the standard library and the engine itself are imported, since each peer runs
in an environment without octadisc.
"""

from __future__ import annotations

import gc
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

WORDS = r"(?u)\b\w\w+\b"  # scikit-learn's default, which all but gensim can be given
WARMING = ["Police trust police.", "Полиција верује полицији.", "police 🚔 and ministers"]


class NotOffered(Exception):
    """The engine has no such function, or cannot read the query."""


class Octadisc:
    """octadisc: od.tokenize, od.count_terms, tokens.find, od.concordance."""

    def __init__(self) -> None:
        import octadisc

        self.od = octadisc
        self.tokens: dict[str | None, Any] = {None: None, WORDS: None}

    def prepare(self, texts: list[str]) -> Any:
        corpus = self.od.Corpus.from_frame({"text": texts})
        corpus.texts  # noqa: B018  a list of strings, as the others get
        return corpus

    def count(self, corpus: Any) -> Any:
        return self.od.count_terms(self.od.tokenize(corpus, WORDS))

    def rows(self, counts: Any) -> Iterable[dict[str, int]]:
        return rows_of(counts.matrix, counts.terms)

    def index(self, corpus: Any) -> None:
        self.tokens[None] = self.od.tokenize(corpus)

    def find(self, query: dict[str, Any], pattern: str | None = None) -> Any:
        try:
            return self.tokens[pattern].find(query["octadisc"])
        except self.od.InputError as error:
            raise NotOffered(str(error)) from None

    def find_words(self, query: dict[str, Any], corpus: Any) -> list[int]:
        """Count a single word or wildcard over the tokens that the pattern gives."""
        if self.tokens[WORDS] is None:
            self.tokens[WORDS] = self.od.tokenize(corpus, WORDS)
        return self.counts(self.find(query, WORDS))

    def counts(self, hits: Any) -> list[int]:
        return hits.counts.tolist()

    def concordance(self, query: dict[str, Any], corpus: Any) -> int:
        return len(self.od.concordance(self.tokens[None], query["octadisc"], width=60))

    def offers(self, query: dict[str, Any]) -> None:
        """Make sure that the query means what it should, on a text of which that is known."""
        text, expected = query["example"]
        tokens = self.od.tokenize(self.od.Corpus.from_frame({"text": [text]}))
        try:
            found = len(tokens.find(query["octadisc"]))
        except self.od.InputError as error:
            raise NotOffered(str(error)) from None
        if found != expected:
            raise NotOffered(f"finds {found} instead of {expected} in its example")


class ScikitLearn:
    """scikit-learn: CountVectorizer."""

    def count(self, texts: list[str]) -> Any:
        from sklearn.feature_extraction.text import CountVectorizer

        vectorizer = CountVectorizer()
        return vectorizer.fit_transform(texts), vectorizer

    def rows(self, counted: Any) -> Iterable[dict[str, int]]:
        return rows_of(counted[0], counted[1].get_feature_names_out().tolist())


class Gensim:
    """gensim: simple_preprocess, Dictionary and doc2bow."""

    def cut(self, text: str) -> list[str]:
        from gensim.utils import simple_preprocess

        return simple_preprocess(text)

    def count(self, texts: list[str]) -> Any:
        from gensim.corpora import Dictionary

        dictionary = Dictionary()
        return [dictionary.doc2bow(self.cut(text), allow_update=True) for text in texts], dictionary

    def rows(self, counted: Any) -> Iterable[dict[str, int]]:
        bags, dictionary = counted
        return ({dictionary[one]: n for one, n in bag} for bag in bags)


class GensimWords(Gensim):
    """gensim: the same with the tokens of the expression that CountVectorizer uses."""

    def cut(self, text: str) -> list[str]:
        return re.findall(WORDS, text.lower())


class Tomotopy:
    """tomotopy: SimpleTokenizer into a Corpus of numbers (it makes no table of counts)."""

    def count(self, texts: list[str]) -> Any:
        from tomotopy.utils import Corpus, SimpleTokenizer

        self.tokenizer = SimpleTokenizer(pattern=WORDS, lowercase=True)
        corpus = Corpus(tokenizer=self.tokenizer)
        corpus.process(iter(texts))
        return corpus

    def rows(self, corpus: Any) -> Iterable[dict[str, int]]:
        """Cut the texts again, since a corpus keeps numbers only, and make sure that these are the words."""
        known: dict[int, str] = {}
        for one in corpus:
            words = [word for word, *_ in self.tokenizer(one.raw)]
            for number, word in zip(one.words, words, strict=True):
                if known.setdefault(int(number), word) != word:
                    raise RuntimeError("a number stands for several words")
            yield dict(Counter(words))
        if len(known) != len(set(known.values())):
            raise RuntimeError("a word has several numbers")


class Polars:
    """polars: to_lowercase, extract_all, explode, group_by and len; count_matches for searches."""

    def prepare(self, texts: list[str]) -> Any:
        import polars

        return polars.DataFrame({"text": texts}).with_row_index("row")

    def count(self, frame: Any) -> Any:
        from polars import col

        terms = col("text").str.to_lowercase().str.extract_all(WORDS.removeprefix("(?u)")).alias("term")
        lists = frame.lazy().select("row", terms)
        return lists.explode("term").drop_nulls().group_by("row", "term").len().collect()

    def rows(self, counted: Any) -> Iterable[dict[str, int]]:
        rows: dict[int, dict[str, int]] = {}
        for row, term, n in counted.iter_rows():
            rows.setdefault(row, {})[term] = n
        return (rows.get(one, {}) for one in range(max(rows) + 1))

    def index(self, frame: Any) -> None:
        self.lowered = frame.lazy().select(text=frame["text"].str.to_lowercase()).collect()

    def find(self, query: dict[str, Any]) -> Any:
        from polars import col

        return self.lowered.select(col("text").str.count_matches(query["simple"])).to_series()

    def counts(self, found: Any) -> list[int]:
        return found.to_list()


class Nltk:
    """nltk: RegexpTokenizer and a FreqDist a release; TokenSearcher.findall, Text.concordance_list."""

    def __init__(self) -> None:
        from nltk.tokenize import RegexpTokenizer

        self.tokenizer = RegexpTokenizer(WORDS)

    def count(self, texts: list[str]) -> Any:
        from nltk.probability import FreqDist

        return [FreqDist(self.tokenizer.tokenize(text.lower())) for text in texts]

    def rows(self, counted: Any) -> Iterable[dict[str, int]]:
        return (dict(one) for one in counted)

    def index(self, texts: list[str]) -> None:
        from nltk.text import Text, TokenSearcher
        from nltk.tokenize import wordpunct_tokenize

        tokens = [one for text in texts for one in wordpunct_tokenize(text.lower())]
        self.searcher = TokenSearcher(tokens)
        self.text = Text(tokens)
        self.text.concordance_list("police", lines=1)  # makes its index

    def find(self, query: dict[str, Any]) -> Any:
        made = ""
        for word in query["words"]:
            if word.startswith("{"):
                made += r"<\w+>" + word
            else:
                made += "<" + (r"\w+" if word == "*" else word.replace("*", r"\w*")) + ">"
        return self.searcher.findall(made, timeout=None)

    def counts(self, found: Any) -> list[int]:
        return [len(found)]

    def concordance(self, query: dict[str, Any], given: Any) -> int:
        if "*" in "".join(query["words"]):
            raise NotOffered("no wildcards")
        return len(self.text.concordance_list(query["words"], width=130, lines=10**9))


class NltkWordpunct(Nltk):
    """nltk: wordpunct_tokenize and a FreqDist a release."""

    def __init__(self) -> None:
        from nltk.tokenize import WordPunctTokenizer

        self.tokenizer = WordPunctTokenizer()


class Pycorpdiff:
    """pycorpdiff: doc_term_counts_sparse; kwic (one word; a phrase through its NgramTokenizer)."""

    def prepare(self, texts: list[str]) -> Any:
        import pandas
        import pycorpdiff

        tokenizer = pycorpdiff.RegexTokenizer(pattern=WORDS)
        frame = pandas.DataFrame({"text": texts})
        return pycorpdiff.from_dataframe(frame, tokenizer=tokenizer)

    def count(self, corpus: Any) -> Any:
        return corpus.with_tokenizer(corpus.tokenizer).doc_term_counts_sparse()

    def rows(self, counted: Any) -> Iterable[dict[str, int]]:
        return rows_of(counted[0].tocsr(), list(counted[1]))

    def concordance(self, query: dict[str, Any], corpus: Any) -> int:
        import pycorpdiff

        words = query["words"]
        if "*" in "".join(words):
            raise NotOffered("no wildcards")
        if len(words) > 1:
            made = pycorpdiff.NgramTokenizer(base=corpus.tokenizer, n=len(words))
            corpus = corpus.with_tokenizer(made)
        return len(pycorpdiff.kwic(corpus, "_".join(words), window=10).table)


class Expression:
    """A plain regular expression (Python's re) over the texts, the measure of what is right."""

    def count(self, texts: list[str]) -> Any:
        return [Counter(re.findall(WORDS, text.lower())) for text in texts]

    def rows(self, counted: Any) -> Iterable[dict[str, int]]:
        return counted

    def index(self, texts: list[str]) -> None:
        ignored = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
        ends = dict.fromkeys(map(ord, "\x0b\x0c\x85\u2028\u2029"), "\n")
        self.texts = [text.translate(ignored | ends) for text in texts]
        self.lowered = [text.lower() for text in texts]

    def find(self, query: dict[str, Any]) -> Any:
        expression = re.compile(query["simple"])
        return [len(expression.findall(text)) for text in self.lowered]

    def check(self, query: dict[str, Any]) -> dict[str, Any]:
        """Count as octadisc's rules have it; see `_queries.py`."""
        expression = re.compile(query["expression"], re.IGNORECASE)
        return {"counts": [sum(1 for _ in expression.finditer(text)) for text in self.texts]}

    def find_words(self, query: dict[str, Any], given: Any) -> list[int]:
        expression = re.compile(r"\b" + query["words"][0].replace("*", r"\w*") + r"\b")
        return [sum(len(one) > 1 for one in expression.findall(text)) for text in self.lowered]

    def counts(self, found: Any) -> list[int]:
        return found


ENGINES = {
    "octadisc": Octadisc,
    "scikit-learn": ScikitLearn,
    "gensim": Gensim,
    "gensim, same words": GensimWords,
    "tomotopy": Tomotopy,
    "polars": Polars,
    "nltk": Nltk,
    "nltk, wordpunct": NltkWordpunct,
    "pycorpdiff": Pycorpdiff,
    "re": Expression,
}


def rows_of(matrix: Any, terms: Sequence[str]) -> Iterable[dict[str, int]]:
    """Give the counts of each row of a sparse matrix by term."""
    for low, high in zip(matrix.indptr[:-1].tolist(), matrix.indptr[1:].tolist(), strict=True):
        columns, numbers = matrix.indices[low:high].tolist(), matrix.data[low:high].tolist()
        yield {terms[column]: int(n) for column, n in zip(columns, numbers, strict=True)}


def digest(rows: Iterable[dict[str, int]]) -> dict[str, Any]:
    """Sum up counts so that two engines can be compared: equal hashes, equal counts in every release."""
    made, terms, n_tokens = hashlib.sha256(), set(), 0
    for row in rows:
        made.update(repr(sorted(row.items())).encode("utf-8", "surrogatepass"))
        terms.update(row)
        n_tokens += sum(row.values())
    return {"hash": made.hexdigest(), "terms": len(terms), "tokens": n_tokens}


def timed(function: Any, *given: Any) -> tuple[Any, dict[str, float]]:
    """Give what a function makes, and how long it took by the clock and in all threads together.

    The garbage of what went before is collected first.
    """
    gc.collect()
    begin, busy = time.perf_counter(), time.process_time()
    made = function(*given)
    return made, {"seconds": time.perf_counter() - begin, "busy": time.process_time() - busy}


class Worker:
    """Answers requests about one engine."""

    def __init__(self, name: str) -> None:
        self.engine: Any = ENGINES[name]()
        self.given: Any = None
        self.texts: list[str] = []

    def prepare(self, texts: list[str]) -> Any:
        return self.engine.prepare(texts) if hasattr(self.engine, "prepare") else texts

    def load(self, path: str, n: int) -> dict[str, Any]:
        """Read the first n texts and warm the engine up on a few others."""
        with open(path, encoding="utf-8", newline="\n") as file:
            self.texts = [json.loads(line) for line in islice(file, n)]
        for one in WARMING:
            given = self.prepare([one])
            for part in ("count", "index"):
                if hasattr(self.engine, part):
                    getattr(self.engine, part)(given)
        for words in (["police"], ["police", "trust"], ["polic*"], ["*lice", "trust"]):
            query = {"octadisc": " ".join(words), "words": words, "simple": "police"}
            for part, more in (("find", []), ("concordance", [given])):
                with suppress(NotOffered):
                    if hasattr(self.engine, part):
                        getattr(self.engine, part)(query, *more)
        self.given, times = timed(self.prepare, self.texts)
        return times

    def count(self, compare: bool = False) -> dict[str, Any]:
        made, times = timed(self.engine.count, self.given)
        return times | (digest(self.engine.rows(made)) if compare else {})

    def index(self) -> dict[str, Any]:
        return timed(self.engine.index, self.given)[1]

    def find(self, query: dict[str, Any], counts: bool = False) -> dict[str, Any]:
        if hasattr(self.engine, "offers"):
            self.engine.offers(query)
        made, times = timed(self.engine.find, query)
        return times | ({"counts": self.engine.counts(made)} if counts else {})

    def check(self, query: dict[str, Any]) -> dict[str, Any]:
        return self.engine.check(query)

    def find_words(self, query: dict[str, Any]) -> dict[str, Any]:
        return {"counts": self.engine.find_words(query, self.given)}

    def concordance(self, query: dict[str, Any]) -> dict[str, Any]:
        lines, times = timed(self.engine.concordance, query, self.given)
        return times | {"counts": [lines]}

    def grow(self, n: int, query: dict[str, Any]) -> dict[str, Any]:
        """Scan and count the first n texts, then cut them into tokens and search them."""
        corpus = self.prepare(self.texts[:n])
        count = timed(self.engine.count, corpus)[1]["seconds"]
        index = timed(self.engine.index, corpus)[1]["seconds"]
        first, *later = (timed(self.engine.find, query)[1]["seconds"] for _ in range(4))
        return {"count": count, "index": index, "first": first, "find": min(later)}

    def peak(self) -> dict[str, Any]:
        """Give the most memory that the process has held, in bytes; None where there is no such figure."""
        try:
            import resource
        except ImportError:
            return {"bytes": None}
        unit = 1 if sys.platform == "darwin" else 1024
        return {"bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}


def main(make: Any = Worker) -> None:
    """Answer requests until there are no more."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what an engine prints must not come between
    worker = make(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(worker, request.pop("task"))(**request)
        except NotOffered as reason:
            answer = {"not_offered": str(reason)}
        except Exception as error:  # the driver reports it in the table and goes on
            answer = {"failed": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
