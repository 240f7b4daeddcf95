"""How many topics: words kept back, dispersion, stability, and a comparison that goes on where it stopped."""

import json
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, UnknownNameError, WrongKindError
from octadisc.spec import Spec
from octadisc.topics.held_out import HeldOut, hold_out
from octadisc.topics.making import make_model
from octadisc.topics.selection import compare
from octadisc.topics.selection.compare import compare_models
from octadisc.topics.selection.comparison import ModelComparison
from octadisc.topics.selection.residuals import check_residuals
from octadisc.topics.selection.scoring import Fits, measure_stability, rank_held_out

mpl.use("Agg")


def counts_of(matrix, **columns):
    releases = pd.DataFrame({"release": [str(i) for i in range(len(matrix))], **columns})
    return od.TermCounts.from_matrix(matrix, [f"t{i}" for i in range(np.shape(matrix)[1])], releases)


def model_of(counts, shares, words):
    """Make a model by hand; topics stay in their order if the first has the largest mean share."""
    return make_model(
        counts,
        np.array(shares, float),
        np.array(words, float),
        [0.0],
        spec=Spec("by hand"),
        weights="release",
    )


# Words kept back ------------------------------------------------------------------------------------------


def test_held_out_by_hand():
    counts = counts_of([[3, 1], [2, 2]])
    model = model_of(counts, [[0.5, 0.5], [0.9, 0.1]], [[0.8, 0.2], [0.4, 0.6]])
    held = HeldOut(counts, sparse.csr_matrix([[1, 2], [0, 0]]))
    # the first release gives its words .6 and .4; 5 of the 8 words left are the first
    np.testing.assert_allclose(held.score(model), [(np.log(0.6) + 2 * np.log(0.4)) / 3])
    mixed = 0.75 * np.array([0.6, 0.4]) + 0.25 * np.array([5, 3]) / 8
    np.testing.assert_allclose(held.score(model, 0.25), [(np.log(mixed[0]) + 2 * np.log(mixed[1])) / 3])


def test_smoothing_makes_impossible_words_bearable():
    counts = counts_of([[3, 1], [2, 2]])
    model = model_of(counts, [[1, 0], [0.5, 0.5]], [[1, 0], [0, 1]])
    held = HeldOut(counts, sparse.csr_matrix([[0, 1], [0, 0]]))
    assert held.score(model)[0] < -600
    np.testing.assert_allclose(held.score(model, 0.001), [np.log(0.001 * 3 / 8)])
    for wrong in (1, -0.1, True, "half"):
        with pytest.raises(InputError, match="smoothing"):
            held.score(model, wrong)


def test_half_the_words_of_a_tenth_are_kept_back(planted):
    common = np.asarray((planted.counts.matrix > 0).sum(axis=0)).ravel() > 40  # in more than are drawn
    matrix = planted.counts.matrix[:, np.flatnonzero(common)].toarray()
    counts = counts_of(matrix)
    held = hold_out(counts, seed=3)
    np.testing.assert_array_equal((held.kept_back + held.counts.matrix).toarray(), counts.matrix.toarray())
    back, whole = np.asarray(held.kept_back.sum(axis=1)).ravel(), matrix.sum(axis=1)
    assert (back > 0).sum() == 30
    np.testing.assert_array_equal(back[back > 0], whole[back > 0] // 2)


def test_a_part_is_of_the_releases_that_count():
    """Of 40 releases 30 are copies that are left out: a tenth is one of the ten others."""
    matrix = np.full((40, 3), 6)
    weights = np.where(np.arange(40) % 4 == 0, 1.0, 0.0)
    counts = replace(counts_of(matrix), release_weights=weights)
    for seed in range(5):
        held = hold_out(counts, part=0.2, seed=seed)
        chosen = np.flatnonzero(np.diff(held.kept_back.indptr))
        assert chosen.size == 2
        assert (weights[chosen] == 1).all()


def test_merged_topics_foretell_words_as_those_before_merging(planted):
    held = hold_out(planted.counts)
    model = od.fit_topics(held.counts, 6, "lda")
    merged = od.merge_topics(model, {"both": [0, 1]})
    np.testing.assert_array_equal(held.score(merged), held.score(model))
    assert check_residuals(merged, held.counts) == check_residuals(model, held.counts)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda counts, model: check_residuals("x", counts), "model is a str"),
        (lambda counts, model: check_residuals(model, "x"), "counts is a str"),
        (lambda counts, model: hold_out(None), "counts is a NoneType"),
        (lambda counts, model: hold_out(counts).score(None), "model is a NoneType"),
    ],
)
def test_what_is_no_model_and_no_counts(planted, fitted, call, said):
    with pytest.raises(WrongKindError, match=said):
        call(planted.counts, fitted)


@pytest.mark.parametrize("wrong", [{"part": 0}, {"share": "half"}, {"part": None}, {"seed": -1}])
def test_what_cannot_be_kept_back(planted, wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        hold_out(planted.counts, **wrong)


def test_words_that_stand_nowhere_else_are_passed_over():
    # the last two terms stand once each: kept back, they are in nothing that a model could read
    counts = counts_of([[4, 4, 1, 0], [4, 4, 0, 1]])
    for seed in range(20):
        held = hold_out(counts, part=0.99, share=0.9, seed=seed)
        left = np.asarray(held.counts.matrix.sum(axis=0)).ravel()
        back = np.asarray(held.kept_back.sum(axis=0)).ravel()
        assert (left[back > 0] > 0).all()
    with pytest.raises(NotEnoughDataError, match="nowhere else"):
        hold_out(counts_of([[1, 1], [0, 0]]), part=0.5)


@pytest.mark.reference
@pytest.mark.slow
@pytest.mark.parametrize(("number", "mean"), [(1, -6.9248), (2, -6.9160), (3, -6.9103)])
def test_held_out_likelihood_of_r(shared, number, mean):
    """R's means over the releases of its splits; the standard error within a split is .013."""
    folder = shared / "reference" / "stm"
    triplets = pd.read_csv(folder / "poliblog5k_counts.csv.gz")
    terms = (folder / "poliblog5k_vocabulary.txt").read_text(encoding="utf-8").split()
    matrix = sparse.csr_matrix((triplets["c"], (triplets["d"], triplets["w"])), (5000, len(terms)))
    counts = od.TermCounts.from_matrix(matrix, terms, pd.read_csv(folder / "poliblog5k_meta.csv"))
    split = pd.read_csv(folder / "poliblog5k_heldout_splits.csv.gz").query(f"split == {number}")
    place = {term: i for i, term in enumerate(counts.terms)}
    columns = [place[term] for term in split["term"]]
    back = sparse.csr_matrix((split["count"], (split["document"], columns)), counts.matrix.shape)
    left = sparse.csr_matrix(counts.matrix - back)
    left.eliminate_zeros()
    held = HeldOut(replace(counts, matrix=left), back)
    model = od.fit_topics(held.counts, 20, prevalence="~ rating + s(day)")
    assert held.score(model).mean() >= mean - 0.002


# Dispersion -----------------------------------------------------------------------------------------------


def test_dispersion_of_one_release_by_hand():
    # two words of probability a half, 10 tokens: (7 - 5)² / (10 / 4) = 1.6 for each
    counts = counts_of([[7, 3]])
    found = check_residuals(model_of(counts, [[0.5, 0.5]], [[0.5, 0.5], [0.5, 0.5]]), counts)
    assert found.statistic == pytest.approx(3.2)
    assert found.freedom == 2 - 2 - (1 * 1 + 2 * 1)
    assert np.isnan(found.dispersion)


def test_dispersion_cell_by_cell(planted):
    """Over all releases and terms, one after the other, as the formula is written."""
    model = od.fit_topics(planted.counts, 6, "lda")
    counts = planted.counts.matrix.toarray()
    statistic, observed = 0.0, 0
    for x, share in zip(counts, model.shares, strict=True):
        q = share @ model.words
        mq = x.sum() * q
        statistic += ((x - mq) ** 2 / (mq * (1 - q))).sum()
        observed += (mq > 0.01).sum()
    n_terms = (counts.sum(axis=0) > 0).sum()
    freedom = observed - n_terms - (300 * 5 + 6 * (n_terms - 1))
    found = check_residuals(model, planted.counts)
    assert found.freedom == freedom
    assert found.statistic == pytest.approx(statistic)
    assert found.dispersion == pytest.approx(statistic / freedom)


def test_too_few_topics_leave_words_dispersed_and_the_right_number_does_not(planted):
    few, right = (
        check_residuals(od.fit_topics(planted.counts, k, "nmf"), planted.counts).dispersion for k in (3, 6)
    )
    assert right == pytest.approx(1, abs=0.1)
    assert few > right + 0.3


def test_copies_do_not_count_in_the_dispersion(planted):
    matrix = planted.counts.matrix
    model = od.fit_topics(planted.counts, 6, "nmf")
    twice = od.TermCounts.from_matrix(
        sparse.vstack([matrix, matrix[:40]]),
        planted.counts.terms,
        pd.concat([planted.counts.releases, planted.counts.releases[:40]]),
    )
    twice = replace(twice, release_weights=np.r_[np.ones(300), np.zeros(40)])
    doubled = replace(
        model,
        shares=np.vstack([model.shares, np.full((40, 6), np.nan)]),
        releases=twice.releases,
        release_weights=twice.release_weights,
    )
    wanted, found = check_residuals(model, planted.counts), check_residuals(doubled, twice)
    np.testing.assert_allclose(found, wanted)
    with pytest.raises(InputError, match="not one of these counts"):
        check_residuals(model, twice)


# Scores ---------------------------------------------------------------------------------------------------


def test_ranking_by_hand():
    held_out = {
        ("nmf", 2, 0): [np.array([-3.0, -5.0]), np.array([-4.0, -6.0])],  # means -4 and -5
        ("nmf", 3, 0): [np.array([-2.0, -4.0]), np.array([-4.0, -4.0])],  # means -3 and -4
        ("nmf", 4, 0): [np.array([-2.5, -3.6]), np.array([-4.0, -4.1])],  # means -3.05 and -4.05
    }
    made = rank_held_out(held_out)
    best = made["nmf", 3, 0]
    assert (best["held_out"], best["behind"], best["near_best"]) == (-3.5, 0.0, True)
    assert best["held_out_error"] == pytest.approx(np.std([-3, -4], ddof=1) / np.sqrt(2))
    # one apart in both splits, so no error over splits; over releases differences are 1, 1 and 0, 2
    first = made["nmf", 2, 0]
    assert first["behind"] == pytest.approx(1.0)
    assert first["behind_error"] == pytest.approx(np.sqrt(0 / 2 + 2 / 2) / 2)
    assert not first["near_best"]
    # differences .5, -.4 and 0, .1
    last = made["nmf", 4, 0]
    assert last["behind"] == pytest.approx(0.05)
    assert last["behind_error"] == pytest.approx(np.sqrt(0.405 / 2 + 0.005 / 2) / 2)
    assert last["near_best"]


def test_stability_by_hand(planted):
    """A model whose topics come back in another order, and one in which one of two does not."""
    counts = counts_of([[3, 1, 1], [2, 2, 2]])
    shares = [[0.6, 0.4], [0.6, 0.4]]
    one = model_of(counts, shares, [[1, 0, 0], [0, 1, 0]])
    other = model_of(counts, shares, [[0, 0.6, 0.8], [1, 0, 0]])
    alone = [np.array([[0, 1, 0], [1, 0, 0.0]])]
    starts = {("nmf", 2, 0): Fits(one, 0, [], alone, 0), ("nmf", 2, 1): Fits(other, 0, [], alone, 0)}
    np.testing.assert_allclose(measure_stability(starts)["nmf", 2, 0], [1, 0.6])
    np.testing.assert_allclose(measure_stability({("nmf", 2, 0): starts["nmf", 2, 0]})["nmf", 2, 0], [1, 1])


# The comparison -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compared(planted):
    return compare_models(planted.counts, (3, 6, 9), ("structural", "nmf"), n_splits=2)


def test_planted_topics_are_foretold_best_by_their_number(compared):
    table = compared.to_frame().set_index(["method", "n_topics"])
    for method in ("structural", "nmf"):
        assert table["held_out"][method].idxmax() == 6
        assert table["dispersion"][method].idxmax() == 3
        assert table["stability"][method, 6] > 0.95
    assert table["near_best"].groupby("n_topics").any().to_dict() == {3: False, 6: True, 9: False}
    assert "6 topics" in compared.describe()


def test_tables(compared, planted):
    table = compared.to_frame()
    assert table.columns.tolist()[:8] == [
        "method", "n_topics", "start", "held_out", "held_out_error", "behind", "behind_error", "near_best",
    ]  # fmt: skip
    assert table["n_topics"].tolist() == [3, 3, 6, 6, 9, 9]
    topics = compared.topics()
    assert len(topics) == 2 * (3 + 6 + 9)
    assert len(compared.splits()) == 6 * 2
    means = topics.groupby(["n_topics", "method"], sort=False)[["coherence_npmi", "exclusivity", "stability"]]
    np.testing.assert_allclose(
        means.mean().to_numpy(), table[["coherence_npmi", "exclusivity", "stability"]].to_numpy()
    )
    splits = compared.splits().groupby(["n_topics", "method"], sort=False)["held_out"].mean()
    np.testing.assert_allclose(splits.to_numpy(), table["held_out"].to_numpy())
    model = compared.models["nmf", 6, 0]
    np.testing.assert_array_equal(model.shares, od.fit_topics(planted.counts, 6, "nmf").shares)
    quality = model.quality(planted.counts).to_frame()
    mine = topics.query("method == 'nmf' and n_topics == 6")
    np.testing.assert_allclose(mine["coherence_mimno"], quality["coherence"])
    np.testing.assert_allclose(mine["exclusivity"], quality["exclusivity"])


def test_held_out_is_that_of_a_fit_to_the_split(compared, planted):
    held = hold_out(planted.counts, seed=1)
    model = od.fit_topics(held.counts, 3, "nmf")
    found = compared.splits().query("method == 'nmf' and n_topics == 3 and split == 1")["held_out"].item()
    assert found == held.score(model, 0.001).mean()


def test_the_protocol_is_said(compared):
    said = " ".join(compared.notes)
    assert "2 times, half the words of 10 per cent of the releases" in said
    assert "0.001 is that of the word among all words left, in all models alike" in said
    assert "no tokens: npmi and uci look at whole releases" in said
    assert compared.spec.parameters["smoothing"] == 0.001


def test_several_starts(planted):
    made = compare_models(planted.counts, 4, "lda", n_starts=2, n_splits=1, measures="stm")
    table = made.to_frame()
    assert table["start"].tolist() == [0, 1]
    assert made.models["lda", 4, 0].spec.parameters["start"] == "spectral"
    assert made.models["lda", 4, 1].spec.parameters["start"] == "random"
    # each start is compared with the other, so both have one cosine
    assert table["stability"][0] == pytest.approx(table["stability"][1])
    assert (table["held_out_error"] > 0).all()  # of one split, over its releases
    assert "the other start" in " ".join(made.notes)
    alone = made.models["lda", 4, 0].quality(planted.counts, order="stm").to_frame()["coherence"]
    np.testing.assert_allclose(made.topics().query("start == 0")["coherence_stm"], alone)


def test_covariates_are_for_the_structural_model(planted):
    made = compare_models(planted.counts, 3, ("structural", "nmf"), prevalence="~ issuer", n_splits=1)
    assert made.models["structural", 3, 0].structure.columns[1:]
    assert made.models["nmf", 3, 0].structure is None
    with pytest.raises(InputError, match="only the structural model takes that"):
        compare_models(planted.counts, 3, "nmf", prevalence="~ issuer")


def test_windows_where_there_are_tokens(tokens):
    counts = od.count_terms(tokens, stop_words="auto")
    made = compare_models(counts, 2, "nmf", n_splits=2, part=0.4)
    found = made.topics()
    wanted = made.models["nmf", 2, 0].quality(counts, order="c_v").to_frame()["coherence"]
    np.testing.assert_allclose(found["coherence_c_v"], wanted)
    assert not any("no tokens" in note for note in made.notes)
    assert made.models["nmf", 2, 0].tokens is tokens


def test_what_models_note_is_said_once(planted):
    with pytest.warns(OctadiscWarning, match="had not settled") as caught:
        made = compare_models(planted.counts, (2, 3), "nmf", n_splits=1, max_iterations=2)
    assert len(caught) == 2  # of both models, and of the fits to the split
    assert "Of 2 fits to splits 2 had not settled" in made.notes[-1]


def test_repeated_releases_are_said():
    texts = ["drugs cocaine seized", "cocaine drugs port", "mutual trust", "trust mutual respect"] * 3
    frame = {"text": texts, "duplicate_cluster": [0, None, None, None] * 3}
    tokens = od.tokenize(od.Corpus.from_frame(frame))
    made = compare_models(od.count_terms(tokens), 2, "nmf", n_splits=1, part=0.3)
    assert "Releases that repeat another: 2 of 12." in " ".join(made.notes)
    first = compare_models(od.count_terms(tokens, reissues="first"), 2, "nmf", n_splits=1, part=0.3)
    assert "Releases that repeat" not in " ".join(first.notes)
    with pytest.raises(InputError, match="parts of one"):
        compare_models(od.count_terms(tokens, reissues="share"), 2, "nmf")


# Going on -------------------------------------------------------------------------------------------------


@pytest.fixture
def fits(monkeypatch):
    """Count the fits that are made; stop at the one whose number is in `stop`."""
    made = {"n": 0, "stop": None}
    fit = compare.fit_topics

    def counted(*given, **options):
        if made["n"] == made["stop"]:
            raise KeyboardInterrupt
        made["n"] += 1
        return fit(*given, **options)

    monkeypatch.setattr(compare, "fit_topics", counted)
    return made


def same(one, other):
    pd.testing.assert_frame_equal(one.to_frame(), other.to_frame())
    pd.testing.assert_frame_equal(one.topics(), other.topics())
    pd.testing.assert_frame_equal(one.splits(), other.splits())
    assert one.spec == other.spec


def test_it_goes_on_where_it_was_interrupted(planted, tmp_path, fits):
    asked = {"n_topics": (2, 3), "methods": ("nmf", "structural"), "n_splits": 1, "folder": tmp_path / "kept"}
    fits["stop"] = 5
    with pytest.raises(KeyboardInterrupt):
        compare_models(planted.counts, **asked)
    fits["stop"] = None
    made = compare_models(planted.counts, **asked)
    assert fits["n"] == 8
    again = compare_models(planted.counts, **asked)
    assert fits["n"] == 8
    same(made, again)
    without = compare_models(planted.counts, **{**asked, "folder": None})
    pd.testing.assert_frame_equal(
        without.to_frame().drop(columns="seconds"), made.to_frame().drop(columns="seconds")
    )
    # more of the same: what is there is used
    more = compare_models(planted.counts, **{**asked, "n_splits": 2})
    assert fits["n"] == 8 + 8 + 4
    np.testing.assert_array_equal(more.splits().query("split == 0")["held_out"], made.splits()["held_out"])


def test_nothing_stale_is_used(planted, tmp_path, fits):
    asked = {"n_topics": 2, "methods": "nmf", "n_splits": 1, "folder": tmp_path}
    compare_models(planted.counts, **asked)
    assert fits["n"] == 2
    matrix = planted.counts.matrix.copy()
    matrix.data[0] += 1
    changed = replace(planted.counts, matrix=matrix)  # same recipe, other content
    made = compare_models(changed, **asked)
    assert fits["n"] == 4
    assert "2 models in folder" in made.notes[-1]
    assert made.models["nmf", 2, 0].spec.inputs == (planted.counts.spec,)
    for number, other in enumerate(({"seed": 1}, {"max_iterations": 100})):
        compare_models(planted.counts, **asked, **other)
        assert fits["n"] == 6 + 2 * number
    covariate = planted.counts.releases.assign(issuer="SELEC")
    compare_models(replace(planted.counts, releases=covariate), **asked)
    assert fits["n"] == 10
    # another part keeps back other words; the model of all words is the same
    compare_models(planted.counts, **asked, part=0.2)
    assert fits["n"] == 11


def test_files_that_are_not_what_they_were_are_fitted_again(planted, tmp_path, fits):
    asked = {"n_topics": 2, "methods": "nmf", "n_splits": 1, "folder": tmp_path}
    wanted = compare_models(planted.counts, **asked)
    whole, split = sorted(tmp_path.glob("*.zip"))
    if "split" in whole.name:
        whole, split = split, whole
    drop = ["seconds"]

    def check(n_fits, said):
        made = compare_models(planted.counts, **asked)
        assert fits["n"] == n_fits
        assert any(said in note for note in made.notes), made.notes
        pd.testing.assert_frame_equal(
            made.to_frame().drop(columns=drop), wanted.to_frame().drop(columns=drop)
        )

    whole.write_bytes(split.read_bytes())  # a model of the same shape, under another's name
    check(3, "is not what was kept there")
    whole.write_bytes(b"no zip file")
    check(4, "is not what was kept there")
    beside = whole.with_suffix(".json")
    beside.unlink()
    check(5, "was not finished")
    beside.write_text("{", encoding="utf-8")
    check(6, "cannot be read")
    record = json.loads(beside.read_text(encoding="utf-8"))
    beside.write_text(json.dumps({**record, "recipe": {}}), encoding="utf-8")
    check(7, "is not what was kept there")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        compare_models(planted.counts, **{**asked, "folder": tmp_path / "file"})


# Words and pictures ---------------------------------------------------------------------------------------


def test_without_words_kept_back_a_comparison_is_described_all_the_same():
    unknown = by_hand([np.nan] * 3, [pd.NA] * 3)
    said = unknown.describe()
    assert said.startswith("How well words kept back are foretold is not known of any model")
    assert "coherence (npmi) " in said
    assert "0.90 with 5, 0.80 with 10 and 0.70 with 20 topics" in said
    assert "speak for none of those tried" in said
    assert "nan" not in said
    assert unknown.plot(measure="stability").get_xlabel() == "topics"
    assert not [line for line in unknown.plot().lines if np.isfinite(line.get_ydata()).any()]
    partly = by_hand([-7.0, np.nan, np.nan], [True, pd.NA, pd.NA]).describe()
    assert "best by the structural model with 5 topics (-7.000" in partly


def by_hand(
    held_out, near, coherence=(0.3, 0.2, 0.1), exclusivity=(7.0, 8.0, 9.0), stability=(0.9, 0.8, 0.7)
):
    """Make a comparison of 5, 10 and 20 topics."""
    numbers = [5, 10, 20]
    frame = pd.DataFrame(
        {
            "method": pd.Series(["structural"] * 3, dtype="str"),
            "n_topics": numbers,
            "start": 0,
            "held_out": held_out,
            "held_out_error": 0.01,
            "behind": max(held_out) - np.array(held_out),
            "behind_error": 0.02,
            "near_best": near,
            "dispersion": [2.0, 1.8, 1.5],
            "exclusivity": exclusivity,
            "coherence_npmi": coherence,
            "coherence_npmi_spread": 0.05,
            "stability": stability,
            "bound": [-3.0, -2.0, -1.0],
            "seconds": 1.0,
        }
    )
    topics = pd.concat(
        [
            pd.DataFrame(
                {
                    "method": pd.Series(["structural"] * k, dtype="str"),
                    "n_topics": k,
                    "start": 0,
                    "exclusivity": exclusivity[i] + 0.01 * np.arange(k),
                    "coherence_npmi": coherence[i] + 0.01 * np.arange(k),
                    "stability": stability[i],
                }
            )
            for i, k in enumerate(numbers)
        ]
    )
    spec = Spec("compare_models", {"n_splits": 3, "n_starts": 1})
    return ModelComparison(frame, topics, topics[:0], {}, spec, ())


def test_a_range_is_recommended_and_what_it_rests_on():
    said = by_hand([-7.0, -6.51, -6.5], [False, True, True]).describe()
    assert "best by the structural model with 20 topics (-6.500 per word, standard error 0.010" in said
    assert "Within one standard error of the difference from it: structural model with 10 topics" in said
    assert "Furthest behind is the structural model with 5 topics, by 0.500" in said
    assert "coherence (npmi) falls from 0.30 to 0.10, and exclusivity rises from 7.00 to 9.00: one is" in said
    assert "0.90 with 5, 0.80 with 10 and 0.70 with 20 topics" in said
    assert "dispersion of residuals is 1.50 to 2.00" in said
    assert "There is no true number of topics. These data speak for 10 topics or more" in said
    assert "coherence is best with 10, exclusivity is best with 20 and stability is best with 10" in said
    assert "20 was the largest number tried" in said


def test_a_best_in_the_middle_is_no_edge():
    said = by_hand([-7.0, -6.5, -6.9], [False, True, False]).describe()
    assert "speak for 10 topics (structural model); that rests on words kept back alone." in said
    assert "None of the others is within one standard error" in said
    assert "number tried" not in said


def test_where_only_another_start_is_near_the_best():
    """The start that would be kept is spoken of, though it is itself behind one that would not."""
    made = by_hand([-7.0, -6.5, -6.9], [False, False, False])
    other = made.frame.iloc[[1]].assign(start=1, held_out=-6.0, bound=-9.0, near_best=True)
    both = replace(made, frame=pd.concat([made.frame, other], ignore_index=True))
    assert "best by the structural model with 10 topics (-6.500" in both.describe()
    assert "speak for 10 topics (structural model)" in both.describe()


def test_an_error_that_is_not_known_makes_no_model_as_good_as_the_best():
    """Of one release there is no standard error over releases; with one split none over splits."""
    best, other = ("nmf", 3, 0), ("nmf", 2, 0)
    for held_out in (
        {other: [np.array([-7.0])], best: [np.array([-6.0])]},
        {other: [np.array([-7.0]), np.array([-7.2])], best: [np.array([-6.0]), np.array([-6.2])]},
        {other: [np.array([-6.0])], best: [np.array([-6.0])]},
    ):
        made = rank_held_out(held_out)
        first, second = (best, other) if made[best]["behind_error"] == 0 else (other, best)
        assert made[first]["near_best"] is True
        assert np.isnan(made[second]["behind_error"])
        assert made[second]["near_best"] is pd.NA
    nothing = rank_held_out({other: [np.array([np.nan])], best: [np.array([-6.0, -6.1])]})
    assert nothing[best]["near_best"] is True
    assert nothing[other]["near_best"] is pd.NA


def test_what_is_not_known_is_said_and_nothing_recommended(planted):
    made = compare_models(planted.counts, (2, 3), "nmf", n_splits=1, part=0.003)
    table = made.to_frame()
    assert table["near_best"].dtype == "boolean"
    assert table["near_best"].isna().sum() == 1
    said = made.describe()
    assert "standard error not known" in said
    assert "it is not known whether as good are: NMF with" in said
    assert "Nor do these data speak for any of those tried" in said
    assert "nan" not in said
    ax = made.plot()
    open_points = [one for one in ax.lines if one.get_label() == "_behind"]
    assert sum(len(one.get_ydata()) for one in open_points) == 1
    mpl.pyplot.close("all")


def test_little_is_said_of_one_model(planted):
    said = compare_models(planted.counts, 3, "nmf", n_splits=1).describe()
    assert said.startswith("NMF with 3 topics: words kept back")
    assert "Compare several" in said


def test_pictures(compared):
    ax = compared.plot()
    lines = {one.get_label(): one for one in ax.lines}
    for method in ("structural", "nmf"):
        mine = compared.frame[compared.frame["method"] == method]
        np.testing.assert_allclose(lines[f"_{method}"].get_ydata(), mine["held_out"])
    open_points = [one for one in ax.lines if one.get_label() == "_behind"]
    n_open = sum(len(one.get_ydata()) for one in open_points)
    assert n_open == (~compared.frame["near_best"]).sum()
    assert [one.get_text() for one in ax.get_xticklabels()] == ["3", "6", "9"]
    assert {one.get_text() for one in ax.texts} == {"structural", "NMF"}
    ax = compared.plot(measure="coherence_npmi")
    assert ax.get_ylabel() == "coherence npmi"
    with pytest.raises(UnknownNameError, match="Did you mean 'coherence_npmi'"):
        compared.plot(measure="coherence_npm")
    mpl.pyplot.close("all")


def test_panels(compared):
    fig = compared.plot_panels()
    titles = [ax.get_title(loc="left") for ax in fig.axes if ax.get_visible()]
    assert titles == [
        "Held-out words", "Coherence (npmi)", "Coherence (mimno)", "Exclusivity", "Stability",
        "Residual dispersion",
    ]  # fmt: skip
    assert fig.axes[4].get_ylim()[1] >= 1


def test_faces(compared):
    assert repr(compared) == "ModelComparison(6 models: structural, nmf; 3, 6, 9 topics)"
    page = compared._repr_html_()
    assert compared.describe().split(".")[0] in page
    assert "behind_error" not in page


# Refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n_topics": ()}, "n_topics is empty"),
        ({"n_topics": 2.5}, "n_topics=2.5"),
        ({"n_topics": (5, 1)}, "n_topics=1"),
        ({"n_topics": (5, True)}, "n_topics=True"),
        ({"n_topics": "five"}, "n_topics='five'"),
        ({"n_topics": None}, "n_topics=None"),
        ({"n_topics": [[2]]}, "a number of topics"),
        ({"n_topics": (5, 301)}, "n_topics=301 is more than the 300 releases"),
        ({"methods": ()}, "methods is empty"),
        ({"methods": "ldaa"}, "Did you mean 'lda'"),
        ({"methods": ("nmf", 3)}, "methods: 3"),
        ({"n_starts": 0}, "n_starts=0"),
        ({"n_splits": 0}, "n_splits=0"),
        ({"n_splits": 1.5}, "n_splits=1.5"),
        ({"part": 0}, "part=0"),
        ({"part": "half"}, "part='half'"),
        ({"smoothing": 1}, "smoothing=1"),
        ({"smoothing": float("nan")}, "smoothing=nan"),
        ({"measures": "c_v"}, "no tokens"),
        ({"measures": "coherence"}, "no measure of coherence"),
        ({"n_terms": 1}, "n_terms=1"),
        ({"weight": 3}, "weight=3"),
        ({"seed": -1}, "seed=-1"),
        ({"max_iterations": 0}, "max_iterations=0"),
        ({"n_threads": 0}, "n_threads=0"),
        ({"folder": 3}, "folder=3"),
    ],
)
def test_arguments_that_are_none(planted, options, said):
    kinds = (InputError, UnknownNameError, NotEnoughDataError)
    with pytest.raises(kinds, match=said):
        compare_models(planted.counts, **options)


def test_counts_that_are_none():
    with pytest.raises(WrongKindError, match="counts is a str"):
        compare_models("counts")


def test_keywords_and_a_reason_for_pooling_are_handed_on(planted):
    term = planted.counts.terms[int(np.asarray(planted.counts.matrix.sum(axis=0)).argmax())]
    found = od.compare_models(
        planted.counts, 3, n_splits=1, keywords={"first": [term]}, pooled="one language"
    )
    model = found.models["structural", 3, 0]
    assert "first" in model.topics["name"].tolist()
    assert model.spec.parameters["pooled"] == "one language"
