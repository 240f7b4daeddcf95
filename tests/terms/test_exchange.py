"""Counts for gensim and quanteda, and back."""

import json
import re
from collections import namedtuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import io, sparse

import octadisc as od
from octadisc.errors import InputError, MissingFileError, UnreadableError, WrongKindError
from octadisc.terms.exchange.tables import as_kinds, guess_kinds, kinds_of, read_table, write_table

ROWS = [
    {
        "text": "joint police, joint work",
        "date": "2008-03-28",
        "issuer": "Presidency",
        "duplicate_cluster": 0,
    },
    {"text": "joint police, joint work", "date": None, "issuer": None, "duplicate_cluster": 0},
    {"text": "", "date": "2009-01-01", "issuer": "NA", "duplicate_cluster": None},
    {"text": "царина и полиција", "date": "1995-12-31", "issuer": "", "language": "hbs"},
    {"text": "joint police, joint work", "date": "2010-06-01", "issuer": "=1+1", "duplicate_cluster": 0},
]
WAYS = ["keep", "first", "share"]


def counted(reissues="keep"):
    return od.count_terms(od.tokenize(od.Corpus.from_frame(ROWS)), reissues=reissues)


def assert_equal(one, other):
    assert one.terms == other.terms
    assert one.matrix.shape == other.matrix.shape
    assert abs(one.matrix - other.matrix).sum() == 0
    assert one.matrix.dtype == other.matrix.dtype
    np.testing.assert_array_equal(one.release_weights, other.release_weights)
    assert_frame_equal(one.releases, other.releases)


# gensim


def test_a_corpus_is_pairs_of_plain_numbers():
    corpus, id2word = counted().to_gensim()
    assert id2word == dict(enumerate(["joint", "police", "work", "и", "полиција", "царина"]))
    assert corpus[0] == corpus[1] == [(0, 2), (1, 1), (2, 1)]
    assert corpus[2] == []
    assert {type(one) for document in corpus for pair in document for one in pair} == {int}
    assert id2word.token2id["царина"] == 5
    assert id2word.id2token[5] == "царина"


def test_copies_that_are_parts_of_one_count_as_parts():
    corpus, _ = counted("share").to_gensim()  # three copies of a story: each a third of it
    assert corpus[0] == [(0, pytest.approx(2 / 3)), (1, pytest.approx(1 / 3)), (2, pytest.approx(1 / 3))]


@pytest.mark.parametrize("reissues", WAYS)
def test_the_way_to_gensim_and_back(reissues):
    counts = counted(reissues)
    corpus, id2word = counts.to_gensim()
    assert_equal(od.TermCounts.from_gensim(corpus, id2word, counts), counts)
    streamed = (iter(document) for document in corpus)
    assert_equal(od.TermCounts.from_gensim(streamed, id2word, counts), counts)
    if reissues == "keep":
        assert_equal(od.TermCounts.from_gensim(corpus, id2word, counts.releases), counts)
        alone = od.TermCounts.from_gensim(corpus, id2word)
        assert alone.releases["release"].tolist() == list("12345")
        assert alone.releases["tokens"].tolist() == [4, 4, 0, 3, 4]


@given(
    st.dictionaries(st.integers(0, 40), st.text(max_size=3), min_size=1, max_size=8).filter(
        lambda terms: len(set(terms.values())) == len(terms)
    ),
    st.data(),
)
def test_any_corpus_is_taken_with_gaps_in_its_ids_and_repeated_pairs(id2word, data):
    pair = st.tuples(st.sampled_from(sorted(id2word)), st.integers(0, 9))
    corpus = data.draw(st.lists(st.lists(pair, max_size=6), max_size=5))
    counts = od.TermCounts.from_gensim(corpus, id2word)
    assert counts.terms == sorted(id2word.values())
    for row, document in enumerate(corpus):
        for number, term in id2word.items():
            expected = sum(count for one, count in document if one == number)
            assert counts.matrix[row, counts.terms.index(term)] == expected


def test_a_dictionary_of_gensims_is_known_by_what_it_has():
    dictionary = namedtuple("Dictionary", "token2id")({"trust": 3, "crime": np.int64(0)})
    counts = od.TermCounts.from_gensim([[(3, 2)], [(np.int64(0), 1.0)]], dictionary)
    assert counts.terms == ["crime", "trust"]
    assert counts.matrix.toarray().tolist() == [[0, 2], [1, 0]]
    assert counts.matrix.dtype == np.int32


@pytest.mark.parametrize(
    ("corpus", "id2word", "error", "said"),
    [
        ([[(0, 1)], [(0, 1), (7, 1)]], {0: "a"}, InputError, "Document 2 .* has the id 7"),
        ([[(0, 0.25)]], {0: "a"}, InputError, "negative or not whole"),
        ([[(0, -1)]], {0: "a"}, InputError, "negative or not whole"),
        ([[(0, float("nan"))]], {0: "a"}, InputError, "negative or not whole"),
        ([[(0, 1)]], {0: "a", 1: "a"}, InputError, "stands twice"),
        ([["police"]], {0: "a"}, InputError, "Document 1 .* Expected pairs"),
        ([[], 7], {0: "a"}, InputError, "Document 2 .* is 7"),
        ([[(0, 1)]], {"a": 0}, InputError, "keys that are no whole numbers"),
        ([[(0, 1)]], ["a"], WrongKindError, "id2word is a list"),
        (sparse.csc_matrix([[1]]), {0: "a"}, WrongKindError, "give matrix.T"),
        ("text", {0: "a"}, WrongKindError, "corpus is a str"),
        (None, {0: "a"}, WrongKindError, "corpus is a NoneType"),
    ],
)
def test_what_is_no_corpus_is_refused_in_words(corpus, id2word, error, said):
    with pytest.raises(error, match=said):
        od.TermCounts.from_gensim(corpus, id2word)


def test_a_table_must_have_a_row_a_document():
    with pytest.raises(InputError, match="Expected a row a release"):
        od.TermCounts.from_gensim([[(0, 1)]], {0: "a"}, [{"issuer": "A"}, {"issuer": "B"}])


# quanteda


@pytest.mark.parametrize("reissues", WAYS)
def test_the_way_to_a_folder_and_back(reissues, tmp_path):
    counts = counted(reissues)
    folder = counts.to_quanteda(tmp_path / "new" / "dfm")
    back = od.TermCounts.from_quanteda(folder)
    assert_equal(back, counts)
    assert back.releases["issuer"].iloc[[2, 3, 4]].tolist() == ["NA", "", "=1+1"]
    assert back.spec.inputs[0].to_dict() == counts.spec.to_dict()


AWKWARD = [
    "a,b",
    'say "trust"',
    "two\nlines",
    "NA",
    "",
    "полиција",
    "007",
    "TRUE",
    " blank ",
    "=1+1",
    "1e5",
    "\t",
    "\r",
]
any_text = st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(st.lists(any_text, min_size=1, max_size=6, unique=True), st.data())
def test_any_terms_and_values_survive(tmp_path_factory, terms, data):
    values = data.draw(st.lists(st.tuples(any_text, any_text | st.none()), min_size=1, max_size=4))
    releases = pd.DataFrame(values, columns=["issuer", "note"]).astype("str")
    matrix = np.arange(len(values) * len(terms)).reshape(len(values), -1) % 3
    counts = od.TermCounts.from_matrix(matrix, terms, releases)
    folder = tmp_path_factory.mktemp("dfm")
    assert_equal(od.TermCounts.from_quanteda(counts.to_quanteda(folder)), counts)
    (folder / "recipe.json").unlink()  # issuers are text in any case; of notes the kind is a guess
    guessed = od.TermCounts.from_quanteda(folder)
    assert guessed.terms == counts.terms
    assert_frame_equal(guessed.releases[["issuer"]], counts.releases[["issuer"]])


def test_columns_keep_their_kinds(tmp_path):
    releases = pd.DataFrame(
        {
            "release": ["007", "8"],
            "date": pd.to_datetime(["2008-03-28", None]),
            "tokens": [10, 12],
            "big": pd.array([2**60 + 1, None], "Int64"),
            "share": [1 / 3, np.nan],
            "far": [np.inf, -1e300],
            "checked": [True, False],
            "maybe": pd.array([True, None], "boolean"),
            "when": pd.to_datetime(["2008-03-28 10:30:00.5", None]),
            "zoned": pd.to_datetime(["2008-03-28 10:30", "2009-07-01 00:00"]).tz_localize("Europe/Ljubljana"),
            "nothing": [np.nan, np.nan],
            'a name, with "signs"': ["x", None],
        }
    )
    counts = od.TermCounts.from_matrix([[1], [2]], ["trust"], releases)
    assert_equal(od.TermCounts.from_quanteda(counts.to_quanteda(tmp_path)), counts)
    written = (tmp_path / "docvars.csv").read_text(encoding="utf-8")
    assert '"007",2008-03-28,10,1152921504606846977,' in written


def test_files_are_what_r_reads(tmp_path):
    folder = counted().to_quanteda(tmp_path)
    head = (folder / "counts.mtx").read_text(encoding="ascii").splitlines()
    assert head[0] == "%%MatrixMarket matrix coordinate integer general"
    assert next(one for one in head if not one.startswith("%")).split() == ["5", "6", "12"]
    assert (folder / "features.csv").read_bytes().startswith(b'"feature"\n"joint"\n')
    lines = (folder / "docvars.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == '"docname","date","issuer","language","source","title","url","tokens"'
    assert lines[1].startswith('"1",2008-03-28,"Presidency",,')
    assert lines[2].startswith('"2",,,,')
    script = (folder / "read.R").read_text(encoding="utf-8")
    classes = re.search(r"colClasses = c\((.*)\)\)", script)[1]
    assert '"docname" = "character", "date" = "Date", "issuer" = "character"' in classes
    assert "tokens" not in classes
    for bracket in ("()", "[]"):
        assert script.count(bracket[0]) == script.count(bracket[1])


def test_a_symmetric_table_is_written_whole(tmp_path):
    counts = od.TermCounts.from_matrix([[0, 2], [2, 0]], ["a", "b"], [{}, {}])
    counts.to_quanteda(tmp_path)
    assert " general" in (tmp_path / "counts.mtx").read_text(encoding="ascii").splitlines()[0]
    assert_equal(od.TermCounts.from_quanteda(tmp_path), counts)


def test_a_table_of_nothing(tmp_path):
    counts = od.TermCounts.from_matrix(np.zeros((2, 1), int), ["a"], [{}, {}])
    assert_equal(od.TermCounts.from_quanteda(counts.to_quanteda(tmp_path)), counts)


def written_by_r(folder, matrix, features, variables):
    """Write what Matrix::writeMM and write.csv do: real numbers, strings in quotation marks, NA."""
    entries = sparse.coo_matrix(matrix)
    lines = [
        f"{i + 1} {j + 1} {value}" for i, j, value in zip(entries.row, entries.col, entries.data, strict=True)
    ]
    head = ["%%MatrixMarket matrix coordinate real general", "{} {} {}".format(*entries.shape, entries.nnz)]
    (folder / "counts.mtx").write_text("\n".join([*head, *lines]) + "\n", encoding="ascii")
    (folder / "features.csv").write_text(features, encoding="utf-8")
    (folder / "docvars.csv").write_text(variables, encoding="utf-8")


@pytest.mark.parametrize(
    "features",
    ['"feature"\n"trust"\n"NA"\n', '"","x"\n"1","trust"\n"2","NA"\n', '"","freq"\n"trust",3\n"NA",4\n'],
)
@pytest.mark.parametrize(
    "variables",
    [
        '"docname","issuer","date","size","code"\n"t1","A",2008-03-28,1.5,"007"\n"t2",NA,NA,NA,"010"\n',
        '"","issuer","date","size","code"\n"t1","A",2008-03-28,1.5,"007"\n"t2",NA,NA,NA,"010"\n',
        '"","docname","issuer","date","size","code"\r\n'
        '"1","t1","A",2008-03-28,1.5,"007"\r\n"2","t2",NA,NA,NA,"010"\r\n',
    ],
)
def test_a_folder_that_r_wrote(features, variables, tmp_path):
    written_by_r(tmp_path, [[2, 0], [1, 4]], features, variables)
    counts = od.TermCounts.from_quanteda(tmp_path)
    assert counts.terms == ["NA", "trust"]
    assert counts.matrix.toarray().tolist() == [[0, 2], [4, 1]]
    assert counts.matrix.dtype == np.int32
    releases = counts.releases
    assert releases["release"].tolist() == ["t1", "t2"]
    assert releases["issuer"].isna().tolist() == releases["date"].isna().tolist() == [False, True]
    assert releases["date"].iloc[0] == pd.Timestamp("2008-03-28")
    assert releases["size"].iloc[0] == 1.5
    assert releases["code"].tolist() == ["007", "010"]
    assert releases["tokens"].tolist() == [2, 5]
    assert counts.spec.inputs == ()
    assert "" not in releases


def test_a_recipe_holds_only_for_its_own_files(tmp_path):
    counts = counted()
    counts.to_quanteda(tmp_path)
    variables = pd.read_csv(tmp_path / "docvars.csv", dtype="str", keep_default_na=False)
    variables["tokens"] = "1.5"
    variables.to_csv(tmp_path / "docvars.csv", index=False)
    changed = od.TermCounts.from_quanteda(tmp_path)
    assert changed.spec.inputs == ()
    assert changed.releases["tokens"].tolist() == [1.5] * 5
    (tmp_path / "recipe.json").write_text(json.dumps({"files": 7}), encoding="utf-8")
    assert od.TermCounts.from_quanteda(tmp_path).terms == counts.terms


def spoil(folder, name, content):
    (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("counts.mtx", b"hello", r"counts\.mtx: is no Matrix Market file"),
        ("counts.mtx", b"", r"counts\.mtx: is no Matrix Market file"),
        (
            "counts.mtx",
            b"%%MatrixMarket matrix coordinate real general\n6 5 1\n1 1 1\n",
            r"write t\(matrix\) in R",
        ),
        ("counts.mtx", b"%%MatrixMarket matrix coordinate real general\n5 9 1\n1 1 1\n", "is 5 × 9, but"),
        ("counts.mtx", b"%%MatrixMarket matrix coordinate real general\n5 6 1\n1 1 0.5\n", "not whole"),
        ("features.csv", '"feature"\n"Đ"\n'.encode("cp1250"), r"features\.csv: cannot be read"),
        ("features.csv", b"", r"features\.csv: (has no column|cannot be read)"),
        ("features.csv", b'"feature"\n"a"\nNA\n"c"\n', r"features\.csv: row 2 has no term"),
        ("features.csv", b'"feature"\n"a"\n"a"\n"b"\n"c"\n"d"\n"e"\n', "stands twice"),
        ("docvars.csv", b'"docname"\n"a","b"\n', r"docvars\.csv: cannot be read"),
        ("docvars.csv", b'"a","a"\n"1","2"\n', r"docvars\.csv: two columns have one name"),
        (
            "docvars.csv",
            b'"date"\n2008-03-28\n"28.3.2008"\nNA\nNA\nNA\n',
            r"row 2 has '28\.3\.2008' in the column date",
        ),
        ("docvars.csv", b'"release_weight"\n1\n1\n7\n1\n1\n', "release_weight is not between 0 and 1"),
    ],
)
def test_a_spoiled_file_is_named(name, content, said, tmp_path):
    counted().to_quanteda(tmp_path)
    spoil(tmp_path, name, content)
    with pytest.raises(InputError, match=said):
        od.TermCounts.from_quanteda(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    counted().to_quanteda(tmp_path)
    (tmp_path / "features.csv").unlink()
    with pytest.raises(MissingFileError, match=r"features\.csv: there is no such file"):
        od.TermCounts.from_quanteda(tmp_path)
    with pytest.raises(MissingFileError, match=r"counts\.mtx: there is no such file"):
        od.TermCounts.from_quanteda(tmp_path / "nowhere")


def test_what_cannot_be_written_is_refused(tmp_path):
    for column in ("docname", "docid_"):
        counts = od.TermCounts.from_matrix([[1]], ["a"], [{column: "x"}])
        with pytest.raises(InputError, match=f"have the column '{column}'"):
            counts.to_quanteda(tmp_path / "a")
    with pytest.raises(InputError, match=r"feature has .* half a letter"):
        od.TermCounts.from_matrix([[1]], ["\ud800"], [{}]).to_quanteda(tmp_path / "b")
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UnreadableError, match="cannot be written"):
        counted().to_quanteda(tmp_path / "file")


def test_the_matrix_is_what_other_programs_read(tmp_path):
    counts = counted("share")
    counts.to_quanteda(tmp_path)
    assert abs(sparse.csr_matrix(io.mmread(tmp_path / "counts.mtx")) - counts.matrix).sum() == 0


# Tables


def test_kinds_are_told_from_what_stands_there(tmp_path):
    content = (
        b'"n","x","t","d","s","e","docname"\n1,1.5,TRUE,2008-03-28,"a",,"1"\n2,-2e3,FALSE,NA,"2",NA,"2"\n'
    )
    (tmp_path / "table.csv").write_bytes(b"\xef\xbb\xbf" + content)
    table = read_table(tmp_path / "table.csv")
    kinds = guess_kinds(table)
    assert kinds == {
        "n": "int64",
        "x": "float64",
        "t": "bool",
        "d": "datetime64[s]",
        "s": "str",
        "e": "float64",
        "docname": "str",
    }
    typed = as_kinds(table, kinds, tmp_path / "table.csv")
    assert kinds_of(typed) == kinds
    assert typed["n"].tolist() == [1, 2]
    assert typed["t"].tolist() == [True, False]


def test_nothing_an_empty_string_and_the_letters_na_are_three_things(tmp_path):
    table = pd.DataFrame({"title": ["", None, "NA", "x"]})
    (tmp_path / "table.csv").write_bytes(write_table(table))
    assert_frame_equal(read_table(tmp_path / "table.csv"), table)
