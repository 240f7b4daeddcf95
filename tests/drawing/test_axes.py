"""Axes of time: labels stand apart, however unequal the periods are."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from octadisc.drawing.axes import date_axis
from octadisc.drawing.style import style_context

UNEQUAL = [
    ["1995-01-01", "1995-03-01"],
    ["1995-01-01", "2019-11-01"],
    ["2007-02-01", "2009-03-01"],
    ["1995-01-01", "1995-02-01", "2020-01-01"],
    ["1999-12-01", "2000-01-01"],
]


@pytest.mark.parametrize("starts", UNEQUAL)
@pytest.mark.parametrize("width", [1.2, 1.8, 2.4, 3.3, 5.0])
@pytest.mark.parametrize("size", [7, 10])
def test_labels_of_very_unequal_intervals_do_not_touch(starts, width, size):
    with style_context(xtick_labelsize=size):
        fig, ax = plt.subplots(figsize=(width, 1.5))
        date_axis(ax, np.array(starts, "datetime64[D]"))
        fig.canvas.draw()
        low, high = ax.get_xlim()
        shown = [one for one in ax.xaxis.get_major_ticks() if low <= one.get_loc() <= high]
        boxes = [one.label1.get_window_extent() for one in shown]
    assert shown
    assert all(one.x1 < other.x0 for one, other in pairwise(boxes))
    plt.close(fig)
