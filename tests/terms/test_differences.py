"""Two groups: Newcombe's example, ratios by hand, and what may be permuted."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, UnknownNameError

mpl.use("Agg")


@pytest.mark.filterwarnings("ignore::octadisc.OctadiscWarning")
def track(rows, by="group", **options):
    """Rows of (year, issuer, group, matching, not matching)."""
    releases = [
        {"date": f"{year}-05-05", "issuer": issuer, "group": group, "text": text}
        for year, issuer, group, yes, no in rows
        for text in ["trust"] * yes + ["police"] * no
    ]
    return od.track_terms(od.tokenize(od.Corpus.from_frame(releases)), "trust", by=by, **options)


def shares(made, period="all"):
    frame = made.to_frame()
    return frame[(frame["measure"] == "share") & (frame["period"] == period)].iloc[0]


def test_newcombes_first_example():
    """Newcombe (1998), Statistics in Medicine 17, 873, method 10: 56/70 less 48/80, .0524 to .3339."""
    made = track([(2001, "X", "a", 56, 14), (2001, "X", "b", 48, 32)]).compare_groups("a", "b")
    for period in ("2001", "all"):  # one period is all of them
        row = shares(made, period)
        assert (row["group_value"], row["reference_value"]) == pytest.approx((0.8, 0.6))
        assert row["difference"] == pytest.approx(0.2)
        near = 5e-5 if period == "2001" else 3e-4  # over all, the scatter is that of shares near the mean
        assert (row["low"], row["high"]) == pytest.approx((0.0524, 0.3339), abs=near)


def test_ratios_are_the_same_read_the_other_way():
    rows = [
        (year, "X", group, 3 + year % 4 + 3 * (group == "a"), 12)
        for year in range(2001, 2007)
        for group in "ab"
    ]
    one = track(rows).compare_groups("a", "b").to_frame()
    other = track(rows).compare_groups("b", "a").to_frame()
    np.testing.assert_allclose(one["ratio"], 1 / other["ratio"])
    np.testing.assert_allclose(one["ratio_low"], 1 / other["ratio_high"])
    np.testing.assert_allclose(one["difference"], -other["difference"])
    np.testing.assert_allclose(one["low"], -other["high"])
    assert one["p_value"].tolist() == other["p_value"].tolist()


def test_the_whole_is_at_one_calendar():
    """b writes when all speak of it: by the plain shares it leads, at one calendar neither does."""
    rows = [(2001, "X", "a", 9, 81), (2001, "X", "b", 1, 9), (2002, "X", "a", 5, 5), (2002, "X", "b", 45, 45)]
    row = shares(track(rows).compare_groups("a", "b"))
    assert row["group_value"] == row["reference_value"] == pytest.approx((0.1 + 0.5) / 2)
    assert row["difference"] == pytest.approx(0)
    assert row["low"] < 0 < row["high"]


def test_nothing_to_compare_is_nan_and_said():
    rows = [(2001, "X", "a", 10, 10), (2002, "X", "a", 10, 10), (2002, "X", "b", 0, 20)]
    made = track(rows).compare_groups("a", "b")
    row = shares(made, "2001")
    assert pd.isna(row["difference"])
    assert row["note"] == "Not enough data: one of the groups has no releases."
    row = shares(made, "2002")
    assert row["ratio"] == np.inf
    assert (row["ratio_low"], row["ratio_high"]) == (pytest.approx(row["ratio_low"]), np.inf)
    assert row["ratio_low"] > 1


def drawn(seed, lead=0.0, nested=False, n_issuers=12):
    """12 issuers with their own shares; groups differ by `lead`, or not at all."""
    rng = np.random.default_rng(seed)
    own = rng.uniform(0.1, 0.6, n_issuers)
    cells = {}
    for year in range(2001, 2007):
        for _ in range(40):
            issuer = int(rng.integers(n_issuers))
            group = "ab"[issuer % 2] if nested else "ab"[int(rng.random() < own[issuer])]
            yes = rng.random() < own[issuer] + lead * (group == "a")
            cell = cells.setdefault((year, f"i{issuer}", group), [0, 0])
            cell[0 if yes else 1] += 1
    return [(*key, *values) for key, values in cells.items()]


def test_releases_change_groups_within_issuers_so_that_who_publishes_is_no_difference():
    """Issuers who say it often write in b: the plain difference is large, that within issuers nil."""
    made = [track(drawn(seed)).compare_groups("a", "b", n_permutations=99) for seed in range(30)]
    rows = [shares(one) for one in made]
    assert np.mean([row["high"] < 0 for row in rows]) > 0.2
    assert np.mean([row["p_value"] <= 0.05 for row in rows]) <= 0.15
    assert "within issuers and periods; 12 of 12 issuers publish in both" in made[0].notes[0]
    led = [shares(track(drawn(seed, lead=0.4)).compare_groups("a", "b")) for seed in range(3)]
    assert all(row["p_value"] <= 0.05 for row in led)


def test_groups_of_issuers_are_a_question_about_issuers():
    made = track(drawn(0, lead=0.35, nested=True)).compare_groups("a", "b")
    assert "whole issuers changed groups" in made.notes[0]
    assert shares(made)["p_value"] <= 0.05
    same = [shares(track(drawn(seed, nested=True)).compare_groups("a", "b"))["p_value"] for seed in range(40)]
    assert np.mean(np.array(same) <= 0.05) <= 0.15  # releases taken for independent: about half
    few = track(drawn(0, nested=True, n_issuers=6)).compare_groups("a", "b")
    assert few.frame["p_value"].isna().all()
    assert shares(few)["note"].startswith("Not enough data: 6 issuers, each in one group; at least 8")


def test_two_issuers_are_compared_with_the_caveat():
    rows = [(year, "A", "x", 8, 4) for year in range(2001, 2007)]
    rows += [(year, "B", "x", 3, 9) for year in range(2001, 2007)]
    made = track(rows, by="issuer").compare_groups()
    assert "nothing of issuers like them" in made.notes[0]
    assert shares(made)["p_value"] == pytest.approx(0.001)
    assert made.spec.to_dict()["parameters"]["group"] == "A"
    assert len(made.evidence("trust", "all", "A")) == 48


def test_units_change_groups_with_their_release():
    releases = [
        {
            "date": f"{2001 + i % 6}-05-05",
            "issuer": "X",
            "group": "ab"[i // 6 % 2],
            "language": "en",
            "text": " ".join(["Trust grows." if i % 5 < 2 else "Police met."] * 4),
        }
        for i in range(120)
    ]
    tokens = od.tokenize(od.Corpus.from_frame(releases))
    whole, units = (
        shares(od.track_terms(one, "trust", by="group").compare_groups())
        for one in (tokens, tokens.units("sentence"))
    )
    assert units["difference"] == pytest.approx(whole["difference"])
    assert units["p_value"] == pytest.approx(whole["p_value"], abs=0.06)


def test_slips_are_answered():
    rows = [(2001, "X", group, 10, 10) for group in "abc"]
    trend = track(rows)
    with pytest.raises(InputError, match=r"3 groups: name two.*compare_groups\('a', 'b'\)"):
        trend.compare_groups()
    with pytest.raises(UnknownNameError, match="no group 'd'"):
        trend.compare_groups("a", "d")
    with pytest.raises(InputError, match="both 'a'"):
        trend.compare_groups("a", "a")
    with pytest.raises(InputError, match="one group"):
        track(rows, by=None).compare_groups()
    with pytest.raises(InputError, match="at least 19"):
        trend.compare_groups("a", "b", n_permutations=3)
    with pytest.raises(InputError, match=r"Track the terms with level=0\.9"):
        trend.compare_groups("a", "b", level=0.9)


def test_the_picture_shows_periods_and_the_whole():
    rows = [(year, "X", group, 5 + 3 * (group == "a"), 12) for year in range(2001, 2007) for group in "ab"]
    made = track(rows).compare_groups("a", "b", n_permutations=19)
    ax = made.plot()
    (points,) = [one for one in ax.lines if one.get_label() == "_periods"]
    np.testing.assert_allclose(points.get_ydata(), [100 * (8 / 20 - 5 / 17)] * 6)
    (whole,) = [one for one in ax.lines if one.get_label() == "over all"]
    assert whole.get_ydata()[0] == pytest.approx(100 * shares(made)["difference"])
    assert ax.get_title(loc="left") == "trust"
    assert ax.get_xlabel().startswith("a less b")
    with pytest.raises(UnknownNameError, match="measure='shares'"):
        made.plot(measure="shares")


@pytest.fixture(autouse=True)
def _close():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
