"""What is asked, of whom, over which time: drawn from settings and corpora that may hold anything."""

import json

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, MissingFileError, NotEnoughDataError, UnknownNameError
from octadisc.figures.bodies import describe_bodies, match_bodies, read_bodies, with_issuers
from octadisc.figures.drawings import Missing, attempt
from octadisc.figures.panels import draw_issuers, longer_periods
from octadisc.figures.question import (
    choose_question,
    describe_hits,
    describe_spans,
    read_question,
)
from octadisc.figures.turns import choose_cut, describe_sides, draw_sides, periods_around, read_event

MISSING = Missing("Not enough data.")


def corpus_of(rows, **columns):
    """Make a corpus of (date, issuer, text)."""
    frame = pd.DataFrame(rows, columns=["date", "issuer", "text"])
    return od.Corpus.from_frame(frame.assign(language="en", **columns))


def stepping(n=8, first=2001, last=2012, at=2007, issuers="AB"):
    """Say trust in one of n releases before a year, and in all but one from then on."""
    return [
        (
            f"{year}-0{1 + i % 9}-05",
            issuers[i % len(issuers)],
            "trust" if (i > 0) == (year >= at) else "police",
        )
        for year in range(first, last + 1)
        for i in range(n)
    ]


def test_what_data_do_not_bear_is_missing_and_stays_so():
    tokens = od.tokenize(corpus_of([(None, "A", "trust")]))
    trend = attempt(od.track_terms, tokens, "trust")
    assert isinstance(trend, Missing)
    assert not trend
    assert "No release has a date" in trend.reason
    assert attempt(od.split_change, trend) is trend
    assert attempt(od.find_changes, trend=trend) is trend


def test_other_errors_are_not_hidden():
    with pytest.raises(ZeroDivisionError):
        attempt(lambda: 1 / 0)


def test_a_missing_figure_says_why_in_its_place(tmp_path, monkeypatch):
    monkeypatch.setenv("OCTADISC_FIGURES", str(tmp_path))
    Missing("There is <one> issuer.").save("who", title="Who")
    recipe = json.loads((tmp_path / "who.json").read_text("utf-8"))
    assert (recipe["title"], recipe["skipped"]) == ("Who", "There is <one> issuer.")
    assert "&lt;one&gt;" in Missing("There is <one> issuer.")._repr_html_()


def test_a_question_is_words_a_concept_or_a_name_with_its_query():
    tokens = od.tokenize(corpus_of(stepping()))
    concepts = {"mutual trust": {"en": ["mutual trust", "confidence"]}}
    assert read_question(None, concepts, tokens) == {}
    assert read_question("police", concepts, tokens) == {"police": "police"}
    assert read_question("mutual trust", concepts, tokens) == concepts
    assert read_question({"smuggling": "smuggl*"}, concepts, tokens) == {"smuggling": "smuggl*"}
    assert read_question({"it": "smuggl*"}, concepts, tokens) == {"it": "smuggl*"}  # no Italian is here
    assert read_question({"en": "smuggl*", "it": "contrabb*"}, concepts, tokens) == {
        "smuggl*": {"en": "smuggl*", "it": "contrabb*"}
    }


@pytest.mark.filterwarnings("ignore:The query 'never' matches nothing")
def test_without_a_question_the_concept_that_changed_most_within_issuers_is_taken():
    rows = stepping()
    tokens = od.tokenize(corpus_of(rows))
    queries = {"never": "crime", "trust": "trust"}
    trend = od.track_terms(tokens, queries)
    changes = od.find_changes(trend)
    split = od.split_change(trend, changes=changes)
    question = choose_question({}, queries, tokens, changes, split)
    assert question.name == "trust"
    assert "found in the data" in question.why
    asked = choose_question({"police": "police"}, queries, tokens, changes, split)
    assert asked.name == "police"
    assert "found in the data" not in asked.why


def test_without_a_change_the_concept_most_spoken_of_is_taken():
    tokens = od.tokenize(corpus_of([("2001-01-01", "A", "trust"), ("2001-02-01", "A", "trust and crime")]))
    queries = {"crime": "crime", "trust": "trust"}
    assert choose_question({}, queries, tokens, MISSING, MISSING).name == "trust"
    nothing = choose_question({}, {}, tokens, MISSING, MISSING)
    assert isinstance(nothing, Missing)
    assert "Give QUESTION" in describe_hits(nothing, tokens)


def test_hits_are_counted_in_the_words():
    tokens = od.tokenize(corpus_of([("2001-01-01", "A", "trust, trust"), ("2001-02-01", "B", "police")]))
    question = choose_question({"trust": "trust"}, {}, tokens, MISSING, MISSING)
    assert describe_hits(question, tokens).endswith("There are 2 occurrences in 1 release of 2, of 1 issuer.")


def test_names_of_one_body_can_be_put_together():
    rows = [(f"{2000 + i}-01-01", ("Old ministry", "New ministry")[i > 4], "a") for i in range(10)]
    corpus = corpus_of(rows, body="Ministry")
    assert with_issuers(corpus, "issuer") is corpus
    assert set(with_issuers(corpus, "body").frame["issuer"]) == {"Ministry"}
    with pytest.raises(UnknownNameError, match=r"WHO='bodies'.*'body'"):
        with_issuers(corpus, "bodies")


def test_names_are_put_together_by_the_first_line_that_fits(tmp_path):
    path = tmp_path / "bodies.csv"
    path.write_text("Issuer,who\nshadow *,Opposition\n*(interior)?,Ministry\nNobody,Nobody at all\n")
    names = [
        "SHADOW MINISTER (INTERIOR)!",
        "Minister (interior)!",
        "Minister (interior)",
        "Min. interior",
        None,
    ]
    corpus = corpus_of([("2001-01-01", one, "a") for one in names])
    made = match_bodies(corpus.frame["issuer"], read_bodies(path))
    assert [None if one != one else one for one in made] == ["Opposition", "Ministry", None, None, None]
    put = with_issuers(corpus, str(path)).frame["issuer"]
    assert put.tolist()[:4] == ["Opposition", "Ministry", "Minister (interior)", "Min. interior"]
    assert put.isna().tolist() == [False] * 4 + [True]
    said = describe_bodies(corpus, str(path))
    assert "2 names of issuers put together in 2 bodies (2 releases)" in said
    assert "2 names that no line fits kept as they are (2 releases:" in said
    assert said.endswith("nobody is Nobody at all.")
    assert describe_bodies(corpus, "issuer") == ""


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("name,body\na,b\n", "expected the columns issuer and who, found name and body"),
        ("issuer,who\na,b\nc,\n", "empty in line 3"),
        ("issuer,who\n", "no line below the first"),
        ("", "cannot be read as a CSV"),
    ],
)
def test_a_table_of_bodies_that_is_none_is_answered(tmp_path, text, match):
    path = tmp_path / "bodies.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=match):
        read_bodies(path)
    with pytest.raises(MissingFileError, match=r"other\.csv: there is no such file"):
        read_bodies(tmp_path / "other.csv")


def test_coverage_says_who_can_be_compared_with_themselves():
    # A publishes in all ten years (10 of 30 releases); of twenty others each once, in one half or the other
    rows = [(f"{2000 + i}-01-01", "A", "a") for i in range(10)]
    rows += [(f"{2000 + i % 10}-02-01", f"B{i}", "a") for i in range(20)]
    said = " ".join(describe_spans(od.coverage(corpus_of(rows))))
    assert "21 issuers and 10 periods" in said
    assert "A publishes in at least nine tenths of the periods, and has 33% of the releases" in said
    assert "33% of the releases are of the 1 issuer with releases in both halves" in said
    assert "name it in WHO" in said


def test_coverage_of_one_issuer_or_without_dates_says_what_cannot_be_asked():
    alone = describe_spans(od.coverage(corpus_of([("2001-01-01", "A", "a"), ("2004-01-01", "A", "a")])))
    assert "2002 and 2003" in alone[0]
    assert alone[-1].startswith("A alone publishes")
    assert describe_spans(MISSING)[0] == "Not enough data."


def test_issuers_are_followed_over_periods_that_bear_it():
    rows = [(f"{2001 + i // 4}-05-01", "AB"[i % 2], "a") for i in range(24)]  # two of each in a year
    assert longer_periods(corpus_of(rows), "month") == longer_periods(corpus_of(rows), "year")
    named = [("all", "2001-01-01", "2007-01-01")]
    assert longer_periods(corpus_of(rows), named) is named
    assert longer_periods(corpus_of(rows * 3), "year") == "year"
    assert longer_periods(corpus_of([(None, "A", "a")]), "year") == "year"
    for name, start, end in longer_periods(corpus_of(rows), "year"):
        assert name == f"{start[:4]} to {int(end[:4]) - 1}"


def test_panels_of_issuers_show_the_others_last():
    rows = [("2001-01-01", "A", "trust"), ("2002-01-01", "A", "a")] * 6
    rows += [("2001-01-01", "B", "a"), ("2002-01-01", "B", "a")] * 3
    frame = corpus_of(rows).frame.assign(publisher=["2 others"] * 12 + ["B"] * 6)
    trend = od.track_terms(od.tokenize(od.Corpus.from_frame(frame)), "trust", by="publisher")
    axes = draw_issuers(trend).fig.axes
    assert [ax.get_title(loc="left") for ax in axes[:2]] == ["B", "2 others"]
    one = od.track_terms(od.tokenize(corpus_of(rows[:12])), "trust", by="issuer")
    with pytest.raises(NotEnoughDataError, match="all releases are of 'A'"):
        draw_issuers(one)


def cuts(rows, event=None):
    trend = od.track_terms(od.tokenize(corpus_of(rows)), "trust")
    return choose_cut(event, od.find_changes(trend), "trust"), trend


def test_a_course_is_cut_at_the_event_else_at_the_step_else_in_the_middle():
    cut, _ = cuts(stepping())
    assert (cut.kind, cut.day) == ("step", "2007-01-01")
    cut, _ = cuts(stepping(), read_event(("a summit", "2005-03-04")))
    assert (cut.kind, cut.day) == ("event", "2005-03-04")
    assert cut.periods == [
        ("before", "2001-01-05", "2005-03-04"),
        ("after", "2005-03-04", "2012-08-06"),
    ]
    cut, _ = cuts([(f"{year}-01-01", "A", "trust") for year in (2001, 2002, 2002, 2003, 2003, 2003)])
    assert (cut.kind, cut.day) == ("halves", "2003-01-01")


def test_an_event_outside_the_releases_and_a_single_period_are_refused():
    with pytest.raises(InputError, match="not within the releases, 2001-01-05 to 2012-08-06"):
        cuts(stepping(), read_event("1999-01-01"))
    with pytest.raises(NotEnoughDataError, match="one period only"):
        cuts([("2001-01-01", "A", "trust")])


def test_releases_around_an_event_choose_their_periods():
    rows = [(f"{year}-{1 + i % 12:02}-10", "A", "a") for year in range(1980, 2000) for i in range(120)]
    since, until, every = periods_around(corpus_of(rows), read_event("1990-06-01"), 1)
    assert (since, until, every) == ("1989-06-01", "1991-06-01", "month")
    with pytest.raises(NotEnoughDataError, match="within 2 years of 2015-01-01"):
        periods_around(corpus_of(rows), read_event("2015-01-01"), 2)


def test_before_and_after_are_drawn_for_issuers_with_five_releases_on_both_sides():
    rows = stepping() + [("2003-01-01", "C", "trust")] * 4 + [("2010-01-01", "C", "trust")] * 9
    cut, trend = cuts(rows)
    sides = od.track_terms(trend.basis.tokens, "trust", every=cut.periods, by="issuer")
    drawn = draw_sides(sides, cut)
    (ax,) = drawn.fig.axes
    labels = [one.get_text() for one in ax.get_yticklabels()]
    frame = sides.frame[sides.frame["group"] != "C"].set_index(["group", "period"])
    order = [one.split(" (")[0] for one in labels]
    assert sorted(order) == ["A", "B"]
    for line, side in zip(
        [one for one in ax.lines if one.get_marker() == "o"], ("before", "after"), strict=True
    ):
        expected = [100 * frame.loc[(one, side), "share"] for one in order]
        assert line.get_xdata().tolist() == pytest.approx(expected)
    # in each year A says it in 1 and B in 0 of 4 before; A in 3 and B in 4 of 4 after
    assert "2 speak of it more often" in describe_sides(sides, cut)
    assert "from 0% to 100%" in describe_sides(sides, cut)
    assert "tests nothing" in drawn.caption
    assert np.isfinite(ax.get_xlim()).all()
