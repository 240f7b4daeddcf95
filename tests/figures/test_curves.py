"""Curves are firm where there are releases on both sides, and points above the frame are not lost."""

import numpy as np
import pandas as pd
import pytest

from octadisc.drawing.elements import places_of
from octadisc.drawing.style import new_figure
from octadisc.figures.curves import is_thin, put_points


def points(*shares, releases=9):
    middle = pd.to_datetime([f"{2001 + i}-07-01" for i in range(len(shares))])
    periods = [str(2001 + i) for i in range(len(shares))]
    return pd.DataFrame(
        {
            "topic": 0,
            "period": periods,
            "releases": releases,
            "middle": middle,
            "share": [*map(float, shares)],
        }
    )


def test_a_curve_is_thin_at_its_ends_and_in_gaps():
    dates = pd.to_datetime(
        [f"{year}-{month:02}-15" for year in (2001, 2002, 2005, 2006) for month in range(1, 13)]
    )
    places = pd.date_range("2001-01-15", "2006-12-15", periods=73)
    thin = is_thin(places, dates, 365.0)
    assert thin[[0, -1]].all()
    assert thin[(places > "2003-06-01") & (places < "2004-06-01")].all()
    assert not thin[(places > "2001-07-01") & (places < "2002-06-01")].any()


@pytest.mark.parametrize("few", [True, False])
def test_points_above_the_frame_stand_at_its_edge(few):
    fig, (ax,) = new_figure(width="single", height=40)
    put_points(ax, points(1, 30, 2, releases=3 if few else 9), top=10.0)
    ax.set_ylim(0, 10.0)
    drawn = {one.get_marker(): one for one in ax.lines}
    assert drawn["^"].get_ydata().tolist() == [10.0]
    assert drawn["o"].get_ydata().tolist() == [1.0, 2.0]
    assert {one.get_markerfacecolor() == "white" for one in ax.lines} == {few}
    fig.draw_without_rendering()
    assert [one.says for one in places_of(fig)] == [
        "2001: 1 per cent", "2002: 30 per cent", "2003: 2 per cent",
    ]  # fmt: skip
    assert np.isfinite([one.y for one in places_of(fig)]).all()
