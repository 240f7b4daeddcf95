"""Maps of topics: distances, places that do not jump, models laid on each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy.spatial.distance import cdist

import octadisc as od
from octadisc.errors import InputError
from octadisc.topics.relations.maps import distances_of, map_topics, place_on, scale_down
from octadisc.topics.relations.name_places import Box, fit_plane, name_circles, text_box


def test_distances_are_scipys(fitted):
    expected = cdist(fitted.words, fitted.words, "jensenshannon") / np.sqrt(np.log(2))
    np.testing.assert_allclose(distances_of(fitted.words), expected, atol=1e-7)


@given(st.integers(3, 12), st.integers(0, 1000))
def test_points_of_a_plane_keep_their_distances(n, seed):
    points = np.random.default_rng(seed).standard_normal((n, 2))
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    plane = scale_down(apart)
    made = np.linalg.norm(plane.places[:, None] - plane.places[None], axis=2)
    np.testing.assert_allclose(made, apart, atol=1e-7)
    assert plane.stress < 1e-6
    assert plane.kept == pytest.approx(1)


def test_stress_by_hand():
    # four points all 1 apart do not lie in a plane; what the map has of them is seen from the places
    apart = 1 - np.eye(4)
    plane = scale_down(apart)
    drawn = np.linalg.norm(plane.places[:, None] - plane.places[None], axis=2)[np.triu_indices(4, 1)]
    assert plane.stress == pytest.approx(np.sqrt(((1 - drawn) ** 2).mean()))
    assert plane.kept == pytest.approx(2 / 3)
    # no other size of the same map is nearer
    for factor in (0.98, 1.02):
        assert np.sqrt(((1 - factor * drawn) ** 2).mean()) > plane.stress


def test_the_same_model_has_the_same_map_to_the_bit(fitted):
    one, again = map_topics(fitted).frame, map_topics(fitted).frame
    assert one["x"].to_numpy().tobytes() == again["x"].to_numpy().tobytes()
    assert one["y"].to_numpy().tobytes() == again["y"].to_numpy().tobytes()
    for axis in ("x", "y"):
        assert one[axis].iloc[one[axis].abs().argmax()] > 0


def test_places_do_not_depend_on_the_order_of_topics(fitted):
    apart = distances_of(fitted.words)
    order = np.array([3, 0, 5, 1, 4, 2])
    one, other = scale_down(apart), scale_down(apart[np.ix_(order, order)])
    np.testing.assert_allclose(other.places, one.places[order], atol=1e-8)


@given(st.integers(0, 500), st.floats(0, 6.28), st.booleans())
def test_turned_and_mirrored_points_are_laid_back(seed, angle, mirrored):
    points = np.random.default_rng(seed).standard_normal((6, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if mirrored:
        turn = turn @ np.diag([1, -1])
    moved = points @ turn + 3
    np.testing.assert_allclose(place_on(moved[:4], points[:4], moved), points, atol=1e-8)


def test_a_refit_is_laid_on_the_first(planted):
    first = od.fit_topics(planted.counts, 6, "nmf")
    second = od.fit_topics(planted.counts, 6, "nmf", start="random", seed=3)
    frame = map_topics([first, second]).to_frame()
    one, other = (frame[frame["model"] == k].reset_index(drop=True) for k in (0, 1))
    assert (other["cosine"] > 0.9).all()
    there = one.iloc[other["matched"].astype(int)]
    gap = np.hypot(other["x"].to_numpy() - there["x"].to_numpy(), other["y"] - there["y"].to_numpy())
    assert gap.max() < 0.1


def test_models_of_other_numbers_of_topics(planted, fitted):
    for n in (4, 9):
        other = od.fit_topics(planted.counts, n, "nmf")
        found = map_topics([fitted, other])
        mine = found.frame[found.frame["model"] == 1]
        assert len(mine) == n
        assert mine["matched"].notna().sum() == min(n, 6)
        assert mine["matched"].dropna().is_unique
        ax = found.plot(Figure(figsize=(7, 5)).subplots())
        assert len(ax.lines) == ((mine["cosine"] >= 0.7) & mine["matched"].notna()).sum()


def test_models_of_other_terms_are_compared_over_the_terms_of_either(planted, fitted):
    kept = np.arange(400) % 10 > 0
    terms = [one for one, here in zip(planted.counts.terms, kept, strict=True) if here]
    less = od.TermCounts.from_matrix(planted.counts.matrix[:, kept], terms, planted.counts.releases)
    found = map_topics([fitted, od.fit_topics(less, 6, "nmf")]).frame
    assert (found.loc[found["model"] == 1, "cosine"] > 0.7).all()
    other = od.TermCounts.from_matrix(np.eye(5), list("abcde"), [{}] * 5)
    with pytest.raises(InputError, match="no term"):
        map_topics([fitted, od.fit_topics(other, 3, "nmf")])


def test_a_model_that_has_nothing_in_common_stays_as_it_is(planting, fitted):
    other = od.fit_topics(planting(seed=9).counts, 6, "nmf")
    found = map_topics([fitted, other])
    alone = map_topics(other).frame
    mine = found.frame[found.frame["model"] == 1]
    assert (mine["cosine"] < 0.7).all()
    np.testing.assert_array_equal(mine["x"], alone["x"])
    assert any("too few to lay it on" in one for one in found.notes)


def test_nearest_is_by_words(fitted):
    apart = distances_of(fitted.words) + 9 * np.eye(6)
    frame = map_topics(fitted).frame
    names = fitted.topics["name"].to_numpy()
    assert frame["nearest"].tolist() == names[apart.argmin(axis=1)].tolist()
    np.testing.assert_allclose(frame["distance"], apart.min(axis=1))


def test_no_models_or_too_few_topics(small):
    with pytest.raises(InputError, match="models is empty"):
        map_topics([])
    with pytest.raises(InputError, match="three topics"):
        map_topics(small)
    with pytest.raises(od.errors.WrongKindError, match=r"models\[0\]"):
        map_topics(["model"])
    for nothing in (None, 5, "model"):
        with pytest.raises(od.errors.WrongKindError, match="models is a"):
            map_topics(nothing)


def test_names_are_not_over_each_other():
    rng = np.random.default_rng(4)
    places, radii = rng.standard_normal((25, 2)), rng.random(25) * 0.15 + 0.03
    names = [f"a topic's name, number {i}" for i in range(25)]
    ax = Figure(figsize=(7.2, 4.7)).subplots()
    inches = fit_plane(ax, places)
    name_circles(ax, places, inches, radii, names, range(25))
    boxes = []
    for i, text in enumerate(ax.texts):
        wide, high = text_box(text.get_text())
        a, b = inches[np.argsort(-radii, kind="stable")[i]] + np.array(text.get_position()) / 72
        boxes.append(Box(a - wide / 2, b - high / 2, a + wide / 2, b + high / 2))
    named = [i for i, text in enumerate(ax.texts) if not text.get_text().isdigit()]
    assert len(named) > 12
    for i in named:
        assert not any(boxes[i].meets(boxes[j]) for j in range(25) if j != i)


def test_the_face_says_how_good_the_map_is(fitted):
    found = map_topics(fitted.rename({1: "<two>"}))
    assert "Stress" in found.notes[0]
    page = found._repr_html_()
    assert "&lt;two&gt;" in page
    assert "<two>" not in page
