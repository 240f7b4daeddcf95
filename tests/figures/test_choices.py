import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import NotEnoughDataError
from octadisc.figures.choices import (
    choose_every,
    choose_n_topics,
    choose_queries,
    concepts,
    largest,
    main_language,
    with_largest_issuers,
    without_reissues,
)


def corpus_of(dates, **columns):
    return od.Corpus.from_frame({"text": ["police"] * len(dates), "date": dates, **columns})


@pytest.mark.parametrize(
    ("start", "end", "n", "every"),
    [
        ("2003-01-01", "2014-12-31", 64, "year"),
        ("2014-01-01", "2017-12-31", 240, "quarter"),
        ("1959-01-01", "2017-12-31", 9000, "year"),
        ("2008-03-01", "2008-03-31", 3, "year"),
        ("2008-01-01", "2009-12-31", 2000, "month"),
    ],
)
def test_periods_are_as_fine_as_the_releases_allow(start, end, n, every):
    days = pd.date_range(start, end, periods=n).strftime("%Y-%m-%d")
    assert choose_every(corpus_of(list(days))) == every


def test_without_dates_there_is_still_an_answer():
    assert choose_every(corpus_of([None, None])) == "year"


def test_small_issuers_are_put_together_and_equal_ones_go_by_name():
    assert largest(pd.Series(["b", "a", "c", "c", "d"]), 2) == (["c", "a"], "2 others")
    corpus = corpus_of([None] * 6, issuer=["a", "a", "b", "c", "d", None])
    assert with_largest_issuers(corpus, 1).frame["publisher"].tolist() == [
        "a",
        "a",
        *["3 others"] * 3,
        "not known",
    ]


def test_reissues_are_left_out_and_the_recipe_says_so():
    corpus = corpus_of([None] * 3, release=["a", "b", "c"], duplicate_of=[None, "a", None])
    kept = without_reissues(corpus)
    assert kept.frame["release"].tolist() == ["a", "c"]
    assert kept.spec.function == "without_reissues"
    assert kept.spec.inputs[0].fingerprint == corpus.fingerprint
    assert kept.fingerprint != corpus.fingerprint


def test_concepts_are_queries_in_every_language_they_are_given_for():
    for name, by in concepts().items():
        assert {"en", "de", "sl", "hbs", "ro", "sq", "mk", "bg", "el"} <= set(by), name
        for code, wordings in by.items():
            tokens = od.tokenize(
                od.Corpus.from_frame([{"text": " ".join(wordings).replace("*", ""), "language": code}])
            )
            assert len(tokens.find({code: wordings})), (name, code)


def test_only_concepts_that_occur_are_chosen():
    texts = ["Cybercrime and firearms."] * 4 + ["A firearm and mutual trust."] + ["Nothing of it."] * 40
    tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "language": ["en"] * len(texts)}))
    assert list(choose_queries(tokens)) == ["cybercrime", "firearms"]
    assert list(choose_queries(tokens, most=1)) == ["firearms"]


def test_a_corpus_of_unknown_language_is_asked_in_english():
    tokens = od.tokenize(od.Corpus.from_frame({"text": ["Cybercrime."] * 4}))
    assert choose_queries(tokens) == {"cybercrime": concepts(["en"])["cybercrime"]["en"]}
    assert main_language(tokens.corpus) is None


def test_too_few_releases_for_topics_are_refused_in_words():
    with pytest.raises(NotEnoughDataError, match="1 release: not enough data"):
        choose_n_topics(1)
