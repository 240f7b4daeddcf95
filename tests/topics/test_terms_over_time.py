"""A topic's terms by period: expected counts by hand, too little said, evidence that adds up."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError
from octadisc.spec import Spec
from octadisc.topics.making import make_model

mpl.use("Agg")


def made_by_hand(matrix, shares, words, releases, terms):
    counts = od.TermCounts.from_matrix(matrix, terms, releases)
    return counts, make_model(
        counts, np.array(shares), np.array(words), np.array([0.0]), spec=Spec("test"), weights="release"
    )


@pytest.fixture
def hand():
    """Six releases a year: drugs are heroin in 2001 and cocaine in 2002; police stands in both topics."""
    rows = [[40, 0, 0, 20]] * 6 + [[0, 40, 0, 20]] * 6 + [[0, 0, 50, 10]] * 2
    shares = [[0.8, 0.2]] * 12 + [[0.1, 0.9]] * 2
    words = [[0.4, 0.4, 0.0, 0.2], [0.0, 0.0, 0.8, 0.2]]
    dates = ["2001-05-01"] * 6 + ["2002-05-01"] * 6 + ["2003-05-01"] * 2
    releases = pd.DataFrame({"date": dates})
    return made_by_hand(rows, shares, words, releases, ["heroin", "xcocaine", "ytrust", "zpolice"])


def test_expected_counts_by_hand(hand):
    counts, model = hand
    found = model.terms_over_time(0, counts=counts)
    frame = found.frame
    first = frame[frame["period"] == "2001"].set_index("term")
    # police: 6 × 20 × .8 × .2 / (.8 × .2 + .2 × .2) = 96; heroin is no other topic's: 240
    assert first["count"].to_dict() == pytest.approx({"heroin": 240, "zpolice": 96})
    assert first["words"].iloc[0] == pytest.approx(336)
    assert first["probability"]["heroin"] == pytest.approx(240 / 336)
    assert first["releases"].iloc[0] == 6
    assert first["term_releases"].tolist() == [6, 6]
    assert frame.groupby("period")["term"].first().tolist()[:2] == ["heroin", "xcocaine"]
    third = frame[frame["period"] == "2003"]
    assert third["note"].tolist() == ["not enough data"]
    assert third["term"].isna().all()
    assert any("1 of 3 periods" in note for note in found.notes)
    # keyness: p log(p / q), both with one word more that is spread as the topic's usually are
    police_of_third = 2 * 10 * 0.1 * 0.2 / (0.1 * 0.2 + 0.9 * 0.2)
    total = 240 + 240 + 96 + 96 + police_of_third
    usual = 240 / total
    mine, others = (240 + usual) / 337, usual / (total - 336 + 1)
    assert first["keyness"]["heroin"] == pytest.approx(240 / 336 * np.log(mine / others))
    assert list(frame.columns) == (
        "period start end term count probability keyness term_releases words releases note".split()
    )


def test_a_term_of_one_release_is_no_periods(hand):
    counts, model = hand
    matrix = counts.matrix.toarray()
    matrix[0, 1] = 500
    other = od.TermCounts.from_matrix(matrix, counts.terms, counts.releases)
    frame = model.terms_over_time(0, counts=other).frame
    assert "xcocaine" not in frame.loc[frame["period"] == "2001", "term"].tolist()


def test_by_probability_and_number(hand):
    counts, model = hand
    frame = model.terms_over_time(0, n=1, by="probability", counts=counts).frame
    assert frame["term"].dropna().tolist() == ["heroin", "xcocaine"]
    with pytest.raises(UnknownNameError, match="Did you mean 'keyness'"):
        model.terms_over_time(0, by="keynes", counts=counts)
    with pytest.raises(InputError, match="n=0"):
        model.terms_over_time(0, n=0, counts=counts)


def test_counts_are_needed_where_there_are_no_tokens(hand):
    counts, model = hand
    with pytest.raises(InputError, match="Give counts=counts"):
        model.terms_over_time(0)
    fewer = od.TermCounts.from_matrix(counts.matrix[:3], counts.terms, counts.releases[:3])
    with pytest.raises(InputError, match="other releases"):
        model.terms_over_time(0, counts=fewer)


@pytest.mark.parametrize("method", ["structural", "nmf", "lda"])
def test_expected_counts_of_all_topics_add_up_to_the_counts(planted, method):
    model = od.fit_topics(planted.counts, 6, method)
    parts = [
        model.terms_over_time(k, "quarter", counts=planted.counts).expected.sum(axis=0) for k in range(6)
    ]
    np.testing.assert_allclose(np.asarray(sum(parts)).ravel(), planted.counts.matrix.sum(axis=0).A1)


@pytest.fixture(scope="module")
def spoken():
    rng = np.random.default_rng(0)
    rows = []
    for i in range(120):
        drug = "heroin" if i < 60 else "cocaine"
        text = f"Police seized {drug}. Officers found {drug} in lorries. Customs seized drugs."
        if i % 2:
            text = "Ministers spoke of trust. Mutual trust needs training."
        rows.append({"date": f"{2001 + i // 60}-0{rng.integers(1, 9)}-01", "text": text, "language": "en"})
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    return od.fit_topics(od.count_terms(tokens, stop_words="auto"), 2)


def test_evidence_adds_up(spoken):
    drugs = int(spoken.words[:, spoken.terms.index("heroin")].argmax())
    found = spoken.terms_over_time(drugs)
    frame = found.to_frame()
    assert frame.groupby("period")["term"].first().tolist() == ["heroin", "cocaine"]
    table = found.evidence("2001", "heroin", n=1000)
    assert table["sentence"].str.contains("heroin").all()
    row = frame[(frame["period"] == "2001") & (frame["term"] == "heroin")]
    assert table["contribution"].sum() == pytest.approx(row["count"].iloc[0])
    assert len(found.evidence("2002", n=3)) == 3
    with pytest.raises(UnknownNameError, match="Did you mean 'heroin'"):
        found.evidence("2001", "heroine")
    with pytest.raises(UnknownNameError, match="no period '2009'"):
        found.evidence("2009")


def test_units_are_counted_as_their_releases(spoken):
    units = spoken.tokens.units("sentence")
    model = od.fit_topics(od.count_terms(units, stop_words="auto"), 2)
    drugs = int(model.words[:, model.terms.index("heroin")].argmax())
    frame = model.terms_over_time(drugs).frame
    row = frame[(frame["period"] == "2001") & (frame["term"] == "heroin")].iloc[0]
    assert row["term_releases"] == 30  # in two sentences of each
    assert row["releases"] <= 60


def test_faces(spoken):
    drugs = int(spoken.words[:, spoken.terms.index("heroin")].argmax())
    found = spoken.terms_over_time(drugs)
    assert repr(found) == f"TopicTerms({spoken.topics['name'][drugs]!r}, 2 periods)"
    assert "<table" in found._repr_html_()
    ax = found.plot(terms=["heroin"])
    drawn = ax.lines[0].get_ydata()
    expected = found.expected[:, [spoken.terms.index("heroin")]].toarray().ravel()
    np.testing.assert_allclose(drawn, 100 * expected / np.asarray(found.expected.sum(axis=1)).ravel())
    found.plot()
    with pytest.raises(UnknownNameError, match="no term"):
        found.plot(terms=["herion"])
    mpl.pyplot.close("all")
    with pytest.raises(NotEnoughDataError, match="No period has enough"):
        spoken.terms_over_time(drugs, "week").plot()
    assert found.spec.parameters["topic"] == drugs
