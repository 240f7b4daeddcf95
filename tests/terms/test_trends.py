"""Trends: counts redone by hand, evidence that adds up, and mistakes that are answered."""

import pickle
import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, UnknownNameError
from octadisc.terms.queries import say_silent

mpl.use("Agg")

COLUMNS = (
    "period start end group query count tokens releases matching_releases "
    "rate low high share share_low share_high"
).split()

# Ten words each, except the last. Trust: 2 in 2007, none published in 2008, 1 in 2009.
RELEASES = [
    ("2007-01-01", "SECI", "en", "Trust in police, and police trust in Europe, are growing."),
    ("2007-12-31", "Europol", "en", "Officers from nine states met in Vienna about drug trafficking."),
    ("2009-06-30", "SECI", "en", "Mutual trust takes years; traffickers of people do not wait."),
    ("2009-07-01", None, "sl", "Medsebojno zaupanje je pogoj za sodelovanje policij v tej regiji."),
    ("2009-07-02", "Europol", None, "No language given here."),
]


@pytest.fixture(scope="module")
def tokens():
    return od.tokenize(make_corpus(RELEASES))


def make_corpus(rows):
    return od.Corpus.from_frame(pd.DataFrame(rows, columns=["date", "issuer", "language", "text"]))


def test_counts_by_hand(tokens):
    frame = od.track_terms(tokens, "trust").to_frame()
    assert list(frame.columns) == COLUMNS
    assert frame["period"].tolist() == ["2007", "2008", "2009"]
    assert frame["group"].tolist() == ["all"] * 3
    assert frame["count"].tolist() == [2, 0, 1]
    assert frame["tokens"].tolist() == [20, 0, 24]
    assert frame["releases"].tolist() == [2, 0, 3]
    assert frame["matching_releases"].tolist() == [1, 0, 1]
    np.testing.assert_allclose(frame["rate"], [2e6 / 20, np.nan, 1e6 / 24])
    np.testing.assert_allclose(frame["share"], [1 / 2, np.nan, 1 / 3])


@pytest.mark.filterwarnings("ignore:Dated outside the periods")
def test_a_period_runs_from_its_start_to_its_end(tokens):
    frame = od.track_terms(tokens, "trust", every=[("crisis", "2007-06-01", "2009-07-01")]).to_frame()
    assert frame["start"].tolist() == [pd.Timestamp("2007-06-01")]
    assert frame["end"].tolist() == [pd.Timestamp("2009-07-01")]
    assert frame["count"].tolist() == [1]
    assert frame["releases"].tolist() == [2]  # 31 December 2007 and 30 June 2009, not 1 July


def test_every_period_group_and_query_has_its_row(tokens):
    frame = od.track_terms(tokens, ["trust", "traffick*"], by="issuer").to_frame()
    assert len(frame) == 3 * 3 * 2
    assert frame["group"].unique().tolist() == ["Europol", "SECI", "(missing)"]
    assert not frame.duplicated(["period", "group", "query"]).any()
    seci = frame[(frame["group"] == "SECI") & (frame["query"] == "traffick*")]
    assert seci["count"].tolist() == [0, 0, 1]
    assert frame[frame["query"] == "trust"]["tokens"].sum() == tokens.n_tokens


def test_a_concept_is_counted_only_where_it_is_defined(tokens):
    concept = {"en": "trust", "sl": "zaupanj*"}
    trend = od.track_terms(tokens, {"trust": concept}, by="language")
    frame = trend.to_frame().set_index(["group", "period"])
    assert frame.loc[("sl", "2009"), "count"] == 1
    assert frame.loc[("en", "2009"), ["count", "tokens"]].tolist() == [1, 10]
    assert frame.loc[("(missing)", "2009"), ["tokens", "releases"]].tolist() == [0, 0]
    assert "In languages for which 'trust' is not defined, and not counted: 1 release." in trend.notes
    same = od.track_terms(tokens, concept, by="language").to_frame()
    pd.testing.assert_frame_equal(same.drop(columns="query"), trend.to_frame().drop(columns="query"))


def test_alternatives_are_one_query_and_a_list_is_several(tokens):
    together = od.track_terms(tokens, {"either": ["trust", "traffick*"]}).to_frame()
    apart = od.track_terms(tokens, ["trust", "traffick*"]).to_frame()
    assert together["count"].tolist() == [3, 0, 2]
    assert apart["query"].tolist() == ["trust"] * 3 + ["traffick*"] * 3
    assert apart.groupby("period")["count"].sum().tolist() == [3, 0, 2]


def test_evidence_is_the_sentences_counted(tokens):
    trend = od.track_terms(tokens, ["trust", "traffick*"], by="issuer")
    found = trend.evidence("trust", "2007", "SECI")
    assert list(found.columns) == ["release", "date", "issuer", "source", "start", "end", "sentence", "match"]
    assert found["sentence"].tolist() == [RELEASES[0][3]] * 2
    assert [RELEASES[0][3][a:b] for a, b in zip(found["start"], found["end"], strict=True)] == [
        "Trust",
        "trust",
    ]
    for row in trend.to_frame().itertuples():
        assert len(trend.evidence(row.query, row.period, row.group)) == row.count
    assert len(trend.evidence("trust")) == 3


def test_evidence_of_what_is_not_there(tokens):
    trend = od.track_terms(tokens, "trust")
    with pytest.raises(UnknownNameError, match=r"query 'trusty'.*'trust'"):
        trend.evidence("trusty", "2007")
    with pytest.raises(UnknownNameError, match="period '2010'"):
        trend.evidence("trust", "2010")
    with pytest.raises(UnknownNameError, match="group 'SECI'"):
        trend.evidence("trust", "2007", "SECI")


def test_undated_releases_are_left_out_and_said():
    corpus = make_corpus(
        [*RELEASES, (None, "SECI", "en", "Trust without a date."), (None, "SECI", "en", "More.")]
    )
    with pytest.warns(OctadiscWarning, match=r"Without a date.*2 releases.*corpus\.issues") as caught:
        trend = od.track_terms(od.tokenize(corpus), "trust")
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert trend.to_frame()["count"].sum() == 3
    assert len(trend.evidence("trust")) == 3
    assert trend.notes[0] == "Without a date, and so in no period: 2 releases."


def test_no_dates_at_all():
    with pytest.raises(NotEnoughDataError, match="No release has a date"):
        od.track_terms(od.tokenize(make_corpus([(None, "a", "en", "Trust.")])), "trust")


def test_a_query_without_a_match_keeps_its_rows_and_says_what_is_near(tokens):
    with pytest.warns(
        OctadiscWarning, match="'trsut' matches nothing in 5 releases: near in spelling: trust"
    ):
        frame = od.track_terms(tokens, ["trust", "trsut"]).to_frame()
    assert frame[frame["query"] == "trsut"]["count"].tolist() == [0, 0, 0]
    with pytest.warns(OctadiscWarning, match="not one after the other"):
        od.track_terms(tokens, "trust police")
    with pytest.warns(OctadiscWarning, match="not in the corpus: xylophone"):
        od.track_terms(tokens, "xylophone")
    with pytest.warns(OctadiscWarning, match=r"languages are not those of the corpus \(en, sl\)"):
        od.track_terms(tokens, {"trust": {"fr": "confiance"}})


def test_mistakes_are_answered(tokens):
    with pytest.raises(UnknownNameError, match=r"by='isuer'.*Did you mean 'issuer'"):
        od.track_terms(tokens, "trust", by="isuer")
    with pytest.raises(InputError, match="not the name of a column"):
        od.track_terms(tokens, "trust", by=["issuer"])
    with pytest.raises(UnknownNameError, match=r"every='yaer'.*'year'"):
        od.track_terms(tokens, "trust", every="yaer")
    with pytest.raises(InputError, match="no query"):
        od.track_terms(tokens, [])
    with pytest.raises(InputError, match="stands twice"):
        od.track_terms(tokens, ["trust", "trust"])
    with pytest.raises(InputError, match="no queries"):
        od.track_terms(tokens, 7)
    with pytest.raises(InputError, match="level"):
        od.track_terms(tokens, "trust", level=95)


def test_too_few_releases_have_no_interval(tokens):
    trend = od.track_terms(tokens, ["trust", "not"], every="quarter")  # also shares of nought and one
    assert trend.to_frame()[["low", "high", "share_low", "share_high"]].isna().all(axis=None)
    assert any("Not enough data" in note for note in trend.notes)


def make_many(seed=0, years=4, n=30, issuers=("a", "b", "c")):
    rng = np.random.default_rng(seed)
    rows = []
    for year in range(years):
        for _ in range(n):
            words = rng.choice(["trust", "police", "crime", "report"], 40, p=[0.05, 0.3, 0.3, 0.35])
            rows.append(
                (f"{2001 + year}-03-0{rng.integers(1, 9)}", rng.choice(issuers), "en", " ".join(words))
            )
    return make_corpus(rows)


def test_intervals_hold_the_estimate_and_widen_with_less_data():
    tokens = od.tokenize(make_many())
    frame = od.track_terms(tokens, "trust").to_frame()
    assert frame["low"].between(0, frame["rate"]).all()
    assert (frame["high"] > frame["rate"]).all()
    assert (frame["share_low"] <= frame["share"]).all()
    assert (frame["share_high"] >= frame["share"]).all()
    by_issuer = od.track_terms(tokens, "trust", by="issuer").to_frame()
    assert (by_issuer["high"] - by_issuer["low"]).mean() > 1.4 * (frame["high"] - frame["low"]).mean()
    narrow = od.track_terms(tokens, "trust", level=0.5).to_frame()
    assert (narrow["high"] < frame["high"]).all()


def test_groups_and_periods_add_up():
    tokens = od.tokenize(make_many())
    whole, parts = (od.track_terms(tokens, ["trust", "crime"], by=by).to_frame() for by in (None, "issuer"))
    for column in ("count", "tokens", "releases", "matching_releases"):
        added = parts.groupby(["query", "period"], sort=False)[column].sum()
        assert added.tolist() == whole[column].tolist()
    assert whole.groupby("query")["tokens"].sum().tolist() == [tokens.n_tokens] * 2


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_order_of_releases_changes_nothing(seed):
    corpus = make_many(seed % 7, years=3, n=12)
    turned = np.random.default_rng(seed).permutation(len(corpus))
    again = od.Corpus.from_frame(corpus.to_frame().iloc[turned])
    first, second = (
        od.track_terms(od.tokenize(one), "trust", by="issuer").to_frame() for one in (corpus, again)
    )
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


def test_the_recipe_makes_it_again(tokens):
    trend = od.track_terms(tokens, {"t": ["trust", "zaupanje"]}, every="quarter", by="issuer", level=0.9)
    recipe = trend.spec.to_dict()
    assert recipe["function"] == "track_terms"
    assert recipe["parameters"] == {
        "queries": {"t": ["trust", "zaupanje"]},
        "every": "quarter",
        "by": "issuer",
        "level": 0.9,
    }
    assert recipe["fingerprint"] == tokens.corpus.fingerprint
    again = od.track_terms(tokens, **recipe["parameters"])
    pd.testing.assert_frame_equal(trend.to_frame(), again.to_frame())


def test_a_trend_can_be_pickled_and_its_frame_is_ones_own(tokens):
    trend = od.track_terms(tokens, "trust")
    own = trend.to_frame()
    own["count"] = 99
    again = pickle.loads(pickle.dumps(trend))
    assert again.to_frame()["count"].tolist() == [2, 0, 1]
    assert len(again.evidence("trust", "2007")) == 2


def test_html_is_escaped():
    corpus = make_corpus([("2001-01-01", "<script>alert(1)</script>", "en", "Trust.")])
    shown = od.track_terms(od.tokenize(corpus), "trust", by="issuer")._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "1 query, 1 period" in shown


def lines_of(ax):
    return {line.get_label(): np.asarray(line.get_ydata(), float) for line in ax.lines}


def test_plot_draws_rates_with_gaps(tokens):
    trend = od.track_terms(tokens, ["trust", "traffick*"])
    ax = trend.plot()
    drawn = lines_of(ax)
    np.testing.assert_allclose(drawn["trust"], [1e5, np.nan, 1e6 / 24])
    assert set(drawn) >= {"trust", "traffick*"}
    assert ax.get_ylabel() == "per million tokens"
    assert "fewer than 5 releases" in ax.get_xlabel()
    assert len(ax.collections[-1].get_offsets()) == 2  # both years with releases have fewer than five


def test_plot_of_groups_takes_one_query_and_languages_compare_by_share(tokens):
    trend = od.track_terms(tokens, {"trust": {"en": "trust", "sl": "zaupanj*"}}, by="language")
    ax = trend.plot()
    assert ax.get_ylabel() == "per cent of releases"
    np.testing.assert_allclose(lines_of(ax)["sl"], [np.nan, np.nan, 100])
    two = od.track_terms(tokens, ["trust", "traffick*"], by="issuer")
    with pytest.raises(InputError, match=r"trend.plot\(query='trust'\)"):
        two.plot()
    assert two.plot(query="trust", value="share").get_title(loc="left").startswith("trust")
    with pytest.raises(UnknownNameError, match=r"value='rates'.*'rate'"):
        two.plot(query="trust", value="rates")


def test_plot_of_many_groups_says_how_many_it_leaves_out():
    corpus = make_many(issuers=[f"issuer {i}" for i in range(12)])
    ax = od.track_terms(od.tokenize(corpus), "trust", by="issuer").plot()
    assert "the 7 largest of 12 groups" in ax.get_title(loc="left").replace("\n", " ")
    assert len([one for one in lines_of(ax) if one.startswith("issuer")]) == 7


def test_panels_are_one_a_group_on_one_scale(tokens):
    trend = od.track_terms(od.tokenize(make_many(issuers=("a", "b", "c"))), "trust", by="issuer")
    figure = trend.plot_panels(value="share", events=[("a summit", "2002-06-01")])
    panels = [ax for ax in figure.axes if ax.get_visible()]
    sizes = trend.frame.groupby("group")["releases"].sum().sort_values(ascending=False, kind="stable")
    names = [ax.get_title(loc="left") for ax in panels]
    assert names == list(sizes.index)  # the largest first
    assert len({ax.get_ylim() for ax in panels}) == 1
    for ax, name in zip(panels, names, strict=True):
        (line,) = [one for one in ax.lines if one.get_label() == "_line"]
        mine = trend.frame[trend.frame["group"] == name]
        np.testing.assert_allclose(line.get_ydata(), 100 * mine["share"])
        assert len([one for one in ax.lines if one.get_label() == "_event"]) == 1
    several = od.track_terms(tokens, ["trust", "traffick*"]).plot_panels()
    assert [ax.get_title(loc="left") for ax in several.axes if ax.get_visible()] == ["trust", "traffick*"]
    with pytest.raises(InputError, match="too much for one picture"):
        od.track_terms(tokens, ["trust", "traffick*"], by="issuer").plot_panels()


def test_panels_of_many_groups_are_the_largest():
    corpus = make_many(issuers=[f"issuer {i:02}" for i in range(20)], n=80)
    figure = od.track_terms(od.tokenize(corpus), "trust", by="issuer").plot_panels()
    assert len([ax for ax in figure.axes if ax.get_visible()]) == 16
    assert "the 16 largest of 20" in figure._supxlabel.get_text()


def test_events_are_lines_with_names(tokens):
    trend = od.track_terms(tokens, "trust")
    ax = trend.plot(events=["Prüm Decision", ("a summit", "2007-03-01"), "1950-01-01"])
    assert [one.get_text().strip() for one in ax.texts][-2:] == ["a summit", "Prüm Decision"]
    days = [one.get_xdata()[0] for one in ax.lines if one.get_label() == "_event"]
    assert days == [np.datetime64(one).astype(int) for one in ("2007-03-01", "2008-06-23")]
    every = od.track_terms(tokens, "trust").plot(events=True)
    drawn = [one for one in every.lines if one.get_label() == "_event"]
    assert len(drawn) > 3
    said = every.get_xlabel().replace("\n", " ")  # many are numbered, and named below
    key = said[said.index("1\N{NO-BREAK SPACE}") :].split("; ")
    assert [one.split("\N{NO-BREAK SPACE}")[0] for one in key] == [str(i + 1) for i in range(len(drawn))]
    assert all("…" not in one for one in key)
    with pytest.raises(UnknownNameError, match=r"events='Prum Decision'.*Did you mean 'Prüm Decision'"):
        trend.plot(events=["Prum Decision"])


def test_nothing_is_warned_of_when_all_is_well():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trend = od.track_terms(od.tokenize(make_many()), "trust", every="presidency")
    assert trend.notes == ()


@pytest.fixture(autouse=True)
def _close():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def test_a_language_whose_wording_matches_nothing_is_named():
    rows = [{"text": "Joint team.", "language": "en", "date": f"2008-01-{1 + i:02}"} for i in range(20)]
    rows += [{"text": "Skupna skupina.", "language": "sl", "date": f"2008-02-{1 + i:02}"} for i in range(20)]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    with pytest.warns(OctadiscWarning, match=r"in 'sl' match nothing in 20 releases, .* match in 100%"):
        trend = od.track_terms(tokens, {"team": {"en": "joint team", "sl": "skupin skupna"}})
    assert any("match nothing in 20 releases" in note for note in trend.notes)


def test_a_language_with_too_few_releases_to_tell_is_not():
    rows = [{"text": "Joint team." if i % 4 == 0 else "No.", "language": "en"} for i in range(20)]
    rows += [{"text": "Skupna skupina.", "language": "sl"} for _ in range(5)]  # (1 - .25)^5 = .24
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    query = {"en": "joint team", "sl": "skupin skupna"}
    assert say_silent(tokens, "team", query, tokens.find(query)) == []
