import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from octadisc import Corpus
from octadisc.errors import InputError, MissingFileError, UnknownNameError

ROWS = [
    {
        "release": "a",
        "date": "2008-03-28",
        "issuer": "Presidency",
        "title": "T",
        "text": "Trust.",
        "language": "en",
    },
    {"release": "b", "date": "2009-05-01", "issuer": "Europol", "text": "Zaupanje.", "language": "sl"},
    {"release": "c", "text": "", "note": "x"},
]


def test_standard_columns_come_first_and_own_ones_stay():
    frame = Corpus.from_frame(ROWS).to_frame()
    assert list(frame.columns) == [
        *["release", "date", "issuer", "title", "text", "language", "script", "url", "source", "note"]
    ]
    assert str(frame["date"].dtype) == "datetime64[s]"
    assert frame["date"].isna().tolist() == [False, False, True]
    assert frame["source"].tolist() == ["a", "b", "c"]  # where nothing else is known


def test_a_frame_given_is_not_changed_and_a_copy_taken_changes_nothing():
    given = pd.DataFrame({"text": ["a", "b"]})
    corpus = Corpus.from_frame(given)
    taken = corpus.to_frame()
    taken.loc[0, "text"] = "changed"
    assert corpus.texts == ["a", "b"]
    assert list(given.columns) == ["text"]


def test_the_fingerprint_is_of_contents():
    one, other = Corpus.from_frame(ROWS), Corpus.from_frame(ROWS[::-1])
    renamed = Corpus.from_frame([{**row, "release": row["release"] + "!"} for row in ROWS])
    changed = Corpus.from_frame([{**ROWS[0], "text": "Mistrust."}, *ROWS[1:]])
    redated = Corpus.from_frame([{**ROWS[0], "date": "2008-03-29"}, *ROWS[1:]])
    assert one.fingerprint == other.fingerprint == renamed.fingerprint
    assert len({one.fingerprint, changed.fingerprint, redated.fingerprint}) == 3


def test_where_and_between_keep_what_they_say():
    corpus = Corpus.from_frame(ROWS)
    assert corpus.where(issuer=["Europol", "Presidency"], language="sl").texts == ["Zaupanje."]
    assert corpus.between(2008, 2009).texts == ["Trust."]
    assert corpus.between("2008-03-28", "2009-05-01").texts == ["Trust."]
    assert corpus.between(start="2008-03-29").texts == ["Zaupanje."]
    assert len(corpus.where(language="en").between(2012, 2013)) == 0
    with pytest.raises(UnknownNameError, match="Did you mean 'Europol'"):
        corpus.where(issuer="Europool")
    with pytest.raises(UnknownNameError, match="Did you mean 'issuer'"):
        corpus.where(isuer="Europol")


def test_a_subset_keeps_its_own_issues_and_its_recipe():
    issues = pd.DataFrame({"release": ["b", None], "what": ["odd", "a picture"], "source": ["b", "x.png"]})
    corpus = Corpus.from_frame(ROWS, issues=issues)
    part = corpus.where(issuer="Presidency")
    assert part.issues["what"].tolist() == ["a picture"]
    assert [part.spec.function, part.spec.inputs[0].function] == ["Corpus.where", "Corpus.from_frame"]


def test_offsets_lead_back_to_the_page():
    page = "Home\nPolice met.\nPrint\nThey agreed.\nDate: 1.2.2008"
    spans = [(0, 5, "furniture"), (17, 23, "furniture"), (36, 50, "dateline")]
    text = "Police met.\nThey agreed.\n"
    corpus = Corpus.from_frame([{"release": "a", "page": page, "text": text, "spans": spans}])
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            low, high = corpus.to_page("a", start, end)
            assert (page[low:high].replace("Print\n", "") == text[start:end]) or start == end
    with pytest.raises(InputError, match="not inside its text"):
        corpus.to_page("a", 0, len(text) + 1)


def test_a_text_that_is_not_its_page_is_refused():
    with pytest.raises(InputError, match="text is not page without its spans"):
        Corpus.from_frame([{"page": "abc", "text": "ac", "spans": []}])
    with pytest.raises(InputError, match="text is not page without its spans"):
        Corpus.from_frame([{"page": "abc", "text": "c", "spans": [(0, 2, "x"), (1, 2, "y")]}])


def test_mistakes_are_answered():
    with pytest.raises(InputError, match="no column 'text'"):
        Corpus.from_frame([{"body": "x"}])
    with pytest.raises(InputError, match="row 2: '31/31/2009'"):
        Corpus.from_frame([{"text": "a", "date": "2009-01-01"}, {"text": "b", "date": "31/31/2009"}])
    with pytest.raises(InputError, match="that another has too"):
        Corpus.from_frame([{"text": "a", "release": "x"}, {"text": "b", "release": "x"}])
    with pytest.raises(UnknownNameError, match="No release has the id"):
        Corpus.from_frame(ROWS).row_of("z")


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_saving_keeps_every_text(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("corpus") / "corpus.parquet"
    corpus = Corpus.from_frame({"text": texts})
    corpus.save(path)
    again = Corpus.open(path)
    assert again.texts == corpus.texts
    assert again.fingerprint == corpus.fingerprint
    assert [one.name for one in path.parent.iterdir()] == ["corpus.parquet"]


def test_saving_keeps_spans_issues_evidence_and_recipe(tmp_path):
    issues = pd.DataFrame(
        {"release": ["a"], "source": ["a.txt"], "what": ["w"], "found": ["f"], "done": ["d"]}
    )
    dates = pd.DataFrame(
        {
            "release": ["a"],
            "date": ["2008-03-28"],
            "kind": ["url"],
            "found": ["/08/"],
            "chosen": [True],
            "ambiguous": [False],
        }
    )
    row = {
        "release": "a",
        "page": "Print\nx",
        "text": "x",
        "spans": [(0, 6, "furniture")],
        "date": "2008-03-28",
    }
    corpus = Corpus.from_frame([row], issues=issues, dates=dates)
    again = Corpus.open(corpus.save(tmp_path / "c.parquet"))
    assert again.frame["spans"].iloc[0] == [(0, 6, "furniture")]
    assert again.issues.to_dict("list") == corpus.issues.to_dict("list")
    assert again.dates.to_dict("list") == corpus.dates.to_dict("list")
    assert again.spec == corpus.spec
    pd.testing.assert_series_equal(again.frame["date"], corpus.frame["date"])


def test_opening_what_is_not_ours(tmp_path):
    with pytest.raises(MissingFileError, match="no such file"):
        Corpus.open(tmp_path / "none.parquet")
    (tmp_path / "bad.parquet").write_bytes(b"not parquet")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        Corpus.open(tmp_path / "bad.parquet")
    pd.DataFrame({"text": ["a"]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(InputError, match="no corpus that octadisc saved"):
        Corpus.open(tmp_path / "other.parquet")


def test_lone_surrogates_do_not_stop_anything(tmp_path):
    corpus = Corpus.from_frame([{"text": "a\ud800b", "title": "\udfff"}])
    assert corpus.texts == ["a\ufffdb"]
    assert Corpus.open(corpus.save(tmp_path / "c.parquet")).fingerprint == corpus.fingerprint


def test_titles_are_escaped_in_a_notebook():
    shown = Corpus.from_frame([{"title": "<script>alert(1)</script>", "text": ""}])._repr_html_()
    assert "<script>" not in shown


def test_an_empty_corpus_is_a_corpus():
    empty = Corpus.from_frame(ROWS).between(1990, 1991)
    assert repr(empty) == "Corpus(0 releases, 0 issuers, no dates)"
    assert np.size(empty.texts) == 0
