"""Releases that repeat another weigh in topics what they weigh in the counts."""

import warnings
import zipfile
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, UnreadableError
from octadisc.spec import Spec
from octadisc.topics.making import make_model

mpl.use("Agg")

NUMBERS = ["share", "low", "high", "releases"]


def draw_stories(n_stories=120, n_terms=60, n_topics=3, seed=0):
    """Draw texts of three topics (Dirichlet .1 and .3)."""
    rng = np.random.default_rng(seed)
    words = rng.dirichlet(np.full(n_terms, 0.1), n_topics)
    shares = rng.dirichlet(np.full(n_topics, 0.3), n_stories)
    terms = [f"{one}{two}" for one in "abcdef" for two in "ghijklmnop"][:n_terms]
    lengths = rng.integers(30, 90, n_stories)
    return [" ".join(rng.choice(terms, n, p=one @ words)) for one, n in zip(shares, lengths, strict=True)]


STORIES = draw_stories()
# Most stories are put out once to four times, three of them 30 times.
TIMES = np.random.default_rng(1).integers(1, 5, len(STORIES))
TIMES[:3] = 30


def issue(times, texts=STORIES):
    """Tokens of a corpus in which each story stands as often as it says, on one day of one issuer."""
    rows = [
        {
            "release": f"{i}.{copy}",
            "date": f"{2001 + i % 8}-01-01",
            "issuer": "AB"[i % 2],
            "text": text,
            "duplicate_cluster": i if n > 1 else None,
            "duplicate_of": f"{i}.0" if copy else None,
        }
        for i, (text, n) in enumerate(zip(texts, times, strict=True))
        for copy in range(n)
    ]
    frame = pd.DataFrame(rows)
    frame["duplicate_cluster"] = frame["duplicate_cluster"].astype("Int64")
    return od.tokenize(od.Corpus.from_frame(frame))


@pytest.fixture(scope="module")
def once():
    return issue(np.ones(len(STORIES), int))


@pytest.fixture(scope="module")
def again():
    return issue(TIMES)


def numbers(trend):
    return trend.to_frame()[NUMBERS].to_numpy(float)


@pytest.mark.parametrize("start", ["spectral", "random"])
@pytest.mark.parametrize(
    ("method", "reissues", "near"),
    [
        ("nmf", "first", 0),
        ("nmf", "share", 1e-3),
        ("lda", "first", 0),
        ("lda", "share", 0.02),  # while words are learnt, the prior weighs more beside a part of a release
    ],
)
def test_what_is_issued_again_makes_no_other_topics(once, again, method, reissues, near, start):
    plain = od.fit_topics(od.count_terms(once), 3, method, start=start)
    model = od.fit_topics(od.count_terms(again, reissues=reissues), 3, method, start=start)
    is_first = again.corpus.frame["duplicate_of"].isna().to_numpy()
    np.testing.assert_allclose(model.words, plain.words, rtol=0, atol=near)
    np.testing.assert_allclose(model.shares[is_first], plain.shares, rtol=0, atol=near)
    np.testing.assert_allclose(model.topics["share"], plain.topics["share"], rtol=0, atol=near)
    for by in (None, "issuer"):
        for weights in ("release", "token"):
            tables = [numbers(one.over_time("year", by, weights)) for one in (plain, model)]
            np.testing.assert_allclose(tables[1], tables[0], rtol=1e-9, atol=near)


def test_what_is_issued_often_rules_topics_that_keep_it(once, again):
    """So the test above can fail: three stories put out 30 times make other topics if they count in full."""
    plain, kept = (od.fit_topics(od.count_terms(one), 3) for one in (once, again))
    assert np.abs(kept.words - plain.words).max() > 0.1


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_copies_have_the_shares_of_what_they_repeat(again, method):
    model = od.fit_topics(od.count_terms(again, reissues="share"), 3, method)
    cluster = again.corpus.frame["duplicate_cluster"]
    for number in (0, 1, 2):
        shares = model.shares[(cluster == number).fillna(False).to_numpy(bool)]
        assert len(shares) == 30
        np.testing.assert_allclose(shares, shares[:1].repeat(30, axis=0), atol=1e-9)


# Crime has shares .9 in a, which is put out again as b, .3 in c, and .6 in d of 2009, which is a once more.
HAND = pd.DataFrame(
    {
        "release": list("abcd"),
        "date": ["2007-01-01", "2007-02-01", "2007-03-01", "2009-01-01"],
        "issuer": ["Europol", "SELEC", "SELEC", "Europol"],
        "duplicate_cluster": pd.array([0, 0, None, 0], "Int64"),
    }
)


def model_of(shares, releases, release_weights, tokens=None):
    """Make a model with given shares of two topics; tokens are weighed as `od.count_terms` does."""
    release_weights = np.array(release_weights, float)
    releases = releases.assign(
        tokens=np.array([100] * len(shares) if tokens is None else tokens) * release_weights
    )
    counts = od.TermCounts.from_matrix(np.ones((len(shares), 2)), ["crime", "trust"], releases)
    counts = replace(counts, release_weights=release_weights)
    shares = np.array([[one, 1 - one] for one in shares])
    words = np.array([[0.9, 0.1], [0.1, 0.9]])
    return make_model(counts, shares, words, np.array([0.0]), spec=Spec("test"), weights="release")


def test_means_by_hand():
    third = 1 / 3
    model = model_of([0.9, 0.9, 0.3, 0.6], HAND, [third, third, 1, third], [60, 60, 90, 60])
    # all: (.3 + .3 + .3 + .2) / 2; the other topic has the rest
    np.testing.assert_allclose(model.topics["share"], [0.55, 0.45])
    crime = model.over_time("year").frame.query("topic == 0")
    # 2007: (.9/3 + .9/3 + .3) / (1/3 + 1/3 + 1) = .9 / (5/3); 2009: .6
    np.testing.assert_allclose(crime["share"], [0.54, np.nan, 0.6])
    np.testing.assert_allclose(crime["releases"], [5 / 3, 0, third])
    # by words: 20 of .9, 20 of .9, 90 of .3
    crime = model.over_time("year", weights="token").frame.query("topic == 0")
    np.testing.assert_allclose(crime["share"], [(18 + 18 + 27) / 130, np.nan, 0.6])
    # by issuer, in 2007: Europol has a, SELEC b and c: (.9/3 + .3) / (4/3)
    crime = model.over_time("year", by="issuer").frame.query("topic == 0 and period == '2007'")
    np.testing.assert_allclose(crime["share"], [0.9, 0.45])
    np.testing.assert_allclose(crime["releases"], [third, 1 + third])


def test_a_copy_that_is_left_out_is_in_no_mean():
    model = model_of([0.9, np.nan, 0.3, np.nan], HAND, [1, 0, 1, 0])
    trend = model.over_time("year")
    crime = trend.frame.query("topic == 0")
    np.testing.assert_allclose(crime["share"], [0.6, np.nan, np.nan])  # (.9 + .3) / 2
    assert crime["releases"].tolist() == [2, 0, 0]
    assert crime["releases"].dtype == np.int64
    assert "Repeating another release, and not counted: 2 releases." in trend.notes
    assert not any("Without a term" in note for note in trend.notes)


@pytest.mark.parametrize("weights", ["release", "token"])
@pytest.mark.parametrize("by", [None, "issuer"])
def test_copies_make_nothing_surer(by, weights):
    """Intervals of shares that are known: with each release three times as a third they are as with one."""
    rng = np.random.default_rng(2)
    n = 150
    releases = pd.DataFrame(
        {
            "date": [f"{2001 + i % 5}-01-01" for i in range(n)],
            "issuer": np.array(["A", "B", "C", None], object)[rng.integers(0, 4, n)],
        }
    )
    share, tokens = rng.beta(1, 3, n), rng.integers(50, 400, n)
    thrice = pd.concat([releases.assign(duplicate_cluster=np.arange(n))] * 3, ignore_index=True)
    plain = model_of(share, releases, np.ones(n), tokens).over_time("year", by, weights)
    parts = model_of(np.tile(share, 3), thrice, np.full(3 * n, 1 / 3), np.tile(tokens, 3))
    np.testing.assert_allclose(numbers(parts.over_time("year", by, weights)), numbers(plain))
    if by == "issuer":  # else issuers' releases of a period are known to depend on each other, copies or not
        kept = model_of(np.tile(share, 3), thrice, np.ones(3 * n), np.tile(tokens, 3))
        width = [one["high"] - one["low"] for one in (kept.over_time("year", by, weights).frame, plain.frame)]
        assert (width[0] < width[1]).all()


@pytest.fixture
def few():
    """Two stories put out twice, one put out once, and a release of stop words."""
    texts = ["drugs and cocaine at sea", "mutual trust of police", "drugs at the border", "and the"]
    return issue([2, 2, 1, 1], texts)


def test_a_copy_left_out_is_not_said_to_be_without_terms(few):
    counts = od.count_terms(few, stop_words="auto", reissues="first")
    with pytest.warns(OctadiscWarning) as caught:
        model = od.fit_topics(counts, 2)
    # 0.1 and 1.1 are copies; of the four releases that are left, 3.0 has stop words only
    assert [str(one.message).partition(".")[0] for one in caught] == [
        "Releases without a term to model: 1 of 4 (3"
    ]
    assert model.notes[0].startswith("Releases without a term to model: 1 of 4 (3.0).")
    assert model.notes[1].startswith(
        "Left out of the counts, since they repeat another release: 2 of 6 (0.1, 1.1)."
    )
    assert np.isnan(model.shares[:, 0]).tolist() == [False, True, False, True, False, True]
    assert model.release_weights.tolist() == [1, 0, 1, 0, 1, 1]
    notes = model.over_time("year").notes
    assert "Without a term of the model, and not counted: 1 release." in notes
    assert "Repeating another release, and not counted: 2 releases." in notes


def test_leaving_copies_out_warns_of_nothing():
    texts = ["drugs and cocaine at sea", "mutual trust of police", "drugs at the border"]
    counts = od.count_terms(issue([3, 1, 1], texts), stop_words="auto", reissues="first")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(od.fit_topics(counts, 2).notes) == 1


def test_copies_make_no_more_topics_possible():
    tokens = issue([4, 4], ["drugs and cocaine at sea", "mutual trust of police"])
    assert od.fit_topics(od.count_terms(tokens), 3).n_topics == 3
    for reissues in ("first", "share"):
        counts = od.count_terms(tokens, reissues=reissues)
        assert od.fit_topics(counts, 2).n_topics == 2
        with pytest.raises(NotEnoughDataError, match="more than the 2 releases that have terms"):
            od.fit_topics(counts, 3)


def test_languages_are_those_of_stories():
    # English are 1 story put out 30 times and 9 others; the Slovenian release is one of 11 stories, 9%.
    frame = issue([30] + [1] * 10, STORIES[:11]).corpus.frame
    tokens = od.tokenize(od.Corpus.from_frame(frame.assign(language=["en"] * 39 + ["sl"])))
    more = od.tokenize(od.Corpus.from_frame(frame.assign(language=["en"] * 38 + ["sl"] * 2)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        od.fit_topics(od.count_terms(tokens, reissues="share"), 2)  # 1 / 11 = 9%
    with pytest.raises(InputError, match=r"\(en 82%, sl 18%\)"):  # 2 / 11
        od.fit_topics(od.count_terms(more, reissues="share"), 2)


def test_evidence_adds_up_to_the_words_that_count(few):
    for reissues in ("keep", "first", "share"):
        counts = od.count_terms(few, stop_words="auto", reissues=reissues)
        with pytest.warns(OctadiscWarning, match="without a term"):
            model = od.fit_topics(counts, 2)
        tables = [model.evidence(topic, n=100) for topic in (0, 1)]
        assert sum(table["contribution"].sum() for table in tables) == pytest.approx(counts.matrix.sum())
        found = set(pd.concat(tables)["release"])
        assert found == {"0.0", "1.0", "2.0"} | (set() if reissues == "first" else {"0.1", "1.1"})
    # drugs, cocaine, sea: three words, of which each copy has half
    both = pd.concat(tables).groupby("release")["contribution"].sum()
    assert both["0.0"] == pytest.approx(1.5)
    assert both["2.0"] == pytest.approx(2)  # drugs, border


@pytest.mark.parametrize("reissues", ["first", "share"])
def test_a_saved_model_knows_what_copies_weigh(again, reissues, tmp_path):
    model = od.fit_topics(od.count_terms(again, reissues=reissues), 3)
    loaded = od.load_model(model.save(tmp_path / "model.zip"))
    np.testing.assert_array_equal(loaded.release_weights, model.release_weights)
    assert loaded.notes == model.notes
    pd.testing.assert_frame_equal(loaded.releases, model.releases)
    for by in (None, "issuer"):
        pd.testing.assert_frame_equal(loaded.over_time("year", by).frame, model.over_time("year", by).frame)


def test_a_file_that_lost_its_weights_is_damaged(again, tmp_path):
    path = od.fit_topics(od.count_terms(again, reissues="first"), 3).save(tmp_path / "model.zip")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert parts.pop("release_weights.npy")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(UnreadableError, match="is damaged"):
        od.load_model(path)
