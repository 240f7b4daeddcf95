import zipfile
from dataclasses import dataclass

import docx
import numpy as np
import openpyxl
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.figures.tables.cells import choose_columns, write_column, write_number
from octadisc.spec import Spec

NASTY = "=1+1 & 50% of $x_1$ <b>\u202e\\end{tabular}"


SPEC = Spec("compare", {"level": 0.9, "n_permutations": 199}, seed=3, fingerprint="ab12")


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A result made by hand."""

    frame: pd.DataFrame
    spec: Spec = SPEC
    notes: tuple[str, ...] = ("Two releases left out.",)

    def to_frame(self):
        return self.frame.copy()


def keywords(n=2):
    return Made(
        pd.DataFrame(
            {
                "term": ["trust", NASTY, *[f"w{i}" for i in range(n - 2)]],
                "group": "all",
                "count": [1200, 7, *[1] * (n - 2)],
                "log_ratio": [1.234, -0.5, *[0.1] * (n - 2)],
                "low": [0.91, np.nan, *[0.0] * (n - 2)],
                "high": [1.56, np.nan, *[0.2] * (n - 2)],
                "q_value": [0.0004, 0.2, *[np.nan] * (n - 2)],
            }
        )
    )


def test_a_value_stands_with_its_interval_and_what_says_nothing_is_left_out():
    table = od.format_table(keywords())
    assert list(table.cells.columns) == ["term", "count", "log ratio", "q"]
    assert table.cells.iloc[0].tolist() == ["trust", "1,200", "1.23 (0.91 to 1.56)", "< .001"]
    assert table.cells["log ratio"][1] == "\N{MINUS SIGN}0.50"
    assert table.numeric == (False, True, True, True)
    assert list(table.numbers.columns) == ["term", "count", "log_ratio", "low", "high", "q_value"]


def test_the_notes_say_interval_test_and_recipe():
    notes = od.format_table(keywords(), notes=["Ours."], rows=1).notes
    assert notes[0] == "Ours."
    assert notes[1] == "The first 1 of 2 rows."
    how = "of log ratios, for as many occurrences as tell as much as independent ones"
    assert f"In brackets 90% intervals, {how}." in notes
    test = "199 permutations of whole releases, or of issuers where these are on one side only"
    assert f"p: {test}; q: false discovery rate (Benjamini and Hochberg)." in notes
    assert "Two releases left out." in notes
    assert notes[-1].startswith("compare, octadisc ")
    assert notes[-1].endswith("; corpus ab12; seed 3.")


def test_latex_is_escaped_and_long_tables_go_over_pages(tmp_path):
    table = od.format_table(keywords(), caption="Words & such")
    text = table.to_latex(tmp_path / "t.tex", label="tab:words")
    assert (tmp_path / "t.tex").read_text("utf-8") == text
    assert r"=1+1 \& 50\% of \$x\_1\$ \textless{}b\textgreater{}" in text
    assert text.count(r"\end{tabular}") == 1
    assert r"\textbackslash{}end\{tabular\}" in text
    assert r"\begin{tabular}{lrrr}" in text
    assert r"\caption{Words \& such}" in text
    assert r"\label{tab:words}" in text
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert {line.replace(r"\&", "").count("&") for line in rows} == {3}
    frame = pd.DataFrame({"[word]": ["[sic]", "*"], "placebo_p_value": [0.0001, 0.5]})
    lines = od.format_table(Made(frame)).to_latex().splitlines()
    assert [line for line in lines if line.endswith(r"\\")] == [
        r"{[}word] & placebo p \\",
        r"{[}sic] & \textless{} .001 \\",
        r"{*} & .500 \\",
    ]
    assert r"\begin{longtable}" in od.format_table(keywords(60)).to_latex()


def test_html_keeps_its_looks_and_runs_nothing(tmp_path):
    table = od.format_table(keywords(), caption="<script>")
    text = table.to_html()
    assert "<script>" not in text
    assert "<b>" not in text
    assert "&lt;script&gt;" in text
    assert "class=" not in text  # a word processor takes styles, and no classes
    assert text.count("<td") == 8
    assert pd.read_html(pd.io.common.StringIO(text))[0].shape == (2, 4)
    table.to_html(tmp_path / "t.html")
    assert (tmp_path / "t.html").read_text("utf-8").endswith(text)


def test_word_and_excel_hold_the_same_and_have_the_same_bytes_twice(tmp_path):
    table = od.format_table(keywords(), caption="Words")
    paths = [tmp_path / name for name in ("a.docx", "b.docx", "a.xlsx", "b.xlsx")]
    for path in paths:
        table.to_docx(path) if path.suffix == ".docx" else table.to_xlsx(path)
    for one, other in (paths[:2], paths[2:]):
        assert one.read_bytes() == other.read_bytes()
    document = docx.Document(str(paths[0]))
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert cells[0] == ["term", "count", "log ratio", "q"]
    assert cells[1:] == [
        [one.replace("\u202e", "\u202e") for one in row] for row in table.cells.values.tolist()
    ]
    assert "In brackets 90% intervals" in document.paragraphs[-1].text
    book = openpyxl.load_workbook(paths[2])
    sheet = book["table"]
    assert [one.value for one in sheet[2]][:3] == ["trust", 1200, 1.234]
    assert sheet["A3"].data_type in ("s", "inlineStr")
    assert sheet["A3"].value == NASTY
    assert "seed 3" in " ".join(str(row[1].value) for row in book["notes"].iter_rows())
    with zipfile.ZipFile(paths[0]) as packed:
        assert b"1980-01-01" in packed.read("docProps/core.xml")


def test_bounds_go_to_the_number_before_them():
    frame = pd.DataFrame(
        columns=["topic", "estimate", "std_error", "statistic", "p_value", "low", "high"], dtype=float
    )
    assert [(one.name, one.low) for one in choose_columns(frame)][1] == ("estimate", "low")
    trend = pd.DataFrame(columns=["rate", "low", "high", "share", "share_low", "share_high"], dtype=float)
    assert [(one.name, one.low) for one in choose_columns(trend)] == [("rate", "low"), ("share", "share_low")]


@pytest.mark.parametrize(
    ("value", "written"), [(0.0, "0"), (1234567.0, "1,234,567"), (0.00012345, "0.000123"), (99.96, "100.0")]
)
def test_numbers_have_the_digits_that_count(value, written):
    assert write_number(value) == written


def test_numbers_that_are_none_are_dashes():
    frame = pd.DataFrame(
        {"rate": [np.nan, np.inf, 0.5], "low": [np.nan, 1.0, 0.5], "high": [np.nan, np.inf, 0.5]}
    )
    column = choose_columns(frame)[0]
    assert write_column(frame, column)[:2] == ["–", "∞"]
    assert write_column(frame, column)[2] == "0.50 (0.50 to 0.50)"


def test_a_real_trend_gives_a_table():
    rows = [
        {"date": f"{year}-05-01", "text": "Trust." if i % 2 else "No."}
        for year in (2007, 2008)
        for i in range(20)
    ]
    trend = od.track_terms(od.tokenize(od.Corpus.from_frame(rows)), "trust")
    table = od.format_table(trend)
    assert table.cells["share"][0] == "50.0% (29.9 to 70.1)"  # Wilson's interval of 10 of 20, by hand
    assert table.notes[0] == "n: 40 releases in the rows shown."
    assert "<table" in table._repr_html_()


def test_mistakes_are_answered(tmp_path):
    with pytest.raises(InputError, match=r"takes a result, such as that of od\.track_terms, not DataFrame"):
        od.format_table(pd.DataFrame())
    with pytest.raises(UnknownNameError, match=r"columns='trem'.*Did you mean 'term'"):
        od.format_table(keywords(), ["trem"])
    with pytest.raises(InputError, match=r"expected a name that ends in \.docx"):
        od.format_table(keywords()).to_docx(tmp_path / "table.doc")
    with pytest.raises(InputError, match="rows=0"):
        od.format_table(keywords(), rows=0)


def test_notes_claim_no_test_and_no_interval_that_the_rows_do_not_have():
    made = keywords()
    frame = made.frame.assign(low=np.nan, q_value=np.nan)
    assert not [one for one in od.format_table(Made(frame)).notes if "interval" in one or "q:" in one]
    frame = made.frame.assign(p_value=0.5)
    spec = Spec("compare", {"n_permutations": 199, "within": None})
    notes = " ".join(od.format_table(Made(frame, spec)).notes)
    assert "p: 199 permutations of whole releases, or of issuers" in notes
    spec = Spec("split_change", {}, inputs=(Spec("track_terms", {"level": 0.9}),))
    notes = od.format_table(Made(frame, spec)).notes
    assert "In brackets 90% intervals." in notes  # not those of the trend
    assert not any("score" in one for one in notes)
    effect = Spec("estimate_effect", {"clusters": None})
    notes = " ".join(od.format_table(Made(frame, Spec("Effect.contrast", {}, inputs=(effect,)))).notes)
    assert "p: t-tests;" in notes
    assert "cluster" not in notes
    trend = Spec("track_terms", {"interval": "bootstrap"})
    assert "bootstrap" in " ".join(od.format_table(Made(frame, trend)).notes)


def test_releases_are_added_up_only_where_they_are_different_ones():
    frame = pd.DataFrame(
        {"period": ["2001", "2001", "2002"], "query": ["a", "b", "a"], "releases": [5.5, 5.5, 2.0]}
    )
    assert "n: 8 releases in the rows shown." in od.format_table(Made(frame)).notes
    words = frame.rename(columns={"query": "term"})
    assert not any(one.startswith("n: ") for one in od.format_table(Made(words)).notes)


def test_an_interval_stands_beside_the_estimate_or_the_place_that_it_is_of():
    frame = pd.DataFrame({"estimate": [0.25], "std_error": [0.1], "df": [7.1], "low": [0.05], "high": [0.45]})
    cells = od.format_table(Made(frame)).cells
    assert cells.iloc[0].tolist() == ["0.25 (0.05 to 0.45)", "0.100", "7.10"]
    places = pd.DataFrame({"query": ["a", "b"], "change": ["2008", None], "low": ["2007", None]})
    places["high"] = ["2009", None]
    cells = od.format_table(Made(places)).cells
    assert cells["change"].tolist() == ["2008 (2007 to 2009)", "–"]
    assert list(cells) == ["query", "change"]


def test_a_workbook_opens_with_what_is_infinite_or_true(tmp_path):
    frame = pd.DataFrame(
        {"ratio": [np.inf, 2.0], "near": [True, False], "terms": [("a", "b"), None], "p": [1e-9, 0.5]}
    )
    table = od.format_table(Made(frame))
    assert table.cells["p"].tolist() == ["< 0.00001", "0.500"]
    book = openpyxl.load_workbook(table.to_xlsx(tmp_path / "a.xlsx"))
    rows = [[cell.value for cell in row] for row in book["table"].iter_rows(min_row=2)]
    assert rows == [[None, "yes", "('a', 'b')", 1e-9], [2, "no", None, 0.5]]
    said = [row[1].value for row in book["notes"].iter_rows()]
    assert "ratio is empty where it is infinite." in said
