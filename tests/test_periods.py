import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError
from octadisc.periods import make_periods

DAYS = st.dates(min_value=np.datetime64("1959-01-01").item(), max_value=np.datetime64("2030-12-31").item())


@pytest.mark.parametrize(
    ("every", "labels"),
    [
        ("year", ("2007", "2008")),
        ("half", ("2007-H2", "2008-H1")),
        ("quarter", ("2007-Q4", "2008-Q1")),
        ("month", ("2007-12", "2008-01")),
        ("week", ("2008-W01",)),  # the Monday is 31 December 2007
        ("presidency", ("2007-H2 Portugal", "2008-H1 Slovenia")),
    ],
)
def test_labels_of_the_turn_of_2007(every, labels):
    assert make_periods(["2007-12-31", "2008-01-01"], every).labels == labels


@pytest.mark.parametrize("every", ["year", "half", "quarter", "month", "week"])
@given(days=st.lists(DAYS, min_size=1, max_size=5))
def test_calendar_periods_have_no_holes_and_hold_every_date(every, days):
    periods = make_periods(days, every)
    assert (periods.starts[1:] == periods.ends[:-1]).all()
    place = periods.locate(days)
    assert (place >= 0).all()
    stamps = np.array(days, "datetime64[D]")
    assert (periods.starts[place] <= stamps).all()
    assert (stamps < periods.ends[place]).all()
    assert place.min() == 0
    assert place.max() == len(periods) - 1


def test_the_53rd_week_of_2020_is_a_week():
    assert make_periods(["2020-12-30"], "week").labels == ("2020-W53",)


def test_named_intervals_may_leave_gaps_but_not_overlap():
    own = [("late", "2010-01-01", "2012-01-01"), ("early", "2000-01-01", "2005-01-01")]
    periods = make_periods([], own)
    assert periods.labels == ("early", "late")
    assert periods.locate(["2004-12-31", "2005-01-01", "2011-06-01"]).tolist() == [0, -1, 1]
    with pytest.raises(InputError, match="'early' and 'x' overlap"):
        make_periods([], [*own[1:], ("x", "2004-01-01", "2006-01-01")])


def test_mistakes_are_answered():
    with pytest.raises(UnknownNameError, match="Did you mean 'year'"):
        make_periods(["2008-01-01"], "years")
    with pytest.raises(NotEnoughDataError, match="No release has a date"):
        make_periods([None], "year")
    with pytest.raises(InputError, match="neither a word"):
        make_periods(["2008-01-01"], 3)
    with pytest.raises(InputError, match="mistaken dates"):
        make_periods(["0208-03-28", "2008-03-28"], "month")
    with pytest.raises(InputError, match="table of presidencies"):
        make_periods(["1990-01-01"], "presidency")


def test_presidencies_follow_each_other_for_36_years():
    periods = make_periods(["1995-01-01", "2030-12-31"], "presidency")
    assert len(periods) == 72
    assert (periods.starts[1:] == periods.ends[:-1]).all()
