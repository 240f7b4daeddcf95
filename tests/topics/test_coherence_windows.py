"""Coherence in windows of running text, and by whole releases as gensim has it."""

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, UnknownNameError, WrongKindError
from octadisc.topics.quality.coherence import ORDERS, WINDOWS, coherence_from
from octadisc.topics.quality.kernels import count_windows
from octadisc.topics.quality.measuring import measure_coherence
from octadisc.topics.quality.windows import meet_in_releases, meet_in_windows

mpl.use("Agg")

TEXTS = [
    "the police seized cocaine and heroin at the port and the police of two ports seized heroin",
    "cocaine came by sea and heroin came by land",
    "ministers signed a pact of trust and the pact of trust binds ministers and police",
    "trust grows when police and ministers meet and trust each other",
    "heroin",
    "the port police trust the customs police and the customs trust the port",
]
TOPICS = [
    ["police", "heroin", "cocaine", "port"],
    ["trust", "ministers", "pact", "police"],
    ["customs", "sea", "trust"],
]

# What gensim 4.4.0 gives for these texts and topics: CoherenceModel(topics=…, texts=…, corpus=…,
# dictionary=…, coherence=…, window_size=…).get_coherence_per_topic().
GENSIM = {
    ("u_mass", None): [-0.943826746684, -0.366204096218, -17.226174431132],
    ("npmi", 10): [0.3377769292, -0.044321556579, -0.427627384507],
    ("npmi", 4): [-0.250108467352, -0.138820507439, -0.496730977155],
    ("uci", 10): [0.431973578233, -4.040302264243, -15.329638290592],
    ("c_v", 110): [0.588099434738, 0.917509306488, 0.301746649093],
    ("c_v", 5): [0.323841121416, 0.433682163197, 0.257686384362],
}


def counted(texts, **options):
    return od.count_terms(od.tokenize(od.Corpus.from_frame({"text": texts})), **options)


@pytest.fixture(scope="module")
def counts():
    return counted(TEXTS)


def meet(texts, terms, window, *, exact):
    """Give windows with each term, windows with each two, and all windows."""
    made = counted(texts)
    place = [made.terms.index(one) for one in terms]
    found = meet_in_windows([place], made, window, exact=exact)
    return (*found.of(place), found.n_windows)


def test_windows_counted_by_hand():
    # windows of three: a b c, b c a, c a d
    alone, both, n = meet(["a b c a d"], "abcd", 3, exact=True)
    assert n == 3
    assert alone.tolist() == [3, 2, 3, 1]
    assert both.tolist() == [[3, 2, 3, 1], [2, 2, 2, 0], [3, 2, 3, 1], [1, 0, 1, 1]]


def test_a_repeated_term_is_forgotten_as_in_gensim():
    # windows of three: a b a, b a c, a c d. gensim takes a for gone when its first occurrence leaves.
    assert meet(["a b a c d"], "abc", 3, exact=True)[0].tolist() == [3, 2, 2]
    alone, both, _ = meet(["a b a c d"], "abc", 3, exact=False)
    assert alone.tolist() == [1, 2, 2]
    assert both[0].tolist() == [1, 1, 0]


def test_a_short_release_is_one_window_and_so_is_an_empty_one():
    alone, both, n = meet(["a b", "", "b"], "ab", 3, exact=True)
    assert n == 3
    assert alone.tolist() == [1, 2]
    assert both[0, 1] == 1


def count_plainly(texts, n_terms, window, *, exact):
    """Look at every window; or carry along the set of terms, as gensim does."""
    alone, both, n = np.zeros(n_terms), np.zeros((n_terms, n_terms)), 0
    for text in texts:
        here = set()
        for start in range(max(len(text) - window, 0) + 1):
            if exact or start == 0:
                here = set(text[start : start + window])
            else:
                here = (here - {text[start - 1]}) | {text[start + window - 1]}
            n += 1
            for one in here:
                alone[one] += 1
                for other in here:
                    both[one, other] += 1
    return alone, both, n


@given(
    st.lists(st.lists(st.integers(0, 5), max_size=25), max_size=4),
    st.integers(2, 30),
    st.booleans(),
)
def test_windows_equal_a_plain_count(texts, window, exact):
    """Types 0 to 3 are listed, 4 and 5 are other words."""
    ids = np.array([one for text in texts for one in text], np.int32)
    rows = np.cumsum([0, *(len(text) for text in texts)]).astype(np.int64)
    place = np.array([0, 1, 2, 3, -1, -1], np.int32)
    pointers, partners = np.array([0, 3, 5, 6, 6]), np.array([1, 2, 3, 2, 3, 3])
    found = count_windows(ids, rows, np.ones(len(texts)), place, pointers, partners, window, exact)
    alone, both, n = count_plainly(texts, 6, window, exact=exact)
    assert found[2] == n
    np.testing.assert_array_equal(found[0], alone[:4])
    np.testing.assert_array_equal(found[1], both[[0, 0, 0, 1, 1, 2], partners])


@pytest.mark.parametrize(("measure", "window"), list(GENSIM))
def test_gensim(counts, measure, window):
    made = measure_coherence(TOPICS, counts, measure, window=window).to_frame()
    np.testing.assert_allclose(made[measure], GENSIM[measure, window], atol=1e-11)
    if WINDOWS.get(measure) == window:
        usual = measure_coherence(TOPICS, counts, measure).to_frame()
        np.testing.assert_array_equal(usual[measure], made[measure])


def test_u_mass_by_hand(counts):
    # police stands in 4 of 6 texts, trust in 3, customs in 1; customs and trust meet in 1
    made = measure_coherence([["trust", "customs"], ["customs", "trust"]], counts, "u_mass").to_frame()
    np.testing.assert_allclose(made["u_mass"], [np.log(1 / 3), np.log(1 / 1)], atol=1e-9)


def test_npmi_by_whole_releases_needs_no_tokens(counts):
    bare = od.TermCounts.from_matrix(counts.matrix, counts.terms, counts.releases)
    made = measure_coherence([["trust", "police"]], bare, "npmi", window="release").to_frame()
    # 3 of 6 texts have both; 3 have trust, 4 police
    expected = np.log((3 / 6) / (3 / 6 * 4 / 6)) / -np.log(3 / 6)
    np.testing.assert_allclose(made["npmi"], [expected], atol=1e-9)
    for measure in ("npmi", "uci", "c_v"):
        with pytest.raises(InputError, match="window"):
            measure_coherence(TOPICS, bare, measure)
    with pytest.raises(InputError, match="defined by windows"):
        measure_coherence(TOPICS, bare, "c_v", window="release")


def test_a_window_as_long_as_every_text_is_the_release(counts):
    by_window = measure_coherence(TOPICS, counts, ["npmi", "uci", "c_v"], window=1000).to_frame()
    by_release = measure_coherence(TOPICS, counts, ["npmi", "uci", "c_v"], window="release").to_frame()
    for one in ("npmi", "uci", "c_v"):
        np.testing.assert_allclose(by_window[one], by_release[one])


def test_terms_left_out_of_the_counts_still_take_room(counts):
    fewer = counted(TEXTS, stop_words=["the", "and", "of", "by"])
    assert len(fewer.terms) < len(counts.terms)
    for one in ("npmi", "c_v"):
        np.testing.assert_array_equal(
            measure_coherence(TOPICS, fewer, one).frame[one],
            measure_coherence(TOPICS, counts, one).frame[one],
        )


@pytest.mark.parametrize("measure", ORDERS)
def test_copies_weigh_what_they_weigh(measure):
    texts = [*TEXTS, TEXTS[0], TEXTS[0]]
    frame = {"text": texts, "duplicate_cluster": [0, None, None, None, None, None, 0, 0]}
    tokens = od.tokenize(od.Corpus.from_frame(frame))
    wanted = measure_coherence(TOPICS, counted(TEXTS), measure).frame[measure]
    for reissues in ("first", "share"):
        made = measure_coherence(TOPICS, od.count_terms(tokens, reissues=reissues), measure).frame[measure]
        np.testing.assert_allclose(made, wanted, atol=1e-12)
    kept = measure_coherence(TOPICS, od.count_terms(tokens), measure).frame[measure]
    assert not np.allclose(kept, wanted)


def test_absent_terms_are_left_out_and_named(counts):
    made = measure_coherence([["police", "zebra", "port"], ["zebra", "sea"]], counts, ORDERS)
    assert made.frame["n_terms"].tolist() == [2, 1]
    assert np.isfinite(made.frame.loc[0, list(ORDERS)].to_numpy(float)).all()
    assert made.frame.loc[1, list(ORDERS)].isna().all()
    assert "left out: zebra." in made.notes[0]
    plain = measure_coherence([["police", "port"]], counts, ORDERS).frame
    np.testing.assert_array_equal(made.frame.loc[0, list(ORDERS)], plain.loc[0, list(ORDERS)])


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=12), min_size=1, max_size=5), st.booleans())
def test_measures_are_finite_and_within_bounds(texts, exact):
    made = [" ".join(one) for one in texts]
    if len({one for text in texts for one in text}) < 2:
        return
    some = counted(made)
    topic = [list(range(len(some.terms)))]
    for measure, window in (("npmi", 3), ("uci", 3), ("c_v", 4)):
        (value,) = coherence_from(topic, meet_in_windows(topic, some, window, exact=exact), measure)
        assert np.isfinite(value)
        assert abs(value) <= (1 + 1e-9 if measure != "uci" else 28)
    (value,) = coherence_from(topic, meet_in_releases(topic, some.matrix), "u_mass")
    assert np.isfinite(value)


def test_quality_by_any_measure(small, tokens):
    counts = od.count_terms(tokens, stop_words="auto")
    for measure in ORDERS:
        made = small.quality(counts, 5, order=measure)
        wanted = measure_coherence(small, counts, measure, 5).to_frame()
        np.testing.assert_array_equal(made.frame["coherence"], wanted[measure])
        assert made.frame["terms"].tolist() == wanted["terms"].tolist()
    assert "near each other" in small.quality(counts, 5, order="c_v").plot().get_xlabel()
    mpl.pyplot.close("all")


def test_faces(counts):
    made = measure_coherence([["<b>", "police", "trust"], *TOPICS], counts, ["npmi", "c_v"])
    assert repr(made) == "TopicCoherence(4 topics, npmi, c_v)"
    page = made._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>," not in page
    ax = made.plot(measure="c_v")
    (points,) = ax.lines
    assert sorted(points.get_xdata(), reverse=True) == points.get_xdata().tolist()
    assert sorted(points.get_xdata()) == sorted(made.frame["c_v"].dropna())
    with pytest.raises(UnknownNameError, match="not measured"):
        made.plot(measure="uci")
    mpl.pyplot.close("all")


@pytest.mark.parametrize(
    ("topics", "options", "said"),
    [
        (TOPICS, {"measures": "c_npmi"}, "Did you mean 'npmi'"),
        (TOPICS, {"measures": []}, "expected one of"),
        (TOPICS, {"measures": None}, "expected one of"),
        (TOPICS, {"n_terms": 1}, "n_terms=1"),
        (TOPICS, {"window": 1}, "window=1"),
        (TOPICS, {"window": 2.5}, "window=2.5"),
        (TOPICS, {"window": "text"}, "window='text'"),
        (TOPICS, {"measures": "mimno", "window": 10}, "whole releases"),
        ([], {}, "topics is empty"),
        ("police", {}, "topics is empty"),
        (["police"], {}, "Topic 0 is 'police'"),
        ([["police", "police"]], {}, "twice"),
        ([["zebra", "yak"]], {}, "None of the topics' terms"),
    ],
)
def test_arguments_that_are_none(counts, topics, options, said):
    with pytest.raises((InputError, UnknownNameError), match=said):
        measure_coherence(topics, counts, **options)


def test_counts_that_are_none():
    with pytest.raises(WrongKindError, match="counts is a list"):
        measure_coherence(TOPICS, [])
