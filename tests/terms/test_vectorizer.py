"""TermVectorizer as scikit-learn's tools use it, beside scikit-learn's own."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, WrongKindError

WORDS_OF_TWO = r"(?u)\b\w\w+\b"
TEXTS = [
    "Police and customs seized drugs at the border.",
    "Customs officers seized 40 kg of drugs.",
    "Ministers spoke of mutual trust.",
    "Mutual trust, said the ministers, takes years.",
    "Drugs and arms were seized by police.",
    "Trust between ministers is mutual.",
]
LABELS = ["border", "border", "talk", "talk", "border", "talk"]

in_ascii = st.text(st.characters(codec="ascii"), max_size=60)
scripts = [
    "Europol",
    "Полиција",
    "ПОЛИЦИЯ",
    "αστυνομία",
    "ΑΣΤΥΝΟΜΙΚΟΣ",
    "Țară",
    "şi",
    "ﬁnance",
    "警察",
    "شرطة",
    "٣٤",
]
in_scripts = st.lists(
    st.sampled_from([*scripts, "x", "É", "ё", "a_b", "1,000", "’", "-", "«", "»", "\n", "\u00ad", "."]),
    max_size=20,
).map(" ".join)
# glued together: a capital sigma at the end of a word is another letter before a letter without case
joined = st.lists(
    st.sampled_from([*scripts[:4], *scripts[5:], "-", "'", "’", ".", " ", "\t", "7"]), max_size=20
).map("".join)


def rows(matrix):
    return sparse.csr_matrix(matrix).toarray().tolist()


@pytest.mark.parametrize("texts", [in_ascii, in_scripts, joined])
def test_counts_are_those_of_countvectorizer(texts):
    @settings(max_examples=60)
    @given(st.lists(texts, min_size=1, max_size=5), st.lists(texts, max_size=3))
    def check(seen, unseen):
        theirs = CountVectorizer(token_pattern=WORDS_OF_TWO)
        try:
            expected = theirs.fit_transform(seen)
        except ValueError:  # an empty vocabulary
            with pytest.raises(NotEnoughDataError):
                od.TermVectorizer(WORDS_OF_TWO).fit(seen)
            return
        ours = od.TermVectorizer(WORDS_OF_TWO)
        assert rows(ours.fit_transform(seen)) == rows(expected)
        assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
        assert rows(ours.transform(unseen + seen)) == rows(theirs.transform(unseen + seen))

    check()


def test_what_it_gives_is_a_sparse_matrix_of_whole_numbers():
    ours = od.TermVectorizer(stop_words="auto", min_documents=2)
    matrix = ours.fit_transform(TEXTS)
    assert sparse.issparse(matrix)
    assert (matrix.format, matrix.dtype) == ("csr", np.int32)
    assert matrix.has_canonical_format
    terms = ["customs", "drugs", "ministers", "mutual", "police", "seized", "trust"]
    assert ours.get_feature_names_out().tolist() == terms
    assert ours.vocabulary_ == {one: i for i, one in enumerate(terms)}
    assert rows(matrix)[0] == [1, 1, 0, 0, 1, 1, 0]
    again = ours.transform(TEXTS)
    assert again.has_canonical_format
    assert again.dtype == np.int32
    assert rows(again) == rows(matrix)
    assert rows(od.TermVectorizer(stop_words="auto", min_documents=2).fit(TEXTS).transform(TEXTS)) == rows(
        matrix
    )


def test_choices_are_those_of_count_terms():
    corpus = od.Corpus.from_frame({"text": TEXTS, "language": ["en"] * 6})
    for choice in ({"max_share": 0.4}, {"min_length": 6}, {"numbers": False}, {"stop_words": ["the", "of"]}):
        counts = od.count_terms(od.tokenize(corpus), **choice)
        ours = od.TermVectorizer(**choice)
        assert rows(ours.fit_transform(corpus)) == rows(counts.matrix)
        assert ours.get_feature_names_out().tolist() == counts.terms
        assert rows(ours.transform(corpus)) == rows(counts.matrix)


def test_new_texts_are_counted_by_the_fitted_terms_alone():
    ours = od.TermVectorizer().fit(["police trust police"])
    assert rows(ours.transform(["Trust, TRUST and more", "", "none of these", "police"])) == [
        [0, 2],
        [0, 0],
        [0, 0],
        [1, 0],
    ]
    assert ours.transform([]).shape == (0, 2)
    assert ours.transform(["", "..."]).shape == (2, 2)
    assert rows(ours.transform(one for one in ["trust"])) == [[0, 1]]


def test_languages_of_texts():
    texts, languages = ["die Polizei", "die police die", "un accord, l'accord"], ["de", "en", "fr"]
    frame = pd.DataFrame({"text": texts, "language": languages})
    ours = od.TermVectorizer(stop_words="auto")
    expected = ["accord", "die", "police", "polizei"]  # "die" is a stop word in German only
    for given_texts in (frame, od.Corpus.from_frame(frame)):
        matrix = ours.fit_transform(given_texts)
        assert ours.get_feature_names_out().tolist() == expected
        assert rows(matrix) == [[0, 0, 0, 1], [0, 2, 1, 0], [2, 0, 0, 0]]
        assert rows(ours.transform(given_texts)) == rows(matrix)
    assert rows(ours.transform(frame.iloc[[0]])) == [[0, 0, 0, 1]]
    french = od.TermVectorizer(language="fr").fit(["l'accord"])
    assert french.get_feature_names_out().tolist() == ["accord", "l'"]
    missing = frame.assign(language=["de", None, "fr"])
    filled = od.TermVectorizer(stop_words="auto", language="de").fit(missing)
    assert filled.get_feature_names_out().tolist() == ["accord", "police", "polizei"]


def test_forms():
    texts = ["Безбедност и сарадња", "sigurnost"]
    ours = od.TermVectorizer(language="hbs", forms="folded")
    assert rows(ours.fit_transform(texts)) == [[1, 1, 1], [0, 1, 0]]  # i, sigurnost, suradnja
    assert rows(ours.transform(["bezbednost"])) == [[0, 1, 0]]
    lemmas = od.TermVectorizer(language="en", forms="lemma").fit(["the borders of regions"])
    assert lemmas.terms_.tolist() == ["border", "of", "region", "the"]
    assert rows(lemmas.transform(["Region, regions"])) == [[0, 0, 2, 0]]
    stems = od.TermVectorizer(language="en", forms="stem").fit(["meetings of ministers"])
    assert stems.terms_.tolist() == ["meet", "minist", "of"]
    assert rows(stems.transform(["The minister is meeting"])) == [[1, 1, 0]]


def test_a_thin_dictionary_is_said_once():
    ours = od.TermVectorizer(language="en", forms="lemma")
    with pytest.warns(OctadiscWarning, match="simplemma's dictionaries"):
        ours.fit(["Qwxzv zzqy police"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours.transform(["Qwxzv zzqy"])


def test_a_vocabulary_of_ones_own():
    ours = od.TermVectorizer(vocabulary=["trust", "drugs", "absent"])
    assert clone(ours).get_feature_names_out().tolist() == ["trust", "drugs", "absent"]
    assert rows(ours.transform(TEXTS))[:3] == [[0, 1, 0], [0, 1, 0], [1, 0, 0]]  # nothing to learn
    assert rows(clone(ours).fit_transform(TEXTS)) == rows(ours.transform(TEXTS))
    assert ours.get_feature_names_out().tolist() == ["trust", "drugs", "absent"]
    placed = od.TermVectorizer(vocabulary={"trust": 1, "drugs": 0}).fit(TEXTS)
    assert placed.get_feature_names_out().tolist() == ["drugs", "trust"]
    assert rows(od.TermVectorizer(vocabulary=["the"], stop_words=["the"]).transform(["the"])) == [[0]]
    for wrong, said in (
        (["Trust"], "'Trust', which would never be counted"),
        ([], "vocabulary is empty"),
        (["a", "a"], "a term twice"),
        ({"a": 0, "b": 2}, "columns 0 to 1"),
        ([7], "has 7"),
    ):
        with pytest.raises(InputError, match=said):
            od.TermVectorizer(vocabulary=wrong).fit(TEXTS)
    with pytest.raises(WrongKindError, match="vocabulary is a str"):
        od.TermVectorizer(vocabulary="trust").fit(TEXTS)


def test_binary():
    assert rows(od.TermVectorizer(binary=True).fit_transform(["trust trust police"])) == [[1, 1]]
    ours = od.TermVectorizer(binary=True).fit(["trust police"])
    assert rows(ours.transform(["trust trust"])) == [[0, 1]]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ("one text", "are one str, not several"),
        (b"bytes", "are one bytes"),
        ({"a": "text"}, "are a dict"),
        (7, "are a int"),
        (["one", None], "Text 2 of 2 is None, a NoneType"),
        (pd.Series(["one", np.nan]), "Text 2 of 2 is nan, a float"),
        ([b"one"], "Text 1 of 1 is b'one', a bytes"),
        (np.array([["one"], ["two"]]), r"array of shape \(2, 1\)"),
    ],
)
def test_what_is_no_texts_is_refused_in_words(texts, said):
    fitted = od.TermVectorizer().fit(["one"])
    for use in (od.TermVectorizer().fit, od.TermVectorizer().fit_transform, fitted.transform):
        with pytest.raises(WrongKindError, match=said):
            use(texts)


def test_mistakes_are_answered():
    with pytest.raises(InputError, match=r"no column 'text'\. Did you mean 'texts'"):
        od.TermVectorizer().fit(pd.DataFrame({"texts": ["a"]}))
    with pytest.raises(WrongKindError, match=r"language is a list\. Expected one code"):
        od.TermVectorizer(language=["en", "de"]).fit(["a", "b"])
    with pytest.raises(NotEnoughDataError, match="There is no text, so that no term can be found"):
        od.TermVectorizer().fit([])
    with pytest.raises(NotEnoughDataError, match="No term is left"):
        od.TermVectorizer().fit(["", "?"])
    with pytest.raises(InputError, match="no regular expression"):
        od.TermVectorizer("(").fit(["a"])


def test_unfitted_it_says_so_as_scikit_learn_does():
    for use in (lambda one: one.transform(["a"]), lambda one: one.get_feature_names_out()):
        with pytest.raises(NotFittedError):
            use(od.TermVectorizer())


def test_series_and_arrays_are_texts():
    expected = rows(od.TermVectorizer().fit_transform(TEXTS))
    for texts in (
        pd.Series(TEXTS, index=range(7, 13)),
        np.array(TEXTS),
        np.array(TEXTS, object),
        tuple(TEXTS),
    ):
        assert rows(od.TermVectorizer().fit_transform(texts)) == expected


# In scikit-learn's own tools


def test_parameters_and_clones():
    ours = od.TermVectorizer(WORDS_OF_TWO, stop_words=["the"], min_documents=2)
    assert ours.get_params()["pattern"] == WORDS_OF_TWO
    assert clone(ours).get_params() == ours.get_params()
    assert ours.set_params(min_documents=3).min_documents == 3
    assert not hasattr(clone(ours.fit(TEXTS)), "terms_")
    assert "TermVectorizer" in ours._repr_html_()


def test_a_fitted_one_can_be_put_aside():
    ours = od.TermVectorizer(stop_words="auto").fit(TEXTS)
    assert rows(pickle.loads(pickle.dumps(ours)).transform(TEXTS)) == rows(ours.transform(TEXTS))


def test_in_a_pipeline_with_a_grid_search():
    steps = Pipeline(
        [("terms", od.TermVectorizer()), ("weights", TfidfTransformer()), ("model", MultinomialNB())]
    )
    grid = {"terms__stop_words": [None, "auto"], "terms__min_documents": [1, 2]}
    search = GridSearchCV(steps, grid, cv=2).fit(TEXTS, LABELS)
    assert search.predict(["customs and police", "mutual trust"]).tolist() == ["border", "talk"]
    assert cross_val_score(steps, pd.Series(TEXTS), LABELS, cv=3).shape == (3,)
    names = steps.fit(TEXTS, LABELS)[:2].get_feature_names_out()
    assert names.tolist() == od.TermVectorizer().fit(TEXTS).get_feature_names_out().tolist()


def test_beside_other_features():
    table = pd.DataFrame({"text": TEXTS, "language": "en", "size": range(6)})
    by_column = ColumnTransformer(
        [("terms", od.TermVectorizer(stop_words="auto"), "text"), ("size", "passthrough", ["size"])]
    )
    both = ColumnTransformer([("terms", od.TermVectorizer(stop_words="auto"), ["text", "language"])])
    n_terms = len(od.TermVectorizer(stop_words="auto").fit(TEXTS).terms_)
    assert by_column.fit_transform(table).shape == (6, n_terms + 1)
    assert by_column.get_feature_names_out()[0] == "terms__40"
    assert both.fit(table).transform(table.head(2)).shape == (2, n_terms)
    scores = cross_val_score(make_pipeline(both, MultinomialNB()), table, LABELS, cv=2)
    assert scores.shape == (2,)
    union = FeatureUnion([("words", od.TermVectorizer()), ("pairs", CountVectorizer(ngram_range=(2, 2)))])
    assert union.fit_transform(TEXTS).shape[0] == 6
    assert {one.split("__")[0] for one in union.get_feature_names_out()} == {"words", "pairs"}


def test_counts_are_the_same_for_any_number_of_threads(monkeypatch):
    monkeypatch.setattr("octadisc.tokens.scan.scanning._SHARD", 50)
    one, many = (od.TermVectorizer(n_threads=n).fit(TEXTS) for n in (1, 3))
    assert rows(one.transform(TEXTS)) == rows(many.transform(TEXTS))
