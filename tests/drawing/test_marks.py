"""Marks are tested by what they drew: positions, gaps, widths, texts."""

import warnings
from itertools import pairwise

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from octadisc.drawing.axes import date_axis, entitle, thin, wrapped
from octadisc.drawing.heat import draw_heat
from octadisc.drawing.labels import spread
from octadisc.drawing.marks import draw_bars, draw_lines, draw_strip
from octadisc.drawing.panels import new_panels
from octadisc.drawing.style import cues_for, new_figure, style_context, text_colour, to_inches
from octadisc.errors import InputError, UnknownNameError


def trend(values, query="trust", first=2000):
    values = np.array(values, float)
    starts = pd.to_datetime([f"{first + i}-01-01" for i in range(len(values))])
    return pd.DataFrame(
        {"start": starts, "query": query, "rate": values, "low": values * 0.5, "high": values * 2}
    )


def drawn(figure):
    FigureCanvasAgg(figure).draw()
    return figure.canvas.get_renderer()


def test_a_line_has_the_values_of_the_frame_and_gaps_where_nothing_is_known():
    _, (ax,) = new_figure(width="single")
    frame = trend([1, 2, np.nan, np.nan, 5, 6])
    draw_lines(ax, frame)
    assert len(ax.lines) == 1
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), frame["rate"])


def test_a_point_between_gaps_is_a_marker_with_its_interval():
    _, (ax,) = new_figure(width="single")
    draw_lines(ax, trend([np.nan, 3, np.nan, 4, 5]))
    assert 1 in ax.lines[0].get_markevery()
    stems = [
        segment
        for collection in ax.collections
        if hasattr(collection, "get_segments")
        for segment in collection.get_segments()
    ]
    assert [one[:, 1].tolist() for one in stems] == [[1.5, 6.0]]


def test_the_band_never_crosses_a_gap():
    _, (ax,) = new_figure(width="single")
    frame = trend([1, 2, np.nan, 4, 5])
    draw_lines(ax, frame)
    band = ax.collections[0]
    gap = frame["start"][2].to_datetime64().astype("datetime64[D]").astype(float)
    for path in band.get_paths():
        across = path.vertices[:, 0]
        assert across.max() < gap or across.min() > gap


def test_names_stand_at_the_ends_without_overlaps_or_else_in_a_legend():
    names = ["mutual trust", "trafficking", "cybercrime", "joint teams"]
    fig, (ax,) = new_figure(width="single", height=60)
    draw_lines(ax, pd.concat([trend([1, 2, 3 + i / 50], name) for i, name in enumerate(names)]))
    renderer = drawn(fig)
    boxes = [Text.get_window_extent(text, renderer) for text in ax.texts]  # without the leader line
    assert sorted(text.get_text() for text in ax.texts) == sorted(names)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    fig, (ax,) = new_figure(width="single", height=60)
    draw_lines(ax, pd.concat([trend([1, 2], f"query number {i}") for i in range(12)]))
    assert not ax.texts
    assert len(fig.legends[0].get_texts()) == 12


def test_a_wide_interval_is_cut_rather_than_flatten_the_line():
    _, (ax,) = new_figure(width="single")
    frame = trend([1, 2, 3])
    frame["high"] = [2, 500, 6]
    draw_lines(ax, frame)
    assert 3 < ax.get_ylim()[1] < 10


def test_shared_panels_reach_as_high_as_the_highest():
    _, axes = new_panels(["a", "b"])
    draw_lines(axes[0], trend([100, 90]), group=None)
    draw_lines(axes[1], trend([1, 2]), group=None)
    assert axes[0].get_ylim() == axes[1].get_ylim()
    assert axes[0].get_ylim()[1] > 100


@pytest.mark.parametrize("n", [1, 2, 3, 7, 40, 120])
@pytest.mark.parametrize("width", ["single", "double"])
def test_year_ticks_stand_at_true_dates_and_never_touch(n, width):
    fig, (ax,) = new_figure(width=width, height=40)
    draw_lines(ax, trend([1.0] * n, first=1900))
    renderer = drawn(fig)
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.xaxis.get_major_ticks() if low <= tick.get_loc() <= high]
    boxes = [tick.label1.get_window_extent(renderer) for tick in ticks]
    assert ticks
    for tick in ticks:
        day = np.datetime64(int(tick.get_loc()), "D")
        assert str(day).startswith(tick.label1.get_text())
        assert str(day).endswith("-01-01")
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


def test_months_are_named_where_the_time_is_short():
    _, (ax,) = new_figure(width="double", height=40)
    date_axis(ax, np.array(["2008-01-01", "2008-02-01", "2008-03-01"], "datetime64[D]"))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2008-01", "2008-02", "2008-03"]


def test_an_empty_trend_draws_nothing_and_does_not_fail():
    _, (ax,) = new_figure(width="single")
    draw_lines(ax, trend([np.nan, np.nan]))
    assert np.isnan(ax.lines[0].get_ydata()).all()


def test_a_dollar_sign_in_a_name_is_a_dollar_sign():
    fig, (ax,) = new_figure(width="single")
    draw_lines(ax, pd.concat([trend([1, 2], "$x_1$ and $y$"), trend([2, 3], "a")]))
    draw_bars(new_figure()[1][0], ["$\\frac$", "$"], [1, 2])
    drawn(fig)
    assert not ax.texts[0].get_parse_math()


def test_a_missing_column_is_named():
    _, (ax,) = new_figure()
    with pytest.raises(InputError, match="no column 'share'"):
        draw_lines(ax, trend([1, 2]), y="share")


def test_heat_has_a_cell_a_number_and_tells_nothing_from_not_known():
    fig, (ax,) = new_figure(height=40)
    table = pd.DataFrame(
        [[1.0, 0.0, np.nan], [4.0, 2.0, 3.0]], index=["A", "B"], columns=["2001", "2002", "2003"]
    )
    draw_heat(ax, table)
    drawn(fig)
    assert [text.get_text() for text in ax.texts] == ["1", "4", "2", "3"]
    empty = next(line for line in ax.lines if line.get_label() == "_empty")
    assert (empty.get_xdata().tolist(), empty.get_ydata().tolist()) == ([1], [0])
    assert sum(bool(collection.get_hatch()) for collection in ax.collections) == 1
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "B"]
    with pytest.raises(InputError, match="at least 0"):
        draw_heat(ax, table - 5)


@pytest.mark.parametrize("value", [0.0, np.nan, 7.0])
def test_heat_of_one_cell(value):
    fig, (ax,) = new_figure(height=30)
    draw_heat(ax, pd.DataFrame([[value]], index=["A"], columns=["2001"]))
    drawn(fig)


def test_bars_are_as_long_as_their_values_with_the_first_on_top():
    _, (ax,) = new_figure(height=30)
    draw_bars(ax, ["a", "b"], [3, 1], [2, 0.5], [5, 2])
    assert [bar.get_width() for bar in ax.patches] == [3, 1]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert [one[:, 0].tolist() for one in ax.collections[0].get_segments()] == [[2, 5], [0.5, 2]]
    with pytest.raises(InputError, match="2 labels for 1 bars"):
        draw_bars(ax, ["a", "b"], [3])


def test_a_strip_marks_the_median_and_the_middle_half():
    _, (ax,) = new_figure(height=30)
    draw_strip(ax, {"A": [1, 2, 3, 4, 100], "none": []})
    assert ax.lines[-1].get_xdata() == [3]
    assert ax.collections[0].get_segments()[0][:, 0].tolist() == [2, 4]


def test_the_settings_of_the_world_stay_as_they_are():
    before = dict(matplotlib.rcParams)
    _, (ax,) = new_figure()
    draw_lines(ax, trend([1, 2]))
    draw_heat(new_figure()[1][0], pd.DataFrame([[1.0]]))
    assert dict(matplotlib.rcParams) == before


def test_a_figure_looks_the_same_whatever_the_readers_settings_are():
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "axes.facecolor": "red"}):
        fig, (ax,) = new_figure()
        drawn(fig)
        assert ax.get_facecolor() == (1, 1, 1, 1)
        assert {label.get_fontsize() for label in ax.get_xticklabels()} == {7.0}


def test_no_two_cues_are_alike_and_text_in_them_is_dark_enough():
    cues = cues_for(range(28))
    assert len({(cue.colour, str(cue.dash), cue.marker) for cue in cues.values()}) == 28
    for cue in cues.values():
        text_colour(cue.colour)


def test_what_is_not_known_is_answered():
    with pytest.raises(UnknownNameError, match="single"):
        to_inches("singel")
    with pytest.raises(InputError, match="cannot be printed"):
        to_inches(5000)
    with pytest.raises(UnknownNameError, match="font_size"), style_context(font_sise=3):
        pass


def test_boxes_are_spread_without_overlap_and_stay_inside():
    rng = np.random.default_rng(0)
    for _ in range(50):
        n = int(rng.integers(1, 9))
        wanted, heights = rng.random(n), rng.uniform(0.02, 0.1, n)
        placed = spread(wanted, heights)
        order = np.argsort(placed)
        low, high = (placed - heights / 2)[order], (placed + heights / 2)[order]
        assert (low[1:] >= high[:-1] - 1e-9).all()
        assert low[0] >= -1e-9
        assert high[-1] <= 1 + 1e-9


def test_long_names_are_broken_and_many_labels_thinned():
    assert wrapped("Bosnian/Croatian/Montenegrin/Serbian", 20) == "Bosnian/Croatian/\nMontenegrin/Serbian"
    assert wrapped("", 10) == ""
    labels = [f"{year}-Q{quarter}" for year in range(2000, 2010) for quarter in range(1, 5)]
    assert {labels[i][-2:] for i in thin(labels, 2.0)} == {"Q1"}


def test_a_point_on_the_axis_is_drawn_whole():
    fig, (ax,) = new_figure(width="single", height=50)
    draw_lines(ax, trend([2, 0, 2]))
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    x, y = ax.transData.transform((ax.lines[0].get_xdata()[1], 0.0))
    below = np.asarray(canvas.buffer_rgba())[-round(y - fig.dpi / 72), round(x), :3]  # one point below 0
    assert below[2] > below[0] + 40  # blue, where the page and the axis are grey


def test_panels_leave_few_places_empty_and_none_higher_than_a_page():
    for n in range(1, 31):
        figure, axes = new_panels([f"topic {i}" for i in range(n)])
        assert len(axes) == n
        columns = {round(one.get_position().x0, 3) for one in axes}
        assert len(figure.axes) - n < len(columns)
        assert figure.get_figheight() * 25.4 <= 235


def test_long_titles_are_smaller_rather_than_cut_and_capitals_stay_in_their_panel():
    names = [
        "Ministry of Internal Affairs and Communities of Podunavia",
        "MINISTER FOR IMMIGRATION AND CITIZENSHIP",
        "Министарство унутрашњих послова",
        "Υπουργείο Προστασίας του Πολίτη",
    ]
    figure, axes = new_panels(names)
    renderer = drawn(figure)
    titles = [
        next(one for one in ax.get_children() if isinstance(one, Text) and one.get_text()) for ax in axes
    ]
    assert [" ".join(one.get_text().split()) for one in titles] == names
    for ax, title in zip(axes, titles, strict=True):
        assert title.get_window_extent(renderer).width < 1.06 * ax.get_window_extent(renderer).width


def test_the_title_of_one_panel_stays_on_the_page():
    fig, (ax,) = new_figure(width="single", height=50)
    entitle(ax, "European Agency for Police Analysis less Adriatic-Danube Law Enforcement Centre")
    assert ax._left_title.get_window_extent(drawn(fig)).x1 <= fig.bbox.x1


def test_counts_stand_beside_their_bars_inside_the_panel():
    fig, (ax,) = new_figure(width="single", height=40)
    draw_bars(ax, ["English", "French"], [8750, 2], numbers=True)
    renderer = drawn(fig)
    assert [one.get_text() for one in ax.texts] == ["8,750", "2"]
    assert all(one.get_window_extent(renderer).x1 <= fig.bbox.x1 for one in ax.texts)


def test_letters_of_other_alphabets_take_their_room():
    fig, (ax,) = new_figure(width="single", height=40)
    renderer = drawn(fig)

    def breadth(text):
        text = ax.text(0, 0, text, fontsize=7)
        return text.get_window_extent(renderer).width

    widest = breadth("n" * 20)
    for name in (
        "Министерство на вътрешните работи",
        "Υπουργείο Προστασίας του Πολίτη",
        "Policija Žužemberk",
    ):
        assert all(breadth(line) <= widest for line in wrapped(name, 20, 3).splitlines())


def test_letters_that_the_face_lacks_break_no_figure():
    fig, (ax,) = new_figure(width="single", height=30)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # matplotlib's, of glyphs that are missing
        draw_bars(ax, ["警察 police", "ตำรวจ", "🙂"], [1, 2, 3])
        fig.draw_without_rendering()
    assert len(ax.patches) == 3
