"""Topics and tags: measures by hand and as scikit-learn's, what counts, and where both differ."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError
from octadisc.topics.relations.tag_agreement import agreement_of, fit_of_tags
from octadisc.topics.relations.tag_reading import read_tags
from octadisc.topics.relations.tags import compare_tags


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=12, max_size=60))
def test_agreement_is_scikit_learns(pairs):
    tags, topics = (np.array(one) for one in zip(*pairs, strict=True))
    made = agreement_of(tags, topics).set_index("measure")
    assert made.loc["nmi", "value"] == pytest.approx(normalized_mutual_info_score(tags, topics), abs=1e-9)
    assert made.loc["ami", "value"] == pytest.approx(adjusted_mutual_info_score(tags, topics), abs=1e-9)
    purity = sum(np.bincount(tags[topics == k]).max() for k in np.unique(topics)) / len(tags)
    assert made.loc["purity", "value"] == pytest.approx(purity)


def test_what_chance_gives_is_the_mean_over_permutations():
    rng = np.random.default_rng(0)
    tags, topics = rng.integers(0, 5, 60), rng.integers(0, 6, 60)
    expected = np.mean([normalized_mutual_info_score(rng.permutation(tags), topics) for _ in range(300)])
    made = agreement_of(tags, topics).set_index("measure")
    assert made.loc["nmi", "by_chance"] == pytest.approx(expected, abs=0.01)


def test_intervals_are_the_jackknifes():
    rng = np.random.default_rng(1)
    tags = rng.integers(0, 3, 40)
    topics = np.where(rng.random(40) < 0.7, tags, rng.integers(0, 3, 40))
    left = [normalized_mutual_info_score(np.delete(tags, i), np.delete(topics, i)) for i in range(40)]
    error = np.sqrt(39 / 40 * np.sum((left - np.mean(left)) ** 2))
    made = agreement_of(tags, topics).set_index("measure").loc["nmi"]
    assert made["high"] - made["value"] == pytest.approx(1.959964 * error, rel=1e-5)


def test_precision_recall_and_f1_by_hand():
    # the tag has 8 releases, the topic 10, both 6: of 12 with either
    has = np.array([True] * 8 + [False] * 12)[:, None]
    topic = np.array([True] * 6 + [False] * 2 + [True] * 4 + [False] * 8)[:, None]
    made = {name: float(one[0, 0]) for name, one in fit_of_tags(has, topic, 0.95).items()}
    assert (made["precision"], made["recall"]) == (0.6, 0.75)
    assert made["f1"] == pytest.approx(2 * 0.6 * 0.75 / 1.35)
    # Wilson's interval of 6 of 12 is (.25378, .74622), F1 is 2 J / (1 + J)
    assert made["f1_low"] == pytest.approx(2 * 0.25378 / 1.25378, abs=1e-4)
    assert made["f1_high"] == pytest.approx(2 * 0.74622 / 1.74622, abs=1e-4)


@pytest.fixture(scope="module")
def true_tags(planted):
    """Tags that are each release's largest planted topic; every seventh has none, every ninth a second."""
    best = np.argsort(-planted.shares, axis=1)
    made = []
    for i, row in enumerate(best):
        tags = [f"tag {row[0]}", f"tag {row[1]}"] if i % 9 == 0 else [f"tag {row[0]}"]
        made.append(None if i % 7 == 0 else tags)
    return made


@pytest.fixture(scope="module")
def found(fitted, true_tags):
    return compare_tags(fitted, true_tags)


def test_planted_tags_are_found(fitted, planted, true_tags, found):
    single = [i for i, one in enumerate(true_tags) if one is not None and len(one) == 1]
    given = [true_tags[i][0] for i in single]
    nmi = found.agreement.set_index("measure").loc["nmi"]
    assert nmi["releases"] == len(single)
    expected = normalized_mutual_info_score(given, fitted.shares[single].argmax(axis=1))
    assert nmi["value"] == pytest.approx(expected)
    assert nmi["value"] > 0.8
    _, match = planted.match(fitted)
    for row in found.frame.itertuples():
        assert row.topic == match[int(row.tag.split()[1])]
        assert row.f1_low < row.f1 < row.f1_high


def test_counts_are_of_all_tagged_releases(fitted, true_tags, found):
    said = [one or [] for one in true_tags]
    frame = found.to_frame()
    assert frame["releases"].is_monotonic_decreasing
    for row in frame.itertuples():
        mine = np.array([row.tag in one for one in said])
        assert row.releases == mine.sum()
        topic = fitted.shares.argmax(axis=1) == row.topic
        tagged = np.array([bool(one) for one in said])
        assert row.precision == pytest.approx((mine & topic).sum() / (topic & tagged).sum())
        assert row.recall == pytest.approx((mine & topic).sum() / mine.sum())
        assert row.share == pytest.approx(fitted.shares[mine, row.topic].mean())
    np.testing.assert_allclose(found.table().sum(axis=1), 1)
    assert found.table().index.tolist() == frame["tag"].tolist()


def test_topics_tell_their_tags(fitted, true_tags, found):
    row = found.topics.iloc[0]
    mine = [one for one, k in zip(true_tags, fitted.shares.argmax(axis=1), strict=True) if one and k == 0]
    assert row["releases"] == len(mine)
    assert row["part"] == pytest.approx(np.mean([row["tag"] in one for one in mine]))
    assert row["tags"].startswith(f"{row['tag']} {row['part']:.0%}")


def test_tags_can_be_given_in_several_ways(planted, fitted, true_tags, found):
    releases = fitted.releases["release"].tolist()
    by_release = {one: tags for one, tags in zip(releases, true_tags, strict=True) if tags}
    pd.testing.assert_frame_equal(compare_tags(fitted, by_release).frame, found.frame)
    texts = ["; ".join(one) if one else None for one in true_tags]
    pd.testing.assert_frame_equal(compare_tags(fitted, texts, separator=";").frame, found.frame)
    counts = od.TermCounts.from_matrix(
        planted.counts.matrix, planted.counts.terms, planted.counts.releases.assign(tags=texts)
    )
    model = od.fit_topics(counts, 6, "nmf")
    assert read_tags(model, "tags", ";") == [tuple(one or ()) for one in true_tags]


def test_a_series_is_read_by_its_index_where_that_holds_releases(fitted, true_tags):
    releases = fitted.releases["release"].tolist()
    wanted = [tuple(one or ()) for one in true_tags]
    backwards = pd.Series(true_tags[::-1], index=releases[::-1])
    assert read_tags(fitted, backwards) == wanted
    some = read_tags(fitted, backwards.iloc[100:])
    assert some[:200] == wanted[:200]
    assert some[200:] == [()] * 100
    assert read_tags(fitted, pd.Series(true_tags)) == wanted  # no release is called 0: in order
    assert read_tags(fitted, pd.Series(true_tags, index=[f"x{i}" for i in range(300)])) == wanted
    with pytest.raises(InputError, match="stands twice in the index"):
        read_tags(fitted, pd.concat([backwards, backwards.iloc[:1]]))


@pytest.mark.parametrize("separator", [5, "", [";"]])
def test_separators_that_are_none(fitted, true_tags, separator):
    with pytest.raises(InputError, match="separator="):
        compare_tags(fitted, true_tags, separator=separator)


def test_disagreements_are_releases_whose_topic_is_another(fitted, found):
    table = found.disagreements(1000)
    place = {one: i for i, one in enumerate(fitted.releases["release"])}
    best = found.frame.set_index("tag")["topic"]
    assert len(table)
    for row in table.itertuples():
        shares = fitted.shares[place[row.release]]
        fits = max(shares[best[tag]] for tag in row.tags.split(", "))
        assert row.topic == shares.argmax()
        assert row.expected_share == pytest.approx(fits)
        assert row.disagreement == pytest.approx(shares.max() - fits)
        assert row.disagreement > 0
    assert table["disagreement"].is_monotonic_decreasing
    # nobody else disagrees
    largest = fitted.shares.argmax(axis=1)
    others = [
        i for i in np.flatnonzero(found.has.any(axis=1)) if i not in {place[r] for r in table["release"]}
    ]
    assert all(
        largest[i] in {best[t] for t, has in zip(found.tags, found.has[i], strict=True) if has}
        for i in others
    )
    some = found.disagreements(1000, tag="tag 1")
    assert all("tag 1" in one for one in some["tags"])


def test_evidence_is_of_the_tags_releases(tokens):
    rows = [("drugs cocaine border", "Drugs"), ("mutual trust training", "Trust")] * 8
    corpus = od.Corpus.from_frame([{"text": text, "tag": tag, "language": "en"} for text, tag in rows])
    model = od.fit_topics(od.count_terms(od.tokenize(corpus)), 2, "nmf")
    found = compare_tags(model, "tag")
    assert found.agreement["value"].tolist() == [1, 1, 1]
    lines = found.evidence("Drugs")
    assert len(lines) == 8
    assert lines["sentence"].str.contains("cocaine").all()
    with pytest.raises(UnknownNameError, match="Did you mean 'Drugs'"):
        found.evidence("Drug")


def test_rare_tags_have_no_intervals(fitted, true_tags):
    tags = list(true_tags)
    tags[1], tags[2] = ["rare"], ["rare"]
    row = compare_tags(fitted, tags).frame.set_index("tag").loc["rare"]
    assert row["note"] == "not enough data"
    assert np.isnan(row["f1_low"])
    assert row["recall"] >= 0


def test_a_story_counts_once(planted, true_tags):
    # every release twice, each as half of one
    releases = planted.counts.releases
    doubled = pd.concat([releases, releases.assign(release=releases["release"] + "b")], ignore_index=True)
    doubled["duplicate_cluster"] = pd.Series(np.tile(np.arange(300), 2), dtype="Int64")
    from scipy import sparse

    matrix = sparse.csr_matrix(planted.counts.matrix)
    counts = od.TermCounts(
        sparse.vstack([matrix, matrix]).tocsr() * 0.5,
        planted.counts.terms,
        doubled,
        np.full(600, 0.5),
        None,
        planted.counts.spec,
    )
    model = od.fit_topics(counts, 6, "nmf")
    found = compare_tags(model, [*true_tags, *true_tags])
    single = sum(one is not None and len(one) == 1 for one in true_tags)
    assert found.agreement["releases"].iloc[0] == single


@pytest.mark.parametrize(
    ("tags", "error", "says"),
    [
        ("isuer", UnknownNameError, "Did you mean 'issuer'"),
        ({"nobody": "a"}, InputError, "None of the 1 releases"),
        (["a"] * 5, InputError, "5 entries, for 300"),
        (["a"] * 300, NotEnoughDataError, "1 tags in all"),
        ([None] * 300, NotEnoughDataError, "0 releases have one tag"),
    ],
)
def test_tags_that_are_none(fitted, tags, error, says):
    with pytest.raises(error, match=says):
        compare_tags(fitted, tags)


def test_the_picture_and_the_face(found, fitted):
    ax = found.plot(Figure(figsize=(7, 4)).subplots(), n=4)
    labels = [one.get_text() for one in ax.get_yticklabels()]
    first = found.frame.iloc[0]
    assert len(labels) == 4
    assert labels[0] == f"{first['tag']} ({first['releases']})"
    # each tag's best topic follows the last one's: the first column is the first tag's
    values = ax.collections[0].get_array().reshape(4, -1)
    assert np.argmax(values[0]) == 0
    page = found._repr_html_()
    assert "NMI" in page
    assert "By chance NMI would be" in page


@pytest.mark.reference
@pytest.mark.slow
def test_thirty_topics_and_the_departments_tags(shared):
    import json

    rows, tags = [], {}
    for folder in ("doj_balkan", "doj_sample600"):
        for one in json.loads((shared / "corpora" / folder / "ground_truth.json").read_text("utf-8")):
            rows.append({"release": one["id"], "text": one["body"], "language": "en"})
            tags[one["id"]] = one["topics"]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    counts = od.count_terms(tokens, 3, "auto", max_share=0.5)
    found = compare_tags(od.fit_topics(counts, 30), tags)
    assert found.agreement["releases"].iloc[0] == 214
    assert found.agreement["value"].iloc[0] > 0.62


def test_tags_that_look_like_several_are_said():
    matrix = np.repeat([[6, 1, 1], [1, 6, 1], [1, 1, 6]], 10, axis=0)
    tags = ["drugs; border", "trust", "fraud"]
    releases = pd.DataFrame({"tags": np.repeat(tags, 10)})
    model = od.fit_topics(od.TermCounts.from_matrix(matrix, ["a", "b", "c"], releases), 3, "nmf")
    assert any(
        "'drugs; border'" in note and "separator" in note for note in compare_tags(model, "tags").notes
    )
    assert not any("separator" in note for note in compare_tags(model, "tags", separator="|").notes)
