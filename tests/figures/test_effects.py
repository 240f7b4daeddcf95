"""What notebook 04 puts together: spans, words that are shared, moves and their verdicts, claims."""

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import NotEnoughDataError
from octadisc.figures.choices import with_largest_issuers
from octadisc.figures.drawings import Missing
from octadisc.figures.fitted import (
    choose_formulas,
    choose_unit,
    count_shared_terms,
    describe_left_out,
    fit_first,
    with_spans,
)
from octadisc.figures.mixes import describe_mix, describe_split, split_spans
from octadisc.figures.moved import Moves, draw_curves, estimate_curve, measure_moves, order_of
from octadisc.figures.refits import compare_fits, describe_fits
from octadisc.figures.topic_claim import write_topic_claim
from octadisc.figures.whose import describe_issuers, draw_levels, estimate_levels
from octadisc.spec import Spec

pytestmark = pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")

NONE = Missing("Not looked at.")
DRUGS = "Customs officers seized cocaine and heroin hidden in lorries"
TRUST = "Ministers praised mutual confidence between partner services"


def corpus_of(turn):
    """Make 12 years of 10 releases of two issuers; `turn(year, issuer)` says how many of 5 speak of drugs."""
    rows = []
    for year in range(2001, 2013):
        for issuer in "AB":
            n = turn(year, issuer)
            rows += [
                {
                    "date": f"{year}-0{i + 1}-11",
                    "issuer": issuer,
                    "text": f"{DRUGS if i < n else TRUST} {'again' if i % 2 else 'today'}",
                    "language": "en",
                }
                for i in range(5)
            ]
    return with_spans(with_largest_issuers(od.Corpus.from_frame(rows)))


@pytest.fixture(scope="module")
def risen():
    """Both issuers come to speak of drugs."""
    corpus = corpus_of(lambda year, issuer: 1 if year < 2005 else 4)
    return fit_first(od.tokenize(corpus), choose_formulas(corpus), 2)


def test_spans_begin_with_periods_and_hold_about_as_many_releases():
    sizes = {2001: 1, 2002: 1, 2003: 10, 2004: 6, 2005: 6, 2007: 12}
    rows = [{"text": "a", "date": f"{year}-03-01"} for year, n in sizes.items() for _ in range(n)]
    span = with_spans(od.Corpus.from_frame([*rows, {"text": "a"}])).frame["span"]
    assert span.value_counts().to_dict() == {"2001–2003": 12, "2004–2005": 12, "2007": 12}
    assert span.isna().sum() == 1


def test_too_few_releases_make_two_spans_or_none():
    rows = [{"text": "a", "date": f"{2001 + i // 5}-03-01"} for i in range(10)]
    assert with_spans(od.Corpus.from_frame(rows)).frame["span"].tolist() == ["2001"] * 5 + ["2002"] * 5
    with pytest.raises(NotEnoughDataError, match="two stretches"):
        with_spans(od.Corpus.from_frame(rows[:9]))
    with pytest.raises(NotEnoughDataError):
        with_spans(od.Corpus.from_frame([{"text": "a"}]))


def test_words_are_counted_that_half_of_the_issuers_use():
    texts = {"A": "alone border", "B": "border shared", "C": "shared border", "D": "border"}
    rows = [{"issuer": one, "text": text} for one, text in texts.items() for _ in range(5)]
    corpus = with_largest_issuers(od.Corpus.from_frame(rows))
    counts = count_shared_terms(od.tokenize(corpus))
    assert counts.terms == ["shared"]  # border stands in more than six of ten, alone is of one of four


def test_small_corpora_are_cut_into_paragraphs():
    rows = [{"text": "a"}] * 2_000
    assert choose_unit(od.Corpus.from_frame(rows[1:])) == "paragraph"
    assert choose_unit(od.Corpus.from_frame(rows)) == "release"


def test_a_rise_of_all_issuers_moved_and_is_claimed_with_its_numbers(risen):
    moves = measure_moves(risen)
    assert (moves.telling()["verdict"] == "moved").all()
    drugs = int(risen.model.shares[0].argmax())  # the first release speaks of drugs
    row = moves.telling().set_index("topic").loc[drugs]
    assert row["reference"] == "2001–2004"
    assert row["change"] == pytest.approx(0.6, abs=0.1)  # from one in five to four
    assert row["change"] == pytest.approx(row["raw"], abs=1e-6)  # both publish as much throughout
    text = " ".join(str(one) for part in write_topic_claim(risen, moves, NONE, NONE, "en") for one in part)
    assert f"“{row['name']}” rose from" in text
    assert "these issuers came to speak more of" in text
    assert "fewer than eight" in text
    assert "nan" not in text


def test_a_rise_by_who_publishes_is_named_as_such():
    rows = []
    for year in range(2001, 2013):
        parts = {"A": 8, "B": 2} if year < 2007 else {"A": 2, "B": 8}
        for issuer, n in parts.items():
            text = TRUST if issuer == "A" else DRUGS  # throughout
            rows += [
                {"date": f"{year}-0{i + 1}-11", "issuer": issuer, "language": "en", "text": f"{text} {i}"}
                for i in range(n)
            ]
    corpus = with_spans(with_largest_issuers(od.Corpus.from_frame(rows)), most=2)
    fitted = fit_first(od.tokenize(corpus), choose_formulas(corpus), 2)
    trend = fitted.model.over_time()
    split = split_spans(trend, fitted)
    row = split.frame.iloc[0]
    assert abs(row["between"]) > 3 * abs(row["within"])
    assert row["name"] in describe_split(split)


def made(raw, change, q):
    """One topic's row, with intervals half a point wide."""
    frame = pd.DataFrame(
        {"topic": [0], "name": ["a"], "reference": ["old"], "value": ["new"], "q_value": [q],
         "raw": [raw], "raw_low": [raw - 0.005], "raw_high": [raw + 0.005],
         "change": [change], "low": [change - 0.005], "high": [change + 0.005],
         "p_value": [q], "wide_low": [np.nan], "wide_high": [np.nan]}
    )  # fmt: skip
    return Moves(frame, Spec("made"), within=True)


@pytest.mark.parametrize(
    ("raw", "change", "q", "verdict"),
    [
        (0.05, 0.05, 0.01, "moved"),
        (0.05, 0.01, 0.4, "who publishes"),
        (0.05, -0.01, 0.4, "who publishes"),
        (0.05, 0.04, 0.1, "not beyond chance"),
        (0.003, 0.003, 0.5, "none"),
    ],
)
def test_verdicts(raw, change, q, verdict):
    moves = made(raw, change, q)
    assert moves.telling()["verdict"].tolist() == [verdict]
    assert ("“a”, from old to new" in describe_mix(moves)) == (verdict == "who publishes")


def test_the_curve_is_drawn_with_points_behind_it(risen):
    curve, trend, moves = estimate_curve(risen), risen.model.over_time(), measure_moves(risen)
    drawing = draw_curves(curve, trend, moves)
    first = order_of(moves, 2)[0]
    shares = (100 * curve.frame.loc[curve.frame["topic"] == first, "share"]).to_numpy()
    means = 100 * trend.frame.loc[trend.frame["topic"] == first, "share"]
    lines = drawing.fig.axes[0].lines
    firm, weak = (line.get_ydata() for line in lines if len(line.get_xdata()) == len(shares))
    drawn = np.where(np.isnan(firm), weak, firm)
    np.testing.assert_allclose(drawn, np.where(shares < 0, np.nan, shares))  # all of it that can be a share
    assert np.isnan(firm[[0, -1]]).all()  # no release lies before the first or after the last
    assert np.isfinite(firm[shares > 0][5:-5]).all()
    np.testing.assert_allclose(np.sort([y for one in lines[:1] for y in one.get_ydata()]), np.sort(means))
    tops = {ax.get_ylim() for ax in drawing.fig.axes if ax.get_visible()}
    assert len(tops) == 1


def test_issuers_that_speak_alike_are_alike(risen):
    levels = estimate_levels(risen)
    wide = levels.frame.pivot_table("share", "topic", "group")
    np.testing.assert_allclose(wide["A"], wide["B"], atol=5e-3)  # shares are drawn
    columns = [label.get_text() for label in draw_levels(levels, risen).fig.axes[0].get_xticklabels()]
    assert columns == [f"{k} · {name}" for k, name in enumerate(risen.model.topics["name"])]
    assert describe_issuers(NONE, NONE) == "Not looked at."


def test_the_same_model_twice_agrees_with_itself(risen):
    across = compare_fits(risen, [risen.model])
    assert (across.summary()["verdict"] == "holds in all").all()
    assert describe_fits(across).startswith("In 2 models: holds in all: ")


def test_what_is_left_out_is_named():
    corpus = corpus_of(lambda year, issuer: 2).frame
    corpus.loc[3, ["date", "span"]] = None
    given = od.Corpus.from_frame(corpus)
    text = describe_left_out(fit_first(od.tokenize(given), choose_formulas(given), 2))
    assert f"1 release without a date, not learnt from, and in no curve: {given.frame['release'][3]}." in text


def test_without_a_model_nothing_is_claimed():
    text = str(write_topic_claim(NONE, NONE, NONE, NONE, None)[0][0])
    assert text == "Of topics over time nothing may be claimed: Not looked at."
    assert describe_mix(NONE) == "Not looked at."
