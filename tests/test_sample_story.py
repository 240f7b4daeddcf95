"""The analyses of the sample, held to its key: what was planted is found, and nothing in shuffled dates."""

import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.figures.choices import choose_every, choose_queries, concepts, without_reissues

THEMES = {
    "mutual trust": "mutual_trust",
    "cybercrime": "cybercrime",
    "cigarette smuggling": "cigarette_smuggling",
    "stolen vehicles": "stolen_vehicles",
}
ACADEMY = "Lipovica Police Training Academy"
OFFICE = "Bistra Pass Cross-Border Liaison Office"


@pytest.fixture(scope="module")
def key(sample):
    lines = (sample / "key.jsonl").read_text("utf-8").splitlines()
    return pd.DataFrame([json.loads(line) for line in lines]).set_index("release")


@pytest.fixture(scope="module")
def corpus(sample):
    return od.load_corpus(sample)


def follow(corpus, names=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", od.OctadiscWarning)
        tokens = od.tokenize(without_reissues(corpus))
        queries = choose_queries(tokens)
        return od.track_terms(tokens, {name: queries[name] for name in names or queries})


@pytest.fixture(scope="module")
def changes(corpus):
    return od.find_changes(follow(corpus))


@pytest.fixture(scope="module")
def found(changes):
    return changes.to_frame().set_index("query")


def test_the_sample_is_read_by_year_and_asked_for_what_is_planted(corpus):
    assert choose_every(without_reissues(corpus)) == "year"
    assert {*THEMES, "police training"} <= set(choose_queries(od.tokenize(corpus)))


def test_the_step_is_found_and_dated(found):
    row = found.loc["mutual trust"]
    assert row["kind"] == "step"
    event = pd.Timestamp("2008-03-27")
    assert abs(pd.Timestamp(f"{row['change']}-01-01") - event) <= pd.Timedelta(days=366)
    assert row["low"] <= str(event.year) <= row["high"]
    assert row["after"] > row["before"] + 0.4


def test_drift_and_fade_are_slopes(found):
    drift, fade = found.loc["cybercrime"], found.loc["cigarette smuggling"]
    assert drift["kind"] == fade["kind"] == "slope"
    assert drift["after"] > drift["before"]
    assert fade["after"] < fade["before"]


def test_the_false_rise_is_unmasked(changes, found):
    row = found.loc["stolen vehicles"]
    assert row["kind"] == "none"
    assert row["q_value"] > 0.05
    place = dict(zip(changes.frame["query"], changes.apparent, strict=True))["stolen vehicles"]
    assert place == "2009"
    split = (
        od.split_change(changes.trend, changes=changes).to_frame().set_index("query").loc["stolen vehicles"]
    )
    assert split["change_low"] > 0
    assert split["within_low"] < 0 < split["within_high"]
    assert split["between"] > 0.9 * split["change"]
    assert "comes from who publishes" in split["note"]
    assert OFFICE in split["note"]


def test_nothing_else_is_found(found):
    assert set(found.index[found["kind"].isin(["step", "slope"])]) == {
        "mutual trust",
        "cybercrime",
        "cigarette smuggling",
        "smuggling",  # of cigarettes, for the most part
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_dates_shuffled_within_issuers_nothing_is_found(corpus, seed):
    frame = corpus.frame.copy()
    rng = np.random.default_rng(seed)
    for _, rows in frame.groupby("issuer").groups.items():
        frame.loc[rows, "date"] = rng.permutation(frame.loc[rows, "date"].to_numpy())
    found = od.find_changes(follow(od.Corpus.from_frame(frame))).to_frame()
    assert not (found["q_value"] <= 0.05).any()
    assert set(found["kind"]) <= {"none", "not enough data"}


def test_the_curriculum_is_one_issuers_alone(corpus, key):
    tokens = od.tokenize(corpus)
    query = {"en": "curriculum", "sl": "učn* načrt*", "de": "Lehrpla*|Lehrplän*"}
    mentioned = tokens.find(query).counts > 0
    assert set(corpus.frame["issuer"][mentioned]) == {ACADEMY}
    assert set(corpus.frame["release"][mentioned]) == set(key.index[key["issuer"] == ACADEMY])


@pytest.mark.parametrize("name", THEMES)
def test_releases_found_are_those_of_the_keys_themes(name, corpus, key):
    """The key's themes are by its own phrases; what only we find has none of those."""
    tokens = od.tokenize(corpus)
    counts = tokens.find(concepts()[name]).counts
    ours = set(corpus.frame["release"][counts > 0])
    theirs = {release for release, themes in key["themes"].items() if THEMES[name] in themes}
    assert not theirs - ours
    planted = {
        "mutual trust": "mutual trust",
        "cybercrime": r"cybercrime|online fraud",
        "cigarette smuggling": r"cigarettes|cigarette smuggling",
        "stolen vehicles": r"stolen (vehicles|cars)",
    }[name]
    for release in ours - theirs:
        words = f"{key.loc[release, 'title']} {key.loc[release, 'body']}"
        assert not re.search(rf"\b({planted})\b", words, re.I), release
    assert len(ours - theirs) <= 0.1 * len(theirs)
