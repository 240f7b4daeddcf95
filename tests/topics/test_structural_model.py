"""The structural topic model from the front door: starts, files, covariates, order of topics."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, OctadiscWarning
from octadisc.topics.structural import front
from octadisc.topics.structural.comparison import match_topics
from octadisc.topics.structural.fitting import shares_of


@pytest.fixture(scope="module")
def counts(planting):
    return planting(n_releases=150, n_terms=120, n_topics=4, length=60).counts


@pytest.fixture(scope="module")
def model(counts):
    return od.fit_topics(counts, 4, prevalence="~ issuer + s(date, 3)")


def unsettled(*args, **options):
    with pytest.warns(OctadiscWarning, match="had not settled"):
        return od.fit_topics(*args, **options)


def test_topics_in_another_order_are_the_same_model(counts, model):
    """Shares, prior means, and how likely eta is under the prior, whatever topic is the last."""
    structure = model.structure
    order = np.array([2, 3, 1, 0])
    moved = structure.reorder(order)
    np.testing.assert_allclose(shares_of(moved.eta), model.shares[:, order], atol=1e-12)
    design = structure.design(model.releases).matrix
    mean, other = design @ structure.coefficients, design @ moved.coefficients
    np.testing.assert_allclose(shares_of(other), shares_of(mean)[:, order], atol=1e-12)

    def log_density(eta, mean, covariance):
        left = eta - mean
        size = np.einsum("ni,ij,nj->n", left, np.linalg.inv(covariance), left)
        return -0.5 * size - 0.5 * np.linalg.slogdet(covariance)[1]

    np.testing.assert_allclose(
        log_density(moved.eta, other, moved.covariance),
        log_density(structure.eta, mean, structure.covariance),
        rtol=1e-8,
    )
    back = moved.reorder(np.argsort(order))
    np.testing.assert_allclose(back.coefficients, structure.coefficients, atol=1e-10)
    np.testing.assert_allclose(back.spread, structure.spread, atol=1e-10)


def test_it_goes_on_from_a_model(counts):
    asked = {"prevalence": "~ issuer"}
    whole = od.fit_topics(counts, 4, **asked)
    part = unsettled(counts, 4, max_iterations=5, **asked)
    rest = od.fit_topics(counts, 4, start=part, **asked)
    assert len(rest.bound) == len(whole.bound)
    np.testing.assert_allclose(rest.bound, whole.bound, rtol=1e-6)
    np.testing.assert_allclose(rest.shares, whole.shares, atol=1e-4)
    with pytest.raises(InputError, match="another prevalence formula"):
        od.fit_topics(counts, 4, start=part)
    with pytest.raises(InputError, match="another number of topics"):
        od.fit_topics(counts, 3, start=part, **asked)
    with pytest.raises(InputError, match="without structure"):
        od.fit_topics(counts, 4, start=od.fit_topics(counts, 4, "nmf"))


def test_an_interrupted_fit_resumes(counts, tmp_path, monkeypatch):
    path = tmp_path / "kept.zip"
    whole = od.fit_topics(counts, 4)
    monkeypatch.setattr(front, "_EVERY", 0.0)  # written after each pass
    saved, save = [], od.TopicModel.save

    def interrupt(self, target):
        made = save(self, target)
        saved.append(made)
        if len(saved) == 4:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(od.TopicModel, "save", interrupt)
    with pytest.raises(KeyboardInterrupt):
        od.fit_topics(counts, 4, checkpoint=path)
    monkeypatch.undo()
    assert len(od.load_model(path).bound) == 4
    resumed = od.fit_topics(counts, 4, checkpoint=path)
    assert resumed.bound[-1] == pytest.approx(whole.bound[-1], rel=1e-6)
    assert len(resumed.bound) == len(whole.bound)
    again = od.fit_topics(counts, 4, checkpoint=path)  # settled: read, not fitted
    np.testing.assert_array_equal(again.shares, resumed.shares)
    with pytest.raises(InputError, match="other counts or options"):
        od.fit_topics(counts, 4, checkpoint=path, sigma_prior=0.5)
    fewer = od.TermCounts.from_matrix(counts.matrix[:100], counts.terms, counts.releases[:100])
    with pytest.raises(InputError, match="other counts or options"):
        od.fit_topics(fewer, 4, checkpoint=path)


def test_several_starts_are_told_apart(counts):
    with pytest.warns(OctadiscWarning, match="The best of 3 starts"):
        model = od.fit_topics(counts, 4, n_starts=3)
    starts = model.structure.starts
    assert len(starts) == 3
    assert (starts["start"] == "spectral").sum() == 1  # of all releases; the others begin elsewhere
    assert starts["behind"].is_monotonic_increasing
    assert starts["behind"].iloc[0] == 0
    assert starts["bound"].max() == starts["bound"].iloc[0] == model.bound[-1]
    np.testing.assert_allclose(starts["bound"] + starts["behind"], model.bound[-1])
    assert starts["cosine"].iloc[0] == pytest.approx(1)
    assert starts["cosine"].between(0, 1 + 1e-9).all()


@pytest.mark.parametrize("start", ["random", "gibbs"])
def test_a_seed_makes_the_same_model(counts, start):
    one, two, other = (od.fit_topics(counts, 4, start=start, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.shares, two.shares)
    assert one.bound[0] != other.bound[0]


def test_a_bar_shows_the_bound(counts, capsys):
    plain = od.fit_topics(counts, 4)
    shown = od.fit_topics(counts, 4, progress=True)
    np.testing.assert_array_equal(plain.shares, shown.shares)
    assert "bound -" in capsys.readouterr().err


def test_releases_without_a_covariate_are_named_and_read_from_their_words(counts):
    issuer = counts.releases["issuer"].astype(object)
    issuer[:3] = None
    lacking = replace(counts, releases=counts.releases.assign(issuer=issuer))
    with pytest.warns(OctadiscWarning, match=r"3 of 150 releases \(r0000, r0001, r0002\)"):
        model = od.fit_topics(lacking, 4, prevalence="~ issuer")
    assert not model.structure.fitted[:3].any()
    assert model.structure.fitted[3:].all()
    np.testing.assert_allclose(model.shares.sum(axis=1), 1)
    rest = od.TermCounts.from_matrix(counts.matrix[3:], counts.terms, counts.releases[3:])
    without = od.fit_topics(rest, 4, prevalence="~ issuer")
    assert model.bound[-1] == pytest.approx(without.bound[-1], rel=1e-9)
    match, _ = match_topics(model.words, without.words)  # by mean shares their order may differ
    np.testing.assert_allclose(model.shares[3:], without.shares[:, match], atol=1e-6)


def test_a_diagonal_covariance(counts):
    """Of eta before topics are put in order, with the last one to compare with."""
    model = od.fit_topics(counts, 4, sigma_prior=1.0)
    structure = model.structure
    found = []
    for last in range(4):
        order = np.array([*(k for k in range(4) if k != last), last])
        covariance = structure.reorder(order).covariance
        found.append(np.abs(covariance - np.diag(np.diag(covariance))).max())
    assert min(found) < 1e-9


@pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")
def test_structure_survives_a_file(counts, tmp_path):
    model = od.fit_topics(counts, 3, prevalence="~ s(date, 3)", content="issuer", max_iterations=6)
    again = od.load_model(model.save(tmp_path / "m.zip"))
    for name in ("eta", "coefficients", "covariance", "spread", "fitted"):
        np.testing.assert_array_equal(getattr(again.structure, name), getattr(model.structure, name))
    assert again.structure.columns == model.structure.columns
    assert again.structure.prevalence == model.structure.prevalence
    content = again.structure.content
    assert content.levels == ["Europol", "Presidency", "SELEC"]
    np.testing.assert_array_equal(content.words, model.structure.content.words)
    for one, other in zip(content.deviations, model.structure.content.deviations, strict=True):
        np.testing.assert_array_equal(one, other)
    pd.testing.assert_frame_equal(again.structure.starts, model.structure.starts)
    np.testing.assert_array_equal(again.transform(counts).shares, model.transform(counts).shares)
    design, kept = (one.structure.design(one.releases) for one in (again, model))
    np.testing.assert_array_equal(design.matrix, kept.matrix)


def test_the_strict_rule_settles_later(counts):
    usual, strict = (od.fit_topics(counts, 4, convergence=one) for one in ("bound", "strict"))
    assert len(strict.bound) > len(usual.bound)
    assert bool(strict.structure.starts["settled"].all())


def test_the_coefficients_have_names(model):
    frame = model.structure.to_frame()
    assert len(frame) == 3 * len(model.structure.columns)
    assert frame["term"].iloc[0] == "Intercept"
    row = frame[(frame["topic"] == 1) & (frame["term"] == "issuer[T.SELEC]")]
    at = model.structure.columns.index("issuer[T.SELEC]")
    assert row["coefficient"].item() == model.structure.coefficients[at, 1]
    assert "no covariates" not in model.structure._repr_html_()
