"""One effect in several models: found again or not, of the same sign or not."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.drawing.style import MARKERS
from octadisc.errors import InputError, UnknownNameError, WrongKindError
from octadisc.spec import Spec

from .effect_cases import draw_eta, draw_table, make, softmax

mpl.use("Agg")

TABLE = draw_table()
SHARES = softmax(draw_eta(TABLE))
FIRST = make(SHARES, TABLE)
OPTIONS = {"uncertainty": "none", "clusters": None}


def choose(model, topics, words=None):
    """Give a model of some topics of another, in this order, their shares and words as they are."""
    shares = model.shares[:, topics]
    table = model.topics.iloc[topics].reset_index(drop=True).assign(topic=range(len(topics)))
    return replace(model, shares=shares, words=model.words[topics] if words is None else words, topics=table)


def test_the_same_model_again_says_the_same():
    across = od.compare_effects([FIRST, replace(FIRST)], "~ number + kind", "number", **OPTIONS)
    frame = across.to_frame()
    assert list(frame) == [
        "topic", "name", "model", "n_topics", "start", "seed", "bound", "matched", "cosine",
        "correlation", "found", "estimate", "std_error", "p_value", "low", "high",
    ]  # fmt: skip
    one, two = (frame[frame["model"] == k].reset_index(drop=True) for k in (0, 1))
    numbers = ["topic", "matched", "estimate", "std_error", "p_value", "low", "high"]
    pd.testing.assert_frame_equal(one[numbers], two[numbers])
    assert frame["found"].all()
    np.testing.assert_allclose(frame["cosine"], 1)
    known = od.estimate_effect(FIRST, "~ number + kind", **OPTIONS).frame.query("term == 'number'")
    np.testing.assert_allclose(one["estimate"], known["estimate"])
    summary = across.summary()
    assert (summary["found"] == 1).all()
    assert (summary["least"] == summary["most"]).all()
    sure = (summary["low"] > 0) | (summary["high"] < 0)
    said = np.where(sure, "holds in all", "no effect beyond chance in the first model")
    assert summary["verdict"].tolist() == said.tolist()
    assert sure.any()


def test_topics_in_another_order_are_matched():
    order = [2, 0, 3, 1]
    across = od.compare_effects([FIRST, choose(FIRST, order)], "~ number", **OPTIONS)
    two = across.frame.query("model == 1")
    assert two["matched"].tolist() == [order.index(k) for k in range(4)]
    np.testing.assert_allclose(two["estimate"], across.frame.query("model == 0")["estimate"])
    assert across.term == "number"


def test_fewer_topics_leave_some_without_a_partner():
    across = od.compare_effects([FIRST, choose(FIRST, [3, 1, 0])], "~ number", **OPTIONS)
    two = across.frame.query("model == 1").set_index("topic")
    assert two["found"].tolist() == [True, True, False, True]
    assert two["matched"].tolist() == [2, 1, -1, 0]
    assert np.isnan(two.loc[2, ["estimate", "low", "high"]].to_numpy(float)).all()
    assert two["n_topics"].tolist() == [3] * 4
    assert across.summary()["verdict"][2] == "the topic itself depends on the fit"
    assert "Not found again (cosine below 0.7): 1 of 4 topics." in across.notes


def test_more_topics_are_matched_one_to_one():
    small = choose(FIRST, [0, 1, 2])
    across = od.compare_effects([small, choose(FIRST, [3, 2, 1, 0])], "~ number", **OPTIONS)
    two = across.frame.query("model == 1")
    assert two["matched"].tolist() == [3, 2, 1]
    assert two["found"].all()


def line(slopes, seed=0):
    """Make a model whose shares of two of three topics go up with number by exactly these slopes."""
    rng = np.random.default_rng(seed)
    x = np.c_[np.ones(len(TABLE)), TABLE["number"]]
    noise = 0.05 * rng.normal(size=(len(TABLE), 2))
    noise -= x @ np.linalg.lstsq(x, noise, rcond=None)[0]
    two = 0.3 + x[:, 1:] * slopes + noise
    return make(np.c_[two, 1 - two.sum(axis=1)], TABLE)


def test_models_of_one_size_are_drawn_apart_and_off_the_lines_between_topics():
    models = [line([0.1, -0.05]), line([0.1, 0.05], seed=1), line([0.1, 0.02], seed=2)]
    ax = od.compare_effects(models, "~ number", **OPTIONS).plot()
    points = [one for one in ax.lines if one.get_marker() in MARKERS and len(one.get_xdata()) == 1]
    assert len({one.get_markeredgecolor() for one in points}) == 3
    places = np.array([np.ravel(one.get_ydata())[0] for one in points])
    assert (np.abs(places - places.round()) < 0.35).all()
    alone = od.compare_effects(models[:1], "~ number", **OPTIONS).plot()
    rows = [one.get_ydata() for one in alone.lines if one.get_marker() in MARKERS]
    assert sorted(np.ravel(rows).tolist()) == [0, 1, 2]


def test_verdicts():
    # 240 releases, an error of .05: slopes are known to .05 / sqrt(240) = .0032
    base, other = line([0.1, -0.05]), line([0.1, 0.05], seed=1)
    verdict = od.compare_effects([base, other], "~ number", **OPTIONS).summary()["verdict"]
    assert verdict[:2].tolist() == ["holds in all", "its sign depends on the fit"]
    weak = line([0.003, -0.05], seed=2)  # of the same sign, not beyond chance
    table = od.compare_effects([base, weak, base], "~ number", **OPTIONS)
    estimates = table.frame.query("topic == 0 and model == 1").iloc[0]
    assert estimates["estimate"] == pytest.approx(0.003)
    assert estimates["low"] < 0
    assert table.summary()["verdict"][0] == "same sign in all, beyond chance in 2 of 3"
    flat = od.compare_effects([line([0.0, 0.1], seed=3), base], "~ number", **OPTIONS).summary()
    assert flat["verdict"][0] == "no effect beyond chance in the first model"
    assert (od.compare_effects([base], "~ number", **OPTIONS).summary()["verdict"] == "one model only").all()


def test_without_an_interval_the_verdict_is_no_finding():
    table = TABLE.assign(issuer=np.where(TABLE["issuer"] < "issuer 04", "A", "B"))
    table["size"] = (table["issuer"] == "A").astype(float)
    model = make(SHARES, table)
    across = od.compare_effects([model, replace(model)], "~ size", uncertainty="none")
    assert (across.summary()["verdict"] == "not enough data").all()
    assert any("at least 8 needed" in note for note in across.notes)


def test_a_fit_to_some_of_the_releases_is_compared():
    part = make(SHARES[:200], TABLE.iloc[:200])
    two = od.compare_effects([FIRST, part], "~ number", **OPTIONS).frame.query("model == 1")
    known = od.estimate_effect(part, "~ number", **OPTIONS).frame.query("term == 'number'")
    np.testing.assert_allclose(two["estimate"], known["estimate"])


def test_what_is_to_be_known_of_each_model_is_said():
    certain = replace(FIRST, structure=None)
    made = od.compare_effects([certain, FIRST], "~ number", clusters=None)
    assert any("how uncertain shares are" in note for note in made.notes)
    with pytest.raises(WrongKindError, match=r"models\[0\]"):
        od.compare_effects(None, "~ number")


def test_what_cannot_be_compared_is_said():
    with pytest.raises(InputError, match="models is empty"):
        od.compare_effects([], "~ number")
    with pytest.raises(WrongKindError, match=r"models\[1\] is a str"):
        od.compare_effects([FIRST, "model"], "~ number", **OPTIONS)
    other = replace(FIRST, terms=["a", "b", "c", "d"])
    with pytest.raises(InputError, match=r"models\[1\] has too few terms in common with models\[0\]"):
        od.compare_effects([FIRST, other], "~ number", **OPTIONS)
    with pytest.raises(UnknownNameError, match="Did you mean 'number'"):
        od.compare_effects([FIRST], "~ number", "numbr", **OPTIONS)
    with pytest.raises(InputError, match="topics cannot be chosen here"):
        od.compare_effects([FIRST], "~ number", topics=[0], **OPTIONS)


def test_faces_and_plot():
    spec = Spec("fit_topics", {"method": "test", "start": "random"}, seed=5)
    named = replace(FIRST, topics=FIRST.topics.assign(name=["<b>&", "x", "y", "z"]))
    across = od.compare_effects([named, replace(FIRST, spec=spec)], "~ number", **OPTIONS)
    assert across.frame.query("model == 1")[["start", "seed"]].drop_duplicates().values.tolist() == [
        ["random", 5]
    ]
    assert repr(across) == "EffectsAcross('number', 4 topics, 2 models)"
    page = across._repr_html_()
    assert "&lt;b&gt;&amp;" in page
    assert "<b>&" not in page
    frame = across.to_frame()
    frame["estimate"] = 0.0
    assert (across.frame["estimate"] != 0).any()
    ax = across.plot()
    points = [x for line in ax.lines if line.get_marker() != "None" for x in np.atleast_1d(line.get_xdata())]
    np.testing.assert_allclose(np.sort(points), np.sort(100 * across.frame["estimate"]))
    assert across.spec.inputs == (FIRST.spec, spec)


def test_evidence_is_of_the_first_model(small):
    across = od.compare_effects([small], "~ date", n_draws=3, clusters=None)
    pd.testing.assert_frame_equal(across.evidence(1, 5), small.evidence(1, n=5))
