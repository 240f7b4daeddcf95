import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.drawing.elements import Place
from octadisc.figures.asking import ask_results, ask_rows, attach_evidence
from octadisc.figures.evidence import Evidence
from octadisc.figures.save import Table

ISSUERS = ("SELEC", "Europol", "SECI")


@pytest.fixture(scope="module")
def tokens():
    rng = np.random.default_rng(4)
    rows = []
    for i in range(240):
        words = ["trust"] * int(rng.integers(0, 3)) + ["police", "border"] * int(rng.integers(1, 4))
        rng.shuffle(words)
        text = " ".join(words).capitalize() + ". They met."
        rows.append({"date": f"{2003 + i % 8}-0{1 + i % 9}-11", "issuer": ISSUERS[i % 3], "text": text})
    return od.tokenize(od.Corpus.from_frame(rows))


def test_every_count_of_a_trend_is_borne_out_by_its_evidence(tokens):
    trend = od.track_terms(tokens, ["trust", "border"], by="issuer")
    ask = ask_results([trend])
    for row in trend.frame.itertuples():
        found = ask({"query": row.query, "period": row.period, "group": row.group})
        assert len(found.frame) == row.count
        assert found.frame["release"].nunique() == row.matching_releases
        assert found.adds_up


def test_the_releases_of_a_cell_add_up_to_it(tokens):
    covered = od.coverage(tokens.corpus)
    ask = ask_results([covered])
    for row in covered.frame.itertuples():
        found = ask({"period": row.period, "group": row.group})
        assert len(found.frame) == row.releases
        assert found.says.startswith(f"{row.releases} release")
        assert found.adds_up


def test_key_words_and_neighbours_lead_to_their_sentences(tokens):
    keyness = od.compare(od.count_terms(tokens), by="issuer", n_permutations=99)
    row = keyness.frame.iloc[0]
    assert ask_results([keyness])({"term": row["term"], "group": row["group"]}).adds_up
    near = od.find_collocates(tokens, "trust")
    row = near.frame.iloc[0]
    assert ask_results([near])({"collocate": row["collocate"]}).adds_up


def test_a_count_that_does_not_add_up_is_said(tokens):
    trend = od.track_terms(tokens, "trust")
    trend.frame.loc[0, "count"] += 1
    found = ask_results([trend])({"query": "trust", "period": trend.frame["period"][0]})
    assert not found.adds_up
    assert "counted are" in found.says


def test_fitted_numbers_say_by_which_rule_their_sentences_were_chosen(tokens):
    model = od.fit_topics(od.count_terms(tokens), 2, "nmf")
    found = ask_results([model])({"topic": 0})
    assert "ranked by contribution" in found.says
    assert found.frame["contribution"].is_monotonic_decreasing
    changes = od.find_changes(od.track_terms(tokens, "trust"), n_permutations=19)
    found = ask_results([changes])({"query": "trust"})
    n = int(tokens.find("trust").counts.sum())
    assert n > 200
    assert (
        f"200 sentences of {found.frame['release'].nunique()} releases, evenly drawn over time from {n:,}"
        in found.says
    )
    assert found.frame["date"].is_monotonic_increasing


def test_who_cannot_answer_passes(tokens):
    trend = od.track_terms(tokens, "trust")
    table = Table.of(pd.DataFrame({"x": [1]}), "x", tokens.spec)
    ask = ask_results([table, trend])
    assert ask({"query": "trust", "period": "2003"}).adds_up
    assert ask({"query": "trsut"}) is None
    assert ask({"period": "2003"}) is None
    assert ask({}) is None


def test_the_first_that_answers_counts_and_each_key_is_asked_once():
    asked = []

    def ask(key):
        asked.append(key["period"])
        return None if key["period"] == "2007" else Evidence("", rows(2), 2)

    def other(key):
        return Evidence("", rows(1), 1)

    places = [Place({"period": one}, f"{one}: x", 0, 0, 0.1, 0.1) for one in ("2007", "2008", "2008")]
    found, numbers = attach_evidence(places, [ask, other], [Evidence("besides", rows(3))])
    assert asked == ["2007", "2008"]
    assert [(one.what, len(one.frame)) for one in found] == [("2007: x", 1), ("2008: x", 2), ("besides", 3)]
    assert numbers == [[0], [1], [1]]


def test_rows_are_held_against_the_number_drawn():
    ask = ask_rows("language", pd.Series({"en": 2, "sl": 5}), lambda _: rows(2))
    assert ask({"language": "en"}).adds_up
    assert not ask({"language": "sl"}).adds_up
    assert ask({"language": "xx"}) is None


def rows(n):
    return pd.DataFrame({"release": [f"r{i}" for i in range(n)], "sentence": "Trust."})
