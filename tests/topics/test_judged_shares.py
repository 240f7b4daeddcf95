"""Shares corrected by what people say of a sample: the sample, the arithmetic, and what is refused."""

import matplotlib

matplotlib.use("Agg")

import numpy as np
import openpyxl
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, UnknownNameError, WrongKindError
from octadisc.topics.judged.shares.corrected import correct_shares
from octadisc.topics.judged.shares.estimates import Judged, Population, correct_mean
from octadisc.topics.judged.shares.sample import NONE, draw_share_sample

from .judged_cases import fit

LABELS = ["drugs", "trust", "cars", "banks", "fires"]


@pytest.fixture(scope="module")
def model():
    return fit(200)


def judge(sample, model, say):
    """Give the sheet filled in: what `say(row, coder)` gives for each release."""
    row_of = dict(zip(sample.frame["line"], sample.rows.tolist(), strict=True))
    frame = sample.sheet.to_frame()
    (name,) = sample.sheet.codes
    said = [say(row_of[line], coder) for line, coder in zip(frame["line"], frame["coder"], strict=True)]
    frame[name] = pd.Series(said, dtype="str")
    return od.read_codes(frame, sample.sheet)


def main_of(model):
    return model.shares.argmax(axis=1)


def test_a_sample_is_even_over_periods_with_the_probability_it_was_drawn_with(model):
    sample = draw_share_sample(model, 50, every="year", labels=LABELS)
    years = model.releases["date"].dt.year.to_numpy()
    frame = sample.to_frame()
    assert frame["period"].value_counts().tolist() == [10] * 5
    assert (frame["found"] == [int((years == int(one)).sum()) for one in frame["period"]]).all()
    np.testing.assert_allclose(frame["probability"], frame["listed"] / frame["found"])
    assert (model.releases["release"].iloc[sample.rows].to_numpy() == frame["release"]).all()
    assert len(set(sample.rows.tolist())) == 50


def test_labels_that_are_changed_afterwards_do_not_change_the_recipe(model):
    given = dict(enumerate(LABELS))
    sample = draw_share_sample(model, 50, labels=given)
    given[0] = "something else"
    sample.labels[1] = "something else"
    assert sample.spec.parameters["labels"] == dict(enumerate(LABELS))


def test_every_release_is_drawn_about_as_often(model):
    """Of 200 samples of 50 of 200, each release is in 50 on average, with a standard error of 6."""
    drawn = np.zeros(200, int)
    for seed in range(200):
        drawn[draw_share_sample(model, 50, seed=seed).rows] += 1
    assert drawn.sum() == 10_000
    assert drawn.min() > 50 - 5 * 6.2
    assert drawn.max() < 50 + 5 * 6.2


def test_the_sheet_shows_the_release_and_asks_for_its_topic(model, tmp_path):
    sample = draw_share_sample(model, 20, labels=LABELS, coders=["Ana", "Boris"], path=tmp_path / "sheets")
    assert sample.sheet.codes == {"topic": (*LABELS, NONE)}
    assert not {"release", "issuer", "date", "share"} & set(sample.sheet.to_frame())
    names = sorted(one.name for one in (tmp_path / "sheets").iterdir())
    assert names == ["coder Ana.xlsx", "coder Boris.xlsx", "key.csv"]
    book = openpyxl.load_workbook(tmp_path / "sheets" / "coder Ana.xlsx")
    said = [str(row[1].value) for row in book["instructions"].iter_rows()]
    assert any("which of the topics below it is mainly about" in one for one in said)
    words = ", ".join(model.terms_of(0, 8, by="probability")["term"])
    assert f"drugs: {words}" in said
    key = pd.read_csv(tmp_path / "sheets" / "key.csv")
    assert set(key["line"]) == set(sample.frame["line"])


def test_of_one_topic_it_is_asked_yes_or_no(model):
    sample = draw_share_sample(model, 20, topic=2, labels=LABELS)
    assert sample.sheet.codes == {"about": ("yes", "no")}
    assert repr(sample) == "ShareSample(20 releases, about 'cars', for A, B)"
    assert [label for label, _ in sample.sheet.topics] == ["cars"]


def test_with_every_release_judged_the_corrected_share_is_what_people_say(model):
    sample = draw_share_sample(model, 200, every="year", labels=LABELS)
    main = main_of(model)
    said = [LABELS[one] if row % 4 else NONE for row, one in enumerate(main)]  # a quarter is about none
    made = correct_shares(
        model, judge(sample, model, lambda row, _: said[row]), sample=sample, speak_of="releases"
    )
    years = model.releases["date"].dt.year.astype(str).to_numpy()
    frame = made.to_frame()
    for topic, label in [*enumerate(LABELS), (pd.NA, NONE)]:
        rows = frame[frame["topic"].isna()] if topic is pd.NA else frame[frame["topic"] == topic]
        assert len(rows) == 5
        for one in rows.itertuples():
            truth = np.mean([said[row] == label for row in np.flatnonzero(years == one.period)])
            assert one.corrected == pytest.approx(truth)
            assert one.corrected_low == pytest.approx(truth, abs=1e-6)  # all were read: nothing is uncertain
            assert one.corrected_high == pytest.approx(truth, abs=1e-6)
    whole = made.whole.set_index("name")["corrected"]
    assert whole.sum() == pytest.approx(1)
    assert whole[NONE] == pytest.approx(0.25)


def test_the_estimate_is_prediction_plus_what_it_is_off_by_hand():
    """Two periods of 20; the model says .5 of all; ten of each are read: 10 and 4 of them are about it.

    A line fitted to a share that does not vary is a constant: prediction and residual cancel but for the
    folds, and about the mean of those read is left. Releases that were read are predicted from the other
    folds, those that were not by the mean of all five lines. The second period's releases weigh 3 each.
    """
    cell = np.repeat([0, 1], 20)
    rows = np.concatenate([np.arange(10), np.arange(20, 30)])
    truth = np.concatenate([np.ones(10), np.ones(4), np.zeros(6)])
    judged = Judged(rows, np.full(20, 0.5), np.tile(np.arange(5), 4))
    weights = np.where(cell == 0, 1.0, 3.0)
    made = correct_mean(
        np.full(40, 0.5), truth, Population(weights, cell, np.arange(40), 2), judged, spread=None
    )
    folds = np.arange(10) % 5
    for at, mine in ((0, truth[:10]), (1, truth[10:])):
        predicted = []
        for fold in range(5):
            others = np.tile(folds, 2) != fold
            wo = np.concatenate([np.full(10, 1.0), np.full(10, 3.0)])[others]
            wo = wo / wo.mean()
            x = np.stack([np.ones(16), np.full(16, 0.5)], axis=1)
            left = (x * wo[:, None]).T @ x + 2 * np.eye(2)
            constant, slope = np.linalg.solve(left, (x * wo[:, None]).T @ truth[others] + [0, 2])
            predicted.append(constant + slope / 2)
        own = np.array(predicted)[folds]
        by_hand = (10 * np.mean(predicted) + own.sum()) / 20 + np.mean(mine - own)
        assert made.value[at] == pytest.approx(by_hand)
    assert made.n.tolist() == [10, 10]
    assert made.value == pytest.approx([1.0, 0.4], abs=0.02)


def test_unequal_chances_are_weighed_back():
    """Half of the releases are drawn with .8, the others with .2; only the latter are about it."""
    rng = np.random.default_rng(0)
    values = []
    for _ in range(150):
        truth = np.repeat([0.0, 1.0], 100)
        chance = np.repeat([0.8, 0.2], 100)
        rows = np.flatnonzero(rng.random(200) < chance)
        folds = rng.permutation(np.arange(rows.size) % 5)
        population = Population(np.ones(200), np.zeros(200, int), np.arange(200), 1)
        judged = Judged(rows, chance[rows], folds)
        values.append(correct_mean(np.full(200, 0.3), truth[rows], population, judged, spread=None).value[0])
    assert np.mean(values) == pytest.approx(0.5, abs=4 * np.std(values) / 150**0.5)


def test_coders_who_differ_count_in_parts(model):
    sample = draw_share_sample(model, 200, labels=LABELS)
    codes = judge(sample, model, lambda row, coder: "drugs" if coder == "A" else "trust")
    made = correct_shares(model, codes, sample=sample, speak_of="releases")
    assert made.whole["corrected"].tolist() == pytest.approx([0.5, 0.5, 0, 0, 0, 0], abs=1e-6)
    assert any(note.startswith("Coders differ on 200 releases of 200") for note in made.notes)


def test_too_few_judged_in_a_period_are_not_enough(model):
    sample = draw_share_sample(model, 45, every="year", labels=LABELS)
    main = main_of(model)
    made = correct_shares(model, judge(sample, model, lambda row, _: LABELS[main[row]]), sample=sample)
    frame = made.to_frame()
    assert (frame["n_coded"] == 9).all()
    assert frame[["corrected", "corrected_low", "corrected_high"]].isna().all(axis=None)
    assert (frame["note"] == "Not enough data: 9 judged, at least 10 needed.").all()
    assert made.whole["corrected"].notna().all()


def test_of_which_periods_too_few_are_drawn_is_said_at_once(model):
    """Of 20 releases a year 9 are drawn, where 10 are needed: in all five years."""
    (note,) = draw_share_sample(model, 45, every="year", labels=LABELS).notes
    assert note.startswith("Fewer than 10 are drawn of 5 of 5 strata (2001, 2002, 2003, 2004, 2005), for")
    assert "Draw n=50 or more" in note
    assert draw_share_sample(model, 50, every="year", labels=LABELS).notes == ()
    assert draw_share_sample(model, 9, labels=LABELS).notes == ()
    assert note in draw_share_sample(model, 45, every="year", labels=LABELS)._repr_html_()


def test_a_table_of_releases_and_topics_will_do(model):
    main = main_of(model)
    names = model.topics["name"].tolist()
    table = pd.DataFrame({"release": model.releases["release"], "main": [names[one] for one in main]})
    made = correct_shares(model, table.iloc[::2])
    assert any("taken for random ones of all" in note for note in made.notes)
    truth = np.bincount(main, minlength=5) / 200
    whole = made.whole.iloc[:5]
    assert ((whole["corrected_low"] <= truth) & (truth <= whole["corrected_high"])).all()
    numbers = table.iloc[::2].assign(main=main[::2])
    pd.testing.assert_frame_equal(correct_shares(model, numbers).to_frame(), made.to_frame())


def test_filled_in_files_will_do(model, tmp_path):
    sample = draw_share_sample(model, 60, labels=LABELS)
    frame = sample.sheet.to_frame().assign(topic="drugs")
    frame.to_csv(tmp_path / "back.csv", index=False)
    made = correct_shares(model, tmp_path / "back.csv", sample=sample)
    assert made.whole["corrected"].iloc[0] == pytest.approx(1, abs=1e-6)


def test_sentences_are_judged_as_sentences():
    corpus = od.tokenize(fit(60).tokens.corpus)
    units = corpus.units("sentence")
    model = od.fit_topics(od.count_terms(units), 5, "lda", seed=1)
    sample = draw_share_sample(model, 100, labels=LABELS)
    assert repr(sample) == "ShareSample(100 sentences, main topic, for A, B)"
    first = sample.sheet.to_frame().iloc[0]
    row = int(sample.rows[sample.frame["line"].tolist().index(first["line"])])
    assert first["match"] == units.corpus.texts[row]
    before = units.corpus.frame["unit_number"].iloc[row]
    assert (first["left"] == "") == (before == units.corpus.frame["unit_number"].min()) or first["left"]
    main = main_of(model)
    made = correct_shares(model, judge(sample, model, lambda row, _: LABELS[main[row]]), sample=sample)
    assert repr(made).endswith("100 sentences judged)")


def test_evidence_lists_the_judged_releases_those_first_that_differ_most(model):
    sample = draw_share_sample(model, 60, every="year", labels=LABELS)
    main = main_of(model)
    made = correct_shares(model, judge(sample, model, lambda row, _: LABELS[main[row]]), sample=sample)
    listed = made.evidence(1, "2001")
    assert len(listed) == made.to_frame().query("period == '2001'")["n_coded"].iloc[0]
    gap = (listed["judged"] - listed["share"]).abs()
    assert gap.is_monotonic_decreasing
    texts = dict(zip(model.releases["release"], model.tokens.corpus.texts, strict=True))
    for one in listed.itertuples():
        assert one.sentence == texts[one.release]
        assert one.judged == (one.said == "trust | trust")
    assert len(made.evidence()) == 60


def test_the_plot_draws_shares_as_modelled_and_as_corrected(model):
    sample = draw_share_sample(model, 100, every="year", labels=LABELS)
    main = main_of(model)
    made = correct_shares(model, judge(sample, model, lambda row, _: LABELS[main[row]]), sample=sample)
    ax = made.plot(topic=3)
    rows = made.to_frame().query("topic == 3")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 100 * rows["share"])
    np.testing.assert_allclose(ax.lines[1].get_ydata(), 100 * rows["corrected"])
    assert ax.get_title(loc="left") == model.topics["name"].iloc[3]
    matplotlib.pyplot.close(ax.figure)
    with pytest.raises(UnknownNameError, match="no group 'x'"):
        made.plot(group="x")


def test_results_say_what_they_are_and_are_the_same_again(model):
    sample = draw_share_sample(model, 100, every="year", labels=LABELS)
    main = main_of(model)
    codes = judge(sample, model, lambda row, _: LABELS[main[row]])
    one, again = (correct_shares(model, codes, sample=sample) for _ in range(2))
    pd.testing.assert_frame_equal(one.to_frame(), again.to_frame())
    assert repr(one) == "CorrectedShares(5 topics, 5 periods, 100 releases judged)"
    assert "<table" in one._repr_html_()
    assert one.spec.function == "correct_shares"
    assert sample.spec in one.spec.inputs
    assert list(one.to_frame())[:7] == ["period", "start", "end", "group", "topic", "name", "releases"]


def test_mistakes_are_answered(model):
    sample = draw_share_sample(model, 40, labels=LABELS)
    table = pd.DataFrame({"release": model.releases["release"][:40], "topic": "drugs"})
    with pytest.raises(UnknownNameError, match="no topic is called 'drugs'"):
        correct_shares(model, table)
    with pytest.raises(UnknownNameError, match=r"no topic is called 'trus'\. Did you mean 'trust'"):
        correct_shares(model, table.assign(topic="trus"), labels=LABELS)
    with pytest.raises(UnknownNameError, match="has no release 'zz'"):
        correct_shares(model, table.assign(release="zz"), labels=LABELS)
    with pytest.raises(InputError, match=r"codes say 'yes' and 'no', and topic= is missing: .* topic=0"):
        correct_shares(model, table.assign(topic=["yes", "no"] * 20))
    with pytest.raises(InputError, match="'drugs' is neither yes nor no"):
        correct_shares(model, table, topic=0)
    with pytest.raises(InputError, match="neither a column line nor release"):
        correct_shares(model, table.drop(columns="release"))
    with pytest.raises(InputError, match="Which column says"):
        correct_shares(model, table.rename(columns={"topic": "a"}).assign(b="x"))
    with pytest.raises(InputError, match="There is no judgement"):
        correct_shares(model, table.assign(topic=np.nan))
    with pytest.raises(InputError, match="the sample asks about all topics"):
        correct_shares(model, table, sample=sample, topic=1)
    with pytest.raises(InputError, match="None of the lines judged is in the sample"):
        correct_shares(model, pd.DataFrame({"line": ["x"], "topic": ["drugs"]}), sample=sample)
    with pytest.raises(WrongKindError, match="trend is a DataFrame"):
        correct_shares(table, table)
    with pytest.raises(WrongKindError, match="codes is a list"):
        correct_shares(model, [])
    with pytest.raises(WrongKindError, match="sample is a DataFrame"):
        correct_shares(model, table, sample=table)
    with pytest.raises(InputError, match="speak_of='all'"):
        correct_shares(model, table, speak_of="all")
    with pytest.raises(InputError, match="standardised to a fixed mix"):
        correct_shares(model.over_time().standardise(), table)
    with pytest.raises(InputError, match="n=3 is fewer than the 5 strata"):
        draw_share_sample(model, 3, every="year")
    with pytest.raises(InputError, match="labels: topic 0, which is asked about, has none"):
        draw_share_sample(model, 30, topic=0, labels={1: "trust"})


def test_a_model_without_tokens_has_nothing_to_read(planted):
    with pytest.raises(InputError, match="no text to show for coders"):
        draw_share_sample(od.fit_topics(planted.counts, 6, "nmf"), 20)
