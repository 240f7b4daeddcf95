import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError

WEIGHTS = np.array([0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05])


def make_counts(seed=0, n_years=14, each=40, n_terms=60, planted=0.0, shifting=False, sd=0.0):
    """Eight issuers; the first three terms rise, the next three fall, by `planted` in logarithms."""
    rng = np.random.default_rng(seed)
    later = np.linspace(0, 1, n_years)[:, None]
    weights = (1 - later) * WEIGHTS + later * WEIGHTS[::-1] if shifting else np.tile(WEIGHTS, (n_years, 1))
    issuer = np.concatenate([rng.choice(8, each, p=row) for row in weights])
    year = np.repeat(np.arange(n_years), each)
    tokens = rng.integers(150, 900, year.size)
    eta = np.log(rng.uniform(0.003, 0.02, n_terms))[None] + np.zeros((year.size, 1))
    eta += np.sort(rng.normal(0, 0.8, (n_terms, 8)), axis=1).T[issuer]
    eta += sd * rng.standard_normal((n_years, n_terms))[year]
    course = planted * (year / (n_years - 1))[:, None]
    eta[:, :3] += course
    eta[:, 3:6] -= course
    counts = rng.poisson(np.exp(eta) * tokens[:, None] * rng.gamma(1.0, 1.0, eta.shape))
    releases = pd.DataFrame(
        {
            "issuer": [f"office {one}" for one in issuer],
            "date": [f"{2000 + one}-05-01" for one in year],
            "tokens": tokens,
        }
    )
    return od.TermCounts.from_matrix(counts, [f"t{one:02d}" for one in range(n_terms)], releases)


def test_planted_rises_and_falls_are_found_with_their_size():
    found = od.rising_terms(make_counts(1, planted=1.8))
    frame = found.to_frame().set_index("term")
    assert list(found.to_frame().columns)[:12] == (
        "term group direction first last ratio low high p_value q_value releases issuers".split()
    )
    sure = frame[frame["q_value"] <= 0.05]
    assert set(sure.index) == {"t00", "t01", "t02", "t03", "t04", "t05"}
    assert sure["direction"].loc[["t00", "t04"]].tolist() == ["up", "down"]
    # offices have releases in all years, so that the ratio is nearly that of the last year to the first
    assert np.log(sure["ratio"]).abs().mean() == pytest.approx(1.8, abs=0.25)
    assert (sure["last"] / sure["first"]).to_numpy() == pytest.approx(sure["ratio"].to_numpy())
    assert ((frame["low"] <= frame["ratio"]) & (frame["ratio"] <= frame["high"])).all()


def test_who_publishes_makes_no_term_rise():
    # Those who say a term most gain weight: all terms rise in the corpus, none within issuers.
    counts = make_counts(2, shifting=True)
    year = counts.releases["date"].dt.year
    late, early = (np.asarray(counts.matrix[(year == one).to_numpy()].sum(0)) for one in (2013, 2000))
    assert np.median(late / early) > 1.5
    frame = od.rising_terms(counts).to_frame()
    assert (frame["q_value"] > 0.05).all()
    assert (frame["p_value"] <= 0.05).mean() <= 0.15
    together = od.rising_terms(counts, within=None).to_frame()
    assert (together["p_value"] <= 0.05).mean() > 0.5


def test_n_keeps_the_surest_of_each_direction_but_q_is_over_all():
    counts = make_counts(3, planted=1.5)
    whole, some = od.rising_terms(counts).to_frame(), od.rising_terms(counts, n=4).to_frame()
    assert some["direction"].tolist() == ["up"] * 4 + ["down"] * 4
    joined = some.merge(whole, on="term")
    assert joined["q_value_x"].tolist() == joined["q_value_y"].tolist()


def test_an_assumed_correlation_makes_slopes_less_sure():
    counts = make_counts(4, n_years=24, each=20, sd=0.4)
    loose, strict = (
        od.rising_terms(counts, correlation=one).to_frame().set_index("term") for one in (0.0, 0.8)
    )
    assert (strict["p_value"].loc[loose.index] > loose["p_value"]).mean() > 0.85
    assert "correlated by 0.80" in " ".join(od.rising_terms(counts, correlation=0.8).notes)


def test_ratios_are_over_the_time_that_issuers_are_there():
    # Each office has releases in four of the twelve years only.
    rng = np.random.default_rng(5)
    year = np.repeat(np.arange(12), 30)
    counts = rng.poisson(4.0 * np.exp(1.5 * year / 11))[:, None]
    table = {"issuer": [f"{one // 4}" for one in year], "date": [f"{2000 + one}-01-01" for one in year]}
    made = od.TermCounts.from_matrix(counts, ["x"], {**table, "tokens": [500] * year.size})
    row = od.rising_terms(made, min_issuers=1).to_frame().iloc[0]
    assert np.log(row["ratio"]) == pytest.approx(1.5 * 3 / 11, abs=0.1)


def test_every_row_leads_back_to_sentences():
    rows = [
        {
            "date": f"{2000 + i % 8}-03-01",
            "issuer": "AB"[i % 2],
            "text": "Trust grows." if i % 3 else "Police met.",
        }
        for i in range(96)
    ]
    counts = od.count_terms(od.tokenize(od.Corpus.from_frame(rows)))
    found = od.rising_terms(counts)
    for row in found.to_frame().itertuples():
        assert len(found.evidence(row.term)) == found.to_frame().loc[row.Index]["count"]
    parts = [len(found.evidence("trust", period)) for period in found.periods.labels]
    assert sum(parts) == len(found.evidence("trust"))
    with pytest.raises(UnknownNameError, match="period"):
        found.evidence("trust", "1066")


def test_groups_are_looked_at_each_by_itself():
    counts = make_counts(6, planted=1.8)
    counts.releases["half"] = np.where(np.arange(len(counts.releases)) % 2, "one", "two")
    frame = od.rising_terms(counts, by="half").to_frame()
    assert set(frame["group"]) == {"one", "two"}
    assert (frame.groupby(["group", "term"]).size() == 1).all()


def test_too_few_periods_are_not_enough_data():
    with pytest.raises(NotEnoughDataError, match="5 periods with releases, at least 6 needed"):
        od.rising_terms(make_counts(n_years=5))
    with pytest.raises(InputError, match="n=0"):
        od.rising_terms(make_counts(), n=0)
    with pytest.raises(UnknownNameError, match="no such column"):
        od.rising_terms(make_counts(), by="isuer")


def test_the_picture_has_a_course_a_term():
    found = od.rising_terms(make_counts(1, planted=1.8))
    ax = found.plot(n=3)
    names = [text.get_text() for text in ax.get_yticklabels()]
    assert set(names) == {"t00", "t01", "t02", "t03", "t04", "t05"}
    frame = found.to_frame().set_index("term")
    assert [frame["direction"].loc[one] for one in names] == ["up"] * 3 + ["down"] * 3
    courses = [line.get_ydata() for line in ax.lines if len(line.get_xdata()) == 14]
    assert len(courses) == 6
    assert courses[0][0] > courses[0][-1]  # the axis runs down: the end stands higher
    assert len(ax.texts) == 6
