"""Terms, coherence and exclusivity as R's stm has them, from its own words, shares and counts."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import octadisc as od
from octadisc.spec import Spec
from octadisc.topics.model import TopicModel

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def stm(shared):
    """Give the model that R fitted, topics in R's order, the counts, and what R says of them."""
    folder = shared / "reference" / "stm"
    found = json.loads((folder / "poliblog5k_k20.json").read_text(encoding="utf-8"))
    words = np.exp(pd.read_csv(folder / "poliblog5k_k20_logbeta.csv.gz", header=None).to_numpy(float))
    shares = pd.read_csv(folder / "poliblog5k_k20_theta.csv.gz").to_numpy(float)
    triplets = pd.read_csv(folder / "poliblog5k_counts.csv.gz")
    terms = (folder / "poliblog5k_vocabulary.txt").read_text(encoding="utf-8").split()
    matrix = sparse.csr_matrix((triplets["c"], (triplets["d"], triplets["w"])), (5000, len(terms)))
    counts = od.TermCounts.from_matrix(matrix, terms, pd.read_csv(folder / "poliblog5k_meta.csv"))
    place = {term: i for i, term in enumerate(terms)}
    topics = pd.DataFrame(
        {
            "topic": range(20),
            "name": [f"topic {k}" for k in range(20)],
            "share": shares.mean(axis=0),
            "terms": "",
        }
    )
    model = TopicModel(
        shares,
        words[:, [place[one] for one in counts.terms]],
        counts.terms,
        topics,
        np.array(found["bound"]),
        counts.releases,
        counts.release_weights,
        Spec("fit_topics", {"method": "structural"}),
    )
    return model, counts, found


@pytest.mark.parametrize(
    ("by", "key"), [("probability", "prob"), ("frex", "frex"), ("lift", "lift"), ("score", "score")]
)
def test_the_first_ten_terms_of_every_topic(stm, by, key):
    model, counts, found = stm
    made = [" ".join(model.terms_of(k, 10, by=by, counts=counts)["term"]) for k in range(20)]
    assert made == found[key]


def test_coherence_and_exclusivity(stm):
    model, counts, found = stm
    table = model.quality(counts, 10, order="stm", weight=0.7).to_frame()
    np.testing.assert_allclose(table["coherence"], found["semantic_coherence_stm_order"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(table["exclusivity"], found["exclusivity"], rtol=0, atol=1e-6)
    assert table["terms"].str.replace(", ", " ").tolist() == found["prob"]


@pytest.mark.parametrize("by", ["frex", "lift"])
def test_without_counts_the_model_knows_about_how_often_terms_occur(stm, by):
    model, counts, _ = stm
    same = [
        set(model.terms_of(k, by=by)["term"]) & set(model.terms_of(k, by=by, counts=counts)["term"])
        for k in range(20)
    ]
    assert np.mean([len(one) for one in same]) >= 9.9
