from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from octadisc.drawing.elements import keys_of, note_elements, places_of, say_number
from octadisc.drawing.heat import draw_heat
from octadisc.drawing.marks import draw_bars, draw_lines, draw_strip
from octadisc.drawing.panels import new_panels
from octadisc.drawing.style import new_figure


def laid_out(fig):
    fig.draw_without_rendering()
    return places_of(fig)


def middle(place):
    return place.x + place.width / 2, place.y + place.height / 2


def test_a_point_lies_where_it_is_drawn():
    fig, (ax,) = new_figure(width="single", height=60)
    frame = pd.DataFrame({"start": [1.0, 2.0, 3.0], "period": ["a", "b", "c"], "rate": [5.0, np.nan, 10.0]})
    draw_lines(ax, frame, low=None, high=None, group=None)
    places = laid_out(fig)
    assert [one.key["period"] for one in places] == ["a", "c"]  # what is not known has no place
    for place, x, y in zip(places, (1.0, 3.0), (5.0, 10.0), strict=True):
        across, up = ax.transData.transform((x, y)) / (fig.bbox.width, fig.bbox.height)
        assert middle(place) == pytest.approx((across, 1 - up), abs=0.02)
    assert places[0].says == "a: 5"


def test_points_that_are_close_share_no_place():
    fig, (ax,) = new_figure(width="single", height=60)
    frame = pd.DataFrame({"start": pd.date_range("1990", periods=120, freq="QS"), "rate": np.arange(120.0)})
    draw_lines(ax, frame, low=None, high=None, group=None)
    places = laid_out(fig)
    assert len(places) == 120
    for one, other in pairwise(places):
        assert other.x - one.x >= one.width * 0.4  # of each something is not covered by the next


def test_cells_cover_the_heat_map_and_know_row_and_column():
    fig, (ax,) = new_figure(width="single", height=60)
    table = pd.DataFrame([[1.0, 2.0], [3.0, np.nan]], index=["A", "B"], columns=["2007", "2008"])
    draw_heat(ax, table.rename_axis("issuer").rename_axis("period", axis=1), labels=["A (3)", "B (3)"])
    places = laid_out(fig)
    assert [(one.key["issuer"], one.key["period"]) for one in places] == [
        ("A", "2007"), ("A", "2008"), ("B", "2007"), ("B", "2008"),
    ]  # fmt: skip
    first, second, third, _ = places
    assert second.x == pytest.approx(first.x + first.width, abs=0.01)
    assert third.y == pytest.approx(first.y + first.height, abs=0.01)
    assert places[3].says == "B, 2008: not known releases"
    assert ax.get_yticklabels()[0].get_text() == "A (3)"


def test_bars_reach_as_far_as_they_are_drawn():
    fig, (ax,) = new_figure(width="single", height=40)
    draw_bars(ax, ["A", "B"], [10, 5], [8, 4], [12, 6], keys=[{"topic": 0}, {"topic": 1}])
    long, short = laid_out(fig)
    assert long.width == pytest.approx(2 * short.width, rel=0.05)
    assert long.says == "A: 10 (8 to 12)"
    assert short.key["topic"] == 1


def test_strips_name_their_median():
    fig, (ax,) = new_figure(width="single", height=40)
    draw_strip(ax, {"A": [1, 2, 9], "B": []})
    ax.set_xlabel("words per release")
    assert [one.says for one in laid_out(fig)] == ["A, median: 2 words per release"]


def test_a_number_has_the_unit_of_its_axis_or_of_all_panels():
    fig, axes = new_panels(["trust", "drugs"], label="per cent of releases")
    frame = pd.DataFrame({"start": [1.0, 2.0], "period": ["2007", "2008"], "rate": [1.0, 2.0]})
    for ax in axes:
        draw_lines(ax, frame, low=None, high=None, group=None)
    assert laid_out(fig)[0].says == "trust, 2007: 1 per cent of releases"
    fig, (ax,) = new_figure(width="single", height=40)
    draw_bars(ax, ["A"], [3])
    ax.set_xlabel("releases; hollow: fewer than five")
    assert laid_out(fig)[0].says == "A: 3 releases"
    fig, (ax,) = new_figure(width="single", height=40)
    draw_heat(ax, pd.DataFrame([[1.0, 21.0]], index=["A"], columns=["2007", "2008"]))
    assert [one.says for one in laid_out(fig)] == ["A, 2007: 1 release", "A, 2008: 21 releases"]


def test_panels_come_into_the_words_and_the_key():
    fig, axes = new_panels(["trust", "drugs"])
    for ax in axes:
        draw_lines(
            ax, pd.DataFrame({"start": [1.0, 2.0], "rate": [1.0, 2.0]}), low=None, high=None, group=None
        )
    places = laid_out(fig)
    assert [one.says for one in places] == [
        "trust, 1.0: 1",
        "trust, 2.0: 2",
        "drugs, 1.0: 1",
        "drugs, 2.0: 2",
    ]
    assert {one.key["panel"] for one in places} == {"trust", "drugs"}


def test_what_lies_outside_a_panel_or_is_hidden_has_no_place():
    fig, axes = new_panels(["a", "b", "c"])
    note_elements(axes[0], [{"period": "x"}], ["x: 1"], [5.0], [5.0])
    axes[0].set(xlim=(0, 1), ylim=(0, 1))
    note_elements(axes[1], [{"period": "y"}], ["y: 1"], [0.5], [0.5])
    axes[1].set_visible(False)
    assert laid_out(fig) == []


def test_curves_need_not_be_noted():
    fig, (ax,) = new_figure(width="single", height=40)
    draw_lines(
        ax,
        pd.DataFrame({"start": [1.0, 2.0], "rate": [1.0, 2.0]}),
        low=None,
        high=None,
        group=None,
        noted=False,
    )
    assert laid_out(fig) == []


def test_keys_are_the_columns_that_name_things():
    frame = pd.DataFrame(
        {"query": ["trust", None], "period": ["2007", "2008"], "topic": [3, 4], "rate": [1.0, 2.0]}
    )
    assert keys_of(frame) == [
        {"query": "trust", "topic": 3, "period": "2007"}, {"topic": 4, "period": "2008"},
    ]  # fmt: skip
    assert keys_of(frame[["rate"]]) == [{}, {}]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((0.5, None, None), "x: 0.5"),
        ((-2.0, -3.0, 1.25), "x: −2 (−3 to 1.25)"),
        ((1234.56, np.nan, 2), "x: 1,235"),
        ((np.nan, None, None), "x: not known"),
    ],
)
def test_numbers_are_said_with_their_interval(numbers, said):
    assert say_number(["x"], *numbers) == said
