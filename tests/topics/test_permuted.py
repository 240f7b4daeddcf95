"""Whether a covariate's effect is more than what fitting makes of chance."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError

mpl.use("Agg")

N = 120


def counts_of(kind, issuer=None, seed=0):
    """Draw counts: where kind is b, the second topic's words are twice as frequent."""
    rng = np.random.default_rng(seed)
    kind = np.asarray(kind)
    words = np.array([[0.4, 0.4, 0.1, 0.1], [0.1, 0.1, 0.4, 0.4]])
    first = np.clip(np.where(kind == "b", 0.3, 0.7) + 0.15 * rng.normal(size=N), 0.02, 0.98)
    matrix = np.array([rng.multinomial(60, one * words[0] + (1 - one) * words[1]) for one in first])
    table = pd.DataFrame({"kind": kind, "other": rng.permutation(kind)})
    if issuer is not None:
        table["issuer"] = issuer
    return od.TermCounts.from_matrix(matrix, ["drugs", "border", "trust", "talk"], table)


@pytest.fixture(scope="module")
def permuted():
    counts = counts_of(np.repeat(["a", "b"], N // 2))
    model = od.fit_topics(counts, 2, prevalence="~ kind")
    return od.permute_covariate(model, counts, "kind", clusters=None, n_permutations=19)


def test_an_effect_that_is_there_is_larger_than_by_chance(permuted):
    table = permuted.to_frame()
    assert table["p_value"].tolist() == [0.05, 0.05]
    assert table["p_family"].tolist() == [0.05, 0.05]
    assert (table["ratio"].abs() > table[["least", "most"]].abs().max(axis=1)).all()


def test_p_values_are_counted(permuted):
    frame = permuted.frame
    own = abs(frame.query("permutation == 0 and topic == 1")["ratio"].iloc[0])
    drawn = frame.query("permutation > 0 and topic == 1")["ratio"].abs()
    assert permuted.to_frame()["p_value"][1] == (1 + (drawn >= own).sum()) / 20
    assert frame["permutation"].max() == 19


def test_an_effect_that_is_not_there_is_not():
    counts = counts_of(np.repeat(["a", "b"], N // 2))
    model = od.fit_topics(counts, 2, prevalence="~ other")
    table = od.permute_covariate(model, counts, "other", clusters=None, n_permutations=19, seed=2).to_frame()
    assert (table["p_family"] > 0.05).all()


def test_a_covariate_of_issuers_is_dealt_out_among_issuers():
    issuer = np.array([f"issuer {i % 12}" for i in range(N)])
    kind = np.where(np.arange(N) % 12 < 6, "a", "b")
    counts = counts_of(kind, issuer)
    model = od.fit_topics(counts, 2, prevalence="~ kind")
    made = od.permute_covariate(model, counts, "kind", n_permutations=9)
    assert made.notes == ("kind is constant within each issuer: it was dealt out among them.",)
    few = counts_of(kind, np.where(np.arange(N) % 12 < 6, "A", "B"))
    with pytest.raises(NotEnoughDataError, match="2 issuers, at least 8 needed"):
        od.permute_covariate(od.fit_topics(few, 2, prevalence="~ kind"), few, "kind", n_permutations=9)


def test_bad_arguments_are_answered():
    counts = counts_of(np.repeat(["a", "b"], N // 2))
    model = od.fit_topics(counts, 2, prevalence="~ kind")
    with pytest.raises(UnknownNameError, match="Did you mean 'kind'"):
        od.permute_covariate(model, counts, "kinds", clusters=None)
    with pytest.raises(InputError, match="n_permutations=3"):
        od.permute_covariate(model, counts, "kind", n_permutations=3)
    with pytest.raises(InputError, match="The formula has no 'other'"):
        od.permute_covariate(model, counts, "other", formula="~ kind", clusters=None)
    with pytest.raises(UnknownNameError, match=r"term='kind\[T.c\]'"):
        od.permute_covariate(model, counts, "kind", term="kind[T.c]", clusters=None)


def test_faces(permuted):
    assert repr(permuted) == "CovariatePermutation('kind[T.b]', 2 topics, 19 permutations)"
    assert "<table" in permuted._repr_html_()
    ax = permuted.plot()
    own = sorted(float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() == "o")
    np.testing.assert_allclose(own, sorted(permuted.to_frame()["ratio"]))


@pytest.mark.parametrize("kind", ["number", "ordered"])
def test_what_is_dealt_out_keeps_its_kind(kind):
    counts = counts_of(np.repeat(["a", "b"], N // 2))
    rng = np.random.default_rng(4)
    values = (
        rng.integers(2000, 2010, N)
        if kind == "number"
        else pd.Categorical(rng.choice(["v", "u"], N), ["v", "u"])
    )
    counts.releases["x"] = values
    made = od.permute_covariate(od.fit_topics(counts, 2), counts, "x", clusters=None, n_permutations=9)
    assert made.term == ("x" if kind == "number" else "x[T.u]")
    assert made.frame["ratio"].notna().all()
    assert made.to_frame()[["least", "most"]].notna().all(axis=None)


def test_the_term_is_the_covariates_and_no_other_of_which_it_is_a_part():
    counts = counts_of(np.repeat(["a", "b"], N // 2))
    counts.releases["k"] = counts.releases["other"]
    model = od.fit_topics(counts, 2)
    made = od.permute_covariate(model, counts, "k", formula="~ kind + k", clusters=None, n_permutations=9)
    assert made.term == "k[T.b]"


def test_what_varies_within_releases_is_dealt_out_within_them():
    rng = np.random.default_rng(1)
    themes = [["drugs", "border", "seized", "police"], ["trust", "treaty", "talks", "police"]]
    texts = [
        "\n\n".join(" ".join(rng.choice(one, 12)).capitalize() + "." for one in themes) for _ in range(30)
    ]
    tokens = od.tokenize(od.Corpus.from_frame({"text": texts})).units("paragraph")
    counts = od.count_terms(tokens)
    counts.releases["place"] = np.tile(["first", "later"], 30)
    model = od.fit_topics(counts, 2, "nmf")
    made = od.permute_covariate(model, counts, "place", clusters="unit_of", n_permutations=9)
    assert made.notes == ("place varies within releases: it was dealt out among the units of each.",)
    own = made.frame.query("permutation == 0")["estimate"].abs().min()
    assert (made.frame.query("permutation > 0")["estimate"].abs() < own).all()
    assert made.to_frame()["p_value"].max() == 0.1
