"""Whatever a result draws leads to the sentences behind it."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

import octadisc as od
from octadisc.drawing.elements import places_of
from octadisc.figures.asking import ask_results

pytestmark = pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")

THEMES = ["drugs cocaine heroin seizure border", "trust training respect talks", "court trial judge prison"]


@pytest.fixture(scope="module")
def made():
    """Make 240 releases of three issuers on three themes; in 2003 and 2004 all speak of trust."""
    random = np.random.default_rng(0)
    rows = []
    for i in range(240):
        words = THEMES[i % 3].split() + THEMES[(i % 3 + (i % 7 == 0)) % 3].split()[:2]
        random.shuffle(words)
        year = 2001 + i // 30
        more = "trust " * (3 if year in (2003, 2004) else 0)
        text = f"{' '.join(words)}. Police said. {more}"
        date = f"{year}-{1 + i % 12:02}-05"
        rows.append({"issuer": "ABC"[(i // 3) % 3], "date": date, "language": "en", "text": text})
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    counts = od.count_terms(tokens, 2)
    return tokens, counts, od.fit_topics(counts, 3, prevalence="~ issuer + date", seed=0)


def judged(tokens):
    """Judge the first 60 releases: some without the word are about it, some with it are not."""
    texts = tokens.corpus.frame["text"]
    table = pd.DataFrame(
        {
            "release": tokens.corpus.frame["release"],
            "about": ["respect" in one or "cocaine" in one for one in texts],
        }
    )
    return od.audit(tokens, "trust", table.head(60))


RESULTS = {
    "audit": lambda tokens, *_: judged(tokens),
    "bursts": lambda tokens, *_: od.find_bursts(od.track_terms(tokens, "trust")),
    "comparison": lambda _tokens, _counts, model: od.compare_topics(model, 0, 1),
    "contrasts": lambda _tokens, _counts, model: od.estimate_effect(
        model, "~ issuer", clusters=None
    ).contrast("issuer", ["A", "B"]),
    "differences": lambda tokens, *_: od.track_terms(tokens, "trust", by="issuer").compare_groups("A", "B"),
    "dispersion": lambda _tokens, counts, _model: od.measure_dispersion(counts, over="issuer"),
    "effect": lambda _tokens, _counts, model: od.estimate_effect(model, "~ date", clusters=None),
    "model": lambda _tokens, _counts, model: model,
    "phrases": lambda tokens, *_: od.find_phrases(tokens, min_count=2, min_releases=2),
    "tags": lambda tokens, _counts, model: od.compare_tags(
        model, dict(zip(tokens.corpus.frame["release"], tokens.corpus.frame["issuer"], strict=True))
    ),
}


@pytest.mark.parametrize("name", RESULTS)
def test_each_element_of_a_plot_leads_to_sentences(made, name):
    result = RESULTS[name](*made)
    figure = result.plot().get_figure(root=True)
    figure.draw_without_rendering()
    places = places_of(figure)
    assert places
    ask = ask_results([result])
    for place in places:
        found = ask(place.key)
        assert found is not None, place.key
        assert len(found.frame), place.key
        assert place.says
    pyplot.close("all")


def test_a_row_of_one_terms_strip_leads_to_its_issuers_sentences(made):
    spread = od.measure_dispersion(made[1], over="issuer")
    figure = spread.plot(term="trust").get_figure(root=True)
    figure.draw_without_rendering()
    ask = ask_results([spread])
    for place in places_of(figure):
        assert set(ask(place.key).frame["issuer"]) == {place.key["part"]}
    pyplot.close("all")
