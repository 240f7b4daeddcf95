import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError
from octadisc.statistics.intervals import share_interval
from octadisc.statistics.misclassification import rogan_gladen
from octadisc.terms.audits.audit_rates import part_of
from octadisc.terms.audits.audit_regression import design_adjusted


def made(rng, n=600, recall=0.7, specificity=0.9, share=0.3, drift=0.0):
    """Releases, each about trust or not; the query hits some of either. Gives tokens and the truth."""
    years = np.arange(n) % 6
    truth = rng.random(n) < share
    hit = rng.random(n) < np.where(truth, recall - drift * (years / 5 - 0.5), 1 - specificity)
    frame = pd.DataFrame(
        {
            "release": [f"r{i:04d}" for i in range(n)],
            "date": [f"{2005 + year}-05-01" for year in years],
            "issuer": [f"issuer {one:02d}" for one in rng.integers(0, 10, n)],
            "language": np.where(rng.random(n) < 0.5, "en", "de"),
            "text": np.where(hit, "They spoke of trust.", "They spoke of borders."),
        }
    )
    return od.tokenize(od.Corpus.from_frame(frame)), pd.Series(truth, index=frame["release"])


def judge(sample, truth):
    lines = sample.to_frame()[["line", "release"]]
    return lines.assign(judgement=truth[lines["release"]].to_numpy())


@pytest.fixture(scope="module")
def study():
    tokens, truth = made(np.random.default_rng(1))
    sample = od.audit_sample(tokens, "trust", 200, seed=3)
    return (
        tokens,
        truth,
        sample,
        od.audit(tokens, "trust", judge(sample, truth), sample=sample, by="language"),
    )


# --- samples


def test_a_sample_knows_its_probabilities(study):
    tokens, _, sample, _ = study
    hits = tokens.find("trust").counts > 0
    rows = sample.to_frame()
    assert rows["hit"].sum() == 100
    assert set(rows.loc[rows["hit"], "found"]) == {hits.sum()}
    assert rows.loc[rows["hit"], "probability"].tolist() == pytest.approx([100 / hits.sum()] * 100)
    assert (1 / rows["probability"]).sum() == pytest.approx(len(tokens))
    assert [bool(one) for one in hits[sample.rows]] == rows["hit"].tolist()


def test_strata_are_even_over_periods():
    tokens, _ = made(np.random.default_rng(2))
    sample = od.audit_sample(tokens, "trust", 120, every="year", hits=1 / 3)
    table = sample.to_frame().groupby(["hit", "period"]).size()
    assert table[True].tolist() == pytest.approx([40 / 6] * 6, abs=1)
    assert table[False].tolist() == pytest.approx([80 / 6] * 6, abs=1)
    assert (1 / sample.to_frame()["probability"]).sum() == pytest.approx(len(tokens))


def test_coders_do_not_see_what_the_query_hits(study):
    _, _, sample, _ = study
    seen = sample.sheet.to_frame()
    assert set(seen.columns) == {"line", "coder", "left", "match", "right", "code"}
    order = sample.to_frame().set_index("line")["hit"][seen.loc[seen["coder"] == "A", "line"]]
    turns = (order.to_numpy()[1:] != order.to_numpy()[:-1]).sum()
    assert turns > 20  # mixed, not one after the other


def test_sentences_come_with_what_stands_beside_them():
    texts = [
        f"First came case {i}. They spoke of {'trust' if i % 2 else 'borders'}. Then all left."
        for i in range(40)
    ]
    tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": "en"} for text in texts]))
    sample = od.audit_sample(tokens, "trust", 20, unit="sentence", hits=0.5)
    rows = sample.to_frame()
    for row in rows[rows["hit"]].itertuples():
        whole = tokens.corpus.texts[tokens.corpus.row_of(row.release)]
        assert "trust" in whole[row.start : row.end]
        assert row.start > 0
    lines = sample.sheet.to_frame().set_index("line")
    assert lines.loc[rows.loc[rows["hit"], "line"].iloc[0], "right"].iloc[0].startswith("Then all left")
    truth = rows["hit"]
    found = od.audit(tokens, "trust", rows[["line"]].assign(judgement=truth), sample=sample)
    assert found.basis.coded.unit == "sentence"
    assert found.to_frame()[["precision", "recall"]].iloc[0].tolist() == [1, 1]
    by_place = rows[["release", "start", "end"]].assign(judgement=truth)
    again = od.audit(sample.units, "trust", by_place)
    assert again.to_frame()["n"].iloc[0] == 20


def test_sheets_come_back_through_files(study, tmp_path):
    tokens, truth, _, audited = study
    sample = od.audit_sample(tokens, "trust", 200, seed=3, path=tmp_path / "sheets")
    filled = sample.sheet.to_frame()
    said = truth[sample.to_frame().set_index("line").loc[filled["line"], "release"]].to_numpy()
    filled["code"] = np.where(said, "yes", "no")
    codes = od.read_codes(filled, sample.sheet)
    found = od.audit(tokens, "trust", codes, sample=sample, by="language")
    pd.testing.assert_frame_equal(found.to_frame(), audited.to_frame())


def test_samples_that_cannot_be_drawn_are_refused(study):
    tokens = study[0]
    with pytest.raises(NotEnoughDataError, match="hits none of the 600 releases"):
        od.audit_sample(tokens, "europol", 20)
    with pytest.raises(InputError, match="n=1: expected"):
        od.audit_sample(tokens, "trust", 1)
    with pytest.raises(InputError, match="hits=1: expected a part"):
        od.audit_sample(tokens, "trust", 20, hits=1)


# --- rates


def test_rates_by_hand():
    # 100 releases: 40 hit, 60 not. Judged: 20 of the hits, 16 of them right; 30 of the others, 6 missed.
    # Right: 40 * .8 = 32; missed: 60 * .2 = 12. Recall 32 / 44, specificity 48 / 56, prevalence .44.
    rows = [{"release": str(i), "text": "trust" if i < 40 else "police"} for i in range(100)]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    judged = pd.DataFrame({"release": [str(i) for i in [*range(20), *range(40, 70)]]})
    judged["yes"] = [i < 16 for i in range(20)] + [i < 6 for i in range(30)]
    row = od.audit(tokens, "trust", judged).to_frame().iloc[0]
    assert row["precision"] == pytest.approx(0.8)
    assert row["recall"] == pytest.approx(32 / 44)
    assert row["specificity"] == pytest.approx(48 / 56)
    assert row["prevalence"] == pytest.approx(0.44)
    assert (row["n"], row["n_hits"], row["n_others"]) == (50, 20, 30)
    low, high = share_interval(16, 20)  # Wilson's, of a simple random sample
    assert (row["precision_low"], row["precision_high"]) == pytest.approx((float(low), float(high)))


def test_with_everything_judged_rates_are_what_they_are(study):
    tokens, truth, _, _ = study
    judged = pd.DataFrame({"release": truth.index, "judgement": truth.to_numpy()})
    found = od.audit(tokens, "trust", judged, by="language").to_frame()
    hit = tokens.find("trust").counts > 0
    language = tokens.corpus.frame["language"].to_numpy()
    for group, row in found.set_index("group").iterrows():
        mine = np.ones(len(hit), bool) if group == "all" else language == group
        about = truth.to_numpy()
        assert row["precision"] == pytest.approx(about[mine & hit].mean())
        assert row["recall"] == pytest.approx(hit[mine & about].mean())
        assert row["specificity"] == pytest.approx((~hit)[mine & ~about].mean())


def test_uneven_samples_are_weighed_back():
    # Year 0 has 90 hits, all right; year 1 has 10, none right. Ten of each are judged: so .9, not .5.
    rows = [
        {"release": f"{year}{i}", "date": f"{2005 + year}-01-01", "text": "trust" if i < n else "police"}
        for year, n in ((0, 90), (1, 10))
        for i in range(120)
    ]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    sample = od.audit_sample(tokens, "trust", 40, every="year")
    judged = sample.to_frame()[["line", "release", "hit"]]
    judged["judgement"] = judged["hit"] & judged["release"].str.startswith("0")
    row = od.audit(tokens, "trust", judged[["line", "judgement"]], sample=sample).to_frame().iloc[0]
    assert row["precision"] == pytest.approx(0.9)


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_the_effective_size_is_at_most_the_number_of_units(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 60))
    truth, weights = rng.random(n) < 0.5, rng.uniform(1, 9, n)
    part = part_of(truth, weights, rng.integers(0, 3, n), rng.integers(0, n, n))
    assert 0 < part.size <= n + 1e-9
    assert 0 <= part.value <= 1


def test_the_effective_size_of_a_stratified_sample_by_hand():
    # Two strata of weights 9 and 1, both of shares of 2 in 4: variance = .81 * .25 / 4 + .01 * .25 / 4.
    part = part_of([1, 1, 0, 0] * 2, [9] * 4 + [1] * 4, [0] * 4 + [1] * 4, range(8))
    assert part.size == pytest.approx(0.25 / (0.81 * 0.25 / 4 + 0.01 * 0.25 / 4))
    assert part.df == 6


def test_too_little_is_said_in_words(study):
    tokens, truth, _, _ = study
    hits = tokens.corpus.frame["release"][tokens.find("trust").counts > 0]
    few = pd.DataFrame({"release": hits[:6]}).assign(judgement=True)
    row = od.audit(tokens, "trust", few).to_frame().iloc[0]
    assert np.isnan(row[["precision", "recall", "specificity"]].astype(float)).all()
    assert row["note"].startswith("Not enough data: 6 coded hits, at least 10 needed.")
    only_hits = pd.DataFrame({"release": hits[:50]}).assign(judgement=truth[hits[:50]].to_numpy())
    found = od.audit(tokens, "trust", only_hits)
    row = found.to_frame().iloc[0]
    assert np.isfinite(row["precision"])
    assert np.isnan(row["recall"])
    assert "0 coded ones that the query does not hit" in row["note"]
    with pytest.raises(NotEnoughDataError, match="does not tell recall"):
        found.correct(od.track_terms(tokens, "trust"))
    with pytest.raises(NotEnoughDataError, match="Coded others: 0"):
        found.regress("~ year")


def test_where_nothing_was_missed_recall_has_a_floor(study):
    tokens, _, sample, _ = study
    nothing = sample.to_frame()[["line"]].assign(judgement=sample.to_frame()["hit"].to_numpy())
    row = od.audit(tokens, "trust", nothing, sample=sample).to_frame().iloc[0]
    assert (row["recall"], row["recall_high"]) == (1, 1)
    assert 0.8 < row["recall_low"] < 1
    assert f"recall is at least {row['recall_low']:.0%}" in row["note"]


def test_lines_of_a_concordance_tell_precision_only():
    text = "They spoke of trust. Trust was lost."
    rows = [{"release": str(i), "text": text, "date": f"{2005 + i % 2}-01-01"} for i in range(30)]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    lines = od.concordance(tokens, "trust", sample=24, every="year", by=None)
    sheet = od.coding_sheet(lines, ["trust in people", "a trust company"], coders=1)
    filled = sheet.to_frame()
    filled["code"] = np.where(filled["match"] == "trust", "trust in people", "a trust company")
    found = od.audit(tokens, "trust", od.read_codes(filled, sheet), sample=lines)
    row = found.to_frame().iloc[0]
    share = (filled["match"] == "trust").mean()
    assert row["precision"] == pytest.approx(share)
    assert row["n"] == 24
    assert np.isnan(row["recall"])
    assert "occurrences tell nothing of what is missed" in row["note"]
    assert any("'trust in people' means that it is about" in note for note in found.notes)
    with pytest.raises(InputError, match="Occurrences were coded"):
        found.regress("~ year")


def test_ties_and_open_lines_do_not_count(study):
    tokens, truth, sample, _ = study
    filled = sample.sheet.to_frame()
    said = truth[sample.to_frame().set_index("line").loc[filled["line"], "release"]].to_numpy()
    filled["code"] = np.where(said, "yes", "no")
    lines = sample.to_frame()["line"]
    tie = (filled["line"] == lines[0]) & (filled["coder"] == "B")
    filled.loc[tie, "code"] = np.where(filled.loc[tie, "code"] == "yes", "no", "yes")
    filled.loc[filled["line"] == lines[1], "code"] = None
    found = od.audit(tokens, "trust", od.read_codes(filled, sample.sheet), sample=sample)
    assert found.to_frame()["n"].iloc[0] == 198
    assert any("On 1 line coders disagree" in note for note in found.notes)
    assert any("Drawn but not coded: 2 of 200 releases" in note for note in found.notes)


def test_mistaken_codes_are_answered(study):
    tokens, truth, sample, audited = study
    judged = judge(sample, truth)
    with pytest.raises(InputError, match="codes is a list"):
        od.audit(tokens, "trust", [1, 2])
    with pytest.raises(InputError, match="neither a column release nor line"):
        od.audit(tokens, "trust", pd.DataFrame({"id": [1]}))
    with pytest.raises(UnknownNameError, match=r"no column 'judgment'\. Did you mean 'judgement'"):
        od.audit(tokens, "trust", judged, sample=sample, variable="judgment")
    with pytest.raises(UnknownNameError, match="nowhere"):
        od.audit(tokens, "trust", pd.DataFrame({"release": ["nowhere"], "judgement": [True]}))
    with pytest.raises(InputError, match="None of the lines coded is in the sample"):
        od.audit(tokens, "trust", judged.assign(line="x"), sample=sample)
    with pytest.raises(InputError, match="numbers other than 0 and 1"):
        od.audit(tokens, "trust", judged.assign(judgement=2), sample=sample)
    with pytest.raises(UnknownNameError, match="kind='rong'"):
        audited.evidence("rong")
    with pytest.raises(InputError, match="Which column is the judgement"):
        od.audit(tokens, "trust", judged.rename(columns={"judgement": "one"}).assign(two=1), sample=sample)


def test_evidence_are_the_coded_units(study):
    _, truth, sample, audited = study
    rows = sample.to_frame()
    about = truth[rows["release"]].to_numpy()
    for kind, mine in (
        ("right", rows["hit"] & about),
        ("wrong", rows["hit"] & ~about),
        ("missed", ~rows["hit"] & about),
        ("passed over", ~rows["hit"] & ~about),
    ):
        assert sorted(audited.evidence(kind)["release"]) == sorted(rows.loc[mine, "release"])
    assert len(audited.evidence()) == len(rows)
    assert set(audited.evidence("missed")["sentence"]) == {"They spoke of borders."}


# --- corrected trends


def test_corrected_shares_are_rogans_and_gladens(study):
    tokens, _, _, audited = study
    fixed = audited.correct(od.track_terms(tokens, "trust")).to_frame()
    row = audited.to_frame().iloc[0]
    raw = rogan_gladen(fixed["share"], row["recall"], row["specificity"])
    assert fixed["corrected"].tolist() == pytest.approx(np.clip(raw, 0, 1).tolist())
    assert (
        (fixed["corrected_low"] <= fixed["corrected"]) & (fixed["corrected"] <= fixed["corrected_high"])
    ).all()
    width = fixed["corrected_high"] - fixed["corrected_low"]
    assert (width > fixed["share_high"] - fixed["share_low"]).all()  # its own uncertainty is in it


def test_groups_are_corrected_by_their_own_rates(study):
    tokens, _, _, audited = study
    fixed = audited.correct(od.track_terms(tokens, "trust", by="language"))
    rates = audited.to_frame().set_index("group")
    for group, part in fixed.to_frame().groupby("group"):
        assert set(part["recall"]) == {rates.loc[group, "recall"]}
    by_issuer = audited.correct(od.track_terms(tokens, "trust", by="issuer"))
    assert any("corrected by the rates of all groups together" in note for note in by_issuer.notes)


def test_periods_are_corrected_by_their_own_rates_if_these_are_wanted():
    tokens, truth = made(np.random.default_rng(5), n=1800, drift=0.6, recall=0.6, share=0.4)
    sample = od.audit_sample(tokens, "trust", 700, every="year")
    audited = od.audit(tokens, "trust", judge(sample, truth), sample=sample, every="year")
    trend = od.track_terms(tokens, "trust")
    fixed = audited.correct(trend, by_period=True).to_frame().set_index("period")
    rates = audited.to_frame().set_index("group")
    assert fixed["recall"].to_dict() == rates.loc[fixed.index, "recall"].to_dict()
    really = truth.groupby(tokens.corpus.frame["date"].dt.year.to_numpy()).mean()
    assert fixed["corrected"].tolist() == pytest.approx(really.tolist(), abs=0.12)
    plain = audited.correct(trend)
    assert any("recall is another in 2005" in note for note in plain.notes)
    off = np.abs(plain.to_frame()["corrected"].to_numpy() - really.to_numpy())
    assert off.max() > 0.15  # one recall for all is wrong here


def test_what_leads_out_of_range_is_held_and_said(study):
    tokens, _, _, audited = study
    rows = tokens.corpus.frame
    calm = rows["date"].dt.year == 2005
    frame = rows.assign(text=np.where(calm, "They spoke of borders.", rows["text"]))
    quiet = od.tokenize(od.Corpus.from_frame(frame))
    fixed = audited.correct(od.track_terms(quiet, "trust"))
    row = fixed.to_frame().iloc[0]
    assert (row["corrected"], row["corrected_low"]) == (0, 0)
    assert "held at 0" in row["note"]
    assert any("held there" in note for note in fixed.notes)


def test_a_query_that_says_nothing_is_not_corrected_by(study):
    tokens, _, sample, _ = study
    rng = np.random.default_rng(0)
    chance = sample.to_frame()[["line"]].assign(judgement=rng.random(200) < 0.5)
    useless = od.audit(tokens, "trust", chance, sample=sample)
    with pytest.raises((NotEnoughDataError, InputError), match=r"more than 1"):
        useless.correct(od.track_terms(tokens, "trust"))


def test_a_trend_of_other_units_is_refused(study):
    tokens, _, _, audited = study
    with pytest.raises(InputError, match="The audit is of 600 releases, the trend of 600 sentences"):
        audited.correct(od.track_terms(tokens.units("sentence"), "trust"))
    with pytest.raises(UnknownNameError, match="The trend has no query 'trust'"):
        audited.correct(od.track_terms(tokens, "borders"))


# --- regressions


def test_with_everything_coded_the_regression_is_that_of_the_truth(study):
    tokens, truth, _, _ = study
    judged = pd.DataFrame({"release": truth.index, "judgement": truth.to_numpy()})
    found = od.audit(tokens, "trust", judged).regress("~ year + language").to_frame().set_index("term")
    frame = tokens.corpus.frame
    year = (frame["date"] - pd.Timestamp(frame["date"].dt.year.median().astype(int), 1, 1)).dt.days / 365.25
    design = np.c_[np.ones(len(frame)), year, frame["language"] == "en"].astype(float)
    fit = sm.OLS(truth.to_numpy(float), design).fit()
    assert found["estimate"].tolist() == pytest.approx(fit.params.tolist())
    hits = sm.OLS((tokens.find("trust").counts > 0).astype(float), design).fit()
    assert found["naive_estimate"].tolist() == pytest.approx(hits.params.tolist())
    assert set(found["n_clusters"]) == {10}


def test_the_adjusted_outcome_has_the_mean_of_the_truth_whatever_the_query_says():
    # Unbiased over samples: truth and hits are fixed, and units are drawn again and again.
    rng = np.random.default_rng(4)
    truth, hit = rng.random(400) < 0.3, rng.random(400) < 0.5  # hits have nothing to do with it
    chance = np.where(hit, 0.3, 0.1)
    means = []
    for _ in range(400):
        drawn = np.flatnonzero(rng.random(400) < chance)
        means.append(design_adjusted(hit, drawn, truth[drawn], chance, np.arange(400), rng).mean())
    error = np.std(means) / np.sqrt(400)
    assert np.mean(means) == pytest.approx(truth.mean(), abs=4 * error)
    assert error < 0.003


def test_a_drift_of_words_is_not_taken_for_one_of_what_is_said():
    # The share is the same in all years, but the query finds ever less of it.
    naive, corrected = [], []
    for seed in range(12):
        tokens, truth = made(np.random.default_rng(seed), n=900, recall=0.6, drift=0.7, share=0.4)
        sample = od.audit_sample(tokens, "trust", 300, seed=seed)
        found = od.audit(tokens, "trust", judge(sample, truth), sample=sample).regress("~ year")
        row = found.to_frame().set_index("term").loc["year"]
        naive.append(row["naive_low"] <= 0 <= row["naive_high"])
        corrected.append(row["low"] <= 0 <= row["high"])
    assert sum(naive) <= 2
    assert sum(corrected) >= 10


def test_formulas_are_checked(study):
    audited = study[3]
    with pytest.raises(UnknownNameError, match=r"no column 'yaer'\. Did you mean 'year'"):
        audited.regress("~ yaer")
    with pytest.raises(InputError, match="cannot be read"):
        audited.regress("~ year + (")
    with pytest.raises(UnknownNameError, match="no such column"):
        audited.regress("~ year", clusters="country")
    found = audited.regress("~ year", clusters="language")
    assert any("2 languages, fewer than 8" in note for note in found.notes)
    assert found.to_frame()["n_clusters"].iloc[0] == 600


def test_formulas_may_bend_and_leave_out_what_has_no_value(study):
    tokens, truth, _, _ = study
    frame = tokens.corpus.frame.copy()
    frame["staff"] = np.where(np.arange(len(frame)) < 40, np.nan, np.arange(len(frame)) % 7)
    other = od.tokenize(od.Corpus.from_frame(frame))
    judged = pd.DataFrame({"release": truth.index, "judgement": truth.to_numpy()})
    found = od.audit(other, "trust", judged).regress("~ staff + bs(year, df=3)")
    assert found.to_frame()["term"].tolist()[:2] == ["Intercept", "staff"]
    assert set(found.to_frame()["n"]) == {560}
    assert any("not in the regression: 40 units" in note for note in found.notes)


def test_a_trend_can_be_audited(study):
    tokens, truth, sample, audited = study
    trend = od.track_terms(tokens, ["trust", "borders"])
    found = od.audit(trend, "trust", judge(sample, truth), sample=sample, by="language")
    pd.testing.assert_frame_equal(found.to_frame(), audited.to_frame())
    with pytest.raises(UnknownNameError, match="The trend has no query 'police'"):
        od.audit(trend, "police", judge(sample, truth), sample=sample)


# --- pictures and faces


def test_the_picture_shows_the_rates(study):
    audited = study[3]
    ax = audited.plot()
    points = {line.get_label(): line.get_xdata() for line in ax.lines}
    for name in ("precision", "recall"):
        assert points[name].tolist() == pytest.approx((100 * audited.frame[name]).tolist())
    assert ax.get_yticklabels()[0].get_text().startswith("all (n = 200)")


def test_the_picture_of_a_corrected_trend_has_both_lines(study):
    tokens, _, _, audited = study
    fixed = audited.correct(od.track_terms(tokens, "trust"))
    ax = fixed.plot()
    lines = {line.get_label(): line.get_ydata() for line in ax.lines}
    assert lines["as hit"].tolist() == pytest.approx((100 * fixed.frame["share"]).tolist())
    assert lines["corrected"].tolist() == pytest.approx((100 * fixed.frame["corrected"]).tolist())
    with pytest.raises(UnknownNameError, match="no group 'x'"):
        fixed.plot(group="x")
    assert len(fixed.evidence("2005")) == fixed.trend.frame["count"].iloc[0]


def test_the_picture_of_a_regression_leaves_the_constant_out(study):
    found = study[3].regress("~ year + language")
    ax = found.plot()
    assert [one.get_text() for one in ax.get_yticklabels()] == found.frame["term"].iloc[1:].tolist()
    with pytest.raises(NotEnoughDataError, match="nothing to draw"):
        study[3].regress("~ 1").plot()


def test_their_faces(study):
    tokens, _, sample, audited = study
    row = audited.frame.iloc[0]
    assert repr(audited) == (
        f"Audit('trust': 200 releases coded, precision {row['precision']:.0%}, recall {row['recall']:.0%})"
    )
    assert repr(sample) == "AuditSample('trust': 200 releases, 100 that it hits and 100 that it does not)"
    fixed, found = audited.correct(od.track_terms(tokens, "trust")), audited.regress("~ year")
    for one in (audited, sample, fixed, found):
        assert f"<b>{type(one).__name__}</b>" in one._repr_html_()
        assert one.spec.fingerprint == tokens.spec.fingerprint
    assert repr(fixed) == "CorrectedTrend('trust', 6 periods)"
    assert repr(found) == "AuditedRegression('trust' ~ year)"


def test_dates_count_as_years_in_a_regression(study):
    audited = study[3]
    by_date, by_year = (audited.regress(f"~ {one}").to_frame().set_index("term") for one in ("date", "year"))
    assert by_date.loc["date", "estimate"] == pytest.approx(by_year.loc["year", "estimate"], abs=0.01)
