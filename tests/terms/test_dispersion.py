import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, WrongKindError

# Trust stands 1, 2, 3, 4 and 5 times in releases of 9, 10, 10, 10 and 11 words.
GRIES = [
    {
        "date": f"{2001 + i}-05-01",
        "issuer": "AABBC"[i],
        "text": " ".join(["trust"] * n + ["word"] * (size - n)),
        "language": "en",
    }
    for i, (n, size) in enumerate(((1, 9), (2, 10), (3, 10), (4, 10), (5, 11)))
]


def counts_of(rows, **options):
    return od.count_terms(od.tokenize(od.Corpus.from_frame(rows)), **options)


def row_of(dispersion, term, group="en"):
    frame = dispersion.to_frame()
    return frame[(frame["term"] == term) & (frame["group"] == group)].iloc[0]


def test_releases_are_the_parts():
    row = row_of(od.measure_dispersion(counts_of(GRIES)), "trust")
    assert (row["count"], row["range"], row["parts"], row["range_share"]) == (15, 5, 5, 1)
    found = [row[one] for one in ("dp", "dp_norm", "juilland", "variation")]
    assert found == pytest.approx([0.18, 0.2195122, 0.7851505, 0.4714045], abs=1e-7)
    assert row["excess_dp"] == pytest.approx(row["dp"] - row["expected_dp"])
    assert row["note"] == ""


def test_issuers_and_periods_are_parts_too():
    by_issuer = row_of(od.measure_dispersion(counts_of(GRIES), "issuer"), "trust")
    # 3, 7, 5 of 15 in parts of 19, 20, 11 of 50 words
    dp = (abs(3 / 15 - 19 / 50) + abs(7 / 15 - 20 / 50) + abs(5 / 15 - 11 / 50)) / 2
    assert (by_issuer["parts"], by_issuer["dp"]) == (3, pytest.approx(dp))
    assert row_of(od.measure_dispersion(counts_of(GRIES), "year"), "trust")["dp"] == pytest.approx(0.18)
    own = [("early", "2001-01-01", "2003-01-01"), ("late", "2003-01-01", "2006-01-01")]
    row = row_of(od.measure_dispersion(counts_of(GRIES), own), "trust")
    assert (row["parts"], row["dp"]) == (2, pytest.approx(19 / 50 - 3 / 15))


def test_stop_words_are_words_of_a_part():
    rows = counts_of(GRIES, stop_words=["word"])
    assert row_of(od.measure_dispersion(rows), "trust")["dp"] == pytest.approx(0.18)


def test_a_language_is_no_gap_in_another():
    german = [{**one, "language": "de", "text": "wort " * 12} for one in GRIES]
    dispersion = od.measure_dispersion(counts_of(GRIES + german))
    assert row_of(dispersion, "trust")["dp"] == pytest.approx(0.18)
    assert row_of(dispersion, "wort", "de")["dp"] == pytest.approx(0, abs=1e-12)
    together = od.measure_dispersion(counts_of(GRIES + german), by=None)
    assert row_of(together, "trust", "all")["dp"] > 0.5


def test_too_few_are_said_in_words():
    rows = [*GRIES, {**GRIES[0], "text": "rare word"}]
    row = row_of(od.measure_dispersion(counts_of(rows)), "rare")
    assert row["note"] == "Not enough data: 1 occurrence, at least 10 needed."
    assert row[["dp", "kld", "juilland", "expected_dp"]].isna().all()
    assert (row["count"], row["range"]) == (1, 1)
    assert row_of(od.measure_dispersion(counts_of(rows), min_count=1), "rare")["dp"] > 0.9
    with pytest.raises(NotEnoughDataError, match="two parts"):
        od.measure_dispersion(counts_of(GRIES[:1]))


def test_undated_releases_are_in_no_period():
    dispersion = od.measure_dispersion(counts_of([*GRIES, {**GRIES[0], "date": None}]), "year")
    assert row_of(dispersion, "trust")["count"] == 15
    assert "1 release" in dispersion.notes[0]


def test_the_evidence_adds_up():
    dispersion = od.measure_dispersion(counts_of(GRIES), "issuer")
    assert len(dispersion.evidence("trust")) == 15
    found = dispersion.evidence("trust", part="B")
    assert len(found) == 7
    assert set(found["issuer"]) == {"B"}
    assert found["sentence"].str.contains("trust").all()
    with pytest.raises(UnknownNameError, match="Did you mean 'trust'"):
        dispersion.evidence("trst")
    with pytest.raises(UnknownNameError, match="no part"):
        dispersion.evidence("trust", part="Z")
    made = od.TermCounts.from_matrix([[12], [3]], ["trust"], [{}, {}])
    with pytest.raises(InputError, match="made elsewhere"):
        od.measure_dispersion(made).evidence("trust")


def test_reissues_count_as_they_do_in_the_counts():
    frame = pd.DataFrame([*GRIES, GRIES[4]])
    frame["duplicate_cluster"] = pd.array([None] * 4 + [0, 0], "Int64")
    frame["duplicate_of"] = [None] * 5 + ["5"]
    tokens = od.tokenize(od.Corpus.from_frame(frame))
    first = od.measure_dispersion(od.count_terms(tokens, reissues="first"))
    assert row_of(first, "trust")["dp"] == pytest.approx(0.18)
    assert len(first.evidence("trust")) == 15
    shared = od.measure_dispersion(od.count_terms(tokens, reissues="share"), "issuer")
    assert row_of(shared, "trust")["count"] == pytest.approx(15)


def test_sentences_of_a_release_are_one_part():
    rows = [{**one, "text": f"{one['text']}. Trust it."} for one in GRIES]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    whole = od.measure_dispersion(od.count_terms(tokens)).to_frame()
    cut = od.measure_dispersion(od.count_terms(tokens.units("sentence"))).to_frame()
    pd.testing.assert_frame_equal(whole, cut)


def test_slips_are_answered():
    counts = counts_of(GRIES)
    with pytest.raises(UnknownNameError, match="Did you mean 'issuer'"):
        od.measure_dispersion(counts, "isuer")
    with pytest.raises(WrongKindError, match="count_terms"):
        od.measure_dispersion(counts.tokens)
    with pytest.raises(InputError, match="at least 1"):
        od.measure_dispersion(counts, min_count=0)


def test_the_strip_has_a_tick_a_release():
    dispersion = od.measure_dispersion(
        counts_of([*GRIES, {**GRIES[4], "text": "word", "date": "2009-01-01"}])
    )
    ax = dispersion.plot(term="trust")
    assert [one.get_text() for one in ax.get_yticklabels()] == ["A", "B", "C"]
    marks = [one.get_segments() for one in ax.collections]
    ticks = [len(one) for one in marks if one[0][0][0] == one[0][1][0]]  # upright
    assert ticks == [2, 2, 1]
    assert ax.get_title(loc="left").startswith("trust: 15 times, in 5 of 6 releases; DP")
    several = dispersion.plot()
    assert [one.get_text() for one in several.get_yticklabels()] == ["word", "trust"]
    with pytest.raises(UnknownNameError, match="Did you mean 'trust'"):
        dispersion.plot(term="trus")


def test_the_page_is_escaped():
    made = od.TermCounts.from_matrix(np.array([[12], [3]]), ["<b>trust"], [{}, {}])
    assert "&lt;b&gt;trust" in od.measure_dispersion(made)._repr_html_()
