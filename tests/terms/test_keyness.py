import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, MissingFileError, NotEnoughDataError, UnknownNameError
from octadisc.statistics.evenness import measure_evenness

COLUMNS = (
    "term group count reference_count rate reference_rate log_ratio low high g2 p_value q_value dispersion"
).split()


def make_counts(seed=0, n_issuers=4, each=30, n_terms=40, planted=0.0, words=None):
    """Releases of several issuers, two kinds each; the first five terms differ between the kinds."""
    rng = np.random.default_rng(seed)
    n = n_issuers * each
    issuer, kind = np.repeat(np.arange(n_issuers), each), rng.integers(0, 2, n)
    tokens = rng.integers(150, 900, n)
    rate = np.exp(rng.uniform(np.log(0.002), np.log(0.02), n_terms))[None] * np.ones((n, 1))
    rate[:, :5] *= np.exp(planted * kind)[:, None]
    rate *= np.exp(rng.normal(0, 0.6, (n_issuers, n_terms)))[issuer]
    counts = rng.poisson(rate * tokens[:, None] * rng.gamma(1.0, 1.0, rate.shape))
    releases = pd.DataFrame(
        {
            "issuer": [f"office {one}" for one in issuer],
            "kind": np.where(kind == 1, "speech", "report"),
            "date": [f"{2000 + one}-05-01" for one in rng.integers(0, 12, n)],
            "tokens": tokens,
        }
    )
    return od.TermCounts.from_matrix(counts, [f"t{one:02d}" for one in range(n_terms)], releases)


def test_columns_rates_and_sums():
    counts = make_counts()
    frame = od.compare(counts, by="kind", target="speech").to_frame().set_index("term")
    mine = (counts.releases["kind"] == "speech").to_numpy()
    assert [frame.index.name, *frame.columns][:13] == COLUMNS
    for side, column in ((mine, "count"), (~mine, "reference_count")):
        total = np.asarray(counts.matrix[side].sum(axis=0)).ravel()
        assert frame[column].loc[counts.terms].tolist() == total.tolist()
    words = counts.releases["tokens"].to_numpy()
    row = frame.loc["t03"]
    assert row["rate"] == pytest.approx(row["count"] / words[mine].sum() * 1e6)
    ratio = (row["count"] / words[mine].sum()) / (row["reference_count"] / words[~mine].sum())
    assert row["log_ratio"] == pytest.approx(np.log2(ratio))
    assert row["percent_diff"] == pytest.approx((ratio - 1) * 100)
    even = measure_evenness(counts.matrix[mine].toarray()[:, 3], words[mine])
    assert row["dispersion"] == pytest.approx(even.dp_norm[0])
    assert (frame["low"] < frame["log_ratio"]).all()
    assert (frame["high"] > frame["log_ratio"]).all()


def test_the_published_values_come_out_of_compare():
    # 1,189 of 168,329 words against 968 of 19,552,238; here in ten releases on either side
    counts = [[119]] * 9 + [[118]] + [[97]] * 8 + [[96]] * 2
    tokens = [16_833] * 9 + [16_832] + [1_955_224] * 8 + [1_955_223] * 2
    releases = {"tokens": tokens, "kind": ["a"] * 10 + ["b"] * 10}
    made = od.TermCounts.from_matrix(counts, ["x"], releases)
    row = od.compare(made, by="kind", target="a", within=None).to_frame().iloc[0]
    assert (row["count"], row["reference_count"]) == (1189, 968)
    assert row["log_ratio"] == pytest.approx(7.1565760, abs=1e-6)
    assert row["low"] == pytest.approx(7.0329, abs=0.02)  # words spread evenly: near the exact binomial bound
    assert made.releases["tokens"].sum() == 19_720_567


def test_planted_terms_are_found_and_others_are_not():
    frame = od.compare(make_counts(1, planted=1.6), by="kind", target="speech").to_frame()
    found = frame[frame["q_value"] <= 0.05]
    assert {f"t0{one}" for one in range(5)} <= set(found["term"])
    assert len(found) <= 6
    assert set(frame["term"].head(4)) <= {f"t0{one}" for one in range(5)}
    held = frame.set_index("term").loc[[f"t0{one}" for one in range(5)], "within"] * np.log(2)
    assert held.mean() == pytest.approx(1.6, abs=0.3)


def test_what_only_issuers_differ_in_is_no_difference_of_kinds():
    # Office 0 writes nearly all speeches and says the word always; within offices kinds do not differ.
    rng = np.random.default_rng(2)
    issuer = np.repeat([0, 1], 100)
    speech = rng.random(200) < np.where(issuer == 0, 0.8, 0.2)
    counts = rng.poisson(np.where(issuer == 0, 8.0, 1.0))[:, None]
    table = {
        "issuer": issuer.astype(str),
        "kind": np.where(speech, "speech", "report"),
        "tokens": [500] * 200,
    }
    made = od.TermCounts.from_matrix(counts, ["x"], table)
    within = od.compare(made, by="kind", target="speech").to_frame().iloc[0]
    together = od.compare(made, by="kind", target="speech", within=None).to_frame().iloc[0]
    assert within["log_ratio"] > 1
    assert abs(within["within"]) < 0.4
    assert within["p_value"] > 0.05
    assert together["p_value"] <= 0.001


def test_two_issuers_are_not_enough_to_speak_of_issuers():
    found = od.compare(make_counts(n_issuers=2), by="issuer", target="office 0")
    assert found.to_frame()["p_value"].isna().all()
    assert found.to_frame()["note"].str.contains("Not enough data: 2 issuers, at least 8 needed").all()
    assert any("about releases of these issuers" in note for note in found.notes)


def test_one_issuer_among_ten_has_no_p_value_below_a_tenth():
    found = od.compare(make_counts(n_issuers=10, each=12), by="issuer", target="office 3")
    assert found.to_frame()["p_value"].min() >= 0.1
    assert any("0.1" in note for note in found.notes)


def test_groups_of_issuers_exchange_issuers():
    counts = make_counts(3, n_issuers=12, each=15)
    bloc = counts.releases["issuer"].str[7:].astype(int) < 6
    counts.releases["bloc"] = np.where(bloc, "east", "west")
    matrix = counts.matrix.toarray()
    matrix[bloc.to_numpy(), 0] += 12
    made = od.TermCounts.from_matrix(matrix, counts.terms, counts.releases)
    found = od.compare(made, by="bloc", target="east")
    frame = found.to_frame().set_index("term")
    assert frame["p_value"].loc["t00"] < 0.01
    assert (frame["p_value"].drop("t00") <= 0.05).mean() < 0.2
    assert any("6 against 6" in note for note in found.notes)


def test_periods_need_years_to_tell_how_years_differ():
    counts = make_counts(4)
    found = od.compare(counts, at="2006-01-01")
    assert found.to_frame()["group"].unique().tolist() == ["from 2006-01-01"]
    assert found.to_frame()["p_value"].notna().mean() > 0.9
    few = counts.releases["date"].dt.year.isin([2005, 2006])
    short = od.TermCounts.from_matrix(counts.matrix[few.to_numpy()], counts.terms, counts.releases[few])
    found = od.compare(short, at="2006-01-01", min_releases=3)
    assert found.to_frame()["p_value"].isna().all()
    assert found.to_frame()["note"].str.startswith("Not enough data").all()


def test_without_permutations_there_are_measures_and_no_p_values():
    counts = make_counts(planted=1.0)
    plain, tested = (
        od.compare(counts, by="kind", target="speech", n_permutations=n).to_frame().set_index("term")
        for n in (0, 99)
    )
    same = ["count", "reference_count", "rate", "log_ratio", "g2", "dispersion"]
    pd.testing.assert_frame_equal(plain[same], tested.loc[plain.index, same])
    assert (
        plain["low"] >= tested.loc[plain.index, "low"]
    ).all()  # years differ anyway, which makes intervals wider
    assert plain["p_value"].isna().all()
    assert plain["note"].str.startswith("Not tested").all()
    with pytest.raises(InputError, match="n_permutations=9"):
        od.compare(counts, by="kind", n_permutations=9)


def test_what_is_not_known_is_said():
    counts = make_counts(4)
    counts.releases["issuer"] = np.nan
    counts.releases.loc[:4, "date"] = pd.NaT
    notes = od.compare(counts, at="2006-01-01").notes
    assert any("Issuers are not known" in note for note in notes)
    assert any("not compared: 5 releases" in note for note in notes)


def test_every_period_against_the_others():
    found = od.compare(make_counts(5), every=[("early", "2000", "2004"), ("late", "2004", "2013")])
    frame = found.to_frame()
    assert frame["group"].unique().tolist() == ["early", "late"]
    early, late = (frame[frame["group"] == one].set_index("term")["log_ratio"] for one in ("early", "late"))
    assert early.to_numpy() == pytest.approx(-late.loc[early.index].to_numpy())


def test_an_outside_list_lends_no_uncertainty(tmp_path):
    counts = make_counts(6)
    listed = dict.fromkeys(counts.terms[:30], 500)
    frame = od.compare(counts, reference=listed, reference_tokens=100_000).to_frame().set_index("term")
    assert frame["reference_rate"].loc["t03"] == pytest.approx(5_000)
    assert frame["group"].unique().tolist() == ["all"]
    held = (frame["low"] > 0) | (frame["high"] < 0)
    assert ((frame["p_value"] <= 0.05) == held).all()  # the test belongs to the interval
    assert frame["log_ratio"].loc["t35"] == pytest.approx(  # half an occurrence where it is not listed
        np.log2(frame["rate"].loc["t35"] / 1e6 / (0.5 / 100_000))
    )
    path = tmp_path / "list.csv"
    pd.DataFrame({"term": list(listed), "count": list(listed.values())}).to_csv(path, index=False)
    again = od.compare(counts, reference=path, reference_tokens=100_000).to_frame()
    assert again["log_ratio"].tolist() == frame["log_ratio"].tolist()


def test_evidence_adds_up_to_the_count():
    rows = [
        {
            "issuer": "AB"[i % 2],
            "kind": "xy"[i % 3 == 0],
            "text": "Trust. More trust!" if i % 4 else "Police.",
        }
        for i in range(48)
    ]
    counts = od.count_terms(od.tokenize(od.Corpus.from_frame(rows)))
    found = od.compare(counts, by="kind")
    for row in found.to_frame().itertuples():
        for side, wanted in (("target", row.count), ("reference", row.reference_count)):
            assert (
                len(found.evidence(row.term, row.group, side))
                == found.to_frame().loc[row.Index]["count" if side == "target" else "reference_count"]
            ), wanted
    assert set(found.evidence("trust", "x")["sentence"]) == {"Trust.", "More trust!"}


def test_shares_of_copies_add_up_too():
    rows = [
        {"kind": "xy"[i % 2], "text": "police trust", "duplicate_cluster": i // 4, "issuer": "A"}
        for i in range(40)
    ]
    counts = od.count_terms(od.tokenize(od.Corpus.from_frame(rows)), reissues="share")
    found = od.compare(counts, by="kind", target="x")
    row = found.to_frame().set_index("term").loc["trust"]
    assert row["count"] == pytest.approx(5.0)
    assert found.evidence("trust")["weight"].sum() == pytest.approx(5.0)


def test_languages_are_compared_each_by_itself():
    counts = make_counts(7)
    half = np.arange(len(counts.releases)) % 2 == 0
    counts.releases["language"] = np.where(half, "en", "sl")
    found = od.compare(counts, by="kind", target="speech")
    frame = found.to_frame()
    assert set(frame["language"]) == {"en", "sl"}
    mine = half & (counts.releases["kind"] == "speech").to_numpy()
    row = frame[(frame["term"] == "t03") & (frame["language"] == "en")].iloc[0]
    assert row["count"] == counts.matrix[mine].toarray()[:, 3].sum()
    assert row["rate"] == pytest.approx(row["count"] / counts.releases["tokens"][mine].sum() * 1e6)
    assert any("each by itself: en, sl" in note for note in found.notes)
    with pytest.raises(InputError, match="different languages do not compare"):
        od.compare(counts, by="language")


def test_sentences_of_a_release_count_as_one():
    rng = np.random.default_rng(8)
    rows = []
    for i in range(60):
        text = " ".join(["Trust matters here." if rng.random() < 0.5 else "Police met again."] * 6)
        rows.append({"issuer": "AB"[i % 2], "kind": "xy"[i // 2 % 2], "text": text, "language": "en"})
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    whole, cut = (
        od.compare(od.count_terms(one), by="kind", target="x").to_frame().set_index("term")
        for one in (tokens, tokens.units("sentence"))
    )
    for column in ("count", "releases", "low", "high"):
        assert cut[column].loc["trust"] == pytest.approx(whole[column].loc["trust"])


def test_the_same_seed_gives_the_same_bytes():
    one, two = (od.compare(make_counts(9), by="kind", seed=4).to_frame() for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert not od.compare(make_counts(9), by="kind", seed=5).to_frame()["p_value"].equals(one["p_value"])


@settings(max_examples=15)
@given(st.integers(0, 1_000))
def test_exchanging_target_and_reference_turns_everything_round(seed):
    counts = make_counts(seed, n_terms=8)
    there = od.compare(counts, by="kind", target="speech").to_frame().set_index("term")
    back = od.compare(counts, by="kind", target="report").to_frame().set_index("term").loc[there.index]
    assert back["log_ratio"].to_numpy() == pytest.approx(-there["log_ratio"].to_numpy())
    assert back["low"].to_numpy() == pytest.approx(-there["high"].to_numpy(), abs=1e-6)
    assert back["g2"].to_numpy() == pytest.approx(there["g2"].to_numpy())


@pytest.mark.parametrize(
    ("given", "error", "match"),
    [
        ({"by": "kinds"}, UnknownNameError, "Did you mean 'kind'"),
        ({"by": "kind", "target": "speach"}, UnknownNameError, "Did you mean 'speech'"),
        ({"by": "kind", "target": "speech", "reference": "speech"}, InputError, "Expected two groups"),
        ({"by": "kind", "every": "year"}, InputError, "by and every"),
        ({}, NotEnoughDataError, "one group only"),
        ({"reference": "nowhere.csv"}, MissingFileError, "no such file"),
        ({"reference": {"a": -1}}, InputError, "row 1"),
        ({"reference": {"a": 9}, "reference_tokens": 3}, InputError, "reference_tokens"),
        ({"at": "someday"}, InputError, "is no date"),
        ({"at": "2050-01-01"}, NotEnoughDataError, "no release is dated"),
        ({"by": "kind", "sort": "rank"}, UnknownNameError, "g2"),
        ({"by": "kind", "min_releases": 0}, InputError, "min_releases"),
        ({"by": "kind", "n_permutations": 9}, InputError, "n_permutations"),
        ({"by": "kind", "correlation": 1.0}, InputError, "correlation"),
        ({"by": "kind", "min_releases": 500}, NotEnoughDataError, "Nothing can be compared"),
    ],
)
def test_mistakes_are_answered(given, error, match):
    with pytest.raises(error, match=match):
        od.compare(make_counts(), **given)


def test_faces_are_escaped_and_evidence_needs_tokens():
    counts = make_counts()
    counts.releases["kind"] = counts.releases["kind"].replace("speech", "<b>speech")
    found = od.compare(counts, by="kind")
    assert "<b>speech" not in found._repr_html_()
    assert repr(found).startswith("Keyness(80 rows, 2 groups")
    with pytest.raises(InputError, match="made elsewhere"):
        found.evidence("t00", "report")
    with pytest.raises(UnknownNameError, match="was not compared"):
        found.evidence("t00", "speech")


def test_the_picture_has_the_target_right_and_the_reference_left():
    found = od.compare(make_counts(1, planted=1.2), by="kind", target="speech")
    ax = found.plot(n=5)
    frame = found.to_frame().set_index("term")["log_ratio"]
    names = {text.get_text(): text for text in ax.texts}
    for name, text in names.items():
        assert text.get_ha() == ("left" if frame[name] > 0 else "right")
    points = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert sorted(points) == pytest.approx(sorted(frame[list(names)]))
    with pytest.raises(InputError, match="Choose one"):
        od.compare(make_counts(), by="kind").plot()


def test_the_recipe_names_what_was_compared():
    spec = od.compare(make_counts(), reference={"t00": 5, "t01": 7}, seed=3).spec
    assert spec.to_dict()["parameters"]["reference"] == {"name": "list", "terms": 2, "tokens": 12.0}
    assert spec.seed == 3
