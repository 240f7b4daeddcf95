"""The claim: made of results, each with its number; nothing stronger than they are."""

import re
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import NotEnoughDataError
from octadisc.figures.choices import choose_queries, with_largest_issuers, without_reissues
from octadisc.figures.claim import _company, find_peak, write_claim
from octadisc.figures.company import MENTION, describe_words, draw_words, mark_mentions, without_own
from octadisc.figures.courses import behind_turns, describe_courses, describe_turns, draw_courses
from octadisc.figures.drawings import Missing, attempt
from octadisc.figures.measured import audit_question, describe_audit, describe_sample, draw_audit
from octadisc.figures.question import Question
from octadisc.figures.rise import count_with_question, describe_rising, draw_rising, row_of
from octadisc.figures.stretch_words import behind_pairs, compare_stretches, describe_pairs, draw_pairs
from octadisc.figures.stretches import (
    Stretch,
    behind_stretches,
    describe_speakers,
    draw_speakers,
    find_stretches,
    speakers_of,
)
from octadisc.figures.turns import Cut, choose_cut

# two releases of the sample have no date, and nobody need be told again
pytestmark = pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")

NONE = Missing("Not looked at.")
ASKED = "It was asked by whoever set QUESTION."


@pytest.fixture(scope="module")
def tokens(sample):
    return od.tokenize(with_largest_issuers(without_reissues(od.load_corpus(sample)), 10))


@pytest.fixture(scope="module")
def queries(tokens):
    return choose_queries(tokens)


@pytest.fixture(scope="module")
def trend(tokens, queries):
    return od.track_terms(tokens, queries)


@pytest.fixture(scope="module")
def changes(trend):
    return od.find_changes(trend)


def results(tokens, trend, changes, question, **more):
    cut = choose_cut(None, changes, question.name)
    one = {question.name: question.query}
    own = od.track_terms(tokens, one)
    found = dict.fromkeys(("fixed_turns", "drift", "rising", "audit", "speakers", "pairs"), NONE)
    found["events"] = []
    return found | {
        "trend": trend,
        "changes": changes,
        "cut": cut,
        "turns": own.smooth("share").turns(),
        "split": od.split_change(trend, changes=changes),
        "by_issuer": od.track_terms(tokens, one, by="publisher"),
        "sides": od.track_terms(tokens, one, every=cut.periods, by="issuer"),
    } | more  # fmt: skip


def claim(tokens, trend, changes, queries, name, why=ASKED, **more):
    question = Question(name, queries[name], why)
    return said_in(write_claim(question, results(tokens, trend, changes, question, **more)))


def said_in(paragraphs):
    return [" ".join(str(one) for one in clauses) for clauses in paragraphs]


def test_the_planted_step_is_claimed_with_its_numbers(tokens, trend, changes, queries):
    text = " ".join(claim(tokens, trend, changes, queries, "mutual trust"))
    assert "in one step at 2008" in text
    assert "came to speak of mutual trust more often, from 2008 on, beyond chance and apart from who" in text
    assert "the date was found in these releases" in text
    assert "nobody has judged" in text
    assert re.search(r"\+\d+ \(\+\d+ to \+\d+\) within issuers", text)
    assert "nan" not in text


def test_the_false_rise_is_not_claimed_of_issuers(tokens, trend, changes, queries):
    text = " ".join(claim(tokens, trend, changes, queries, "stolen vehicles"))
    assert "Not that the same issuers changed" in text
    assert "came to speak" not in text


def test_a_fade_is_claimed_as_less_and_little_by_little(tokens, trend, changes, queries):
    text = " ".join(claim(tokens, trend, changes, queries, "cigarette smuggling"))
    assert "little by little" in text
    assert "cigarette smuggling less often" in text


def test_a_question_that_the_data_chose_is_not_claimed_to_be_asked(tokens, trend, changes, queries):
    found = " ".join(claim(tokens, trend, changes, queries, "mutual trust", why="It is the clearest."))
    asked = " ".join(claim(tokens, trend, changes, queries, "mutual trust"))
    assert "singled out beforehand" in found
    assert "singled out beforehand" not in asked


def test_an_event_brings_its_own_paragraph_and_no_found_date(tokens, trend, changes, queries):
    own = od.track_terms(tokens, {"mutual trust": queries["mutual trust"]})
    event = od.interrupted(own, ("Orlova Declaration", "2008-03-27"))
    said = claim(tokens, trend, changes, queries, "mutual trust", events=[event, NONE])
    assert said[-2].startswith("At the event: 'mutual trust' at Orlova Declaration")
    assert "the date was found" not in said[-1]


def test_without_data_nothing_is_claimed():
    assert said_in(write_claim(NONE, {}))[0].endswith("Nothing may be claimed.")
    question = Question("trust", "trust", ASKED)
    assert said_in(write_claim(question, {"trend": NONE})) == [
        "Of trust over time nothing may be claimed: Not looked at."
    ]
    rows = [{"date": f"200{i}-01-01", "issuer": "A", "text": "trust"} for i in range(3)]
    small = od.tokenize(with_largest_issuers(od.Corpus.from_frame(rows)))
    track = od.track_terms(small, "trust")
    text = " ".join(said_in(write_claim(question, results(small, track, od.find_changes(track), question))))
    assert "nothing about change: not enough data" in text


def test_words_that_came_and_went_are_named_with_their_counts():
    rows = [("new", 0, 9, 0.2, "came"), ("old", 7, 1, 0.1, "went"), ("chance", 3, 2, 0.001, "went")]
    words = pd.DataFrame(rows, columns=["word", "count_before", "count_after", "part", "direction"])
    row = {"kind": "moved", "drift": 0.3, "low": 0.2, "high": 0.4}
    drift = SimpleNamespace(frame=pd.DataFrame([row]), words=words.assign(by_chance=0.01))
    said = _company(drift, Cut("2007-01-01", "event", "", "2000-01-01", "2014-01-01"))
    assert "(0.30 bits, 0.20 to 0.40), by more than the company of words as frequent" in said
    assert said.endswith("from before 2007-01-01 to after it, new (0 → 9) came; old (7 → 1) went.")
    assert _company(NONE, NONE) == ""


def test_the_peak_is_looked_for_where_there_are_five_releases():
    rows = [("2001", "trust", 1), ("2002", "trust", 3), ("2002", "police", 3), ("2003", "police", 6)]
    corpus = od.Corpus.from_frame(
        [{"date": f"{year}-01-01", "text": text} for year, text, n in rows for _ in range(n)]
    )
    peak = find_peak(od.track_terms(od.tokenize(corpus), "trust"), Question("trust", "trust", ASKED))
    assert peak["period"] == "2002"
    assert isinstance(find_peak(NONE, Question("trust", "trust", ASKED)), Missing)


TWO = [
    0.1,
    0.1,
    0.3,
    0.6,
    0.6,
    0.3,
    0.05,
    0.05,
    0.3,
    0.7,
    0.7,
    0.4,
    0.1,
    0.1,
]  # heights in the 4th and 10th year


@pytest.fixture(scope="module")
def turning():
    rows = [
        {
            "date": f"{2000 + i}-{1 + j % 12:02}-07",
            "issuer": "AB"[j % 2],
            "text": f"trust is {'new' if i > 6 else 'old'} here"
            if j < share * 120
            else "police of the border",
            "language": "en",
        }
        for i, share in enumerate(TWO)
        for j in range(120)
    ]
    return od.tokenize(with_largest_issuers(od.Corpus.from_frame(rows)))


@pytest.fixture(scope="module")
def turns(turning):
    return od.track_terms(turning, "trust").smooth("share").turns()


def test_a_course_is_told_by_its_turns_with_their_places(turning, turns):
    text = describe_turns(turns, turns)
    peaks = turns.frame[turns.frame["turn"] == "peak"]
    assert len(peaks) == 2
    for one in peaks.itertuples():
        assert f"rises to {one.value:.0%} ({one.low:.0%} to {one.high:.0%}) in {one.period}" in text
    assert text.count("as published most in") == 2
    assert "84 of 120, 70%" in text  # the higher height as it was published
    assert "In a fixed mix of issuers the same turns stand beyond chance." in text
    assert describe_turns(NONE) == "Not looked at."
    level = od.track_terms(turning, "here").smooth("share").turns()
    assert "fixed mix" not in describe_turns(turns, NONE)
    calm = od.track_terms(
        od.tokenize(turning.corpus.where(date=turning.corpus.frame["date"].iloc[0])), "trust"
    )
    assert describe_turns(calm.smooth("share").turns()).startswith("There is not enough data")
    assert level.frame["turn"].tolist()[0] in ("start", "level")


def test_turns_that_only_all_releases_together_show_are_named(turns):
    calm = replace(turns, frame=turns.frame[turns.frame["turn"] != "trough"])
    text = describe_turns(turns, calm)
    peaks = turns.frame.loc[turns.frame["turn"] == "peak", "period"]
    assert f"only the peak of {peaks.iloc[0]} and the peak of {peaks.iloc[1]} stand beyond chance" in text


def test_evidence_of_turns_adds_up(turns):
    found = behind_turns(turns)
    assert len(found) == len(turns.frame)
    for one, row in zip(found, turns.frame.itertuples(), strict=True):
        assert one.says.endswith("as many as counted")
        assert len(one.frame) == round(TWO[int(row.period) - 2000] * 120)


def test_a_course_is_cut_after_its_troughs(turning, turns):
    stretches = find_stretches(turns)
    trough = turns.frame.loc[turns.frame["turn"] == "trough", "end"].iloc[0]
    assert [one.start for one in stretches][-1] == f"{trough:%Y-%m-%d}"
    assert stretches[0].start == "2000-01-01"
    assert stretches[-1].end == "2014-01-01"
    for one, other in pairwise(stretches):
        assert one.end == other.start
    one_peak = replace(turns, frame=turns.frame[turns.frame["turn"].isin(["start", "peak"])].head(2))
    cut = find_stretches(one_peak)[-1].start
    assert cut == f"{one_peak.frame['end'].iloc[1]:%Y-%m-%d}"
    with pytest.raises(NotEnoughDataError, match="no peak or trough"):
        find_stretches(replace(turns, frame=turns.frame.head(1)))


def test_speakers_of_each_stretch_add_up(turning, turns):
    stretches = find_stretches(turns)
    trend = od.track_terms(turning, "trust", every=[tuple(one) for one in stretches], by="publisher")
    table = speakers_of(trend)
    hits = turning.find("trust").counts > 0
    for one, part in table.groupby("stretch", sort=False):
        assert part["part"].sum() == pytest.approx(1)
        inside = next(each for each in stretches if each.name == one)
        dates = turning.corpus.frame["date"]
        mine = hits & (dates >= inside.start) & (dates < inside.end)
        assert part["mentions"].sum() == mine.sum() == part["all"].iloc[0]
        assert ((part["low"] <= part["part"]) & (part["part"] <= part["high"])).all()
    drawn = draw_speakers(trend)
    widths = sorted(patch.get_width() for ax in drawn.fig.axes for patch in ax.patches)
    assert widths == pytest.approx(sorted(100 * table["part"]))
    assert sum(len(one.frame) for one in behind_stretches(trend, stretches)) == hits.sum()
    assert describe_speakers(NONE) == ["Not looked at."]


def test_words_mark_a_stretch_against_the_one_before(turning, turns):
    stretches = find_stretches(turns)[-2:]
    (pair,) = compare_stretches(turning, "trust", stretches)
    assert "new" in pair.words(1)
    assert "old" in pair.words(-1)
    assert "trust" not in pair.words(1) + pair.words(-1)
    (said,) = describe_pairs([pair])
    cut = int(stretches[-1].start[:4]) - 2000
    counts = [round(120 * sum(TWO[first:last])) for first, last in ((7, max(cut, 7)), (max(cut, 7), 14))]
    assert f"new ({counts[0]} → {counts[1]})" in said
    for one in behind_pairs([pair]):
        assert one.says.endswith("as many as counted")
    assert len(draw_pairs([pair]).fig.axes) >= 2
    with pytest.raises(NotEnoughDataError, match="20 sentences"):
        compare_stretches(turning, "trust", [Stretch("a", "2000-01-01", "2000-02-01"), stretches[1]])


def test_courses_are_drawn_on_one_scale_with_the_first_behind(tokens, queries):
    own = od.track_terms(tokens, {"mutual trust": queries["mutual trust"]})
    ways = {"raw": own, "fixed": own.standardise(), "panel": NONE, "smooth": own.smooth("share")}
    turns = ways["smooth"].turns()
    axes = draw_courses(ways, [("Declaration", "2008-03-27")], turns).fig.axes
    marks = [one for one in axes[3].lines if one.get_label() == "_turn"]
    assert len(marks) == turns.frame["turn"].isin(["peak", "trough"]).sum()
    raw = (100 * own.frame["share"]).tolist()
    assert axes[0].lines[0].get_ydata().tolist() == pytest.approx(raw)
    assert axes[1].lines[0].get_ydata().tolist() == pytest.approx(raw)
    assert axes[1].lines[1].get_ydata().tolist() == pytest.approx(
        (100 * ways["fixed"].frame["share"]).tolist()
    )
    assert any("not enough data" in text.get_text() for text in axes[2].texts)
    assert len({ax.get_ylim() for ax in axes}) == 1
    first, last = own.frame.iloc[:2], own.frame.iloc[-2:]
    ends = [one["matching_releases"].sum() / one["releases"].sum() for one in (first, last)]
    assert f"raw from {ends[0]:.1%} to {ends[1]:.0%}" in describe_courses(ways)


def test_words_of_the_query_itself_are_left_out_of_what_goes_with_it(tokens, queries):
    query = queries["mutual trust"]
    english = od.tokenize(tokens.corpus.where(language="en"))
    marked = od.tokenize(mark_mentions(english, query))
    n = (english.find(query).counts > 0).sum()
    assert (marked.corpus.frame["mentions"] == MENTION).sum() == n
    counts = od.count_terms(marked, 5, "auto", min_length=3)
    keyness = od.compare(counts, by="mentions", target=MENTION, min_releases=10)
    kept = without_own(keyness, english, query)
    assert {"mutual", "trust"} <= set(keyness.frame["term"])
    assert not {"mutual", "trust"} & set(kept.frame["term"])
    found = {"drift": NONE, "company": NONE, "keyness": kept}
    drawn = draw_words(found)
    assert len(drawn.fig.axes) == 1
    assert drawn.caption[0].isupper()
    assert any("more of" in said for said in describe_words(found))
    assert attempt(draw_words, dict.fromkeys(found, NONE)).reason == "Not looked at."


def test_the_question_stands_among_the_words_that_rose(tokens, queries):
    english = od.tokenize(tokens.corpus.where(language="en"))
    question = Question("mutual trust", queries["mutual trust"], ASKED)
    counts = od.count_terms(english, 3, "auto", min_length=3, numbers=False)
    more = count_with_question(counts, question)
    column = more.terms.index("→ mutual trust")
    assert more.matrix[:, column].sum() == english.find(question.query).counts.sum()
    rising = od.rising_terms(more, n_permutations=199)
    place, of, row = row_of(rising, question)
    assert row.direction == "up"
    assert 1 <= place <= of
    drawn = draw_rising(rising, question)
    bold = [one.get_text() for one in drawn.fig.axes[0].get_yticklabels() if one.get_fontweight() == "bold"]
    assert bold == ["→ mutual trust"]
    assert f"number {place} of {of}" in describe_rising(rising, question)
    assert row_of(NONE, question) is None


def test_a_marked_term_has_a_row_though_it_is_not_among_the_surest():
    rng = np.random.default_rng(0)
    rows = [
        {
            "date": f"{2000 + year}-05-01",
            "issuer": "AB"[i % 2],
            "text": " ".join(rng.choice(["police", "met", "calm", "train", "work"], 6))
            + " border" * (i < year + 2) + " trust" * (i < 11 - year),
        }
        for year in range(10)
        for i in range(12)
    ]  # fmt: skip
    from octadisc.terms.rising.rising_plots import plot_rising

    rising = od.rising_terms(od.count_terms(od.tokenize(od.Corpus.from_frame(rows))), n_permutations=199)
    last = rising.frame[rising.frame["direction"] == "up"]["term"].iloc[-1]
    shown = [
        {
            one.get_text()
            for one in plot_rising(rising, None, group=None, n=1, marked=marked).get_yticklabels()
        }
        for marked in (None, last)
    ]
    assert last not in shown[0]
    assert shown[1] == shown[0] | {last}


def test_judgements_of_releases_and_coded_sheets_are_read(tokens, queries, tmp_path):
    query = queries["mutual trust"]
    own = od.track_terms(tokens, {"mutual trust": query})
    hit = tokens.find(query).counts > 0
    table = pd.DataFrame({"release": tokens.corpus.frame["release"], "about": np.where(hit, "yes", "no")})
    table.loc[np.flatnonzero(hit)[0], "about"] = "no"  # one hit of all is wrong
    table.loc[len(table)] = ["left out", "yes"]
    table.to_csv(tmp_path / "judged.csv", index=False)
    sample = od.audit_sample(tokens, query, 60)
    judged = audit_question(own, sample, tmp_path / "judged.csv")
    assert judged.frame["precision"].iloc[0] == pytest.approx(1 - 1 / hit.sum())
    assert judged.frame["recall"].iloc[0] == pytest.approx(1)
    corrected = judged.correct(own, n_draws=200)
    assert len(draw_audit(judged, corrected).fig.axes) == 2
    assert "recall 100%" in describe_audit(judged)
    sheet = sample.sheet.to_frame()
    sheet["code"] = np.where(sheet["line"].map(sample.frame.set_index("line")["hit"]), "yes", "no")
    sheet.to_csv(tmp_path / "sheet.csv", index=False)
    coded = audit_question(own, sample, tmp_path / "sheet.csv")
    assert coded.frame["n"].iloc[0] == 60
    assert coded.frame["precision"].iloc[0] == pytest.approx(1)
    assert "30 releases of the" in describe_sample(sample)
    assert describe_audit(NONE) == "Not looked at."
