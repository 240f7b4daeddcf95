"""Topics of paragraphs and sentences over time: means of units, intervals of releases."""

import numpy as np
import pandas as pd
import pytest

import octadisc as od


@pytest.fixture(scope="module")
def corpus():
    rng = np.random.default_rng(0)
    rows = []
    for i in range(120):
        words = "smuggling drugs cocaine" if rng.random() < 0.5 else "trust police mutual"
        rows.append({"date": f"{2003 + i % 4}-05-01", "text": f"{words.capitalize()}.", "language": "en"})
    return od.Corpus.from_frame(rows)


def test_twenty_equal_sentences_say_as_much_as_one(corpus):
    once = od.fit_topics(od.count_terms(od.tokenize(corpus)), 2).over_time().frame
    many = corpus.to_frame().assign(text=[" ".join([one] * 20) for one in corpus.texts])
    units = od.tokenize(od.Corpus.from_frame(many)).units("sentence")
    trend = od.fit_topics(od.count_terms(units), 2).over_time()
    made = trend.frame
    assert (made["releases"] == once["releases"]).all()
    assert (made["units"] == 20 * once["releases"]).all()
    for column in ("share", "low", "high"):
        np.testing.assert_allclose(made[column], once[column], atol=0.01)
    assert trend.evidence(0)["release"].str.contains("#s").all()


def test_means_weigh_units_alike():
    """2007: one release of three sentences on drugs, one of one on trust; so drugs have 3 of 4."""
    texts = [
        "Drugs smuggled. Drugs smuggled. Drugs smuggled.",
        "Mutual trust.",
        "Mutual trust.",
        "Drugs smuggled.",
    ]
    dates = ["2007-01-01", "2007-02-01", "2008-01-01", "2008-02-01"]
    tokens = od.tokenize(od.Corpus.from_frame(pd.DataFrame({"text": texts, "date": dates})))
    model = od.fit_topics(od.count_terms(tokens.units("sentence")), 2, "nmf")
    topic = next(one for one in range(2) if "drugs" in model.topics["terms"][one].split(", ")[:2])
    frame = model.over_time().frame
    assert frame.loc[frame["topic"] == topic, "share"].tolist() == pytest.approx([0.75, 0.5], abs=0.01)
    assert frame["low"].isna().all()  # four releases are too few, whatever their sentences
