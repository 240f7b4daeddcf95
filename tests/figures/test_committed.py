"""The sample's figures as they are committed: what is behind each point, bar and cell."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

FIGURES = Path(__file__).parents[2] / "figures"
RECIPES = {
    one["name"]: one
    for one in (json.loads(path.read_text("utf-8")) for path in sorted(FIGURES.glob("*.json")))
    if "results" in one
}
# Of these the numbers drawn are counts, shares of releases or rates of words: their evidence has to add up.
COUNTS = [name for name in RECIPES if name.startswith(("corpus-", "terms-")) and name != "terms-5-changes"]


def elements_of(name):
    return pd.read_csv(FIGURES / f"{name}.elements.csv", dtype="str", keep_default_na=False)


@pytest.mark.parametrize("name", COUNTS)
def test_the_evidence_of_every_element_that_counts_adds_up(name):
    recipe, elements = RECIPES[name], elements_of(name)
    assert len(elements)
    for one in elements.itertuples():
        numbers = [int(number) for number in one.evidence.split()]
        for number in numbers:
            assert recipe["evidence"][number]["says"].endswith(", as many as counted"), one.says
        if not numbers:  # nothing was counted there, or nothing is known; a fixed mix may still have a share
            assert re.search(r": (0(?![.\d])|not known)|^In a fixed mix", one.says), one.says


@pytest.mark.parametrize("name", sorted(set(RECIPES) - set(COUNTS)))
def test_the_evidence_of_every_other_element_states_its_rule(name):
    recipe, elements = RECIPES[name], elements_of(name)
    assert len(elements)
    for one in elements.itertuples():
        assert one.evidence, one.says
        for number in one.evidence.split():
            says = recipe["evidence"][int(number)]["says"]
            assert re.search("as many as counted|ranked by contribution|estimated from", says), one.says


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_the_table_of_sentences_has_as_many_rows_as_the_recipe_says(name):
    recipe = RECIPES[name]
    if not recipe["evidence"]:
        pytest.skip("nothing is behind it")
    table = pd.read_csv(FIGURES / f"{name}.evidence.csv", dtype={"number": int})
    sizes = table["number"].value_counts().to_dict()
    assert sizes == {i: one["n"] for i, one in enumerate(recipe["evidence"])}
    assert table["sentence"].notna().mean() > 0.95


def test_occurrences_are_where_the_table_says_they_are():
    import octadisc as od

    corpus = od.load_corpus(FIGURES.parent / "data" / "sample")
    texts = dict(zip(corpus.frame["release"], corpus.texts, strict=True))
    table = pd.read_csv(FIGURES / "terms-1-shares.evidence.csv", dtype="str", keep_default_na=False)
    assert len(table) > 1_000
    for one in table.itertuples():
        assert " ".join(texts[one.release][int(one.start) : int(one.end)].split()) == one.match
        assert one.match in one.sentence
