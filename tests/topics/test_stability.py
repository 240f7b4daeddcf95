"""How often topics come back when a model is fitted again."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, UnknownNameError, WrongKindError
from octadisc.topics.alignment.refits import draw_part, parameters_of, take_releases

mpl.use("Agg")


def draw_counts(n=240, n_topics=4, n_terms=40, seed=0):
    """Draw counts of releases that are mostly of one topic each; topics have terms of their own."""
    rng = np.random.default_rng(seed)
    own = n_terms // n_topics
    words = np.full((n_topics, n_terms), 0.1)
    for k in range(n_topics):
        words[k, k * own : (k + 1) * own] += rng.uniform(1, 5, own)
    words /= words.sum(axis=1, keepdims=True)
    shares = rng.dirichlet(np.full(n_topics, 0.2), n)
    matrix = np.array([rng.multinomial(80, one @ words) for one in shares])
    table = pd.DataFrame(
        {"date": [f"{2001 + i // 60}-05-01" for i in range(n)], "issuer": ["A", "B"] * (n // 2)}
    )
    return od.TermCounts.from_matrix(matrix, [f"t{i:02d}" for i in range(n_terms)], table)


COUNTS = draw_counts()
MODEL = od.fit_topics(COUNTS, 4, "nmf")


@pytest.fixture(scope="module")
def stability():
    return od.check_stability(MODEL, COUNTS, n_starts=2, n_resamples=3, methods=["lda"], seed=1)


def test_planted_topics_come_back(stability):
    table = stability.to_frame()
    assert (table["found"] >= 0.8).all()
    assert set(table["verdict"]) == {"stable"}
    assert (
        "4 topics, fitted again 8 times (2 by start, 3 by resample, 2 by number of topics, 1 by method)"
        in (stability.describe())
    )


def test_each_way_is_what_it_says(stability):
    fits, models = stability.fits, stability.models
    assert fits["kind"].tolist() == [*["start"] * 2, *["resample"] * 3, *["number of topics"] * 2, "method"]
    assert fits["n_topics"].tolist() == [4, 4, 4, 4, 4, 3, 5, 4]
    assert fits["releases"].tolist() == [240, 240, 120, 120, 120, 240, 240, 240]
    assert [one.spec.parameters["method"] for one in models] == [*["nmf"] * 8, "lda"]
    assert fits["seed"].is_unique
    drawn = [tuple(one.releases["release"]) for one in models[3:6]]
    assert len(set(drawn)) == 3


def test_shares_of_fits_are_counted_by_kind(stability):
    frame = stability.alignment.to_frame().merge(stability.fits[["model", "kind"]], on="model")
    table = stability.to_frame()
    mine = frame[frame["topic"] == 2]
    assert table["found"][2] == pytest.approx(mine["found"].mean())
    assert table["resamples"][2] == pytest.approx(mine[mine["kind"] == "resample"]["found"].mean())


def test_topics_of_noise_do_not_come_back():
    rng = np.random.default_rng(5)
    terms = [f"t{i:03d}" for i in range(150)]
    noise = od.TermCounts.from_matrix(rng.poisson(0.3, (400, 150)), terms, [{} for _ in range(400)])
    model = od.fit_topics(noise, 4, "nmf")
    table = od.check_stability(model, noise, n_starts=0, n_resamples=6, n_topics=[]).to_frame()
    assert table["found"].mean() < 0.3
    assert set(table["verdict"]) == {"not stable"}


def test_a_superfluous_topic_does_not_come_back():
    model = od.fit_topics(COUNTS, 6, "nmf")
    planted = od.align_topics([MODEL, model]).frame.query("outcome == 'same'")["matched"].tolist()
    table = od.check_stability(model, COUNTS, n_starts=0, n_resamples=8, n_topics=[]).to_frame()
    assert len(planted) >= 3
    rest = table[~table["topic"].isin(planted)]
    assert rest["found"].mean() < table.loc[planted, "found"].mean()


def test_the_same_call_gives_the_same(stability):
    again = od.check_stability(MODEL, COUNTS, n_starts=2, n_resamples=3, methods=["lda"], seed=1)
    pd.testing.assert_frame_equal(again.to_frame(), stability.to_frame())


def test_covariates_are_handed_on():
    model = od.fit_topics(COUNTS, 4, prevalence="~ issuer", sigma_prior=0.1)
    assert parameters_of(model) == {
        "prevalence": "~ issuer", "sigma_prior": 0.1, "weights": "release", "max_iterations": 500,
    }  # fmt: skip
    made = od.check_stability(model, COUNTS, n_starts=1, n_resamples=1, n_topics=[3])
    assert [one.spec.parameters.get("prevalence") for one in made.models] == ["~ issuer"] * 4
    effects = made.compare_effects("~ issuer", clusters=None)
    assert effects.term == "issuer[T.B]"
    assert set(effects.frame["model"]) == {0, 1, 2, 3}


def test_units_of_a_release_stay_together():
    corpus = od.Corpus.from_frame([{"text": f"Police {i}.\n\nTrust {i}."} for i in range(40)])
    counts = od.count_terms(od.tokenize(corpus).units("paragraph"))
    rows = draw_part(counts, 0.5, 3)
    of = counts.releases["release"].str.rsplit("#", n=1).str[0] if len(counts.releases) == 80 else None
    assert len(rows) == 40
    kept = take_releases(counts, rows)
    assert len(kept.releases) == 40
    assert kept.matrix.shape[0] == 40
    assert (np.diff(rows)[::2] == 1).all()  # two and two
    assert (rows[::2] % 2 == 0).all()
    assert of is not None


def test_courses_are_drawn_again(stability):
    redrawn = stability.over_time(1)
    frame = redrawn.to_frame()
    own = MODEL.over_time("year").to_frame().query("topic == 1")
    np.testing.assert_allclose(frame.query("model == 0")["share"], own["share"])
    matched = stability.alignment.frame.query("topic == 1 and found")
    assert set(frame["model"]) == {0, *matched["model"]}
    table = redrawn.summary()
    whole = frame[frame["kind"] != "resample"].groupby("period")["share"]
    np.testing.assert_allclose(table["most"], whole.max())
    np.testing.assert_allclose(table["least"], whole.min())
    ax = redrawn.plot()
    assert len([line for line in ax.lines if len(line.get_xdata()) == 4]) >= len(matched)


def test_what_is_drawn_is_the_table(stability):
    table = stability.to_frame().sort_values("found", ascending=False, kind="stable")
    ax = stability.plot()
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], 100 * table["found"])
    assert "Stable" not in repr(stability)
    assert repr(stability) == "TopicStability(4 topics, 8 fits, 4 stable)"
    assert "<table" in stability._repr_html_()


def test_fits_that_fail_are_named():
    made = od.check_stability(MODEL, COUNTS, n_starts=0, n_resamples=1, n_topics=[3, 39])
    assert len(made.fits) == 3
    short = od.check_stability(MODEL, COUNTS, n_starts=0, n_resamples=1, n_topics=[3, 41])
    assert len(short.fits) == 2
    assert "Not fitted (number of topics, 41 topics, nmf): n_topics=41" in short.notes[0]


def test_bad_arguments_are_answered():
    with pytest.raises(WrongKindError, match="model is a str"):
        od.check_stability("model", COUNTS)
    with pytest.raises(InputError, match="counts are not those"):
        od.check_stability(MODEL, draw_counts(n=120))
    with pytest.raises(InputError, match=r"part=1\.5"):
        od.check_stability(MODEL, COUNTS, part=1.5)
    with pytest.raises(UnknownNameError, match="Did you mean 'nmf'"):
        od.check_stability(MODEL, COUNTS, methods=["nfm"])
    with pytest.raises(InputError, match="n_starts=-1"):
        od.check_stability(MODEL, COUNTS, n_starts=-1)
    with pytest.raises(InputError, match="no other way"):
        od.check_stability(MODEL, COUNTS, n_starts=0, n_resamples=0, n_topics=[])
    broken = replace(MODEL, terms=[*MODEL.terms[:-1], "other"])
    with pytest.raises(InputError, match="counts are not those"):
        od.check_stability(broken, COUNTS)


def test_covariates_of_the_corpus_go_with_the_resamples():
    rows = [
        {"text": f"{['drugs border', 'trust treaty'][i % 2]} number{i % 7}", "kind": "ab"[i % 3 == 0]}
        for i in range(60)
    ]
    counts = od.count_terms(od.tokenize(od.Corpus.from_frame(rows)))
    model = od.fit_topics(counts, 2, prevalence="~ kind")
    made = od.check_stability(model, counts, n_starts=0, n_resamples=3, n_topics=[])
    assert made.notes == ()
    assert made.fits["kind"].tolist() == ["resample"] * 3


def test_copies_of_a_story_stay_together():
    frame = pd.DataFrame({"text": [f"drugs trust story{i % 20} border" for i in range(60)]})
    frame["duplicate_cluster"] = pd.array([i % 20 for i in range(60)], "Int64")
    counts = od.count_terms(od.tokenize(od.Corpus.from_frame(frame)), reissues="share")
    rows = draw_part(counts, 0.5, 0)
    assert len(rows) == 30
    assert len({row % 20 for row in rows.tolist()}) == 10


def test_what_was_not_fitted_is_not_fitted_again():
    merged = od.merge_topics(MODEL, {"both": [0, 1]})
    with pytest.raises(InputError, match=r"made by merge_topics.*model\.unmerged"):
        od.check_stability(merged, COUNTS)
    with pytest.raises(InputError, match="made by transform"):
        od.check_stability(MODEL.transform(COUNTS), COUNTS)


def test_a_failure_is_in_the_description():
    made = od.check_stability(MODEL, COUNTS, n_starts=0, n_resamples=1, n_topics=[41])
    assert "Not fitted (number of topics, 41 topics, nmf)" in made.describe()
