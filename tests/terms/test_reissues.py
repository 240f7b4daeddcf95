from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError
from octadisc.terms.reissues import weigh_reissues


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
