"""Whatever the corpus and the arguments: an answer, or one of our own errors, never another library's."""

import warnings

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import OctadiscError, OctadiscWarning

matplotlib.use("agg")


def releases(n=40, years=8):
    rng = np.random.default_rng(1)
    rows = []
    for i in range(n):
        town = ("Skopje", "Zagreb", "Sofia")[i % 3]
        text = f"Police met the customs to speak of trust and of crime in {town}. Ministers praised trust."
        if rng.random() < 0.4:
            text = "Nothing new came of it. Police stayed away, and customs too."
        date = f"{2001 + i % years}-0{1 + i % 9}-05"
        rows.append((date, "ABC"[i % 3], text, 1.0 + i % 3, "xy"[i % 2], "en"))
    return pd.DataFrame(rows, columns=["date", "issuer", "text", "weight", "part", "language"])


FRAME = releases()
EVERY_SECOND = np.arange(len(FRAME)) % 2 > 0
CORPORA = {
    "empty": FRAME.iloc[:0],
    "one release": FRAME.iloc[:1],
    "two releases": FRAME.iloc[:2],
    "no words": FRAME.assign(text="… – !"),
    "no texts": FRAME.assign(text=""),
    "all alike": FRAME.assign(text="trust police crime"),
    "one issuer": FRAME.assign(issuer="A"),
    "no issuers": FRAME.assign(issuer=None),
    "some issuers": FRAME.assign(issuer=FRAME["issuer"].mask(EVERY_SECOND)),
    "an issuer each": FRAME.assign(issuer=[f"issuer {i}" for i in range(len(FRAME))]),
    "no dates": FRAME.assign(date=None),
    "some dates": FRAME.assign(date=FRAME["date"].mask(EVERY_SECOND)),
    "one period": FRAME.assign(date="2008-05-01"),
    "a group each": FRAME.assign(part=[f"part {i}" for i in range(len(FRAME))]),
    "no groups": FRAME.assign(part=None),
    "no language": FRAME.assign(language=None),
    "a language without rules": FRAME.assign(language="xx"),
    "as it should be": FRAME,
}


def track(tokens, **options):
    return od.track_terms(tokens, ["trust", "police"], **options)


def judge(tokens, n=30, **options):
    sample = od.audit_sample(tokens, "trust", n)
    codes = sample.to_frame()[["line", "release"]].assign(judgement=sample.frame["hit"])
    return od.audit(tokens, "trust", codes, sample=sample, n_draws=200, **options)


def count(tokens):
    return od.count_terms(tokens)


def split_at_changes(tokens):
    trend = track(tokens)
    return od.split_change(trend, changes=od.find_changes(trend, n_permutations=19))


FEW = {"n_permutations": 19}
SOME = {"n_permutations": 99, "min_releases": 1}
NEAR = {"min_count": 1, "min_releases": 1}
MAKE = {
    "coverage": lambda t: od.coverage(t.corpus),
    "trend": track,
    "trend by group": lambda t: track(t, by="part"),
    "trend resampled": lambda t: track(t, interval="bootstrap"),
    "trend weighted": lambda t: track(t, weights="weight"),
    "smooth": lambda t: track(t, by="part").smooth("share"),
    "standardise": lambda t: track(t).standardise(),
    "standardise groups": lambda t: track(t, by="part").standardise(weights="equal"),
    "balance": lambda t: track(t).balance(),
    "check_composition": lambda t: track(t).check_composition(measure="rate"),
    "compare_groups": lambda t: track(t, by="part").compare_groups(**FEW),
    "compare_groups of issuers": lambda t: track(t, by="issuer").compare_groups("A", "B", **FEW),
    "split_change": lambda t: od.split_change(track(t)),
    "split_change at changes": split_at_changes,
    "find_changes": lambda t: od.find_changes(track(t, by="part"), measure="rate", **FEW),
    "find_bursts": lambda t: od.find_bursts(track(t), **FEW),
    "find_bursts of all": lambda t: od.find_bursts(
        track(t), measure="rate", standardised=False, n_levels=3, **FEW
    ),
    "interrupted": lambda t: od.interrupted(track(t), "2005-01-01"),
    "interrupted, compared": lambda t: od.interrupted(track(t), "2005-03-01", comparison="A", measure="rate"),
    "compare": lambda t: od.compare(count(t), by="part", **SOME),
    "compare periods": lambda t: od.compare(count(t), every="year", **SOME),
    "compare at": lambda t: od.compare(count(t), at="2005-01-01", **SOME),
    "rising_terms": lambda t: od.rising_terms(count(t), min_issuers=1, **SOME),
    "find_collocates": lambda t: od.find_collocates(t, "trust", **NEAR),
    "find_collocates by group": lambda t: od.find_collocates(
        t, "trust", 2, "year", "part", within=None, **NEAR
    ),
    "compare collocates": lambda t: od.find_collocates(t, "trust", every="year", **NEAR).compare(
        "2001", "2005"
    ),
    "measure_drift": lambda t: od.measure_drift(
        t, ["trust", "police"], "year", n_permutations=99, n_resamples=50
    ),
    "measure_dispersion": lambda t: od.measure_dispersion(count(t), min_count=1),
    "measure_dispersion over issuers": lambda t: od.measure_dispersion(count(t), "issuer", min_count=1),
    "measure_dispersion over years": lambda t: od.measure_dispersion(count(t), "year", min_count=1),
    "measure_diversity": lambda t: od.measure_diversity(
        t, "year", "part", window=5, min_tokens=2, n_draws=20
    ),
    "audit_sample": lambda t: od.audit_sample(t, "trust", 10, every="year", by="part", unit="sentence"),
    "audit": lambda t: judge(t, every="year", by="part"),
    "correct": lambda t: judge(t).correct(od.track_terms(t, "trust", by="part"), n_draws=200),
    "regress": lambda t: judge(t).regress("~ year + issuer"),
}


def look_at(result):
    """Ask a result for all that it shows of itself."""
    repr(result)
    result.to_frame()
    result._repr_html_()
    if hasattr(result, "plot"):
        result.plot()


def answered(make, look=look_at):
    """Give whether there is a result; fail if anything but our own errors and warnings comes of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OctadiscWarning)  # all others are errors
        try:
            look(make())
        except OctadiscError:
            return False
        finally:
            plt.close("all")
    return True


# the others are like one of these in what they lack; they take half a minute, and `-m slow` runs them
FIRST = (
    "empty",
    "one release",
    "no words",
    "all alike",
    "one issuer",
    "some dates",
    "no groups",
    "no language",
)


@pytest.fixture(
    scope="module",
    params=[one if one in FIRST else pytest.param(one, marks=pytest.mark.slow) for one in CORPORA],
)
def tokens(request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OctadiscWarning)
        return od.tokenize(od.Corpus.from_frame(CORPORA[request.param]))


@pytest.mark.parametrize("name", MAKE)
def test_every_corpus_is_answered(tokens, name):
    answered(lambda: MAKE[name](tokens))


@pytest.mark.parametrize("name", MAKE)
def test_these_calls_give_a_result_where_there_is_one(name):
    tokens = od.tokenize(od.Corpus.from_frame(releases(n=240)))
    assert answered(lambda: MAKE[name](tokens), look=lambda _: None)


TOKENS = od.tokenize(od.Corpus.from_frame(FRAME))
COUNTS = od.count_terms(TOKENS)
TREND = track(TOKENS)
PARTS = od.track_terms(TOKENS, "trust", by="part")
COLLOCATES = od.find_collocates(TOKENS, "trust", every="year", **NEAR)
AUDIT = judge(TOKENS)
NUMBERS = ("x", -1, None, float("nan"))
BAD = {
    "level": (0, 1, 95, -1, "high", float("nan")),
    "seed": ("x", -1, None, 1.5),
    "by": ("nobody", 3, ["issuer"], ""),
    "every": ("yaer", 3, [], [("a",)], [("a", "2008-01-01", "2007-01-01")]),
    "reissues": ("frist", 1),
    "weights": ("reach", [1, 2], [float("nan")] * len(FRAME), "text"),
    "interval": ("boot", 3),
    "n_permutations": (0, *NUMBERS, 1.5),
    "n_resamples": (0, "x"),
    "n_draws": (0, *NUMBERS),
    "measure": ("shares", 1),
    "query": ("", " ", "(", "[", "a{", "/(/", "\\", "|", '[word="a', {}, [], None, 3),
    "min_count": (0, *NUMBERS),
    "min_releases": NUMBERS,
    "min_issuers": NUMBERS,
    "min_periods": NUMBERS,
    "min_tokens": NUMBERS,
    "min_length": NUMBERS,
    "min_documents": (0, *NUMBERS),
    "max_share": (0, 2, *NUMBERS),
    "window": (0, -3, "x", (1,)),
    "within": ("nobody", 3),
    "stop_words": ("english", 3),
    "against": ("last",),
    "scaling": (1, *NUMBERS),
    "gamma": (0, *NUMBERS),
    "n_levels": (0, 99, "x"),
    "least": (2, *NUMBERS),
    "present": (0, 2, *NUMBERS),
    "longest_gap": (-1, "x"),
    "value": ("shares", 3),
    "event": ("no such", None, 3, "2008-13-01", "1900-01-01", ("a", None), pd.NaT),
    "since": ("x",),
    "comparison": ("nobody", 3),
    "before": ("nobody", [], 3),
    "after": ("nobody", [], 3),
    "group": ("nobody", 3),
    "reference": ("nobody",),
    "target": ("nobody", 3),
    "at": ("x", 3),
    "sort": ("x", 3),
    "correlation": (2, "x"),
    "n": (0, -1, "x", 1.5),
    "hits": (0, 1, *NUMBERS),
    "unit": ("word", 3),
    "coders": (0, "A", []),
    "overlap": (2, "x"),
    "codes": ("yes", [], None),
    "over": ("nobody", 3),
    "formula": ("", "~", "year ~~", "~ nothing", "y ~ x", 3, "~ year +"),
    "clusters": ("nobody", 3),
    "period": ("nobody", 3),
    "term": ("nobody", 3, None),
}
CALLS = {
    "track_terms": (
        lambda **k: od.track_terms(TOKENS, "trust", **k),
        "level seed by every reissues weights interval",
    ),
    "track_terms of a query": (lambda query: od.track_terms(TOKENS, query), "query"),
    "smooth": (TREND.smooth, "value longest_gap level"),
    "standardise": (TREND.standardise, "by least weights"),
    "balance": (TREND.balance, "by present"),
    "check_composition": (TREND.check_composition, "measure level"),
    "compare_groups": (PARTS.compare_groups, "group reference n_permutations seed level"),
    "evidence of a trend": (lambda **k: TREND.evidence("trust", **k), "period group"),
    "plot of a trend": (TREND.plot, "value"),
    "split_change": (
        lambda **k: od.split_change(TREND, **({"before": "2001", "after": "2005"} | k)),
        "before after by level",
    ),
    "find_changes": (lambda **k: od.find_changes(TREND, **k), "measure n_permutations seed level"),
    "find_bursts": (
        lambda **k: od.find_bursts(TREND, **k),
        "scaling gamma n_levels measure n_permutations seed level",
    ),
    "interrupted": (
        lambda **k: od.interrupted(TREND, **({"event": "2005-01-01"} | k)),
        "event measure since comparison level",
    ),
    "count_terms": (
        lambda **k: od.count_terms(TOKENS, **k),
        "min_documents stop_words max_share min_length reissues",
    ),
    "coverage": (lambda **k: od.coverage(TOKENS.corpus, **k), "every by reissues"),
    "compare": (
        lambda **k: od.compare(COUNTS, **({"by": "part"} | k)),
        "by every at target reference within min_releases min_issuers correlation sort level n_permutations "
        "seed",
    ),
    "rising_terms": (
        lambda **k: od.rising_terms(COUNTS, **k),
        "every by n within min_releases min_issuers min_periods correlation level n_permutations seed",
    ),
    "find_collocates": (
        lambda **k: od.find_collocates(TOKENS, "trust", **k),
        "level by every reissues window within measure min_count min_releases stop_words min_length",
    ),
    "find_collocates of a query": (lambda query: od.find_collocates(TOKENS, query), "query"),
    "compare collocates": (
        lambda **k: COLLOCATES.compare(**({"before": "2001", "after": "2005"} | k)),
        "before after level n_permutations seed",
    ),
    "evidence of collocates": (
        lambda **k: COLLOCATES.evidence(**({"collocate": "police"} | k)),
        "period group",
    ),
    "measure_drift": (
        lambda **k: od.measure_drift(TOKENS, "trust", **({"every": "year"} | k)),
        "level seed every reissues window within min_count stop_words min_length n_permutations n_resamples "
        "against",
    ),
    "measure_drift of a query": (lambda query: od.measure_drift(TOKENS, query, "year"), "query"),
    "measure_drift of spans": (
        lambda **k: od.measure_drift(
            TOKENS,
            "trust",
            **({"before": ("2001-01-01", "2004-01-01"), "after": ("2004-01-01", "2009-01-01")} | k),
        ),
        "before after",
    ),
    "measure_dispersion": (lambda **k: od.measure_dispersion(COUNTS, **k), "over by min_count"),
    "measure_diversity": (
        lambda **k: od.measure_diversity(TOKENS, **k),
        "every by seed window min_tokens n_draws level reissues",
    ),
    "audit_sample": (
        lambda **k: od.audit_sample(TOKENS, "trust", **({"n": 20} | k)),
        "n unit codes hits every by coders overlap reissues seed",
    ),
    "audit_sample of a query": (lambda query: od.audit_sample(TOKENS, query, 20), "query"),
    "audit": (lambda **k: judge(TOKENS, **{"n": 30} | k), "by every level seed"),
    "correct": (lambda **k: AUDIT.correct(PARTS, **k), "level n_draws seed"),
    "regress": (
        lambda **k: AUDIT.regress(**({"formula": "~ year"} | k)),
        "formula every clusters level seed",
    ),
}
SLIPS = [(name, argument) for name, (_, arguments) in CALLS.items() for argument in arguments.split()]


@pytest.mark.parametrize(("name", "argument"), SLIPS)
def test_every_slip_is_answered_in_words(name, argument):
    """None of these can be meant: each is refused, with what was given."""
    for value in BAD[argument]:
        if (name, argument, value) == ("compare", "n_permutations", 0):
            continue  # measures without tests
        accepted = answered(lambda given=value: CALLS[name][0](**{argument: given}), look=lambda _: None)
        assert not accepted, f"{name}({argument}={value!r}) was accepted"
