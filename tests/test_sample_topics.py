"""The notebook on topics over time, held to the sample's key: what was planted is found by default."""

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

import octadisc as od
from octadisc.figures.choices import with_largest_issuers, without_reissues
from octadisc.figures.fitted import choose_formulas, choose_unit, fit_first, with_spans
from octadisc.figures.mixes import describe_split, split_spans
from octadisc.figures.moved import measure_moves
from octadisc.figures.topic_claim import gather_evidence
from octadisc.tokens.units.unit_columns import code_releases

PLANTED = ["mutual_trust", "cybercrime", "cigarette_smuggling", "stolen_vehicles", "training_curriculum"]
WORDS = {"mutual_trust": "mutual", "cybercrime": "cybercrime", "cigarette_smuggling": "cigarette"}
pytestmark = pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")


@pytest.fixture(scope="module")
def fitted(sample):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", od.OctadiscWarning)
        english = without_reissues(od.load_corpus(sample)).where(language="en")
        corpus = with_spans(with_largest_issuers(english, 12))
        assert choose_unit(corpus) == "paragraph"
        return fit_first(od.tokenize(corpus).units("paragraph"), choose_formulas(corpus))


@pytest.fixture(scope="module")
def themes(sample, fitted):
    """Whether each release has each theme, by the key."""
    lines = (sample / "key.jsonl").read_text("utf-8").splitlines()
    of = {one["release"]: one["themes"] for one in map(json.loads, lines)}
    releases = list(dict.fromkeys(fitted.corpus.frame["unit_of"]))
    return pd.DataFrame({theme: [theme in of[one] for one in releases] for theme in PLANTED})


@pytest.fixture(scope="module")
def topics(fitted, themes):
    """The topic that tells releases with a theme best from those without, and how well (1: always)."""
    shares = pd.DataFrame(fitted.model.shares).groupby(code_releases(fitted.corpus.frame)).mean().to_numpy()
    found = {}
    for theme in PLANTED:
        has = themes[theme].to_numpy()
        pairs = has.sum() * (~has).sum()
        told = [mannwhitneyu(one[has], one[~has]).statistic / pairs for one in shares.T]
        found[theme] = (int(np.argmax(told)), max(told))
    return found


@pytest.fixture(scope="module")
def moves(fitted):
    return measure_moves(fitted)


def row_of(moves, topic):
    return moves.telling().set_index("topic").loc[topic]


def test_the_formula_is_the_fullest(fitted):
    assert fitted.formula == "~ publisher + s(date)"
    assert fitted.refused == ""


def test_planted_themes_are_topics_of_their_own(topics):
    assert len({topic for topic, _ in topics.values()}) == len(PLANTED)
    for theme, (_, told) in topics.items():
        assert told > 0.75, theme


@pytest.mark.parametrize("theme", WORDS)
def test_their_words_are_the_topics(fitted, topics, theme):
    terms = fitted.model.terms_of(topics[theme][0], 10, by="frex", counts=fitted.counts)["term"]
    assert WORDS[theme] in set(terms)


def test_the_step_is_up_around_its_event(fitted, topics, moves):
    topic = topics["mutual_trust"][0]
    row = row_of(moves, topic)
    assert row["verdict"] == "moved"
    assert row["change"] > 0
    assert (row["reference"], row["value"]) == ("2003–2007", "2008–2011")
    course = fitted.model.over_time().to_frame().query(f"topic == {topic}")
    share, weight = course["share"].to_numpy(float), course["releases"].to_numpy(float)
    left = []
    for cut in range(1, len(share)):  # the one cut that leaves least within the two parts
        parts = (slice(None, cut), slice(cut, None))
        means = [np.average(share[part], weights=weight[part]) for part in parts]
        left.append(sum((weight[p] * (share[p] - m) ** 2).sum() for p, m in zip(parts, means, strict=True)))
    year = int(course["period"].iloc[1 + int(np.argmin(left))])
    assert abs(year - 2008) <= 1


@pytest.mark.parametrize(("theme", "way"), [("cybercrime", 1), ("cigarette_smuggling", -1)])
def test_drift_and_fade_move_within_issuers(topics, moves, theme, way):
    row = row_of(moves, topics[theme][0])
    assert row["verdict"] == "moved"
    assert way * row["change"] > 0.02
    ends = moves.frame[moves.frame["topic"] == topics[theme][0]]
    ends = ends[(ends["reference"] == "2003–2007") & (ends["value"] == "2012–2014")].iloc[0]
    assert ends["q_value"] < 0.05
    assert way * ends["change"] > 0.02


def test_the_false_rise_is_gone(fitted, topics, moves):
    topic = topics["stolen_vehicles"][0]
    mine = moves.frame[moves.frame["topic"] == topic]
    assert (mine["q_value"] > 0.05).all()  # with issuers in the formula
    trend = fitted.model.over_time()
    split = split_spans(trend, fitted)
    row = split.frame.set_index("topic").loc[topic]
    assert row["between_low"] > 0  # a rise by who publishes
    assert row["within_low"] < 0
    assert row["within_high"] < row["between_low"] or row["within"] <= 0
    assert row["name"] in describe_split(split)
    rise = []
    for one in (trend, trend.standardise()):
        course = one.to_frame().query(f"topic == {topic}")
        late = course["period"] >= "2009"
        rise.append(course.loc[late, "share"].mean() - course.loc[~late, "share"].mean())
    assert rise[0] > 0.01
    assert rise[1] < rise[0] / 2


def test_evidence_is_of_the_spans_named_and_leads_to_releases(sample, fitted, moves):
    evidence = gather_evidence(fitted, moves, 2)
    assert len(evidence) == 4
    known = set(od.load_corpus(sample).frame["release"])
    for one in evidence:
        span = one.what.split(": ")[0].split(", ")[-1]
        first, last = span.split("–")
        assert one.frame["date"].dt.year.between(int(first), int(last)).all()
        assert set(one.frame["release"]) <= known
