"""Which topic of one model is which of another: the same, split, merged, or lost."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest

import octadisc as od
from octadisc.errors import InputError, WrongKindError
from octadisc.topics.alignment.likeness import find_common, measure_likeness

from .effect_cases import make

mpl.use("Agg")

N, TERMS = 300, 60
TABLE = [{"release": f"r{i}", "issuer": "AB"[i % 2], "date": f"{2001 + i // 50}-05-01"} for i in range(N)]


def planted(n_topics, seed=0):
    """Draw shares and words of topics that have little in common."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.full(n_topics, 0.3), N)
    words = rng.dirichlet(np.full(TERMS, 0.05), n_topics) + 1e-9
    return shares, words / words.sum(axis=1, keepdims=True)


def model_of(shares, words, table=TABLE, terms=None):
    import pandas as pd

    made = make(shares, pd.DataFrame(table))
    terms = terms or [f"t{i:02d}" for i in range(words.shape[1])]
    return replace(made, words=words, terms=terms)


def divide(shares, words, topic=0, seed=1):
    """Give the same with one topic in two halves, of other releases and other words, the second last."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 2, N).astype(float)
    odd = np.arange(TERMS) % 2
    parts = [words[topic] * (0.2 + 1.6 * odd), words[topic] * (1.8 - 1.6 * odd)]
    apart = np.hstack([shares, (shares[:, topic] * (1 - first))[:, None]])
    apart[:, topic] *= first
    heard = np.vstack([words, parts[1]])
    heard[topic] = parts[0]
    return apart, heard / heard.sum(axis=1, keepdims=True)


def test_topics_in_another_order_are_found():
    shares, words = planted(6)
    order = [3, 0, 5, 1, 4, 2]
    found = od.align_topics([model_of(shares, words), model_of(shares[:, order], words[order])])
    frame = found.to_frame()
    assert frame["matched"].tolist() == [order.index(k) for k in range(6)]
    assert (frame["outcome"] == "same").all()
    np.testing.assert_allclose(frame[["cosine", "correlation"]], 1)
    assert (found.summary()["found"] == 1).all()


def test_a_topic_that_another_model_divides_is_split_and_the_other_way_round_merged():
    shares, words = planted(5)
    whole, parts = model_of(shares, words), model_of(*divide(shares, words))
    split = od.align_topics([whole, parts]).to_frame()
    assert split["outcome"].tolist() == ["split", *["same"] * 4]
    names = parts.topics["name"]
    assert split["parts"][0] == f"“{names[0]}” + “{names[5]}”"
    merged = od.align_topics([parts, whole]).to_frame()
    assert merged["outcome"].tolist() == ["merged", *["same"] * 4, "merged"]
    assert set(merged["parts"][[0, 5]]) == {split["parts"][0]}


def test_a_topic_of_other_words_is_lost():
    shares, words = planted(4)
    other = words.copy()
    other[2] = planted(4, seed=9)[1][0]
    frame = od.align_topics([model_of(shares, words), model_of(shares, other)]).to_frame()
    assert frame["outcome"].tolist() == ["same", "same", "lost", "same"]
    assert frame["correlation"][2] == pytest.approx(1)


def test_a_topic_of_the_same_words_in_other_releases_is_lost():
    shares, words = planted(4)
    other = shares[np.random.default_rng(2).permutation(N)]
    found = od.align_topics([model_of(shares, words), model_of(other, words)])
    assert (found.frame["outcome"] == "lost").all()
    np.testing.assert_allclose(found.frame["cosine"], 1)
    assert found.notes == ("Not found again (below 0.7 in words or in releases): 4 of 4.",)


def test_fewer_topics_leave_some_without_a_match():
    shares, words = planted(4)
    fewer = shares[:, :3] / shares[:, :3].sum(axis=1, keepdims=True)
    frame = od.align_topics([model_of(shares, words), model_of(fewer, words[:3])]).to_frame()
    assert frame["matched"].isna().tolist() == [False, False, False, True]
    assert frame["outcome"][3] == "lost"


def test_models_of_some_releases_and_terms_are_compared_where_they_meet():
    shares, words = planted(4)
    first = model_of(shares, words)
    some = model_of(shares[::2], words[:, 10:], TABLE[::2], first.terms[10:])
    common = find_common(first, some)
    assert common.releases.tolist() == list(range(0, N, 2))
    assert common.terms.tolist() == list(range(10, TERMS))
    assert (od.align_topics([first, some]).frame["matched"] == [0, 1, 2, 3]).all()


def test_languages_meet_in_linked_releases_or_translated_terms():
    shares, words = planted(4)
    table = [{**one, "release": one["release"].replace("r", "sl")} for one in TABLE]
    own = [f"sl{i:02d}" for i in range(TERMS)]
    first, other = model_of(shares, words), model_of(shares[:, ::-1], words[::-1], table, own)
    links = [(f"r{i}", f"sl{i}") for i in range(0, N, 3)]
    by_releases = od.align_topics([first, other], links=links)
    assert by_releases.frame["matched"].tolist() == [3, 2, 1, 0]
    assert by_releases.frame["cosine"].isna().all()
    assert "by their releases alone" in by_releases.notes[0]
    by_terms = od.align_topics([first, other], terms=dict(zip(first.terms, own, strict=True)))
    assert by_terms.frame["matched"].tolist() == [3, 2, 1, 0]
    assert by_terms.frame["correlation"].isna().all()
    with pytest.raises(InputError, match=r"models\[0\] and models\[1\] have 0 terms and 0 releases"):
        od.align_topics([first, other])


def test_likeness_is_cosine_and_correlation():
    shares, words = planted(3)
    other_shares, other_words = planted(3, seed=4)
    likeness = measure_likeness(model_of(shares, words), model_of(other_shares, other_words))
    a, b = words[1], other_words[2]
    assert likeness.cosine[1, 2] == pytest.approx(a @ b / np.sqrt(a @ a * (b @ b)))
    assert likeness.correlation[1, 2] == pytest.approx(np.corrcoef(shares[:, 1], other_shares[:, 2])[0, 1])


def test_names_go_with_the_topics_that_are_the_same():
    shares, words = planted(4)
    first = model_of(shares, words).rename({0: "trust", 1: "drugs"})
    order = [1, 2, 0, 3]
    other = model_of(shares[:, order], words[order])
    other = replace(other, words=np.vstack([other.words[:3], planted(4, seed=9)[1][0]]))
    named = od.align_topics([first, other.rename({3: "trust"})]).named_models()[1]
    assert named.topics["name"].tolist() == ["drugs", first.topics["name"][2], "trust", "trust (3)"]
    np.testing.assert_array_equal(named.shares, other.shares)


def test_what_cannot_be_aligned_is_said():
    model = model_of(*planted(3))
    with pytest.raises(InputError, match="models has 1"):
        od.align_topics(model)
    with pytest.raises(WrongKindError, match=r"models\[1\] is a str"):
        od.align_topics([model, "model"])


def test_faces():
    shares, words = planted(3)
    found = od.align_topics([model_of(shares, words).rename({0: "<b>"}), model_of(shares, words)])
    assert repr(found) == "Alignment(3 topics in 1 other models, 3 of 3 found)"
    page = found._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>&" not in page
    ax = found.plot()
    assert ax.get_yticklabels()[0].get_text() == "<b>"


def test_names_given_by_hand_stay_when_a_fit_goes_on(planted):
    first = od.fit_topics(planted.counts, 4, tolerance=1e-3)
    named = first.rename({1: "trust"})
    again = od.fit_topics(planted.counts, 4, start=named)
    match = od.align_topics([first, again]).frame.set_index("topic")["matched"]
    assert again.topics["name"][match[1]] == "trust"
    assert sum(name == "trust" for name in again.topics["name"]) == 1
