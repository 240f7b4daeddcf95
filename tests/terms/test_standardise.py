"""Fixed mixes, balanced panels, and trends that issuers do not bear out: by hand, and by planted truths."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, UnknownNameError
from octadisc.statistics.levels import fit_levels

mpl.use("Agg")


def tokens_of(rows):
    """Rows of (year, issuer, matching, not matching)."""
    return od.tokenize(
        od.Corpus.from_frame(
            [
                {"date": f"{year}-05-05", "issuer": issuer, "text": text}
                for year, issuer, yes, no in rows
                for text in ["trust"] * yes + ["police"] * no
            ]
        )
    )


@pytest.mark.filterwarnings("ignore::octadisc.OctadiscWarning")
def track(rows, **options):
    return od.track_terms(tokens_of(rows), "trust", **options)


# A says it in half of its releases, B in a tenth, always; who writes how much turns round.
TURNED = [
    *((year, "A", 5, 5) for year in (2001, 2002, 2003)),
    *((year, "B", 3, 27) for year in (2001, 2002, 2003)),
    *((year, "A", 15, 15) for year in (2004, 2005, 2006)),
    *((year, "B", 1, 9) for year in (2004, 2005, 2006)),
]


def test_a_fixed_mix_by_hand():
    trend = track(TURNED)
    assert trend.frame["share"].tolist() == pytest.approx([0.2] * 3 + [0.4] * 3)
    made = trend.standardise().frame  # half of all releases are of A
    assert made["share"].tolist() == pytest.approx([0.3] * 6)
    assert made["weight_present"].tolist() == [1.0] * 6
    assert trend.standardise(weights="equal").frame["share"].tolist() == pytest.approx([0.3] * 6)
    given = trend.standardise(weights={"A": 1, "B": 3}).frame
    assert given["share"].tolist() == pytest.approx([0.25 * 0.5 + 0.75 * 0.1] * 6)
    only = trend.standardise(weights={"A": 7}).frame
    assert only["share"].tolist() == pytest.approx([0.5] * 6)
    assert made["rate"].tolist() == pytest.approx([300_000] * 6)  # one word a release
    counted = ["count", "tokens", "releases", "matching_releases"]
    pd.testing.assert_frame_equal(made[counted], trend.frame[counted])


def test_one_issuer_alone_has_the_plain_interval_of_its_releases():
    """With all weight on one issuer the mix is that issuer, with the score interval of its releases."""
    trend = track(TURNED)
    made = trend.standardise(weights={"B": 1}).frame
    alone = od.track_terms(tokens_of([one for one in TURNED if one[1] == "B"]), "trust").frame
    np.testing.assert_allclose(made["share"], alone["share"])
    np.testing.assert_allclose(made["share_low"], alone["share_low"], atol=0.02)
    np.testing.assert_allclose(made["share_high"], alone["share_high"], atol=0.02)


def test_a_talkative_newcomer_makes_no_rise():
    rows = [(year, "A", 2, 18) for year in range(2001, 2009)]
    rows += [(year, "New", 16, 4) for year in range(2005, 2009)]
    trend = track(rows)
    assert trend.frame["share"].iloc[-1] > 4 * trend.frame["share"].iloc[0]
    made = trend.standardise().frame
    assert np.ptp(made["share"]) < 0.02
    assert made["weight_present"].tolist() == pytest.approx([160 / 240] * 4 + [1.0] * 4)
    assert (made["share_low"] < made["share"]).all()
    strict = trend.standardise(least=0.8)
    assert strict.frame["share"].isna().tolist() == [True] * 4 + [False] * 4
    assert any("Not enough data in 4 periods" in note for note in strict.notes)


def test_a_real_rise_stays():
    rows = [(year, "A", year - 2000, 20) for year in range(2001, 2013)]
    rows += [(year, "B", year - 2000, 20) for year in range(2001, 2013)]
    trend = track(rows)
    np.testing.assert_allclose(trend.standardise().frame["share"], trend.frame["share"], atol=1e-9)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=12, max_size=12))
def test_a_standardised_share_lies_in_its_interval_and_among_its_issuers(drawn):
    rows = [(2001 + i // 2, "AB"[i % 2], *one) for i, one in enumerate(drawn)]
    rows += [(2001, "A", 3, 3), (2006, "B", 3, 3)]
    made = track(rows).standardise(least=0).frame.dropna(subset=["share_low"])
    assert (made["share_low"] <= made["share"] + 1e-9).all()
    assert (made["share"] <= made["share_high"] + 1e-9).all()
    assert made["share"].between(0, 1).all()


def test_levels_of_silent_issuers_are_those_of_the_model():
    """logit .2 → .5 for A; B at .5 must go to the share whose odds are four times as large: .8."""
    y, n = np.array([[2_000.0, 5_000.0], [5_000.0, 0.0]]), np.array([[10_000.0, 10_000.0], [10_000.0, 0.0]])
    assert fit_levels(y, n, "share").mean[1, 1] == pytest.approx(0.8, abs=0.002)
    assert fit_levels(y, n, "rate").mean[1, 1] == pytest.approx(0.5 * 2.5, abs=0.005)


def test_evidence_and_recipe_of_a_standardised_trend():
    made = track(TURNED).standardise(weights="equal")
    assert len(made.evidence("trust", "2004")) == 16
    recipe = made.spec.to_dict()
    assert recipe["function"] == "standardise"
    assert recipe["parameters"] == {"by": "issuer", "weights": "equal", "least": 0.1}
    assert recipe["inputs"][0]["function"] == "track_terms"
    assert made.plot(value="share").lines[0].get_ydata()[0] == pytest.approx(30)


def test_what_cannot_be_standardised_is_said():
    trend = track(TURNED)
    with pytest.raises(InputError, match="standardised already"):
        trend.standardise().standardise()
    with pytest.raises(InputError, match="so who publishes makes no change"):
        od.split_change(trend.standardise())
    with pytest.raises(UnknownNameError, match=r"issuer 'Aa'.*'A'"):
        trend.standardise(weights={"Aa": 1})
    with pytest.raises(UnknownNameError, match=r"weights='poled'.*'pooled'"):
        trend.standardise(weights="poled")
    with pytest.raises(InputError, match="least=2"):
        trend.standardise(least=2)
    with pytest.raises(InputError, match=r"all of them are 0"):
        trend.standardise(weights={"A": 0})
    with pytest.raises(InputError, match="whose mix is fixed"):
        track(TURNED, by="issuer").standardise()
    with pytest.raises(NotEnoughDataError, match="takes at least 2"):
        track([one for one in TURNED if one[1] == "A"]).standardise()


def test_a_balanced_panel_is_the_trend_of_those_who_are_always_there():
    rows = [(year, "A", 2, 18) for year in range(2001, 2011)]
    rows += [(year, "B", 5, 5) for year in range(2001, 2010)]  # nine of ten
    rows += [(year, "C", 9, 1) for year in range(2006, 2011)]
    panel = track(rows).balance()
    expected = track([one for one in rows if one[1] != "C"])
    pd.testing.assert_frame_equal(panel.frame, expected.frame)
    assert panel.notes[-1].startswith("A balanced panel of 2 of 3 values of 'issuer'")
    assert panel.notes[-1].endswith("A, B. They have 85% of the releases.")  # 290 of 340
    assert track(rows).balance(present=1).frame["releases"].tolist() == [20] * 10
    assert set(panel.evidence("trust")["issuer"]) == {"A", "B"}
    assert "weight" not in panel.evidence("trust")
    changes = od.find_changes(panel, n_permutations=99).to_frame()
    same = od.find_changes(expected, n_permutations=99).to_frame()
    pd.testing.assert_frame_equal(changes, same)
    assert len(panel.standardise().frame) == 10
    with pytest.raises(NotEnoughDataError, match=r"'A' has the most, in 50%"):
        track([(2001, "A", 1, 1), (2002, "B", 1, 1)]).balance()
    with pytest.raises(InputError, match="present=0"):
        track(rows).balance(present=0)


def test_a_trend_that_issuers_reverse_is_warned_of():
    """Each falls from year to year, but the talkative one writes more and more."""
    rows = []
    for t in range(10):
        many, few = 10 + 6 * t, 70 - 6 * t
        rows.append((2001 + t, "A", round(many * (0.9 - 0.02 * t)), many - round(many * (0.9 - 0.02 * t))))
        rows.append((2001 + t, "B", round(few * (0.3 - 0.02 * t)), few - round(few * (0.3 - 0.02 * t))))
    with pytest.warns(OctadiscWarning, match=r"'trust': the share rises over all releases, but falls within"):
        trend = od.track_terms(tokens_of(rows), "trust")
    row = trend.check_composition().to_frame().iloc[0]
    assert row["verdict"] == "reversed"
    assert row["change"] > 0 > row["within"]
    assert "falls within issuers" in trend.notes[-1]
    assert trend.standardise().frame["share"].is_monotonic_decreasing


def test_what_only_who_publishes_makes_is_noted_and_what_issuers_bear_out_is_not():
    rows = [(year, "A", 2, 18) for year in range(2001, 2011)]
    rows += [(year, "New", 16, 4) for year in range(2006, 2011)]
    trend = track(rows)
    assert trend.check_composition().frame["verdict"].tolist() == ["not borne out"]
    assert "not beyond chance within issuers" in trend.notes[-1]
    rising = track([(2001 + t, issuer, 2 + t, 18 - t) for t in range(10) for issuer in "AB"])
    assert rising.check_composition().frame["verdict"].tolist() == ["borne out"]
    assert rising.notes == ()
    alone = track([(2001 + t, "A", 2 + t, 18 - t) for t in range(10)])
    assert alone.check_composition().frame["verdict"].tolist() == ["not enough data"]


def test_a_slope_is_that_of_a_logistic_regression():
    """Two periods would be the log odds ratio; on a line in logits the slope is the line's."""
    n = 1_000
    shares = 1 / (1 + np.exp(-np.linspace(-1, 1, 7)))
    rows = [
        (2001 + t, issuer, round(n * s), n - round(n * s)) for t, s in enumerate(shares) for issuer in "AB"
    ]
    row = track(rows).check_composition().frame.iloc[0]
    assert row["change"] == pytest.approx(2, abs=0.01)
    assert row["within"] == pytest.approx(2, abs=0.01)


@pytest.fixture(autouse=True)
def _close():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
