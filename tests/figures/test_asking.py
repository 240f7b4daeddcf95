import json

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


def burst_trend(**options):
    """Make a trend of a word that was in half the releases, and in all of them in 2005, twice or more."""
    rng = np.random.default_rng(1)
    rows = []
    for i in range(400):
        year = 2001 + i // 40
        n = int(rng.integers(2, 5)) if year == 2005 else int(rng.random() < 0.4)
        text = "Police met at the border. " + "Trust was built. " * n
        rows.append({"date": f"{year}-{1 + i % 12:02}-05", "issuer": "AB"[i % 2], "text": text})
    return od.track_terms(od.tokenize(od.Corpus.from_frame(rows)), "trust", **options)


def test_a_burst_is_borne_out_by_as_many_releases_as_match():
    bursts = od.find_bursts(burst_trend(), n_levels=2, n_permutations=19)
    row = bursts.frame.iloc[0]
    assert (row["start"], row["end"], row["matching"]) == ("2005", "2005", 40)
    found = ask_results([bursts])({"query": "trust", "start": "2005", "group": "all"})
    assert len(found.frame) > 40
    assert found.says == f"{len(found.frame)} occurrences in 40 releases, as many releases as counted"
    fewer = Evidence("", found.frame[found.frame["release"] != found.frame["release"][0]], releases=40)
    assert fewer.says.endswith("in 39 releases; counted are 40 releases")


def test_the_rate_of_a_rising_term_in_a_period_is_borne_out():
    counts = od.count_terms(burst_trend().basis.tokens, 1)
    rising = od.rising_terms(counts, n_permutations=99)
    ask = ask_results([rising])
    for period in ("2004", "2005"):
        found = ask({"term": "trust", "period": period, "group": "all"})
        inside = counts.releases["date"].dt.year == int(period)
        assert found.count == counts.matrix[inside.to_numpy()][:, [counts.terms.index("trust")]].sum()
        assert found.adds_up


def test_where_two_results_answer_differently_nobody_claims_a_count(tokens):
    early = od.tokenize(tokens.corpus.between("2003-01-01", "2005-07-01"))
    both = ask_results([od.track_terms(tokens, "trust"), od.track_terms(early, "trust")])
    assert both({"query": "trust", "period": "2003"}).adds_up  # the same in both
    found = both({"query": "trust", "period": "2005"})
    assert not found.adds_up
    assert found.says.endswith("of the first of 2 results of this figure that have such a number")


def test_parts_of_releases_are_not_called_releases(tokens):
    trend = od.track_terms(tokens.units("sentence"), "trust")
    row = trend.frame.iloc[0]
    found = ask_results([trend])({"query": "trust", "period": row["period"]})
    n = row["matching_releases"]
    assert found.says == f"{row['count']} occurrences in {n} sentences of {n} releases, as many as counted"


def test_a_term_of_two_languages_claims_no_count_of_either():
    rows = [
        {"date": f"{2001 + i // 20}-05-05", "language": ("en", "de")[i % 2], "issuer": "AB"[i % 3 > 0],
         "text": "Union works. " + "Union " * (i // 40)}
        for i in range(120)
    ]  # fmt: skip
    rising = od.rising_terms(od.count_terms(od.tokenize(od.Corpus.from_frame(rows)), 1), n_permutations=99)
    found = ask_results([rising])({"term": "union", "period": "2002", "group": "all"})
    assert not found.adds_up
    assert found.says.endswith("in all languages that have the term; the number is of one of them")


def test_a_word_that_a_group_has_none_of_leads_to_the_other_side(tmp_path):
    texts = ("Trust grew.", "Boats came. Boats!")
    corpus = [
        {"issuer": "AB"[i % 2], "text": texts[i % 2], "date": f"2008-01-{1 + i % 28:02}"} for i in range(60)
    ]
    counts = od.count_terms(od.tokenize(od.Corpus.from_frame(corpus)))
    keyness = od.compare(counts, by="issuer", target="A", n_permutations=99, min_releases=1)
    saved = od.save_figure(keyness.plot().figure, "words", alt="Words.", data=keyness, folder=tmp_path)
    evidence = json.loads(saved.paths["json"].read_text("utf-8"))["evidence"]
    (said,) = [one["says"] for one in evidence if one["what"].startswith("boats")]
    assert said == "60 occurrences in 30 releases, as many as counted"
