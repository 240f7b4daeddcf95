"""Trends that are weighted, resampled, standardised or of a panel: what is made of them holds, or is not."""

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, UnknownNameError, WrongKindError

YEARS = range(2001, 2015)


def tokens_of(frame):
    return od.tokenize(od.Corpus.from_frame(frame))


def releases(seed=3, n=14):
    """Three issuers; talk of trust doubles in 2008; what a release weighs has to do with what it says."""
    rng = np.random.default_rng(seed)
    rows = []
    for year in YEARS:
        for issuer, usual in (("A", 0.25), ("B", 0.15), ("C", 0.3)):
            for _ in range(n):
                says = rng.random() < usual * (1 + (year >= 2008) * 1.4)
                text = "trust " * int(says) * int(rng.integers(1, 3)) + "police crime border " * 4
                weight = 1 + int(rng.random() < (0.7 if says else 0.4))
                language = "en" if rng.random() < 0.5 else "fr"
                rows.append((f"{year}-05-01", issuer, text, weight, language))
    return pd.DataFrame(rows, columns=["date", "issuer", "text", "weight", "language"])


def changes(trend):
    return od.find_changes(trend, n_permutations=99).to_frame()


def bursts(trend):
    return od.find_bursts(trend, n_permutations=99, scaling=1.5).to_frame()


def event(trend):
    return od.interrupted(trend, ("a summit", "2008-01-01"), comparison="C").to_frame()


def split(trend):
    return od.split_change(trend).to_frame()


def composition(trend):
    return trend.check_composition().to_frame()


def smoothed(trend):
    return trend.smooth("share").to_frame()


def standardised(trend):
    return trend.standardise().frame


def panel(trend):
    return trend.balance().frame


ALL = [changes, bursts, event, split, composition, smoothed, standardised, panel]
FRAME = releases()


@pytest.mark.parametrize("make", ALL)
def test_a_weight_of_nothing_is_a_release_less(make):
    """Every seventh is left out; the others weigh 1 or 2."""
    kept = np.arange(len(FRAME)) % 7 > 0
    weights = np.where(kept, FRAME["weight"], 0)
    given = make(od.track_terms(tokens_of(FRAME), "trust", weights=weights))
    without = make(od.track_terms(tokens_of(FRAME[kept]), "trust", weights=FRAME.loc[kept, "weight"]))
    pd.testing.assert_frame_equal(given, without)


def test_a_weight_of_nothing_is_a_release_less_between_groups():
    kept = np.arange(len(FRAME)) % 7 > 0
    weights = np.where(kept, FRAME["weight"], 0)
    made = [
        od.track_terms(tokens_of(frame), "trust", by="language", weights=one).compare_groups(
            n_permutations=99
        )
        for frame, one in ((FRAME, weights), (FRAME[kept], FRAME.loc[kept, "weight"]))
    ]
    pd.testing.assert_frame_equal(made[0].to_frame(), made[1].to_frame())


@pytest.mark.parametrize(
    ("make", "columns"),
    [
        (changes, ["before", "after"]),
        (event, ["estimate"]),
        (split, ["before", "after", "change", "within", "between"]),
        (composition, ["change", "within"]),
        (smoothed, ["value"]),
        (standardised, ["share", "rate"]),
        (panel, ["share", "rate"]),
        (bursts, ["ratio"]),
    ],
)
def test_a_release_that_weighs_two_says_what_two_alike_say(make, columns):
    """Values are those of a corpus in which it stands twice; how sure they are is not, and need not be."""
    twice = FRAME.loc[FRAME.index.repeat(FRAME["weight"])].reset_index(drop=True)
    weighed = make(od.track_terms(tokens_of(FRAME), "trust", weights="weight"))
    doubled = make(od.track_terms(tokens_of(twice), "trust"))
    plain = make(od.track_terms(tokens_of(FRAME), "trust"))
    np.testing.assert_allclose(weighed[columns], doubled[columns], rtol=1e-4)
    assert not np.allclose(weighed[columns], plain[columns], rtol=1e-3)


def test_a_release_that_weighs_two_says_what_two_alike_say_between_groups():
    twice = FRAME.loc[FRAME.index.repeat(FRAME["weight"])].reset_index(drop=True)
    weighed = od.track_terms(tokens_of(FRAME), "trust", by="language", weights="weight").compare_groups()
    doubled = od.track_terms(tokens_of(twice), "trust", by="language").compare_groups()
    for column in ("group_value", "reference_value", "difference", "ratio"):
        np.testing.assert_allclose(weighed.frame[column], doubled.frame[column], rtol=1e-6)


def test_uneven_weights_make_a_split_less_sure():
    """One period on either side. Half weigh 1, half 9: 100 tell as much as 61, intervals are 1.28 as wide."""
    rows = [
        (f"{year}-05-01", "A", "trust" if i % 100 < share else "police", 9 if i % 2 else 1)
        for year, share in ((2007, 30), (2008, 60))
        for i in range(2000)
    ]
    frame = pd.DataFrame(rows, columns=["date", "issuer", "text", "weight"])
    plain = split(od.track_terms(tokens_of(frame), "trust")).iloc[0]
    weighed = split(od.track_terms(tokens_of(frame), "trust", weights="weight")).iloc[0]
    wider = (weighed["within_high"] - weighed["within_low"]) / (plain["within_high"] - plain["within_low"])
    assert wider == pytest.approx(np.sqrt(2 * 82 / 100), rel=0.01)


def test_one_heavy_release_is_not_ten():
    """Eight releases of trust, one of which weighs a hundred: still eight."""
    rows = [(f"{year}-05-01", "A", "police", 1) for year in YEARS for _ in range(3)]
    rows += [(f"{year}-06-01", "A", "trust", 100 if year == 2001 else 1) for year in range(2001, 2009)]
    frame = pd.DataFrame(rows, columns=["date", "issuer", "text", "weight"])
    found = od.interrupted(od.track_terms(tokens_of(frame), "trust", weights="weight"), "2007-07-01")
    assert found.frame["note"].iloc[0].startswith("Not enough data: 8 releases match")


def test_sentences_of_one_release_are_not_ten():
    rows = [(f"{year}-05-01", "A", "Police. Crime. Border.") for year in YEARS]
    rows += [("2003-06-01", "A", "Trust. " * 12)]
    frame = pd.DataFrame(rows, columns=["date", "issuer", "text"])
    trend = od.track_terms(tokens_of(frame).units("sentence"), "trust")
    found = od.interrupted(trend, "2007-07-01")
    assert found.frame["note"].iloc[0].startswith("Not enough data: 1 release matches")


@pytest.mark.parametrize("make", [changes, bursts, event, split, composition])
def test_what_looks_at_releases_refuses_a_standardised_trend(make):
    trend = od.track_terms(tokens_of(FRAME), "trust").standardise(weights="equal")
    with pytest.raises(
        InputError, match=r"standardised to a fixed mix.*Pass the trend that it was made from"
    ):
        make(trend)


@pytest.mark.parametrize("make", [changes, bursts, event, split, composition, smoothed, standardised])
def test_a_panel_is_a_corpus_of_those_in_it(make):
    """D publishes in four years only."""
    more = releases(seed=5).assign(issuer="D")
    more = more[more["date"] < "2005"]
    both = pd.concat([FRAME, more], ignore_index=True)
    of_panel = make(od.track_terms(tokens_of(both), "trust").balance())
    alone = make(od.track_terms(tokens_of(FRAME), "trust"))
    pd.testing.assert_frame_equal(of_panel, alone)


def test_what_a_panel_leaves_out_is_no_comparison():
    more = releases(seed=5).assign(issuer="D")
    both = pd.concat([FRAME, more[more["date"] < "2005"]], ignore_index=True)
    trend = od.track_terms(tokens_of(both), "trust").balance()
    with pytest.raises(InputError, match=r"comparison: 'D' has no releases that count.*Expected issuers"):
        od.interrupted(trend, "2008-01-01", comparison="D")
    with pytest.raises(UnknownNameError, match="no issuer 'E'"):
        od.interrupted(trend, "2008-01-01", comparison="E")
    assert "mix of 3 values of 'issuer'" in " ".join(trend.standardise().notes)


def resampled(by=None, n=36):
    frame = releases(n=n)
    return od.track_terms(tokens_of(frame), "trust", by=by, interval="bootstrap"), frame


def test_percentiles_are_not_taken_for_score_intervals():
    trend, frame = resampled()
    for make in (smoothed, standardised):
        with pytest.raises(InputError, match=r"are a bootstrap's.*interval=\"score\""):
            make(trend)
    with pytest.raises(InputError, match=r"a comparison of groups takes score intervals"):
        resampled(by="language", n=150)[0].compare_groups()
    plain = od.track_terms(tokens_of(frame), "trust")
    for make in (changes, split, composition, event):  # these look at releases, not at intervals
        pd.testing.assert_frame_equal(make(trend), make(plain))


def test_a_panel_is_resampled_as_the_trend_was():
    trend, frame = resampled()
    more = releases(seed=5).assign(issuer="D")
    both = pd.concat([frame, more[more["date"] < "2005"]], ignore_index=True)
    made = od.track_terms(tokens_of(both), "trust", interval="bootstrap").balance().frame
    pd.testing.assert_frame_equal(made, trend.frame, check_dtype=False)


@pytest.mark.parametrize("make", [od.find_changes, od.find_bursts, od.split_change])
def test_a_frame_is_no_trend(make):
    with pytest.raises(WrongKindError, match=r"trend is a DataFrame\. Expected Trend: what od\.track_terms"):
        make(FRAME)


def test_a_trend_of_a_panel_is_corrected_by_an_audit():
    tokens = tokens_of(FRAME)
    trend = od.track_terms(tokens, "trust", level=0.9)
    sample = od.audit_sample(tokens, "trust", 60)
    judged = sample.to_frame()[["line", "release"]].assign(judgement=sample.frame["hit"])
    audit = od.audit(tokens, "trust", judged, sample=sample)
    whole = audit.correct(trend).frame
    np.testing.assert_allclose(whole["corrected"], trend.frame["share"], atol=1e-9)
    for one in (trend.balance(), trend.standardise()):  # a perfect query changes neither
        np.testing.assert_allclose(audit.correct(one).frame["corrected"], one.frame["share"], atol=1e-9)
    with pytest.raises(InputError, match="a correction takes score intervals"):
        audit.correct(resampled()[0])
