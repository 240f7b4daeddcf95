import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, WrongKindError

COVINGTON = "one one two one one two one"
VARIED = "one two three four five six seven"


def rows_of(text, n=10, year=2007, language="en", issuer="A"):
    return [
        {"date": f"{year}-05-{i + 1:02d}", "text": text, "language": language, "issuer": issuer}
        for i in range(n)
    ]


def tokens_of(rows):
    return od.tokenize(od.Corpus.from_frame(rows))


def measure(rows, **options):
    return od.measure_diversity(tokens_of(rows), **{"window": 2, "min_tokens": 50, **options})


def test_windows_samples_and_their_sizes():
    frame = measure(rows_of(COVINGTON) + rows_of(VARIED, 20, 2008)).to_frame()
    assert list(frame)[:5] == ["period", "start", "end", "group", "language"]
    assert frame["period"].tolist() == ["2007", "2008"]
    assert frame["mattr"].tolist() == pytest.approx([5 / 6, 1])
    assert frame["tokens"].tolist() == [70, 140]
    assert frame["sample"].tolist() == [28, 28]  # four tenths of 70: four releases
    assert frame["types"].tolist() == [2, 7]
    assert frame["hapaxes"].tolist() == [0, 0]
    # 20 times one and 8 times two: 10,000 (400 + 64 - 28) / 784; seven words four times each
    assert frame["yule_k"].tolist() == pytest.approx([1e4 * 436 / 784, 1e4 * (7 * 16 - 28) / 784])


def test_windows_stay_within_a_release():
    # Put end to end, "a a" and "b b" would have a window of two types between them.
    frame = measure(rows_of("a a", 10) + rows_of("b b", 10), min_tokens=10).to_frame()
    assert frame["mattr"].tolist() == [0.5]


def test_languages_are_never_pooled():
    frame = measure(rows_of(COVINGTON) + rows_of(VARIED, language="de", n=30), by="issuer").to_frame()
    assert frame["language"].tolist() == ["de", "en"]
    assert frame["mattr"].tolist() == pytest.approx([1, 5 / 6])
    assert frame["sample"].tolist() == [84, 28]  # languages do not compare, so they need no common size


def test_too_little_is_said_in_words():
    rows = rows_of(VARIED) + rows_of(VARIED, 9, 2009) + rows_of("one two", 12, 2010)
    diversity = measure(rows)
    frame = diversity.to_frame().set_index("period")
    assert frame.loc["2008", "note"] == "No releases."
    assert frame.loc["2009", "note"] == "Not enough data: 9 releases, at least 10 needed."
    assert frame.loc["2010", "note"] == "Not enough data: 24 tokens, at least 50 needed."
    assert frame.loc[["2008", "2009", "2010"], ["mattr", "types", "yule_k"]].isna().all(axis=None)
    assert frame.loc["2007", "sample"] == 28  # what is too little does not set the size
    long = measure(rows_of(VARIED), window=8).to_frame().iloc[0]
    assert long["note"] == "Not enough data for MATTR: 0 releases of at least 8 tokens, 10 needed."
    assert np.isnan(long["mattr"])
    assert long["types"] == 7
    given = measure(rows_of(VARIED), sample=40).to_frame().iloc[0]
    assert "at least twice the sample of 40" in given["note"]
    with pytest.raises(NotEnoughDataError, match="Nothing can be drawn"):
        measure(rows_of(VARIED, 3)).plot()


def test_reissues_repeat_nothing_new():
    frame = pd.DataFrame(rows_of(VARIED, 12) + rows_of(COVINGTON, 12))
    frame["duplicate_cluster"] = pd.array([None] * 12 + [0] * 12, "Int64")
    frame["duplicate_of"] = [None] * 13 + ["13"] * 11
    tokens = tokens_of(frame)
    for reissues, releases in (("keep", 24), ("first", 13), ("share", 13)):
        found = od.measure_diversity(tokens, window=2, min_tokens=50, reissues=reissues).to_frame()
        assert found["releases"].tolist() == [releases]
    # 12 releases with 6 windows of ratio 1, one with 6 of 5/6
    assert found["mattr"].iloc[0] == pytest.approx((12 * 6 + 5) / (13 * 6))


def test_sentences_of_a_release_are_one_unit():
    rows = rows_of("One two one two. Three four five.", 12)
    tokens = tokens_of(rows)
    whole = od.measure_diversity(tokens, window=3, min_tokens=50).to_frame().iloc[0]
    cut = od.measure_diversity(tokens.units("sentence"), window=3, min_tokens=50).to_frame().iloc[0]
    assert (cut["releases"], cut["tokens"]) == (12, 84)
    assert cut["types"] == whole["types"]
    assert cut["mattr"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)  # no window crosses the sentence's end


def test_the_same_seed_gives_the_same():
    rng = np.random.default_rng(0)
    rows = [{**one, "text": " ".join(rng.choice(list("abcdefghij"), 30))} for one in rows_of("", 15)]
    first, again = (measure(rows).to_frame() for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert first["types_low"].iloc[0] <= first["types"].iloc[0] <= first["types_high"].iloc[0]
    assert first["mattr_low"].iloc[0] < first["mattr"].iloc[0] < first["mattr_high"].iloc[0]


def test_the_evidence_is_the_windows_that_move_it():
    rows = [*rows_of(VARIED, 11), {**rows_of("six six six six six seven eight nine")[0], "release": "odd"}]
    found = measure(rows, window=3).evidence("2007", n=2)
    assert found["release"].iloc[0] == "odd"
    assert found["mattr"].iloc[0] == pytest.approx((3 * 1 + 2 + 3 + 3) / 3 / 6)
    assert rows[-1]["text"][found["start"].iloc[0] : found["end"].iloc[0]] == "six six six"
    assert found["contribution"].iloc[0] < 0 < found["contribution"].iloc[1]
    assert measure(rows, window=3).evidence(n=99)["contribution"].sum() == pytest.approx(0, abs=1e-12)
    with pytest.raises(UnknownNameError, match="no period '1999'"):
        measure(rows).evidence("1999")


def test_slips_are_answered():
    tokens = tokens_of(rows_of(VARIED))
    for options, words in (
        ({"window": 1}, "window=1"),
        ({"sample": 0}, "sample=0"),
        ({"n_draws": 5}, "n_draws=5"),
        ({"level": 95}, "level=95"),
        ({"reissues": "frst"}, "Did you mean 'first'"),
    ):
        with pytest.raises(InputError, match=words):
            od.measure_diversity(tokens, **options)
    with pytest.raises(UnknownNameError, match="Did you mean 'mattr'"):
        measure(rows_of(VARIED)).plot(value="matr")
    with pytest.raises(WrongKindError, match="tokenize"):
        od.measure_diversity(tokens.corpus)


def test_the_picture_has_a_line_a_group_and_gaps():
    rows = (
        rows_of(COVINGTON)
        + rows_of(VARIED, 10, 2009)
        + rows_of(VARIED, issuer="B")
        + rows_of(COVINGTON, 10, 2008, issuer="B")
    )
    diversity = measure(rows, by="issuer")
    ax = diversity.plot()
    assert [line.get_label() for line in ax.lines] == ["A", "B"]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [5 / 6, np.nan, 1])
    assert ax.get_ylim()[0] > 0.5
    assert diversity.plot(value="types").get_ylabel() == "types in 28 tokens"
    assert repr(diversity) == "Diversity(2 groups, 3 periods, 2 cells with a note)"
    assert "<b>Diversity</b>: 2 groups" in diversity._repr_html_()


def test_a_single_period_is_points_not_lines():
    rows = rows_of(COVINGTON) + rows_of(VARIED, issuer="B") + rows_of(VARIED, 2, issuer="C")
    ax = measure(rows, by="issuer").plot()
    assert [one.get_text() for one in ax.get_yticklabels()] == ["B", "A"]
    np.testing.assert_allclose(ax.lines[0].get_xdata(), [1, 5 / 6])
    assert ax.get_title(loc="left") == "1 more with not enough data"
