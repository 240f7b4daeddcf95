"""Collocates: counts redone by hand and by a plain loop, measures by NLTK, changes that were planted."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder
from scipy.special import stdtrit

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, WrongKindError
from octadisc.statistics import association
from octadisc.terms.collocations.side_kernels import deal_sides
from octadisc.tokens import Tokens

mpl.use("Agg")

EVERYTHING = {"min_count": 1, "min_releases": 1, "stop_words": None, "min_length": 1, "top": None}


def make(words, **columns):
    """Make tokens of releases, each a list of sentences."""
    frame = pd.DataFrame({"language": ["en"] * len(words)} | columns)
    return Tokens.from_words(words, frame)


def counts_of(tokens, node="x", **options):
    """Give the counts of all types that stand near a node, also of those that are rarer there."""
    found = od.find_collocates(tokens, node, **EVERYTHING, **options)
    return found.to_frame().set_index("collocate")


# --- windows, by hand: ten words, two of them nodes


TEN = "a b x c d x e f g h".split()


def test_each_token_of_ten_counts_once():
    frame = counts_of(make([[TEN]]), window=2)
    # within two of a node stand a b, c d (of both nodes) and e f; elsewhere g and h
    assert frame["count"].to_dict() == dict.fromkeys("abcdef", 1)
    assert frame["window_tokens"].unique().tolist() == [6]
    assert frame["tokens"].unique().tolist() == [8]
    assert frame["expected"].unique().tolist() == [6 * 1 / 8]


@pytest.mark.parametrize(
    ("window", "near"),
    [((0, 1), "ce"), ((1, 0), "bd"), ((2, 0), "abcd"), ((0, 3), "cdefg"), (1, "bcde")],
)
def test_windows_have_a_direction(window, near):
    assert sorted(counts_of(make([[TEN]]), window=window).index) == sorted(near)


def test_windows_end_where_sentences_do_unless_told_otherwise():
    tokens = make([[TEN[:4], TEN[4:]]])  # a b x c . d x e f g h
    assert sorted(counts_of(tokens, window=(0, 2)).index) == list("cef")
    assert sorted(counts_of(tokens, window=(0, 2), within=None).index) == list("cdef")


def test_without_a_width_a_window_is_the_whole_sentence_paragraph_or_release():
    text = "Zora met Oskar. Trust grew.\n\nMira left. Trust fell.\n\nPolice came."
    tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": "en"}]))
    for within, near in (
        ("sentence", "fell grew"),
        ("paragraph", "fell grew left met mira oskar zora"),
    ):
        assert sorted(counts_of(tokens, "trust", window=None, within=within).index) == near.split()
    with pytest.raises(NotEnoughDataError, match="more often than expected"):
        counts_of(tokens, "trust", window=None, within=None)  # nothing is elsewhere


def test_windows_never_leave_a_release():
    tokens = make([[["a", "x"]], [["b", "c", "d"]]])
    assert counts_of(tokens, window=5, within=None).index.tolist() == ["a"]


def test_a_node_of_several_words_is_left_out_whole():
    tokens = make([["a mutual trust b mutual c d".split()]])
    frame = counts_of(tokens, "mutual trust", window=2)
    assert frame["count"].to_dict() == {"a": 1, "b": 1, "mutual": 1}
    assert frame.loc["mutual", ["frequency", "tokens"]].tolist() == [1, 5]


# --- windows and counts, by a plain loop


def near_plainly(sentences, left, right, bounded):
    """Give near and all counts of what is not x, token by token."""
    near, every = {}, {}
    flat = [(word, i) for i, sentence in enumerate(sentences) for word in sentence]
    for at, (word, sentence) in enumerate(flat):
        if word == "x":
            continue
        every[word] = every.get(word, 0) + 1
        # a node stands up to `left` behind this word, or up to `right` before it
        others = flat[max(0, at - right) : at] + flat[at + 1 : at + 1 + left]
        if any(one == "x" and (not bounded or of == sentence) for one, of in others):
            near[word] = near.get(word, 0) + 1
    return near, every


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(st.lists(st.sampled_from("abcx"), min_size=1, max_size=7), min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 4),
    st.integers(0, 4),
    st.booleans(),
)
def test_counts_equal_a_plain_loop(releases, left, right, bounded):
    if left + right == 0 or not any("x" in one for release in releases for one in release):
        return
    tokens = make(releases)
    near, every = {}, {}
    for release in releases:
        for total, mine in zip((near, every), near_plainly(release, left, right, bounded), strict=True):
            for word, n in mine.items():
                total[word] = total.get(word, 0) + n
    inside = sum(near.values())
    attracted = {
        one: n for one, n in near.items() if n > inside * every[one] / sum(every.values()) * (1 + 1e-12)
    }
    try:
        found = od.find_collocates(
            tokens, "x", window=(left, right), within="sentence" if bounded else None, **EVERYTHING
        )
    except NotEnoughDataError:
        assert not attracted
        return
    frame = found.to_frame().set_index("collocate")
    assert frame["count"].to_dict() == attracted
    assert frame["frequency"].to_dict() == {one: every[one] for one in attracted}
    assert (frame["window_tokens"] == inside).all()
    assert (frame["tokens"] == sum(every.values())).all()
    for word, n in attracted.items():
        sentences = found.evidence(word)
        assert len(sentences) == n
        texts = dict(zip(tokens.corpus.frame["release"], tokens.corpus.texts, strict=True))
        for row in sentences.itertuples():
            assert texts[row.release][row.start : row.end] == word
            assert texts[row.release][row.node_start : row.node_end] == "x"
            between = sorted((row.start, row.node_start))
            assert len(texts[row.release][between[0] : between[1]].split()) <= max(left, right) + bounded * 0


# --- measures


def test_counts_and_measures_equal_nltks_where_definitions_agree():
    rng = np.random.default_rng(5)
    words = []
    for _ in range(400):  # nodes so far apart that no token stands in two windows, as nltk counts pairs
        words += ["x", *rng.choice(list("abcdef"), rng.integers(3, 9)).tolist()]
    for width in (2, 3, 4):
        finder = BigramCollocationFinder.from_words(words, window_size=width)
        frame = counts_of(make([[words]]), window=(0, width - 1), within=None)
        for row in frame.itertuples():
            assert row.count == finder.ngram_fd[("x", row.Index)]
            table = (row.count, (row.window_tokens, row.frequency), row.tokens)
            assert row.g2 == pytest.approx(BigramAssocMeasures.likelihood_ratio(*table), abs=1e-6)
            assert row.t == pytest.approx(BigramAssocMeasures.student_t(*table), rel=1e-9)
            assert row.mi == pytest.approx(BigramAssocMeasures.pmi(*table), rel=1e-9)
            assert row.mi3 == pytest.approx(np.log2(row.count**3 / row.expected), rel=1e-9)
            assert row.log_dice == pytest.approx(14 + np.log2(BigramAssocMeasures.dice(*table)), rel=1e-9)


def test_published_values():
    assert association.t_score(20, 42, 20, 14307668) == pytest.approx(4.4721228, abs=1e-6)
    assert association.log_likelihood(110, 2552, 221, 31777) == pytest.approx(270.72, abs=5e-3)
    rare = (2, 15_334, 2, 191_998)
    assert association.log_likelihood(*rare) == pytest.approx(10.1098895, abs=1e-6)
    assert association.t_score(*rare) == pytest.approx(1.3012671, abs=1e-6)
    assert association.mutual_information(*rare) * np.log10(2) == pytest.approx(1.0976413, abs=1e-6)


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 50_000))
def test_log_dice_is_at_most_fourteen_and_one_more_is_twice_as_often(both, more, others):
    one, other = both + more, both + others
    assert association.log_dice(both, one, other) <= 14
    assert association.log_dice(both, both, both) == 14
    doubled = association.log_dice(2 * both, one, other) - association.log_dice(both, one, other)
    assert doubled == pytest.approx(1)


@given(st.integers(0, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 200))
def test_delta_p_is_the_difference_of_two_shares(a, b, c, d):
    table = (a, a + b, a + c, a + b + c + d)
    assert association.delta_p(*table) == pytest.approx(a / (a + b) - c / (c + d))
    back = association.delta_p(table[0], table[2], table[1], table[3])
    assert back == pytest.approx(a / (a + c) - b / (b + d))


def test_the_interval_is_that_of_influences_written_out():
    rng = np.random.default_rng(1)
    releases = [
        [["x", *rng.choice(list("abc"), 2)] for _ in range(rng.integers(0, 4))]
        + [rng.choice(list("abcdef"), 9).tolist()]
        for _ in range(12)
    ]
    frame = counts_of(make(releases), window=(0, 2))
    near = {w: np.array([sum(s[1:].count(w) for s in r if s[0] == "x") for r in releases]) for w in "abc"}
    far = {w: np.array([sum(s.count(w) for s in r if s[0] != "x") for r in releases]) for w in "abc"}
    inside = np.array([2 * sum(s[0] == "x" for s in r) for r in releases])
    for word in set(frame.index) & set("abc"):
        a, c = near[word].sum(), far[word].sum()
        ratio = np.log2(((a + 0.5) / inside.sum()) / ((c + 0.5) / (9 * 12)))
        influence = (near[word] - a / inside.sum() * inside) / (a + 0.5)
        influence -= (far[word] - c / (9 * 12) * 9) / (c + 0.5)
        variance = max((influence**2).sum() * 12 / 11, 1 / (a + 0.5) + 1 / (c + 0.5))
        half = stdtrit((near[word] > 0).sum() - 1, 0.975) * np.sqrt(variance) / np.log(2)
        found = frame.loc[word, ["log_ratio", "low", "high"]].tolist()
        np.testing.assert_allclose(found, [ratio, ratio - half, ratio + half])


def test_in_one_release_nothing_is_known_of_the_scatter():
    frame = counts_of(make([["x a b c d e f".split()], [list("bcdefg")]]), window=1)
    assert np.isnan(frame.loc["a", "low"])
    assert frame.loc["a", "note"].startswith("not enough data")


def test_a_word_that_was_never_near_before_did_not_go_further():
    # "new" is not there in 2001 at all, "late" only far from x; in 2002 both stand near it in each release
    rows, words = [], []
    for i in range(80):
        later = i % 2 == 1
        near = ["x", "new", "late"] if later else ["x", "a", "b"]
        words.append([near, ["late"] if not later and i < 6 else ["c"], [*"cdefgh"] * (9 if later else 1)])
        rows.append({"date": f"{2001 + later}-06-01", "issuer": "PQR"[i // 2 % 3]})
    tokens = make(words, date=[one["date"] for one in rows], issuer=[one["issuer"] for one in rows])
    found = od.find_collocates(tokens, "x", 2, "year", **EVERYTHING).compare("2001", "2002")
    frame = found.to_frame().set_index("collocate")
    assert frame.loc[["new", "late"], "count_before"].tolist() == [0, 0]
    assert frame.loc[["new", "late"], "count_after"].tolist() == [40, 40]
    assert frame.loc[["new", "late"], "kind"].tolist() == ["not enough data"] * 2
    assert frame.loc["late", "note"].startswith("hardly occurs on one side")
    seen = frame[frame["kind"] == "further"]
    assert (seen["count_before"] > 0).all()


# --- periods, groups, languages, copies, phrases


def story(years=(2001, 2002), n=12):
    """Give releases in which a is near x before, and b after; c stands in both, and everywhere."""
    rows, words = [], []
    for i in range(n * len(years)):
        year = years[i % len(years)]
        mate = "a" if year == years[0] else "b"
        words.append([["x", mate, "c", "d"], ["c", "a", "b", "e", "f", "g"], ["h", "x", mate]])
        rows.append({"date": f"{year}-06-01", "issuer": "PQR"[i // len(years) % 3]})
    return make(words, date=[one["date"] for one in rows], issuer=[one["issuer"] for one in rows])


def test_periods_and_groups_add_up_to_the_whole():
    tokens = story()
    whole = od.find_collocates(tokens, "x", 2, **EVERYTHING).to_frame().set_index("collocate")
    parts = od.find_collocates(tokens, "x", 2, "year", "issuer", **EVERYTHING).to_frame()
    assert parts.groupby(["period", "group"]).size().unique().tolist() == [len(whole)]
    for column in ("count", "frequency", "window_tokens", "tokens", "releases"):
        total = parts.groupby("collocate")[column].sum()
        assert total.to_dict() == whole[column].to_dict(), column
    first = parts[(parts["collocate"] == "a") & (parts["period"] == "2001")]
    assert first["count"].sum() == 24
    assert parts[(parts["collocate"] == "a") & (parts["period"] == "2002")]["count"].sum() == 0


def test_evidence_adds_up_in_every_period_and_group():
    found = od.find_collocates(story(), "x", 2, "year", "issuer", **EVERYTHING)
    for row in found.to_frame().itertuples():
        assert len(found.evidence(row.collocate, row.period, row.group)) == row.count
    with pytest.raises(UnknownNameError, match="period '2009'"):
        found.evidence("a", "2009")
    with pytest.raises(UnknownNameError, match="no collocate 'zebra'"):
        found.evidence("zebra")


def test_the_order_of_releases_and_the_number_of_threads_change_nothing():
    tokens = story()
    turned = make(
        [["x a c d".split()], ["q r s".split()]][::-1] * 3,
    )
    again = make([["x a c d".split()], ["q r s".split()]] * 3)
    pd.testing.assert_frame_equal(counts_of(turned), counts_of(again))
    one, many = (
        od.find_collocates(tokens, "x", 2, "year", n_threads=n, **EVERYTHING).to_frame() for n in (1, 3)
    )
    pd.testing.assert_frame_equal(one, many)


def test_words_of_two_languages_do_not_attract_each_other():
    words = [["x a b".split(), "a b c".split()], ["x q r".split(), "q r s".split()]] * 3
    frame = counts_of(make(words, language=["en", "sl"] * 3), window=1)
    # in each language two of five words are near x, and its own mate half of the time
    assert frame["language"].to_dict() == {"a": "en", "q": "sl"}
    assert frame["window_tokens"].tolist() == [3, 3]
    assert frame["tokens"].tolist() == [15, 15]


def test_reissues_count_once_or_in_parts():
    words = [["x a b c d".split()]] * 2 + [["x a c d e".split()]] + [["b c d e f".split()]]
    tokens = make(words, duplicate_cluster=[0, 0, None, None], duplicate_of=[None, "1", None, None])
    for reissues, n in (("keep", 3), ("first", 2), ("share", 2.0)):
        found = od.find_collocates(tokens, "x", 1, reissues=reissues, **EVERYTHING)
        frame = found.to_frame().set_index("collocate")
        assert frame.loc["a", ["count", "frequency"]].tolist() == [n, n]
        evidence = found.evidence("a")
        assert (evidence["weight"].sum() if reissues == "share" else len(evidence)) == n


def test_a_joined_phrase_is_one_token_of_a_window_and_may_be_a_collocate():
    text = "They fight trafficking in human beings with trust. Trust in crime is none; organised crime ends."
    tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": "en"}]))
    joined = tokens.with_phrases(["trafficking in human beings", "organised crime"])
    frame = counts_of(joined, "trust", window=(2, 0))
    assert frame["count"].to_dict() == {"trafficking_in_human_beings": 1, "with": 1}
    evidence = od.find_collocates(joined, "trust", (2, 0), **EVERYTHING).evidence(
        "trafficking_in_human_beings"
    )
    assert text[evidence["start"][0] : evidence["end"][0]] == "trafficking in human beings"
    # a node that is part of a phrase is the whole of it
    frame = counts_of(joined, "crime", window=1)
    assert sorted(frame.index) == ["ends", "in", "is", "none"]


def test_stop_words_short_words_and_numbers_are_not_listed():
    text = "The police and 27 states built trust in a b Europe. Other words stand here and there."
    tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": "en"}]))
    listed = od.find_collocates(tokens, "trust", None, min_count=1, min_releases=1)
    assert set(listed.to_frame()["collocate"]) == {"police", "states", "built", "europe"}
    more = od.find_collocates(
        tokens, "trust", None, min_count=1, min_releases=1, numbers=True, min_length=1, stop_words=["police"]
    )
    found = set(more.to_frame()["collocate"])
    assert "27" in found
    assert "b" in found
    assert "police" not in found


def test_ranks_by_the_measure_asked_for():
    tokens = story()
    for measure in ("g2", "log_dice", "mi", "mi3", "t"):
        values = od.find_collocates(tokens, "x", 2, measure=measure, **EVERYTHING).to_frame()[measure]
        assert values.is_monotonic_decreasing
    low = od.find_collocates(tokens, "x", 2, measure="log_ratio", **EVERYTHING).to_frame()["low"]
    assert low.is_monotonic_decreasing
    best = od.find_collocates(tokens, "x", 2, **EVERYTHING | {"top": 2}).to_frame()
    assert len(best) == 2


# --- changes


def planted(before, after, n=20, issuers="PQRS", mix=None, seed=0):
    """Give releases of two years whose nodes have company by given shares, which may differ by issuer."""
    rng = np.random.default_rng(seed)
    words, dates, who = [], [], []
    for year, shares in ((2001, before), (2002, after)):
        for i in range(n * len(issuers)):
            issuer = issuers[i % len(issuers)] if mix is None else rng.choice(list(issuers), p=mix[year])
            p = shares[issuer] if isinstance(next(iter(shares.values())), dict) else shares
            near = rng.choice(list(p), 4, p=list(p.values())).tolist()
            far = rng.choice(list("abcdefgh"), 30).tolist()
            words.append([[*near[:2], "x", *near[2:]], far])
            dates.append(f"{year}-03-01")
            who.append(str(issuer))
    return make(words, date=dates, issuer=who)


EVEN = dict.fromkeys("abcdefgh", 1 / 8)
FULL_OF_A = {"a": 0.44, **dict.fromkeys("bcdefgh", 0.08)}
FULL_OF_B = {"b": 0.44, **dict.fromkeys("acdefgh", 0.08)}


def test_what_came_closer_and_went_further_is_found():
    found = od.find_collocates(planted(FULL_OF_A, FULL_OF_B, seed=1), "x", 2, "year", **EVERYTHING)
    changes = found.compare("2001", "2002")
    frame = changes.to_frame().set_index("collocate")
    assert frame.loc["a", "kind"] == "further"
    assert frame.loc["b", "kind"] == "closer"
    # .44 of the company and 1/8 elsewhere: log2 of 3.52; .08: log2 of .64
    for word, before, after in (("a", 3.52, 0.64), ("b", 0.64, 3.52)):
        assert frame.loc[word, "log_ratio_before"] == pytest.approx(np.log2(before), abs=0.6)
        assert frame.loc[word, "within"] * np.log2(after / before) > 0
    for side, period in (("before", "2001"), ("after", "2002")):
        assert len(changes.evidence("a", side)) == frame.loc["a", f"count_{side}"]
        assert len(found.evidence("a", period)) == frame.loc["a", f"count_{side}"]


def test_the_intervals_of_differences_cover_them():
    true, covered = np.log2(3.52 / 0.64), []
    for seed in range(20):
        found = od.find_collocates(planted(FULL_OF_A, FULL_OF_B, seed=seed), "x", 2, "year", **EVERYTHING)
        frame = found.compare("2001", "2002", n_permutations=99).to_frame().set_index("collocate")
        covered += [
            frame.loc[one, "low"] < sign * true < frame.loc[one, "high"]
            for one, sign in (("a", -1), ("b", 1))
        ]
    assert sum(covered) >= 34  # of 40, of which 38 are to be expected


def test_a_change_in_who_publishes_is_none_in_what_is_said():
    # P always speaks of a, Q never more than others; at first P publishes a fifth, then most
    shares = {"P": FULL_OF_A, "Q": EVEN}
    tokens = planted(shares, shares, n=60, issuers="PQ", mix={2001: (0.2, 0.8), 2002: (0.85, 0.15)})
    row = od.find_collocates(tokens, "x", 2, "year", **EVERYTHING).compare("2001", "2002").to_frame()
    row = row.set_index("collocate").loc["a"]
    assert row["low"] > 0
    assert row["kind"] == "none"
    assert "who publishes" in row["note"]
    assert abs(row["within"]) < abs(row["difference"]) / 2


def test_issuers_that_never_meet_a_side_of_the_other_cannot_be_compared():
    tokens = planted(FULL_OF_A, FULL_OF_B)
    found = od.find_collocates(tokens, "x", 2, None, "issuer", **EVERYTHING)
    frame = found.compare("P", "Q").to_frame()
    assert (frame["kind"] == "not enough data").all()
    assert frame["note"].str.contains("issuers that are on both sides").all()


def test_same_seed_same_changes():
    found = od.find_collocates(planted(EVEN, FULL_OF_A, n=8), "x", 2, "year", **EVERYTHING)
    one, two = (found.compare("2001", "2002", n_permutations=199, seed=3).to_frame() for _ in range(2))
    pd.testing.assert_frame_equal(one, two)


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.booleans(), min_size=1, max_size=9), min_size=1, max_size=5), st.integers(0, 2**40)
)
def test_dealing_keeps_each_issuers_number_on_each_side(strata, seed):
    sides = np.array([one for some in strata for one in some], np.float32)
    bounds = np.cumsum([0, *map(len, strata)])
    ways = deal_sides(sides, bounds, 20, seed)
    for begin, end in pairwise(bounds):
        assert (ways[:, begin:end].sum(axis=1) == sides[begin:end].sum()).all()


def test_dealing_gives_each_release_the_same_chance():
    ways = deal_sides(np.array([1, 0, 0, 0], np.float32), np.array([0, 4]), 20_000, 7)
    np.testing.assert_allclose(ways.mean(axis=0), 0.25, atol=0.015)


# --- faces and mistakes


def test_the_picture_has_a_dot_for_each_count():
    found = od.find_collocates(story(), "x", 2, "year", **EVERYTHING)
    ax = found.plot(n=3)
    frame = found.to_frame()
    names = [one.get_text() for one in ax.get_yticklabels()]
    assert names == frame["collocate"].unique()[:3].tolist()
    drawn = {
        (names[int(y)], int(x))
        for one in ax.collections
        if one.get_label() != ""
        for x, y in one.get_offsets()
    }
    counted = frame[(frame["count"] > 0) & frame["collocate"].isin(names)]
    assert drawn == {(row.collocate, ["2001", "2002"].index(row.period)) for row in counted.itertuples()}


def test_the_picture_of_one_period_has_values_and_intervals():
    found = od.find_collocates(story(), "x", 2, **EVERYTHING)
    ax = found.plot()
    points = next(one for one in ax.lines if one.get_marker() == "o")
    np.testing.assert_allclose(points.get_xdata(), found.to_frame()["log_ratio"])
    mpl.pyplot.close("all")


def test_the_picture_of_changes_goes_from_before_to_after():
    found = od.find_collocates(planted(FULL_OF_A, FULL_OF_B), "x", 2, "year", **EVERYTHING)
    changes = found.compare("2001", "2002", n_permutations=199)
    ax = changes.plot(n=2)
    frame = changes.to_frame().head(2).sort_values("difference", ascending=False)
    drawn = [one.get_xdata()[0] for one in ax.lines if one.get_marker() == "o"]
    np.testing.assert_allclose(drawn, frame[["log_ratio_before", "log_ratio_after"]].to_numpy().ravel())
    mpl.pyplot.close("all")


def test_faces():
    found = od.find_collocates(story(), "x", 2, "year", **EVERYTHING)
    assert repr(found).startswith("Collocates(")
    assert "2 periods" in repr(found)
    assert "<table" in found._repr_html_()
    assert 'class="dataframe"' in found._repr_html_()
    spec = found.spec.to_dict()
    assert spec["parameters"]["window"] == 2
    assert spec["inputs"]
    changes = found.compare("2001", "2002", n_permutations=99)
    assert "CollocateChanges" in repr(changes)
    assert "<table" in changes._repr_html_()
    assert changes.spec.seed == 0


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"node": 3}, WrongKindError, "node is a int"),
        ({"window": -1}, InputError, "window=-1"),
        ({"window": (0, 0)}, InputError, "window"),
        ({"window": "five"}, InputError, "window='five'"),
        ({"within": "sentences"}, InputError, "Did you mean 'sentence'"),
        ({"measure": "logdice"}, InputError, "Did you mean 'log_dice'"),
        ({"min_count": 0}, InputError, "min_count=0"),
        ({"level": 95}, InputError, "level=95"),
        ({"every": "yaer"}, UnknownNameError, "Did you mean 'year'"),
        ({"by": "isuer"}, UnknownNameError, "Did you mean 'issuer'"),
        ({"reissues": "none"}, InputError, "reissues='none'"),
        ({"stop_words": "english"}, InputError, "stop_words"),
        ({"min_count": 10_000}, NotEnoughDataError, "10,000 times"),
    ],
)
def test_mistakes_are_answered(options, error, match):
    with pytest.raises(error, match=match):
        od.find_collocates(story(), **({"node": "x"} | options))


def test_a_node_that_is_not_there_says_what_is_near():
    with pytest.raises(NotEnoughDataError, match="matches nothing"):
        od.find_collocates(story(), "xyz")


def test_sides_that_are_not_there_are_answered():
    found = od.find_collocates(story(), "x", 2, "year", **EVERYTHING)
    with pytest.raises(UnknownNameError, match="Did you mean '2001'"):
        found.compare("201", "2002")
    with pytest.raises(InputError, match="none on both"):
        found.compare("2001", ["2001", "2002"])
    with pytest.raises(InputError, match="n_permutations=5"):
        found.compare("2001", "2002", n_permutations=5)
    few = od.find_collocates(story(n=4), "x", 2, "year", **EVERYTHING)
    with pytest.raises(NotEnoughDataError, match="8 times in 2001"):
        few.compare("2001", "2002")
