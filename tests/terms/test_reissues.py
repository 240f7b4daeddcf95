from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError
from octadisc.terms.reissues import weigh_reissues

mpl.use("Agg")


def corpus_of(rows: list[tuple[str, str, str, int | None, str | None]]) -> od.Corpus:
    columns = ["release", "date", "text", "duplicate_cluster", "duplicate_of"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["duplicate_cluster"] = frame["duplicate_cluster"].astype("Int64")
    return od.Corpus.from_frame(frame)


# Trust stands in two releases of 2008, one of which was issued twice in that year and once in the next.
SMALL = corpus_of(
    [
        ("a", "2008-01-01", "trust and trust", 0, None),
        ("b", "2008-02-01", "trust and trust", 0, "a"),
        ("c", "2008-03-01", "trust and more of it", None, None),
        ("d", "2009-01-01", "trust and trust", 0, "a"),
        ("e", "2009-02-01", "nothing", None, None),
    ]
)


@pytest.mark.parametrize(
    ("reissues", "count", "tokens", "releases", "matching"),
    [
        ("keep", [5, 2], [11, 4], [3, 2], [3, 1]),
        ("first", [3, 0], [8, 1], [2, 1], [2, 0]),
        ("share", [7 / 3, 2 / 3], [7, 2], [5 / 3, 4 / 3], [5 / 3, 1 / 3]),
    ],
)
def test_what_copies_count(reissues, count, tokens, releases, matching) -> None:  # type: ignore[no-untyped-def]
    trend = od.track_terms(od.tokenize(SMALL), "trust", reissues=reissues)
    frame = trend.to_frame()
    for column, values in (
        ("count", count), ("tokens", tokens), ("releases", releases), ("matching_releases", matching),
    ):  # fmt: skip
        assert frame[column].tolist() == pytest.approx(values)
    assert frame["rate"].tolist() == pytest.approx([1e6 * a / b for a, b in zip(count, tokens, strict=True)])
    assert (frame["count"].dtype == np.int64) == (reissues != "share")
    for period, number in zip(frame["period"], count, strict=True):
        evidence = trend.evidence("trust", period)
        assert (evidence["weight"].sum() if reissues == "share" else len(evidence)) == pytest.approx(number)


def test_where_the_first_was_filtered_out_the_next_counts() -> None:
    frame = SMALL.frame.iloc[[4, 3, 1]]
    assert weigh_reissues(frame, "first").tolist() == [1, 0, 1]
    assert weigh_reissues(frame, "share").tolist() == [1, 0.5, 0.5]


def many(n: int, copies: int) -> od.Corpus:
    rng = np.random.default_rng(0)
    rows = []
    for story in range(n):
        words = ["trust"] * int(rng.poisson(1.5) * (story % 3)) + ["other"] * 40
        for copy in range(copies):
            day = f"{2008 + story % 4}-05-01"
            first = f"{story}.0" if copy else None
            rows.append((f"{story}.{copy}", day, " ".join(words), story if copies > 1 else None, first))
    return corpus_of(rows)


@pytest.mark.parametrize("reissues", ["first", "share"])
def test_copies_make_nothing_surer(reissues: str) -> None:
    once = od.track_terms(od.tokenize(many(60, 1)), "trust").to_frame()
    thrice = od.track_terms(od.tokenize(many(60, 3)), "trust", reissues=reissues).to_frame()
    numbers = once.select_dtypes("number").columns
    np.testing.assert_allclose(once[numbers].to_numpy(float), thrice[numbers].to_numpy(float))
    kept = od.track_terms(od.tokenize(many(60, 3)), "trust").to_frame()
    assert ((kept["high"] - kept["low"]) < (once["high"] - once["low"])).all()


def test_what_is_no_way_and_what_was_not_looked_for() -> None:
    tokens = od.tokenize(SMALL)
    with pytest.raises(InputError, match="Did you mean 'first'"):
        od.track_terms(tokens, "trust", reissues="frst")  # type: ignore[arg-type]
    plain = od.Corpus.from_frame([{"date": "2008-01-01", "text": "trust"}])
    with pytest.raises(InputError, match="duplicates=True"):
        od.track_terms(od.tokenize(plain), "trust", reissues="first")
    od.track_terms(od.tokenize(plain), "trust")
    for ask in (od.count_terms, lambda given, **options: od.coverage(given.corpus, **options)):
        with pytest.raises(InputError, match="Did you mean 'first'"):
            ask(tokens, reissues="frst")
        with pytest.raises(InputError, match="duplicates=True"):
            ask(od.tokenize(plain), reissues="share")


def test_what_copies_count_as_words() -> None:
    tokens = od.tokenize(SMALL)
    kept, first, share = (od.count_terms(tokens, reissues=one) for one in ("keep", "first", "share"))
    # Terms: and, it, more, nothing, of, trust; rows a to e. The first of a, b and d is a; a part of them 1/3.
    assert kept.matrix[:, [0, 5]].toarray().tolist() == [[1, 2], [1, 2], [1, 1], [1, 2], [0, 0]]
    assert first.matrix[:, [0, 5]].toarray().tolist() == [[1, 2], [0, 0], [1, 1], [0, 0], [0, 0]]
    np.testing.assert_allclose(
        share.matrix[:, [0, 5]].toarray(), [[1 / 3, 2 / 3], [1 / 3, 2 / 3], [1, 1], [1 / 3, 2 / 3], [0, 0]]
    )
    assert kept.matrix.dtype == first.matrix.dtype == np.int32
    assert share.matrix.dtype == np.float64
    assert first.matrix.nnz == 2 + 5 + 1  # zeros are not kept
    # 3 words in a, b and d, 5 in c, 1 in e
    assert kept.releases["tokens"].tolist() == [3, 3, 5, 3, 1]
    assert first.releases["tokens"].tolist() == [3, 0, 5, 0, 1]
    assert share.releases["tokens"].tolist() == pytest.approx([1, 1, 5, 1, 1])
    assert first.releases["release"].tolist() == list("abcde")
    assert kept.release_weights.tolist() == [1, 1, 1, 1, 1]
    assert first.release_weights.tolist() == [1, 0, 1, 0, 1]
    assert share.release_weights.tolist() == pytest.approx([1 / 3, 1 / 3, 1, 1 / 3, 1])
    # a: and, trust, trust; c: 5 words; e: 1, with either of the two
    assert [repr(one)[-11:] for one in (kept, first, share)] == ["15 counted)", " 9 counted)", " 9 counted)"]


def test_rare_and_ubiquitous_are_measured_with_the_same_weights() -> None:
    # "and" and "trust" stand in a, b, c, d: 4 of 5 releases; as first or share in 2 of 3.
    tokens = od.tokenize(SMALL)
    assert od.count_terms(tokens, 3).terms == ["and", "trust"]
    assert "trust" not in od.count_terms(tokens, max_share=0.7).terms
    for reissues in ("first", "share"):
        assert od.count_terms(tokens, 2, reissues=reissues).terms == ["and", "trust"]
        with pytest.raises(NotEnoughDataError, match="No term is left"):
            od.count_terms(tokens, 3, reissues=reissues)
        assert "trust" in od.count_terms(tokens, max_share=0.7, reissues=reissues).terms
        assert "trust" not in od.count_terms(tokens, max_share=0.6, reissues=reissues).terms


def test_ten_tenths_are_one() -> None:
    # In floating point ten times 0.1 add up to 0.9999999999999999, which would be fewer than one release.
    rows = [(f"{i}", "2008-01-01", "trust", 0, None) for i in range(10)]
    counts = od.count_terms(od.tokenize(corpus_of(rows)), reissues="share")
    assert counts.terms == ["trust"]
    assert counts.matrix.sum() == pytest.approx(1)


def test_the_table_shows_releases_as_they_count() -> None:
    tokens = od.tokenize(SMALL)
    # trust: 7 times in 4 releases, as first or share 3 times in 2
    for reissues, cells in (("keep", "7 4"), ("first", "3 2"), ("share", "3.0 2.0")):
        page = od.count_terms(tokens, reissues=reissues)._repr_html_()  # type: ignore[arg-type]
        count, releases = cells.split()
        assert f"<td>trust</td>\n      <td>{count}</td>\n      <td>{releases}</td>" in page


def test_the_recipe_says_what_copies_count_unless_in_full() -> None:
    tokens = od.tokenize(SMALL)
    assert "reissues" not in od.count_terms(tokens).spec.parameters
    assert "reissues" not in od.coverage(SMALL).spec.parameters
    assert od.count_terms(tokens, reissues="share").spec.to_dict()["parameters"]["reissues"] == "share"
    assert od.coverage(SMALL, reissues="first").spec.to_dict()["parameters"]["reissues"] == "first"


@pytest.mark.parametrize(
    ("reissues", "releases", "characters"),
    [
        # 15 characters in a, b and d, 20 in c, 7 in e
        ("keep", [3, 2], [15 + 15 + 20, 15 + 7]),
        ("first", [2, 1], [15 + 20, 7]),
        ("share", [1 / 3 + 1 / 3 + 1, 1 / 3 + 1], [5 + 5 + 20, 5 + 7]),
    ],
)
def test_coverage_has_the_releases_that_a_trend_rests_on(reissues, releases, characters) -> None:  # type: ignore[no-untyped-def]
    frame = od.coverage(SMALL, by=None, reissues=reissues).to_frame()
    assert frame["releases"].tolist() == pytest.approx(releases)
    assert frame["characters"].tolist() == pytest.approx(characters)
    assert (frame["releases"].dtype == np.int64) == (reissues != "share")
    trend = od.track_terms(od.tokenize(SMALL), "trust", reissues=reissues).to_frame()
    assert frame["releases"].tolist() == trend["releases"].tolist()


def test_a_year_of_copies_is_a_gap_where_they_do_not_count() -> None:
    copy = corpus_of(
        [
            ("a", "2007-01-01", "trust", 0, None),
            ("b", "2008-01-01", "trust", 0, "a"),
            ("c", "2009-01-01", "other", None, None),
            ("d", "2010-01-01", "trust", 0, "a"),
            ("e", None, "trust", 0, "a"),  # type: ignore[list-item]
        ]
    )
    kept, first, share = (od.coverage(copy, by=None, reissues=one) for one in ("keep", "first", "share"))
    gaps = [one.summary()["gaps"].iloc[0] for one in (kept, first, share)]
    assert gaps == ["", "2008", ""]
    # a and c count; the last day with a release that counts is c's, and e is left out
    row = first.summary().iloc[0]
    assert (row["releases"], row["last"], row["undated"]) == (2, pd.Timestamp("2009-01-01"), 0)
    assert repr(first) == "Coverage(1 group, 4 periods, 1 with gaps)"
    # a, b, d and e are a quarter each: 3/4 in the table and 1/4 without a date
    row = share.summary().iloc[0]
    assert (row["releases"], row["undated"], share.n_undated) == (1.75, 0.25, 1)
    assert "nothing new between" in first.plot().get_xlabel()
    assert "nothing between" not in kept.plot().get_xlabel()
    plt.close("all")


def test_a_change_is_cut_where_half_of_what_counts_lies() -> None:
    # 2007: one release five times; 2008: two; 2009: two. Of 9 releases 5 lie before 2008, of 5 only one,
    # but three before 2009: the nearer to half.
    rows = [(f"{i}", "2007-01-01", "trust", 0, "0" if i else None) for i in range(5)]
    rows += [(f"{year}.{i}", f"{year}-01-01", "other", None, None) for year in (2008, 2009) for i in (0, 1)]
    tokens = od.tokenize(corpus_of(rows))
    for reissues, before, number in (
        ("keep", "2007", 5),
        ("first", "2007 to 2008", 3),
        ("share", "2007 to 2008", 3),
    ):
        trend = od.track_terms(tokens, "trust", reissues=reissues)  # type: ignore[arg-type]
        row = od.split_change(trend).to_frame().iloc[0]
        assert (row["before_periods"], row["before_releases"]) == (before, number)
        assert row["before"] == pytest.approx(1 if reissues == "keep" else 1 / 3)


def test_changes_are_looked_for_in_what_the_trend_counts() -> None:
    # 4 of 10 stories a year speak of trust throughout, but from 2008 on each of these is put out six times:
    # 24 of 30 releases.
    rows, once = [], []
    for year in range(2003, 2013):
        for i in range(10):
            story, text = 10 * (year - 2003) + i, "trust" if i < 4 else "other"
            times = 6 if year > 2007 and i < 4 else 1
            cluster = story if times > 1 else None
            for copy in range(times):
                release = (f"{story}.{copy}", f"{year}-05-01", text, cluster, f"{story}.0" if copy else None)
                rows.append(release)
            once.append((f"{story}.0", f"{year}-05-01", text, None, None))
    tokens = od.tokenize(corpus_of(rows))
    plain = od.find_changes(od.track_terms(od.tokenize(corpus_of(once)), "trust")).to_frame()
    assert plain["kind"].tolist() == ["none"]
    kept = od.find_changes(od.track_terms(tokens, "trust")).to_frame()
    assert kept[["kind", "change"]].to_numpy().tolist() == [["step", "2008"]]
    for reissues in ("first", "share"):
        changes = od.find_changes(od.track_terms(tokens, "trust", reissues=reissues))  # type: ignore[arg-type]
        pd.testing.assert_frame_equal(changes.to_frame(), plain)
        assert changes.spec.to_dict()["inputs"][0]["parameters"]["reissues"] == reissues


WORDS = st.lists(st.sampled_from(["trust", "police", "border", "crime"]), min_size=1, max_size=6)
STORIES = st.lists(
    st.tuples(st.sampled_from([2007, 2008, 2009]), st.sampled_from("AB"), WORDS, st.integers(1, 4)),
    min_size=2,
    max_size=8,
)


def issued(stories: list[tuple[int, str, list[str], int]], *, once: bool) -> od.Corpus:
    """Give a corpus in which each story stands as often as it says, on one day of one issuer."""
    frame = pd.DataFrame(
        [
            {
                "release": f"{i}.{copy}",
                "date": f"{year}-05-05",
                "issuer": issuer,
                "text": " ".join(words),
                "duplicate_cluster": i if times > 1 and not once else None,
                "duplicate_of": f"{i}.0" if copy else None,
            }
            for i, (year, issuer, words, times) in enumerate(stories)
            for copy in range(1 if once else times)
        ]
    )
    frame["duplicate_cluster"] = frame["duplicate_cluster"].astype("Int64")
    return od.Corpus.from_frame(frame)


@pytest.mark.parametrize("reissues", ["first", "share"])
@settings(max_examples=40)
@given(STORIES, st.integers(1, 2), st.sampled_from([0.5, 0.75, 1.0]))
def test_what_is_issued_again_changes_no_rate(reissues, stories, min_documents, max_share) -> None:  # type: ignore[no-untyped-def]
    once, again = (od.tokenize(issued(stories, once=one)) for one in (True, False))
    try:
        plain = od.count_terms(once, min_documents, max_share=max_share)
    except NotEnoughDataError:
        with pytest.raises(NotEnoughDataError):
            od.count_terms(again, min_documents, max_share=max_share, reissues=reissues)
        return
    counts = od.count_terms(again, min_documents, max_share=max_share, reissues=reissues)
    assert counts.terms == plain.terms
    assert counts.matrix.shape[0] == len(again)
    rates = [one.matrix.sum(axis=0) / one.releases["tokens"].sum() for one in (plain, counts)]
    np.testing.assert_allclose(rates[1], rates[0])
    for by in (None, "issuer"):
        tables = [
            od.coverage(once.corpus, by=by),
            od.coverage(again.corpus, by=by, reissues=reissues),
        ]
        for face in ("to_frame", "summary"):
            one, two = (getattr(table, face)() for table in tables)
            pd.testing.assert_frame_equal(one, two, check_dtype=False, check_exact=False)


@pytest.mark.parametrize("reissues", ["first", "share"])
@settings(max_examples=40)
@given(STORIES)
def test_what_is_issued_again_changes_no_split(reissues, stories) -> None:  # type: ignore[no-untyped-def]
    stories = [(2007, "A", ["trust"], 2), (2009, "B", ["police"], 3), *stories]
    once, again = (od.tokenize(issued(stories, once=one)) for one in (True, False))
    plain = od.split_change(od.track_terms(once, "trust")).to_frame()
    split = od.split_change(od.track_terms(again, "trust", reissues=reissues)).to_frame()
    numbers = [
        one for one in plain if one != "note"
    ]  # which may say 0 points of what is 1e-17 in one of them
    pd.testing.assert_frame_equal(
        plain[numbers], split[numbers], check_dtype=False, check_exact=False, atol=1e-12
    )
