"""Models with given shares, for tests of effects."""

from dataclasses import replace

import numpy as np
import pandas as pd

import octadisc as od
from octadisc.spec import Spec
from octadisc.topics.model import TopicModel
from octadisc.topics.structural.structure import Structure

SPREAD = np.array([[0.3, 0.1, 0.0], [0.1, 0.4, 0.1], [0.0, 0.1, 0.2]])
NUMBERS = ["estimate", "std_error", "statistic", "p_value", "low", "high", "df"]


def of(effect, term, topic=None):
    frame = effect.to_frame()
    frame = frame[frame["term"] == term]
    return frame if topic is None else frame[frame["topic"] == topic].iloc[0]


def softmax(eta):
    whole = np.exp(np.c_[eta, np.zeros(len(eta))])
    return whole / whole.sum(axis=1, keepdims=True)


def make(shares, table, *, weights=None, tokens=None):
    """Make a model of given shares, of no method that knows how uncertain they are."""
    shares = np.asarray(shares, float)
    n, k = shares.shape
    weights = np.ones(n) if weights is None else np.asarray(weights, float)
    table = pd.DataFrame(table).reset_index(drop=True)
    table = table.assign(tokens=weights * (100.0 if tokens is None else np.asarray(tokens, float)))
    counts = od.TermCounts.from_matrix(np.ones((n, k)), [f"t{i:03d}" for i in range(k)], table)
    topics = pd.DataFrame(
        {
            "topic": range(k),
            "name": [f"topic {i}" for i in range(k)],
            "share": np.nanmean(shares, axis=0),
            "terms": "",
        }
    )
    words = 0.8 * np.eye(k) + 0.2 / k
    bound, spec = np.zeros(1), Spec("fit_topics", {"method": "test"})
    releases = counts.releases.reset_index(drop=True)
    return TopicModel(shares, words, counts.terms, topics, bound, releases, weights, spec)


def make_uncertain(eta, spread, table, **options):
    """Make a structural model without covariates, of given eta and what is not known of it."""
    eta = np.asarray(eta, float)
    n, free = eta.shape
    structure = Structure(
        eta=eta,
        coefficients=eta.mean(axis=0)[None],
        covariance=np.cov(eta.T).reshape(free, free) + spread,
        spread=np.asarray(spread, float),
        columns=["Intercept"],
        prevalence=None,
        fitted=np.ones(n, bool),
        content=None,
        starts=pd.DataFrame({"start": ["test"]}),
    )
    return replace(make(softmax(eta), table, **options), structure=structure)


def draw_table(n=240, n_issuers=12, seed=0):
    """Draw releases of unequal issuers: date, issuer, region (of the issuer), kind, number."""
    rng = np.random.default_rng(seed)
    size = 1 / np.arange(1, n_issuers + 1)
    issuer = np.concatenate([np.arange(n_issuers), rng.choice(n_issuers, n - n_issuers, p=size / size.sum())])
    return pd.DataFrame(
        {
            "date": pd.Timestamp("2005-01-01") + pd.to_timedelta(rng.integers(0, 3650, n), unit="D"),
            "issuer": [f"issuer {i:02d}" for i in issuer],
            "region": np.array(["east", "west"])[issuer % 2],
            "kind": np.array(["a", "b", "c"])[rng.integers(0, 3, n)],
            "number": rng.normal(size=n).round(3),
        }
    )


def draw_eta(table, free=3, seed=1):
    """Draw eta that goes with number and kind, and with who is the issuer."""
    rng = np.random.default_rng(seed)
    issuer = pd.factorize(table["issuer"], use_na_sentinel=False)[0]
    slopes = rng.normal(size=(3, free))
    kind = (table["kind"] == "b").to_numpy(float)
    mean = table["number"].to_numpy()[:, None] * slopes[0] + kind[:, None] * slopes[1]
    by_issuer = 0.5 * rng.normal(size=(issuer.max() + 1, free))
    return mean + by_issuer[issuer] + rng.normal(size=(len(table), free))
