"""Topics that are looked for by keywords: what is found, what they are called, what is said of them."""

import json
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import octadisc as od
from octadisc.errors import InputError, OctadiscWarning
from octadisc.topics.structural import fitting, front
from octadisc.topics.structural.structure import Structure

# what is said of wrong keywords; tests of what is said catch it
pytestmark = pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")


@pytest.fixture(scope="module")
def planted(planting):
    return planting(n_releases=200, n_terms=200, n_topics=6, length=80)


def leading(planted, topic, n=3, skip=0):
    """Give terms that a planted topic has more than others do."""
    telling = planted.words[topic] * np.log(
        (planted.words[topic] + 1e-9) / (planted.words.mean(axis=0) + 1e-9)
    )
    return [planted.counts.terms[i] for i in np.argsort(-telling)[skip : skip + n]]


@pytest.fixture(scope="module")
def asked(planted):
    """Three words of each of three topics, and one of another's."""
    return {f"topic {k}": [*leading(planted, k), *leading(planted, k + 3, 1)] for k in (0, 1, 2)}


@pytest.fixture(scope="module")
def model(planted, asked):
    return od.fit_topics(planted.counts, 6, keywords=asked, prevalence="~ issuer")


def likeness(planted, model, k):
    words = model.words[model.number_of(f"topic {k}")]
    cosine = planted.words @ words / np.linalg.norm(planted.words, axis=1) / np.linalg.norm(words)
    return cosine


def test_planted_topics_are_found_by_keywords_of_which_one_is_wrong(planted, model):
    for k in (0, 1, 2):
        cosine = likeness(planted, model, k)
        assert cosine.argmax() == k
        assert cosine[k] > 0.98
    assert (np.diff(model.topics["share"]) <= 0).all()  # in order of share, whatever their names
    assert sum(one.startswith("topic ") for one in model.topics["name"]) == 3


def test_topics_that_are_asked_for_are_kept_apart_where_there_are_too_few(planted, asked):
    model = od.fit_topics(planted.counts, 4, keywords=asked)
    for k in (0, 1, 2):
        cosine = likeness(planted, model, k)
        assert cosine.argmax() == k
        assert cosine[k] > 0.9


def test_all_topics_may_have_keywords(planted):
    asked = {f"topic {k}": leading(planted, k) for k in range(6)}
    model = od.fit_topics(planted.counts, 6, keywords=asked)
    assert sorted(model.topics["name"]) == sorted(asked)
    assert [int(likeness(planted, model, k).argmax()) for k in range(6)] == list(range(6))


@pytest.mark.parametrize("start", ["random", "gibbs"])
def test_other_starts_end_at_the_same_topics(planted, asked, start):
    model = od.fit_topics(planted.counts, 6, keywords=asked, start=start, seed=1)
    assert [int(likeness(planted, model, k).argmax()) for k in (0, 1, 2)] == [0, 1, 2]


def test_the_number_of_threads_does_not_matter(planted, asked):
    one, two = (od.fit_topics(planted.counts, 6, keywords=asked, n_threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.words, two.words)
    np.testing.assert_array_equal(one.shares, two.shares)


def test_what_is_told_of_keywords(planted, asked, model):
    keywords = model.structure.keywords
    frame = keywords.to_frame()
    counted = pd.Series(np.asarray(planted.counts.matrix.sum(axis=0)).ravel(), planted.counts.terms)
    assert frame["keyword"].tolist() == [one for several in asked.values() for one in several]
    np.testing.assert_allclose(frame["count"], counted[frame["keyword"]])
    np.testing.assert_allclose(frame["elsewhere"], 1 - frame["used"] / frame["count"])
    place = {term: i for i, term in enumerate(model.terms)}
    for row in frame.itertuples():
        term = place[row.keyword]
        assert model.topics["name"][row.topic] == row.name
        assert row.probability == pytest.approx(model.words[row.topic, term])
        # uses by Bayes' rule from shares and words, which the last pass has hardly moved
        parts = model.shares * model.words[:, term]
        uses = planted.counts.matrix[:, [term]].toarray().ravel() @ (parts / parts.sum(axis=1)[:, None])
        assert row.used == pytest.approx(uses[row.topic], abs=0.02 * row.count + 0.01)
        uses[row.topic] = -1
        assert uses[row.other] == pytest.approx(uses.max(), abs=0.02 * row.count + 0.01)
        assert row.other_used == pytest.approx(uses.max(), abs=0.02 * row.count + 0.01)
    wrong = frame[frame["keyword"].isin([one[-1] for one in asked.values()])]
    assert (wrong["elsewhere"] > 0.9).all()
    assert (frame.drop(wrong.index)["elsewhere"] < 0.5).all()
    spoken = frame.groupby("name")["probability"].sum()
    rates = frame.groupby("name")["rate"].first()
    np.testing.assert_allclose(rates, spoken, rtol=0.05)  # what keywords say is nearly all said as keywords
    assert "3 topics" in repr(keywords)
    assert "<table" in keywords._repr_html_()


def test_what_is_drawn_of_keywords(model):
    keywords = model.structure.keywords
    frame, ax = keywords.to_frame(), keywords.plot()
    widths = [one.get_width() for one in ax.patches]
    np.testing.assert_allclose(sorted(widths), sorted(100 * frame["used"] / frame["count"]))
    assert ax.get_xlim() == (0, 100)
    first = f"{frame['name'][0]}: {frame['keyword'][0]}"
    assert first in [one.get_text() for one in ax.get_yticklabels()]


def test_keywords_of_other_topics_are_named(planted, asked):
    with pytest.warns(OctadiscWarning, match="another topic uses more than their own") as caught:
        od.fit_topics(planted.counts, 6, keywords=asked)
    said = str(caught[-1].message)
    assert all(f"{one[-1]!r} of {name!r}" in said for name, one in asked.items())


def test_a_topic_that_the_data_do_not_bear_out_is_named(planted):
    """Two topics are looked for, and the corpus has one: one of them gets the words, the other does not."""
    asked = {"one": leading(planted, 0, 2), "two": leading(planted, 0, 2, skip=2)}
    with pytest.warns(OctadiscWarning, match=r"The data (do not|hardly) bear '(one|two)' out") as caught:
        model = od.fit_topics(planted.counts, 6, keywords=asked)
    said = " ".join(model.notes)
    lost = re.search(r"bear '(\w+)' out", said)[1]
    other = "two" if lost == "one" else "one"
    assert len([one for one in caught if "bear" in str(one.message)]) == 1
    assert f"most of them those of {other!r}" in said


def test_names_stick(planted, model, tmp_path):
    again = od.load_model(model.save(tmp_path / "model.zip"))
    assert again.topics["name"].tolist() == model.topics["name"].tolist()
    kept, read = model.structure.keywords, again.structure.keywords
    pd.testing.assert_frame_equal(read.to_frame(), kept.to_frame())
    np.testing.assert_array_equal(read.rates, kept.rates)
    assert again.save(tmp_path / "again.zip").read_bytes() == (tmp_path / "model.zip").read_bytes()
    new = model.transform(planted.counts)
    assert new.topics["name"].tolist() == model.topics["name"].tolist()
    np.testing.assert_allclose(new.shares, model.shares, atol=0.02)
    moved = kept.reorder(np.array([5, 4, 3, 2, 1, 0]))
    np.testing.assert_array_equal(moved.topics, 5 - kept.topics)
    np.testing.assert_array_equal(moved.to_frame()["other"], 5 - kept.to_frame()["other"])


def test_a_free_topic_never_has_a_keyword_topics_name(planted, asked):
    plain = od.fit_topics(planted.counts, 6)
    free = plain.topics["name"].tolist()
    asked = {name: leading(planted, k) for k, name in enumerate(free[:3])}
    names = od.fit_topics(planted.counts, 6, keywords=asked).topics["name"].tolist()
    assert len(set(names)) == 6
    assert set(asked) <= set(names)


def test_files_without_keywords_are_read(planted, tmp_path):
    """As they were written before there were any."""
    path = od.fit_topics(planted.counts, 3, max_iterations=500).save(tmp_path / "new.zip")
    with zipfile.ZipFile(path) as new, zipfile.ZipFile(tmp_path / "old.zip", "w") as old:
        for name in new.namelist():
            data = new.read(name)
            if name == "structure.json":
                described = json.loads(data)
                assert described.pop("keywords") is None
                data = json.dumps(described)
            old.writestr(name, data)
    assert od.load_model(tmp_path / "old.zip").structure.keywords is None


def test_covariates_priors_and_effects_are_as_without(planted, asked):
    model = od.fit_topics(
        planted.counts,
        6,
        keywords=asked,
        prevalence="~ issuer + s(date, 3)",
        prevalence_prior="l1",
        sigma_prior=0.3,
    )
    effect = od.estimate_effect(model, "~ issuer", n_draws=5, clusters=None)
    assert effect.frame["topic"].nunique() == 6
    assert [int(likeness(planted, model, k).argmax()) for k in (0, 1, 2)] == [0, 1, 2]
    assert model.over_time().frame["topic"].nunique() == 6


def test_several_starts(planted, asked):
    model = od.fit_topics(planted.counts, 6, keywords=asked, n_starts=3)
    assert len(model.structure.starts) == 3
    assert model.bound[-1] == model.structure.starts["bound"].max()
    assert [int(likeness(planted, model, k).argmax()) for k in (0, 1, 2)] == [0, 1, 2]


def test_it_goes_on_from_a_model_and_from_a_checkpoint(planted, asked, tmp_path, monkeypatch):
    whole = od.fit_topics(planted.counts, 6, keywords=asked)
    part = od.fit_topics(planted.counts, 6, keywords=asked, max_iterations=3)
    rest = od.fit_topics(planted.counts, 6, keywords=asked, start=part)
    assert len(rest.bound) == len(whole.bound)
    np.testing.assert_allclose(rest.bound, whole.bound, rtol=1e-6)
    np.testing.assert_allclose(rest.words, whole.words, atol=1e-5)
    assert rest.topics["name"].tolist() == whole.topics["name"].tolist()
    for other in ({"topic 0": asked["topic 0"]}, None):
        with pytest.raises(InputError, match="another set of keywords"):
            od.fit_topics(planted.counts, 6, keywords=other, start=part)
    with pytest.raises(InputError, match="another set of keywords"):
        od.fit_topics(planted.counts, 6, keywords=asked, start=od.fit_topics(planted.counts, 6))
    path = tmp_path / "kept.zip"
    monkeypatch.setattr(front, "_EVERY", 0.0)
    saved, save = [], od.TopicModel.save

    def interrupt(self, target):
        saved.append(save(self, target))
        if len(saved) == 3:
            raise KeyboardInterrupt
        return saved[-1]

    monkeypatch.setattr(od.TopicModel, "save", interrupt)
    with pytest.raises(KeyboardInterrupt):
        od.fit_topics(planted.counts, 6, keywords=asked, checkpoint=path)
    monkeypatch.undo()
    resumed = od.fit_topics(planted.counts, 6, keywords=asked, checkpoint=path)
    np.testing.assert_allclose(resumed.bound, whole.bound, rtol=1e-6)
    assert isinstance(resumed.structure, Structure)
    assert resumed.structure.keywords.names == list(asked)
    with pytest.raises(InputError, match="other counts or options"):
        od.fit_topics(planted.counts, 6, keywords={"a": asked["topic 0"]}, checkpoint=path)


def test_a_fit_does_not_end_where_topics_come_to_be_held():
    """The bound falls when keywords are brought to the least share; there is still much to learn."""
    drawn = od.simulate_releases(120, 3, n_terms=60, length=60, seed=1, n_issuers=4)
    terms = drawn.counts.terms
    for least in (0.3, 0.5):
        model = od.fit_topics(
            drawn.counts, 3, keywords={"k": [terms[3]], "l": [terms[20]]}, keyword_share=least
        )
        gains = np.diff(model.bound) / np.abs(model.bound[:-1])
        assert gains[0] < -1e-3  # both are held from the first pass on
        assert len(model.bound) > 5
        assert abs(gains[-1]) < 1e-5
        assert not any("had not settled" in one for one in model.notes)


@pytest.mark.parametrize(
    ("seeds", "bounds", "n_passes"),
    [
        ((), [-100, -90, -95], 3),  # as in R's stm: a fall is the end
        ((np.array([0]),), [-100, -90, -95, -80, -80.0001], 5),
        ((np.array([0]),), [-100, -90, -90.0005], 3),  # a fall within the tolerance is one for keywords too
    ],
)
def test_what_ends_a_fit(monkeypatch, seeds, bounds, n_passes):
    state = fitting.State(np.ones((1, 2, 2)) / 2, np.zeros((3, 1)), None, np.eye(1))
    data = fitting.make_data(sparse.csr_matrix(np.ones((3, 2))), np.ones((3, 1)), seeds=seeds)
    given = iter(bounds)
    monkeypatch.setattr(
        fitting, "pass_over", lambda data, state, settings: state._replace(bound=(*state.bound, next(given)))
    )
    state, settled = fitting.fit(data, state, fitting.Settings())
    assert settled
    assert len(state.bound) == n_passes


TEXTS = [
    "Police freed victims of trafficking and arrested traffickers",
    "Victims of traffickers were freed by police",
    "Trafficking of drugs: police arrested smugglers",
    "Ministers build mutual trust and training",
    "Training builds mutual trust of ministers",
    "Mutual trust and training of police",
]


@pytest.fixture(scope="module")
def tokens():
    frame = pd.DataFrame({"text": TEXTS * 5, "language": "en"})
    return od.tokenize(od.Corpus.from_frame(frame))


def terms_of(tokens, *words, **options):
    counts = od.count_terms(tokens, stop_words="auto")
    model = od.fit_topics(counts, 2, keywords={"wanted": list(words)}, **options)
    return model.structure.keywords.to_frame()["terms"].tolist()


def test_keywords_are_queries(tokens):
    assert terms_of(tokens, "TRAFFICK*", "victims") == ["traffickers, trafficking", "victims"]
    assert terms_of(tokens, "tr?st", "Trust") == ["trust", "trust"]
    joined = tokens.with_phrases(["mutual trust"])
    assert terms_of(joined, "mutual trust", "mutual_trust", "Mutual tr*") == ["mutual_trust"] * 3
    other = tokens.with_phrases(["mutual trust"], joiner="+")
    assert terms_of(other, "mutual trust") == ["mutual+trust"]


def test_keywords_are_folded_as_the_counts_are():
    frame = pd.DataFrame({"text": ["безбедност и полиција", "sigurnost i poverenje"] * 5, "language": "hbs"})
    tokens = od.tokenize(od.Corpus.from_frame(frame)).with_forms("folded")
    assert terms_of(tokens, "безбедност") == ["sigurnost"]
    assert terms_of(tokens, "bezbed*") == ["sigurnost"]
    assert terms_of(tokens, "полиц*") == ["policija"]


def test_terms_made_elsewhere_may_have_capitals():
    matrix = sparse.csr_matrix(np.array([[3, 0, 1], [0, 4, 1]] * 4))
    counts = od.TermCounts.from_matrix(matrix, ["Trust", "Crime", "EU"], [{}] * 8)
    model = od.fit_topics(counts, 2, keywords={"wanted": ["trust", "eu"]})
    assert model.structure.keywords.to_frame()["terms"].tolist() == ["Trust", "EU"]


def test_keywords_that_nobody_uses_are_named(tokens):
    with pytest.warns(OctadiscWarning, match="passed over: 'traficking' of 'wanted' .did you mean 'traffick"):
        assert terms_of(tokens, "traficking", "victims") == ["victims"]
    with pytest.raises(InputError, match="None of the keywords of 'wanted' is used: 'traficking'"):
        terms_of(tokens, "traficking")


def test_a_keyword_of_two_topics_is_named(tokens):
    counts = od.count_terms(tokens, stop_words="auto")
    asked = {"crime": ["traffick*", "police"], "trust": ["mutual", "police"]}
    with pytest.warns(OctadiscWarning, match=r"Keywords of two topics or more: 'police' .crime, trust"):
        model = od.fit_topics(counts, 2, keywords=asked)
    assert sorted(model.topics["name"]) == ["crime", "trust"]


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        (["police"], "are no topics' keywords"),
        ({}, "are no topics' keywords"),
        ({"a": []}, "there is none"),
        ({"a": ["*"]}, "'\\*' is no word"),
        ({"a": [3]}, "3 is no word"),
        ({"a": 3}, "keywords of 'a' are 3"),
        ({3: ["police"]}, "3 is no name"),
        ({" ": ["police"]}, "is no name"),
        ({"a": ["police"], "a ": ["trust"]}, "two topics would be called 'a'"),
        ({"a": {"en": ["police"]}}, "are a mapping"),
        ({"a": ["police | trust"]}, "has '|' in it"),
        ({"a": ["police"], "b": ["trust"], "c": ["training"]}, "n_topics counts all topics"),
    ],
)
def test_mistakes_are_answered(tokens, keywords, said):
    counts = od.count_terms(tokens, stop_words="auto")
    with pytest.raises(InputError, match=said):
        od.fit_topics(counts, 2, keywords=keywords)


def test_other_models_and_content_are_refused(planted, asked):
    with pytest.raises(InputError, match="nmf would pass them over"):
        od.fit_topics(planted.counts, 6, "nmf", keywords=asked)
    with pytest.raises(InputError, match="keywords and content='issuer'"):
        od.fit_topics(planted.counts, 6, content="issuer", keywords=asked)


def test_the_estimator_takes_keywords(planted, asked):
    direct = od.fit_topics(planted.counts, 6, keywords=asked)
    fitted = od.StructuralTopicModel(6, keywords=asked).fit(planted.counts.matrix, terms=planted.counts.terms)
    np.testing.assert_array_equal(fitted.components_, direct.words)
    assert fitted.to_model().topics["name"].tolist() == direct.topics["name"].tolist()
    frame = pd.DataFrame(planted.counts.matrix.toarray(), columns=planted.counts.terms)
    by_columns = od.StructuralTopicModel(6, keywords=asked).fit(frame)
    np.testing.assert_array_equal(by_columns.components_, direct.words)
    renamed = fitted.to_model([f"z{one}" for one in planted.counts.terms])
    assert renamed.structure.keywords.to_frame()["terms"].tolist() == [
        f"z{one}" for several in asked.values() for one in several
    ]
    with pytest.raises(InputError, match="the columns have no names"):
        od.StructuralTopicModel(6, keywords=asked).fit(planted.counts.matrix)
    with pytest.raises(InputError, match="Expected 200, one a column"):
        od.StructuralTopicModel(6).fit(planted.counts.matrix, terms=["a", "b"])
