"""What a concordance lists, in which order, and how it is shown and written."""

import csv
import io
import re
import unicodedata
from itertools import pairwise

import matplotlib
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, WrongKindError
from octadisc.tokens.lines.contexts import collation_key
from octadisc.tokens.lines.samples import fill_evenly
from octadisc.tokens.lines.sheets import defused, undefused

matplotlib.use("agg")

# One statement, put out by two offices and again a year later; and a release of its own.
ROWS = [
    ("a", "2008-02-01", "Trust, they said, and trust again.", 0, None),
    ("b", "2008-02-02", "Trust, they said, and trust again.", 0, "a"),
    ("c", "2008-03-01", "Nobody spoke of trust.", None, None),
    ("d", "2009-02-01", "Trust, they said, and trust again.", 0, "a"),
]
COLUMNS = ["release", "date", "issuer", "source", "start", "end", "left", "match", "right"]


@pytest.fixture
def tokens():
    frame = pd.DataFrame(ROWS, columns=["release", "date", "text", "duplicate_cluster", "duplicate_of"])
    frame["duplicate_cluster"] = frame["duplicate_cluster"].astype("Int64")
    return od.tokenize(od.Corpus.from_frame(frame))


def lines_of(texts, query, **options):
    rows = [one if isinstance(one, dict) else {"text": one} for one in texts]
    return od.concordance(od.tokenize(od.Corpus.from_frame(rows)), query, **options)


def sides(lines):
    return lines[["left", "match", "right"]].to_numpy().tolist()


# Repeated releases


def test_only_the_first_of_a_cluster_is_listed_on_request(tokens):
    kept = od.concordance(tokens, "trust")
    assert kept["release"].tolist() == ["a", "a", "b", "b", "c", "d", "d"]
    pd.testing.assert_frame_equal(od.concordance(tokens, "trust", reissues="keep").frame, kept.frame)
    first = od.concordance(tokens, "trust", reissues="first")
    assert first["release"].tolist() == ["a", "a", "c"]
    whole = kept.frame[kept["release"].isin(["a", "c"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(first.frame, whole)
    assert first.n_found == 3
    assert first.notes == ("Of releases that repeat another, not listed: 4 occurrences.",)


def test_it_lists_the_occurrences_that_a_trend_counts(tokens):
    lines = od.concordance(tokens, "trust", reissues="first")
    evidence = od.track_terms(tokens, "trust", reissues="first").evidence("trust")
    columns = ["release", "start", "end"]
    assert lines[columns].to_numpy().tolist() == evidence[columns].to_numpy().tolist()


def test_where_the_first_was_filtered_out_the_next_is_listed(tokens):
    later = od.tokenize(tokens.corpus.where(release=["b", "c", "d"]))
    assert od.concordance(later, "trust", reissues="first")["release"].tolist() == ["b", "b", "c"]


def test_a_query_without_a_line(tokens):
    nothing = od.concordance(tokens, "trusst", reissues="first")
    assert len(nothing) == nothing.n_found == 0
    assert list(nothing.to_frame().columns) == COLUMNS
    assert "trust" in nothing.notes[0]  # what is near
    assert "0 lines" in nothing._repr_html_()
    assert len(od.concordance(tokens, "trusst", sample=5, sort=("left", "date"), window=3)) == 0
    with pytest.raises(NotEnoughDataError, match="Nothing can be drawn"):
        nothing.plot()


def test_what_cannot_be_listed_is_refused(tokens):
    with pytest.raises(InputError, match=r'no half or third can be listed.*Expected "first".*evidence'):
        od.concordance(tokens, "trust", reissues="share")
    with pytest.raises(InputError, match="Did you mean 'first'"):
        od.concordance(tokens, "trust", reissues="frst")
    plain = od.tokenize(od.Corpus.from_frame([{"text": "trust"}]))
    with pytest.raises(InputError, match="duplicates=True"):
        od.concordance(plain, "trust", reissues="first")
    assert len(od.concordance(plain, "trust")) == 1


# Context

TEXT = "„Ohne Ćup!“\r\nThey met (twice).\u2028Mutual\ttrust grew.\n\nNothing else: trust — and so on."


def test_the_context_is_the_text_on_one_line():
    lines = lines_of([TEXT], "trust", width=100)
    assert lines[["start", "end"]].to_numpy().tolist() == [
        [one.start(), one.end()] for one in re.finditer("trust", TEXT)
    ]
    for left, match, right in sides(lines):
        assert len(left + match + right) == len(TEXT)
        assert (left + match + right).split() == TEXT.split()
        assert len((left + match + right).splitlines()) == 1
        assert "\t" not in left


def test_words_on_either_side():
    text = "One two, three trust: four (five) six."
    assert sides(lines_of([text], "trust", window=2)) == [["two, three ", "trust", ": four (five"]]
    # where the text ends before so many words, it is given to its very ends
    assert sides(lines_of(["(One trust.)"], "trust", window=2)) == [["(One ", "trust", ".)"]]
    assert sides(lines_of([text], "three trust", window=0)) == [["", "three trust", ""]]


def test_the_sentence_and_the_paragraph_around():
    text = "First here. Second has trust in it. Third.\n\nNext paragraph: “Trust!” it said. Last."
    assert sides(lines_of([text], "trust", window="sentence")) == [
        ["Second has ", "trust", " in it."],
        ["Next paragraph: “", "Trust", "!” it said."],
    ]
    assert sides(lines_of([text], "trust", window="paragraph")) == [
        ["First here. Second has ", "trust", " in it. Third."],
        ["Next paragraph: “", "Trust", "!” it said. Last."],
    ]


@given(
    st.lists(st.text(alphabet="trust ab.,!\n\r\t\u2028čЂ(”", max_size=60), min_size=1, max_size=4),
    st.sampled_from(
        [
            {},
            {"width": 0},
            {"width": 7},
            {"window": 0},
            {"window": 3},
            {"window": "sentence"},
            {"window": "paragraph"},
        ]
    ),
)
def test_every_line_is_a_stretch_of_its_text(texts, context):
    texts = [f"{one} trust {one}" for one in texts]
    lines = lines_of([{"release": str(n), "text": one} for n, one in enumerate(texts)], "trust", **context)
    assert len(lines) >= len(texts)
    for release, start, end, left, match, right in lines.frame[
        ["release", "start", "end", "left", "match", "right"]
    ].itertuples(index=False):
        text = texts[int(release)]
        assert text[start:end].lower() == match.lower() == "trust"
        stretch = text[start - len(left) : end + len(right)]
        assert stretch.split() == (left + match + right).split()
        assert len((left + match + right).splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"width": 60, "window": 8}, InputError, "Expected one of them"),
        ({"width": -1}, InputError, "below zero"),
        ({"window": -2}, InputError, "below zero"),
        ({"width": "60"}, WrongKindError, "Expected a number of characters"),
        ({"window": 2.5}, WrongKindError, "Expected a number of tokens"),
        ({"window": True}, WrongKindError, "Expected a number of tokens"),
        ({"window": "sentense"}, UnknownNameError, "Did you mean 'sentence'"),
        ({"sort": "rigth"}, UnknownNameError, "Did you mean 'right'"),
        ({"sort": "0L"}, UnknownNameError, "counted from the match"),
        ({"sort": ()}, InputError, '"1L" or "2R"'),
        ({"sort": 1}, InputError, '"1L" or "2R"'),
        ({"sample": 0}, InputError, "at least one"),
        ({"sample": "10"}, WrongKindError, "Expected int"),
        ({"sample": True}, WrongKindError, "Expected int"),
        ({"sample": 5, "seed": "x"}, WrongKindError, "seed is a str"),
        ({"sample": 5, "seed": None}, WrongKindError, "seed is a NoneType"),
        ({"sample": 5, "seed": -1}, InputError, "seed=-1: expected a whole number from 0"),
        ({"window": 10**20}, InputError, "more than any text has"),
        ({"width": 10**20}, InputError, "more than any text has"),
        ({"sample": 5, "by": "isuer"}, UnknownNameError, "Did you mean 'issuer'"),
        ({"sample": 5, "by": ("year", "issuer")}, InputError, 'every="year", by="issuer"'),
        ({"sample": 5, "every": "yaer"}, UnknownNameError, "Did you mean 'year'"),
    ],
)
def test_what_makes_no_sense_is_answered(tokens, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        od.concordance(tokens, "trust", **options)


# Order


def test_lines_sorted_by_the_words_around():
    texts = [
        "B beta trust Zagreb two",
        "a Beta, trust „zagreb“ one",
        "trust alpha",
        "c alpha trust (Zadar)",
        "x trust ž",
    ]
    assert [right.split()[0] for right in lines_of(texts, "trust", sort="right")["right"]] == [
        "alpha",
        "ž",
        "(Zadar)",
        "„zagreb“",
        "Zagreb",
    ]
    # by the word before, then the one before that; lines without one first
    assert [left.strip() for left in lines_of(texts, "trust", sort="left")["left"]] == [
        "",
        "c alpha",
        "a Beta,",
        "B beta",
        "x",
    ]
    # alike in the one word asked for: as in the text
    assert [left.strip() for left in lines_of(texts, "trust", sort="1L")["left"]] == [
        "",
        "c alpha",
        "B beta",
        "a Beta,",
        "x",
    ]
    assert lines_of(texts, "trust", sort="1l").frame.equals(lines_of(texts, "trust", sort="1L").frame)
    assert [right.split()[-1] for right in lines_of(texts, "trust", sort=("2R", "1R"))["right"]] == [
        "alpha",
        "ž",
        "(Zadar)",
        "one",
        "two",
    ]
    assert lines_of(["trusts", "Trust", "trusted trust"], "trust*", sort="match")["match"].tolist() == [
        "Trust",
        "trust",
        "trusted",
        "trusts",
    ]


def test_lines_sorted_by_date_and_issuer():
    rows = [
        {"text": "trust 1", "date": "2009-01-01", "issuer": "Žabljak"},
        {"text": "trust 2", "date": None, "issuer": "agency"},
        {"text": "trust 3", "date": "2008-01-01", "issuer": None},
        {"text": "trust 4", "date": "2008-01-01", "issuer": "Zagoria"},
        {"text": "trust 5", "date": "2008-01-01", "issuer": "Agency"},
    ]
    assert lines_of(rows, "trust", sort="date")["right"].str.strip().tolist() == ["3", "4", "5", "1", "2"]
    assert lines_of(rows, "trust", sort=("issuer", "date"))["right"].str.strip().tolist() == [
        "5",
        "2",
        "1",
        "4",
        "3",
    ]
    assert lines_of(rows, "trust", sort=("date", "issuer"))["right"].str.strip().tolist() == [
        "5",
        "4",
        "3",
        "1",
        "2",
    ]


@given(
    st.lists(st.sampled_from(["trust", "a", "b,", "č", "Č", "c", "đ", "."]), min_size=1, max_size=30).map(
        " ".join
    )
)
def test_the_order_is_that_of_plain_sorting(text):
    def words(part):
        return [collation_key(one) for one in re.findall(r"\w+", part.lower())]

    lines = lines_of([text, text], "trust", sort=("right", "left"), width=1000)
    keys = [(words(right)[:10], words(left)[::-1][:10]) for left, _, right in sides(lines)]
    assert keys == sorted(keys)
    # a sorted list of lists puts the shorter first, as a line without a next word comes first
    same = [
        one
        for one in pairwise(zip(keys, lines["release"].tolist(), lines["start"].tolist(), strict=True))
        if one[0][0] == one[1][0]
    ]
    assert all(one[0][1:] < one[1][1:] for one in same)


@given(st.text(alphabet="aábčcćdđzžшђдиј'- ", max_size=8))
def test_marks_case_and_signs_matter_last(word):
    base = "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))
    if not set(base) & set("đђј'- "):
        assert collation_key(word)[0] == base
    assert collation_key(word.upper())[0] == collation_key(word)[0]


def test_alphabets():
    greek = ["ωμέγα", "Άλφα", "βήτα", "αλφάβητο"]
    assert sorted(greek, key=collation_key) == ["Άλφα", "αλφάβητο", "βήτα", "ωμέγα"]
    serbian = "абвгдђежзијклљмнњопрстћуфхцчџш"
    assert "".join(sorted(set(serbian), key=collation_key)) == serbian


# Samples


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.integers(1, 200), st.integers(0, 5))
def test_cells_get_the_same_as_far_as_they_have(sizes, n, seed):
    quotas = fill_evenly(sizes, n, np.random.default_rng(seed))
    assert quotas.sum() == min(n, sum(sizes))
    assert (quotas <= sizes).all()
    open_cells = quotas[quotas < np.array(sizes)]
    if open_cells.size:  # who could have had more has at most one fewer than anyone
        assert quotas.max() - open_cells.min() <= 1


def many():
    rows = []
    for issuer, year, n in [
        ("A", 2007, 30),
        ("A", 2008, 2),
        ("B", 2008, 30),
        (None, 2008, 5),
        ("B", None, 7),
    ]:
        date = None if year is None else f"{year}-05-01"
        rows += [
            {"release": f"{issuer}{year}-{i}", "text": f"trust {i}", "issuer": issuer, "date": date}
            for i in range(n)
        ]
    return rows


def test_a_sample_is_even_over_periods_and_issuers():
    lines = lines_of(many(), "trust", sample=20)
    assert (len(lines), lines.n_found) == (20, 74)
    found = {(row.period, row.issuer): (row.found, row.listed) for row in lines.cells.itertuples()}
    # of five cells that of two gives both; 18 are left for four: four each, and one more for two of them
    assert {cell: n for cell, (n, _) in found.items()} == {
        ("2007", "A"): 30,
        ("2008", "A"): 2,
        ("2008", "B"): 30,
        ("2008", "(missing)"): 5,
        ("(no date)", "B"): 7,
    }
    listed = {cell: n for cell, (_, n) in found.items()}
    assert listed.pop(("2008", "A")) == 2
    assert sorted(listed.values()) == [4, 4, 5, 5]
    assert (
        lines["issuer"].fillna("(missing)").value_counts().to_dict()
        == lines.cells.groupby("issuer")["listed"].sum().to_dict()
    )


def test_weights_lead_back_to_what_was_found():
    lines = lines_of(many(), "trust", sample=20)
    assert lines.weights.sum() == pytest.approx(74)
    undated = lines["date"].isna().to_numpy()
    assert lines.weights[undated].sum() == pytest.approx(7)
    assert lines_of(many(), "trust").weights.tolist() == [1.0] * 74
    spec = lines.spec.to_dict()
    assert (spec["seed"], spec["parameters"]["sample"]) == (0, 20)
    assert "20 of 74 occurrences are listed" in lines.notes[0]


def test_a_sample_comes_again_with_its_seed_and_in_the_order_of_the_text():
    one, again, other = (lines_of(many(), "trust", sample=20, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.frame, again.frame)
    assert one["release"].tolist() != other["release"].tolist()
    order = [row["release"] for row in many()]
    assert one["release"].tolist() == sorted(one["release"], key=order.index)
    everything = lines_of(many(), "trust", sample=1000)
    assert len(everything) == 74
    assert everything.notes == ()


def test_a_sample_over_other_cells():
    simple = lines_of(many(), "trust", sample=20, every=None, by=None)
    assert simple.cells.to_dict("list") == {
        "period": ["all"], "group": ["all"], "found": [74], "listed": [20], "weight": [3.7],
    }  # fmt: skip
    assert "at random" in simple.notes[0]
    named = [("early", "2000-01-01", "2008-01-01"), ("late", "2009-01-01", "2010-01-01")]
    lines = lines_of(many(), "trust", sample=6, every=named, by=None)
    assert lines.cells.set_index("period")["listed"].to_dict() == {"early": 2, "(outside)": 2, "(no date)": 2}
    undated = lines_of([{"text": "trust " * 9, "issuer": "A"}], "trust", sample=4)
    assert undated.cells[["period", "found", "listed"]].to_numpy().tolist() == [["(no date)", 9, 4]]
    few = lines_of(many(), "trust", sample=3)
    assert any("too small for 2 of the cells" in note for note in few.notes)


def test_every_line_is_as_likely_as_any_of_its_cell():
    # one cell of ten lines, four drawn: in 200 draws each line is expected 80 times, with a standard
    # deviation of about 7
    rows = [{"text": f"trust {i}", "issuer": "A", "date": "2008-01-01"} for i in range(10)]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    drawn = np.zeros(10)
    for seed in range(200):
        drawn[od.concordance(tokens, "trust", sample=4, seed=seed)["release"].astype(int) - 1] += 1
    assert drawn.sum() == 800
    assert np.abs(drawn - 80).max() < 35


# Faces


def test_it_is_still_used_like_a_frame(tokens):
    lines = od.concordance(tokens, "trust")
    assert lines["left"].tolist() == lines.to_frame()["left"].tolist()
    assert list(lines[["start", "match"]].columns) == ["start", "match"]
    with pytest.raises(UnknownNameError, match="Did you mean 'match'"):
        lines["macth"]
    with pytest.raises(UnknownNameError, match="to_frame"):
        lines[0]
    with pytest.raises(WrongKindError, match="itertuples"):
        list(lines)
    copy = lines.to_frame()
    copy.loc[0, "left"] = "changed"
    assert lines["left"].iloc[0] != "changed"


def test_the_page_in_a_notebook_is_a_table_that_can_be_heard():
    rows = [
        {
            "text": "Полиција <b>&повер.",
            "language": "hbs",
            "script": "Cyrl",
            "url": 'https://a.example/?x=1&y="2"',
            "issuer": "<i>",
        },
        {"text": "повер", "language": None, "url": "javascript:alert(1)"},
    ]
    page = lines_of(rows * 1, "повер")._repr_html_()
    assert "<caption" in page
    assert page.count('<th scope="col"') == 6
    assert 'lang="sr-Cyrl" dir="auto"' in page
    assert (
        'style="text-align:right;white-space:nowrap" lang="sr-Cyrl" dir="auto">Полиција &lt;b&gt;&amp;</td>'
        in page
    )
    assert "<b>повер</b>" in page
    assert "&lt;i&gt;" in page
    assert 'href="https://a.example/?x=1&amp;y=&quot;2&quot;"' in page
    assert "javascript" not in page
    assert "color" not in page
    assert "background" not in page


def test_a_long_list_is_cut_and_says_so():
    page = lines_of(["trust " * 73], "trust")._repr_html_()
    assert page.count("<tr>") == 1 + 50
    assert "23 lines more" in page


def test_the_picture_has_a_row_an_issuer_and_a_tick_an_occurrence():
    lines = lines_of(many(), "trust", sample=5)
    ax = lines.plot()
    assert [text.get_text() for text in ax.get_yticklabels()] == ["A", "B", "(missing)"]
    ticks = [line for line in ax.lines if line.get_marker() == "|"]
    assert [len(line.get_xdata()) for line in ticks] == [32, 30, 5]  # all that were found
    assert set(ticks[1].get_xdata()) == {np.datetime64("2008-05-01").astype(int)}
    assert "without 7 undated" in ax.get_xlabel()
    assert "74 occurrences" in ax.get_title(loc="left")
    other = matplotlib.figure.Figure().subplots()
    assert lines.plot(other) is other


def test_of_many_issuers_the_smallest_share_a_row():
    rows = [{"text": "trust " * (30 - i), "issuer": f"I{i:02d}", "date": "2008-01-01"} for i in range(25)]
    names = [text.get_text() for text in lines_of(rows, "trust").plot().get_yticklabels()]
    assert names == [*(f"I{i:02d}" for i in range(19)), "other (6)"]


# Files

DANGEROUS = [
    "=1+1",
    "+38",
    "-5 of it",
    "@all",
    "'=x",
    "''",
    'plain, "quoted"; text',
    "#REF!",
    "TRUE",
    "_x0041_",
    " =",
]


def read_csv(path):
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_csv_is_what_excel_reads_and_runs_nothing(tmp_path):
    rows = [
        {"release": str(n), "text": f"{one} trust", "issuer": one, "date": "2008-03-28"}
        for n, one in enumerate(DANGEROUS)
    ]
    lines = lines_of(rows, "trust", width=100)
    path = lines.to_csv(tmp_path / "lines.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfrelease,date")
    assert b"\r\n" in path.read_bytes()
    header, *cells = read_csv(path)
    assert header == COLUMNS
    place = header.index("issuer")
    assert not [row for row in cells for cell in row if cell[:1] in ("=", "+", "-", "@")]
    assert [undefused(row[place]) for row in cells] == [lines["issuer"].iloc[n] for n in range(len(cells))]
    assert [undefused(row[header.index("left")]) for row in cells] == lines["left"].tolist()
    assert cells[0][1] == "2008-03-28"
    with pytest.raises(InputError, match="to_xlsx"):
        lines.to_csv(tmp_path / "lines.xlsx")


@given(st.text(alphabet="='+-@\t\r\nab ", max_size=6))
def test_defusing_can_be_taken_back(text):
    assert undefused(defused(text)) == text
    assert defused(text)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n") or not text


def test_a_workbook_holds_texts_dates_and_no_formula(tmp_path):
    texts = [*DANGEROUS, "bell\x07 and \x00 nul"]
    rows = [
        {"release": str(n), "text": f"{one} trust", "issuer": one, "date": "2008-03-28"}
        for n, one in enumerate(texts)
    ]
    rows[0]["date"] = None
    lines = lines_of(rows, "trust", width=100)
    with pytest.warns(od.OctadiscWarning, match="replaced by"):
        path = lines.to_xlsx(tmp_path / "lines.xlsx")
    book = openpyxl.load_workbook(path)
    page = book["lines"]
    header = [cell.value for cell in page[1]]
    assert header == COLUMNS
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", f"A1:I{len(texts) + 1}")
    for number, row in enumerate(page.iter_rows(min_row=2)):
        cells = dict(zip(header, row, strict=True))
        expected = lines.frame.iloc[number]
        assert not [cell for cell in row if cell.data_type == "f"]
        assert cells["left"].value == re.sub("[\x00\x07]", "\ufffd", expected["left"])
        assert cells["left"].quotePrefix == bool(re.match("'*[=+@-]", expected["left"]))
        assert cells["left"].alignment.horizontal == "right"
        assert cells["start"].value == expected["start"]
        if number:
            assert (cells["date"].value.isoformat()[:10], cells["date"].number_format) == (
                "2008-03-28",
                "yyyy-mm-dd",
            )
        else:
            assert cells["date"].value is None
    about = "\n".join(str(cell) for row in book["about"].iter_rows(values_only=True) for cell in row)
    assert lines.spec.fingerprint in about
    assert '"query": "trust"' in about
    assert "replaced by" in about


def test_a_workbook_is_the_same_bytes_again_and_wraps_what_is_long(tmp_path):
    lines = lines_of(
        [{"text": "before " * 30 + "trust " + "after " * 30, "source": "a"}], "trust", window="sentence"
    )
    one, two = (lines.to_xlsx(tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert one == two
    page = openpyxl.load_workbook(tmp_path / "a.xlsx")["lines"]
    assert page["G2"].alignment.wrap_text
    assert page["G2"].value == lines["left"].iloc[0]


def test_what_does_not_fit_a_cell_is_cut_away_from_the_match_and_said(tmp_path):
    text = "a" + "x " * 40_000 + "trust " + "y " * 10
    with pytest.warns(od.OctadiscWarning, match="Cells cut after 32,767 letters"):
        path = lines_of([text], "trust", width=90_000).to_xlsx(tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(path)["lines"]["G2"].value
    assert (len(cell), cell[0], cell[-4:]) == (32_767, "…", "x x ")


def test_a_workbook_without_lines_and_one_with_too_many(tmp_path, monkeypatch):
    page = openpyxl.load_workbook(lines_of(["a"], "b").to_xlsx(tmp_path / "a.xlsx"))["lines"]
    assert [cell.value for cell in page[1]] == COLUMNS
    assert page.max_row == 1
    monkeypatch.setattr("octadisc.tokens.lines.workbooks._MOST_ROWS", 2)
    with pytest.raises(InputError, match=r"3 lines do not fit.*to_csv.*sample="):
        lines_of(["b b b"], "b").to_xlsx(tmp_path / "b.xlsx")
    assert not (tmp_path / "b.xlsx").exists()
    with pytest.raises(InputError, match=r"ends in \.xlsx"):
        lines_of(["b"], "b").to_xlsx(tmp_path / "b.xls")


def test_forms_change_neither_lines_nor_their_order():
    rows = [
        {"text": one, "language": "hbs"}
        for one in ("Безбедност границе", "Bezbjednost ceste", "sigurnost arhiva")
    ]
    tokens = od.tokenize(od.Corpus.from_frame(rows)).with_forms("folded")
    lines = od.concordance(tokens, "sigurnost", sort="1R")
    assert lines["match"].tolist() == ["sigurnost", "Bezbjednost", "Безбедност"]
    assert lines["right"].str.strip().tolist() == ["arhiva", "ceste", "границе"]


def test_windows_go_by_words_where_phrases_are_joined():
    text = "They fight organised crime, and organised crime pays."
    words = od.tokenize(od.Corpus.from_frame([{"text": text, "language": "en"}]))
    joined = words.with_phrases(["organised crime"])
    plain, made = (od.concordance(one, "crime", window=2).to_frame() for one in (words, joined))
    pd.testing.assert_frame_equal(plain, made)


def test_names_of_orders_do_not_depend_on_case(tokens):
    for one, other in (("Date", "date"), ("LEFT", "left"), ("1l", "1L"), (" Right ", "right")):
        pd.testing.assert_frame_equal(
            od.concordance(tokens, "trust", sort=one).to_frame(),
            od.concordance(tokens, "trust", sort=other).to_frame(),
        )


@pytest.mark.parametrize("window", ["sentence", "paragraph"])
def test_of_a_text_without_full_stops_a_stretch_is_shown_and_that_is_said(window):
    text = "a" * 2_500 + " trust " + "b" * 1_999 + " trust " + "c" * 10
    lines = lines_of([{"text": text}], "trust", window=window)
    assert [len(one) for one in lines["left"]] == [2_000, 2_000]
    assert [len(one) for one in lines["right"]] == [2_000, 11]  # of two thousand and eighteen; and all
    assert lines["left"][0] == "a" * 1_999 + " "
    note = f"The {window} of 2 lines is longer than is shown: at most 2,000 characters on either side"
    assert any(one.startswith(note) for one in lines.notes)
    short = lines_of([{"text": "b" * 1_999 + " trust " + "c" * 1_999}], "trust", window=window)
    assert (len(short["left"][0]), len(short["right"][0]), short.notes) == (2_000, 2_000, ())
    wide = lines_of([{"text": text}], "trust", width=2_400)
    assert len(wide["left"][0]) == 2_400


def test_a_sample_smaller_than_the_cells_says_what_its_weights_leave_out():
    rows = [
        {"issuer": name, "date": f"{year}-01-01", "text": "trust " * n}
        for name, year, n in (("A", 2001, 4), ("B", 2001, 3), ("A", 2002, 5))
    ]
    lines = lines_of(rows, "trust", sample=2, seed=1)
    unseen = lines.cells.loc[lines.cells["listed"] == 0, "found"].sum()
    assert lines.weights.sum() == 12 - unseen < 12
    said = f"The weights stand for {12 - unseen} of 12 occurrences, not for the {unseen} in these cells."
    assert any(one.endswith(said) for one in lines.notes)
    enough = lines_of(rows, "trust", sample=3, seed=1)
    assert enough.weights.sum() == 12
    assert not any("stand for" in one for one in enough.notes)


def test_a_place_to_write_to_that_is_none_is_refused(tokens):
    lines = od.concordance(tokens, "trust")
    for write in (lines.to_csv, lines.to_xlsx):
        with pytest.raises(WrongKindError, match=r"path is a int\. Expected a path"):
            write(5)
