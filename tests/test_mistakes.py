"""The commonest slips are answered in words, by one of our own errors."""

import matplotlib
import pytest

import octadisc as od
from octadisc.errors import InputError, WrongKindError

matplotlib.use("agg")
CORPUS = od.Corpus.from_frame([{"date": f"20{i:02d}-01-01", "text": "trust and crime"} for i in range(5, 15)])
TOKENS = od.tokenize(CORPUS)
COUNTS = od.count_terms(TOKENS)


@pytest.mark.parametrize(
    "slip",
    [
        lambda: od.track_terms(CORPUS, "trust"),
        lambda: od.concordance(CORPUS, "trust"),
        lambda: od.count_terms(CORPUS),
        lambda: od.fit_topics(TOKENS, 2),
        lambda: od.tokenize("data/sample"),
        lambda: od.tokenize(None),
        lambda: od.track_terms(TOKENS, {"a": None}),
        lambda: od.concordance(TOKENS, None),
        lambda: od.count_terms(TOKENS, min_documents="3"),
        lambda: od.count_terms(TOKENS, stop_words=True),
        lambda: od.save_figure(od.track_terms(TOKENS, "trust").plot(), "a", alt="x", data=COUNTS),
    ],
)
def test_a_wrong_kind_is_named_with_what_was_expected(slip):
    with pytest.raises(WrongKindError, match="Expected"):
        slip()


def test_what_would_mislead_is_said():
    with pytest.raises(InputError, match="empty path"):
        od.load_corpus(" ")
    with pytest.raises(InputError, match="the end comes first"):
        CORPUS.between(2010, 2008)
    with pytest.warns(od.OctadiscWarning, match="outside the periods, and not counted: 9 releases"):
        od.track_terms(TOKENS, "trust", every=[("a", "2008-01-01", "2009-01-01")])
    figure = od.track_terms(TOKENS, "trust").plot().figure
    with pytest.raises(InputError, match="page of figures"):
        od.save_figure(figure, "index", alt="x", data=COUNTS)
