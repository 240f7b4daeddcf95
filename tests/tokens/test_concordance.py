"""What a concordance lists of releases that repeat each other."""

import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError

# One statement, put out by two offices and again a year later; and a release of its own.
ROWS = [
    ("a", "2008-02-01", "Trust, they said, and trust again.", 0, None),
    ("b", "2008-02-02", "Trust, they said, and trust again.", 0, "a"),
    ("c", "2008-03-01", "Nobody spoke of trust.", None, None),
    ("d", "2009-02-01", "Trust, they said, and trust again.", 0, "a"),
]


@pytest.fixture
def tokens():
    frame = pd.DataFrame(ROWS, columns=["release", "date", "text", "duplicate_cluster", "duplicate_of"])
    frame["duplicate_cluster"] = frame["duplicate_cluster"].astype("Int64")
    return od.tokenize(od.Corpus.from_frame(frame))


def test_only_the_first_of_a_cluster_is_listed_on_request(tokens):
    kept = od.concordance(tokens, "trust")
    assert kept["release"].tolist() == ["a", "a", "b", "b", "c", "d", "d"]
    pd.testing.assert_frame_equal(od.concordance(tokens, "trust", reissues="keep"), kept)
    first = od.concordance(tokens, "trust", reissues="first")
    assert first["release"].tolist() == ["a", "a", "c"]
    pd.testing.assert_frame_equal(first, kept[kept["release"].isin(["a", "c"])].reset_index(drop=True))


def test_it_lists_the_occurrences_that_a_trend_counts(tokens):
    lines = od.concordance(tokens, "trust", reissues="first")
    evidence = od.track_terms(tokens, "trust", reissues="first").evidence("trust")
    columns = ["release", "start", "end"]
    assert lines[columns].to_numpy().tolist() == evidence[columns].to_numpy().tolist()


def test_where_the_first_was_filtered_out_the_next_is_listed(tokens):
    later = od.tokenize(tokens.corpus.where(release=["b", "c", "d"]))
    assert od.concordance(later, "trust", reissues="first")["release"].tolist() == ["b", "b", "c"]


def test_a_query_without_a_line(tokens):
    nothing = od.concordance(tokens, "mistrust", reissues="first")
    assert len(nothing) == 0
    assert list(nothing.columns) == list(od.concordance(tokens, "trust").columns)


def test_what_cannot_be_listed_is_refused(tokens):
    with pytest.raises(InputError, match=r'no half or third can be listed.*Expected "first".*evidence'):
        od.concordance(tokens, "trust", reissues="share")
    with pytest.raises(InputError, match="Did you mean 'first'"):
        od.concordance(tokens, "trust", reissues="frst")
    plain = od.tokenize(od.Corpus.from_frame([{"text": "trust"}]))
    with pytest.raises(InputError, match="duplicates=True"):
        od.concordance(plain, "trust", reissues="first")
    assert len(od.concordance(plain, "trust")) == 1
