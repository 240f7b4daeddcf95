from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError
from octadisc.tokens.scan.kernels import count_in_releases, count_types_in

TEXTS = ["the police and the customs", "die Polizei und die police", "the 112"]
LANGUAGES = ["en", "de", "en"]


def counted(**options):
    corpus = od.Corpus.from_frame({"text": TEXTS, "language": LANGUAGES})
    return od.count_terms(od.tokenize(corpus), **options)


def test_counts_of_three_short_releases():
    counts = counted()
    assert counts.terms == ["112", "and", "customs", "die", "police", "polizei", "the", "und"]
    assert counts.matrix.toarray().tolist() == [
        [0, 1, 1, 0, 1, 0, 2, 0],
        [0, 0, 0, 2, 1, 1, 0, 1],
        [1, 0, 0, 0, 0, 0, 1, 0],
    ]
    assert counts.releases["tokens"].tolist() == [5, 5, 2]


def test_stop_words_are_those_of_the_release():
    assert counted(stop_words="auto").terms == ["112", "customs", "police", "polizei"]
    assert "die" in counted(stop_words=["the"]).terms
    assert counted(stop_words=["The", "DIE"]).releases["tokens"].tolist() == [
        5,
        5,
        2,
    ]  # the denominator stays


def test_trimming():
    assert counted(min_documents=2).terms == ["police", "the"]
    assert counted(max_share=0.5).terms == ["112", "and", "customs", "die", "polizei", "und"]
    assert counted(min_length=4, numbers=False).terms == ["customs", "police", "polizei"]
    with pytest.raises(NotEnoughDataError, match="No term is left of 8 types"):
        counted(min_documents=4)
    with pytest.raises(InputError, match="min_documents=0"):
        counted(min_documents=0)
    for named in ("english", True):
        with pytest.raises(od.OctadiscError, match=r"Expected .auto., a list of words, or None\."):
            counted(stop_words=named)
    # of three releases a half are one and a half: two at least
    with pytest.raises(InputError, match=r"min_documents=0\.5 is a part.*these 3, 0\.5 are 2, so min_doc"):
        counted(min_documents=0.5)


def test_the_frame_says_what_the_matrix_says():
    counts = counted()
    frame = counts.to_frame()
    assert frame["count"].sum() == counts.matrix.sum()
    assert frame.query("term == 'the'")["count"].tolist() == [2, 1]


# types near each other, and far apart: kernels mark them in words of 64 bits, and 64 such words in one above
@given(st.lists(st.lists(st.integers(0, 9) | st.integers(0, 9_999), max_size=20), min_size=1, max_size=6))
def test_the_kernels_equal_a_plain_count(releases):
    ids = np.array([one for release in releases for one in release], np.int32)
    rows = np.cumsum([0, *map(len, releases)]).astype(np.int64)
    different = count_types_in(ids, rows, 10_000)
    assert different.tolist() == [len(set(one)) for one in releases]
    pointers = np.cumsum([0, *different])
    indices, counts = np.empty(pointers[-1], np.int32), np.empty(pointers[-1], np.int32)
    count_in_releases(ids, rows, 10_000, pointers, indices, counts)
    for release, begin, end in zip(releases, pointers, pointers[1:], strict=False):
        plain = sorted(Counter(release).items())
        assert list(zip(indices[begin:end].tolist(), counts[begin:end].tolist(), strict=True)) == plain


def test_counts_made_elsewhere():
    counts = od.TermCounts.from_matrix(
        np.array([[2, 0], [1, 3]]), ["trust", "crime"], [{"issuer": "A"}, {"issuer": "B"}]
    )
    assert counts.terms == ["crime", "trust"]
    assert counts.releases["release"].tolist() == ["1", "2"]
    with pytest.raises(InputError, match="Expected a row a release"):
        od.TermCounts.from_matrix([[1]], ["a", "b"], [{}])
    with pytest.raises(InputError, match="negative or not whole"):
        od.TermCounts.from_matrix([[0.5]], ["a"], [{"issuer": "A"}])
    with pytest.raises(InputError, match="stands twice"):
        od.TermCounts.from_matrix([[1, 1]], ["a", "a"], [{"issuer": "A"}])
