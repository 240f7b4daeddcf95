"""Coding sheets given out, filled in as people and spreadsheets do, and read again."""

import csv
import io

import matplotlib
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import (
    InputError,
    MissingFileError,
    NotEnoughDataError,
    UnknownNameError,
    UnreadableError,
    WrongKindError,
)
from octadisc.statistics.agreement import krippendorff_alpha
from octadisc.tokens.lines.coding import line_ids

matplotlib.use("agg")

SCHEME = {"claim": ["yes", "no", "not clear"], "tone": ["-", "0", "+"], "n": "number", "remark": "text"}


def concordance(n=20):
    rows = [
        {
            "release": f"office/{i}.html",
            "text": f"=Sentence {i}; with trust, “quoted”. Until then.",
            "issuer": "Office" if i % 2 else "=Agency",
            "date": f"20{i % 10:02d}-03-01",
        }
        for i in range(n)
    ]
    return od.concordance(od.tokenize(od.Corpus.from_frame(rows)), "trust", window="sentence")


@pytest.fixture
def lines():
    return concordance()


def by_coder(sheet, coder):
    return sheet.frame[sheet.frame["coder"] == coder]


# Giving out


def test_every_coder_gets_every_line_blind_and_in_an_order_of_chance(lines):
    sheet = od.coding_sheet(lines, SCHEME)
    assert list(sheet.to_frame().columns) == ["line", "coder", "left", "match", "right", *SCHEME]
    assert sheet.coders == ("A", "B")
    assert sheet.frame[list(SCHEME)].isna().all().all()
    orders = [by_coder(sheet, coder)["line"].tolist() for coder in "AB"]
    assert set(orders[0]) == set(orders[1]) == set(sheet.lines["line"])
    assert orders[0] != orders[1]
    assert orders[0] != sheet.lines["line"].tolist()
    assert "office/" not in sheet.frame.to_csv()
    again = od.coding_sheet(lines, SCHEME)
    pd.testing.assert_frame_equal(sheet.frame, again.frame)
    assert sheet.frame["line"].tolist() != od.coding_sheet(lines, SCHEME, seed=1).frame["line"].tolist()


def test_an_open_sheet_shows_who_and_when_in_the_order_of_the_lines(lines):
    sheet = od.coding_sheet(lines, ["a", "b"], blind=False, coders=["Ana", "Borut"])
    mine = by_coder(sheet, "Borut")
    assert mine["release"].tolist() == lines["release"].tolist()
    assert mine["issuer"].tolist() == lines["issuer"].tolist()
    assert sheet.codes == {"code": ("a", "b")}


@given(st.integers(1, 40), st.integers(1, 5), st.floats(0, 1))
def test_the_overlap_goes_to_all_and_the_rest_is_shared_out_evenly(n, n_coders, overlap):
    sheet = od.coding_sheet(concordance(n), ["a"], coders=n_coders, overlap=overlap)
    copies = sheet.frame["line"].value_counts()
    shared = n if n_coders == 1 else int(np.ceil(overlap * n - 1e-9))
    assert len(copies) == n
    if n_coders > 1:
        assert (copies == n_coders).sum() == shared
        assert (copies == 1).sum() == n - shared
    loads = sheet.frame["coder"].value_counts()
    assert len(loads) == n_coders or shared + n_coders > n
    assert loads.max() - loads.reindex(sheet.coders, fill_value=0).min() <= 1


def test_a_line_has_one_id_everywhere_and_no_two_share_one(lines):
    ids = od.coding_sheet(lines, ["a"]).lines.set_index("release")["line"]
    tokens = lines.basis.tokens
    other = od.concordance(tokens, ["trust", "until"], width=5, sort="right")
    again = od.coding_sheet(other, ["b"], seed=9).lines
    again = again[again["match"] == "trust"].set_index("release")["line"]
    assert again.sort_index().tolist() == ids.sort_index().tolist()
    many = pd.DataFrame({"release": "a", "start": range(50_000), "end": 1})
    made = line_ids(many)
    assert made.is_unique
    assert made.str.fullmatch("[bcdfghjklmnpqrstvwxz]{12}").all()  # no number, no date, no word


@pytest.mark.parametrize(
    ("codes", "options", "error", "message"),
    [
        ("yes", {}, WrongKindError, "Expected labels"),
        ([], {}, InputError, "no label"),
        ({}, {}, InputError, "codes are empty"),
        (["yes", " "], {}, InputError, "empty one"),
        (["Yes", "yes "], {}, InputError, "at most in case"),
        ({"left": ["a"]}, {}, InputError, "cannot be the name"),
        ({"a": ["x"], "A": ["x"]}, {}, InputError, "cannot be the name"),
        ({"a": "numbr"}, {}, InputError, "Did you mean 'number'"),
        (["a"], {"coders": 0}, InputError, "1 to 26"),
        (["a"], {"coders": "Ana"}, WrongKindError, "list of their names"),
        (["a"], {"coders": ["Ana", "ana"]}, InputError, "names that differ"),
        (["a"], {"coders": ["right"]}, InputError, "names that differ"),
        (["a"], {"overlap": 50}, InputError, "0 to 1"),
        (["a"], {"overlap": "half"}, InputError, "0 to 1"),
    ],
)
def test_what_cannot_be_coded_is_answered(lines, codes, options, error, message):
    with pytest.raises(error, match=message):
        od.coding_sheet(lines, codes, **options)


def test_what_is_no_concordance_or_an_empty_one_is_answered(lines):
    with pytest.raises(WrongKindError, match=r"od\.concordance"):
        od.coding_sheet(lines.to_frame(), ["a"])
    with pytest.raises(NotEnoughDataError, match="no line to code"):
        od.coding_sheet(od.concordance(lines.basis.tokens, "trrust"), ["a"])


def test_a_workbook_tells_what_to_do_and_offers_the_labels(lines, tmp_path):
    sheet = od.coding_sheet(lines, SCHEME, coders=["Ana", "B/C"], path=tmp_path / "all.xlsx")
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames == ["instructions", "Ana", "B C", "labels"]
    assert book["labels"].sheet_state == "hidden"
    page = book["Ana"]
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert set(rules) == {"F2:F21", "G2:G21", "H2:H21"}  # the free text has none
    assert rules["F2:F21"].type == rules["G2:G21"].type == "list"
    assert rules["F2:F21"].formula1 == "'labels'!$A$2:$A$4"
    assert [cell.value for (cell,) in book["labels"]["A2:A4"]] == SCHEME["claim"]
    assert rules["G2:G21"].formula1 == "'labels'!$B$2:$B$4"
    assert [cell.value for (cell,) in book["labels"]["B2:B4"]] == SCHEME["tone"]
    assert rules["H2:H21"].type == "decimal"
    text = "\n".join(str(cell) for row in book["instructions"].iter_rows(values_only=True) for cell in row)
    for part in (
        "trust",
        "claim: yes | no | not clear",
        sheet.spec.fingerprint,
        '"function": "coding_sheet"',
    ):
        assert part in text
    everything = "".join(
        str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row
    )
    assert "office/" not in everything  # blind in every corner
    assert "Agency" not in everything


def test_a_folder_has_a_workbook_for_each_and_the_key(lines, tmp_path):
    sheet = od.coding_sheet(lines, SCHEME, path=tmp_path / "out")
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [
        "coder A.xlsx",
        "coder B.xlsx",
        "key.csv",
    ]
    with pytest.raises(InputError, match="one name"):
        od.coding_sheet(lines, ["a"], coders=["a:b", "a?b"]).to_folder(tmp_path / "other")
    assert sheet.to_csv(tmp_path / "all.csv").exists()


def test_the_page_in_a_notebook(lines):
    page = od.coding_sheet(lines, ["<yes>"])._repr_html_()
    assert "<caption" in page
    assert "=Sentence" in page
    assert "30 rows more" in page
    assert "Every line goes to each of A, B" in page


# Reading


def fill(sheet, seed=0):
    """Fill in a sheet as two coders might who agree often."""
    rng = np.random.default_rng(seed)
    truth = {line: rng.choice(SCHEME["claim"], p=[0.5, 0.3, 0.2]) for line in sheet.lines["line"]}
    frame = sheet.to_frame()
    alike = rng.random(len(frame)) < 0.8
    frame["claim"] = [
        truth[line] if same else rng.choice(SCHEME["claim"])
        for line, same in zip(frame["line"], alike, strict=True)
    ]
    frame["tone"] = rng.choice(SCHEME["tone"], len(frame))
    frame["n"] = rng.integers(0, 9, len(frame)).astype(str)
    return frame


def write_into(path, frame):
    """Fill a workbook in as a spreadsheet would, sheet by sheet."""
    book = openpyxl.load_workbook(path)
    for page in book.worksheets:
        header = [cell.value for cell in page[1]]
        if "line" not in header:
            continue
        for row in page.iter_rows(min_row=2):
            cells = dict(zip(header, row, strict=True))
            mine = frame[
                (frame["line"] == cells["line"].value) & (frame["coder"] == cells["coder"].value)
            ].iloc[0]
            cells["claim"].value, cells["tone"].value = mine["claim"], mine["tone"]
            cells["n"].value = float(mine["n"])
    book.save(path)


def same(one, two):
    pd.testing.assert_frame_equal(one.frame, two.frame)


def test_all_ways_back_give_the_same_codes(lines, tmp_path):
    sheet = od.coding_sheet(lines, SCHEME, path=tmp_path / "out")
    frame = fill(sheet)
    codes = od.read_codes(frame, sheet)
    assert len(codes.issues) == 0
    assert list(codes.to_frame().columns) == ["line", "coder", "variable", "code", "release", "start", "end"]
    assert len(codes.frame) == 20 * 2 * 4
    places = codes.frame.drop_duplicates("line").set_index("line")
    expected = sheet.lines.set_index("line")
    for column in ("release", "start", "end"):
        assert places[column].tolist() == expected[column].tolist()
    for coder in "AB":
        write_into(tmp_path / "out" / f"coder {coder}.xlsx", frame)
    same(od.read_codes(tmp_path / "out"), codes)  # with the key that lies there, without the sheet
    sheet.to_xlsx(tmp_path / "all.xlsx")
    write_into(tmp_path / "all.xlsx", frame)
    same(od.read_codes(tmp_path / "all.xlsx", sheet), codes)
    parts = [frame[frame["coder"] == coder] for coder in "AB"]
    same(od.read_codes(parts, sheet), codes)
    alone = od.read_codes(tmp_path / "all.xlsx")
    assert alone.frame["release"].isna().all()
    assert alone.frame["code"].fillna("").tolist() != []


def as_csv(frame, delimiter=",", encoding="utf-8-sig", head=""):
    buffer = io.StringIO()
    buffer.write(head)
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(frame.columns)
    writer.writerows(frame.fillna("").to_numpy().tolist())
    return buffer.getvalue().encode(encoding)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"delimiter": ";"},
        {"delimiter": "\t", "encoding": "utf-16"},
        {"delimiter": ";", "encoding": "utf-8", "head": "sep=;\r\n"},
    ],
)
def test_csv_as_spreadsheets_save_it(lines, tmp_path, options):
    sheet = od.coding_sheet(lines, SCHEME, blind=False)
    frame = fill(sheet)
    codes = od.read_codes(frame, sheet)
    changed = frame.iloc[::-1].assign(mine="x")  # sorted otherwise, and with a column of the coder's own
    changed = changed[[*reversed(changed.columns)]]
    changed["claim"] = [
        one.upper() + "  " if i % 2 else f"\u00a0{one}" for i, one in enumerate(changed["claim"])
    ]
    path = tmp_path / "filled.csv"
    path.write_bytes(as_csv(changed, **options))
    read = od.read_codes(path, sheet)
    same(read, codes)
    assert set(read.rows["mine"]) == {"x"}
    assert read.rows["left"].iloc[0].startswith("=Sentence")


def test_what_was_defused_is_read_as_it_was(lines, tmp_path):
    sheet = od.coding_sheet(lines, SCHEME)
    path = sheet.to_csv(tmp_path / "a.csv")
    assert ",'=Sentence" in path.read_text("utf-8-sig")
    codes = od.read_codes(path)
    assert sorted(codes.lines["left"]) == sorted(sheet.lines["left"])
    signed = od.coding_sheet(lines, {"tone": ["-", "0", "+"]}).to_frame()
    signed["tone"] = ["'-", "'+", "-", "+"] * 10  # in a file defused signs are signs
    path.write_bytes(as_csv(signed))
    assert set(od.read_codes(path, codes={"tone": ["-", "0", "+"]}).frame["code"]) == {"-", "+"}


def test_labels_that_a_spreadsheet_took_for_numbers_or_truth(lines, tmp_path):
    sheet = od.coding_sheet(
        lines, {"grade": [1, 2, 3], "true": [True, False]}, coders=1, path=tmp_path / "a.xlsx"
    )
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for i, row in enumerate(book["A"].iter_rows(min_row=2)):
        row[5].value, row[6].value = float(i % 3 + 1), i % 2 == 0
    book.save(tmp_path / "a.xlsx")
    codes = od.read_codes(tmp_path / "a.xlsx")
    assert len(codes.issues) == 0
    table = codes.frame.pivot_table(index="line", columns="variable", values="code", aggfunc="first")
    order = by_coder(sheet, "A")["line"].tolist()
    assert table.loc[order, "grade"].tolist() == [str(i % 3 + 1) for i in range(20)]
    assert table.loc[order, "true"].tolist() == [str(i % 2 == 0) for i in range(20)]


def small(rows, columns=("line", "coder", "code")):
    return pd.DataFrame(rows, columns=list(columns))


def read_with_issues(*args, **options):
    with pytest.warns(od.OctadiscWarning, match=r"codes\.issues"):
        codes = od.read_codes(*args, **options)
    return codes, codes.issues[["file", "row", "line", "coder", "what", "done"]].astype(object).fillna(
        ""
    ).to_numpy().tolist()


def test_an_unknown_label_is_not_counted_and_said_with_its_row(tmp_path):
    path = tmp_path / "b.csv"
    path.write_bytes(as_csv(small([("x", "A", "yes"), ("y", "A", "yess")])))
    codes, issues = read_with_issues(path, codes=["yes", "no"])
    assert issues == [["b.csv", 3, "y", "A", "unknown label in code", "not counted. Did you mean 'yes'?"]]
    assert codes.frame["code"].fillna("").tolist() == ["yes", ""]
    _, issues = read_with_issues(small([("x", "A", "many"), ("y", "A", "1,5")]), codes={"code": "number"})
    assert [one[4] for one in issues] == ["no number in code"]


def test_a_line_that_one_coder_coded_twice():
    rows = [
        ("x", "A", "yes"),
        ("x", "a ", "Yes"),
        ("y", "A", "yes"),
        ("y", "A", "no"),
        ("z", "A", None),
        ("z", "A", "no"),
    ]
    codes, issues = read_with_issues(small(rows), codes=["yes", "no"])
    assert [(one[2], one[4], one[5]) for one in issues] == [
        ("x", "coded twice: code", "counted once"),
        ("y", "coded twice and differently: code", "not counted"),
    ]
    assert "'yes' in frame 1, row 4; 'no' in frame 1, row 5" in codes.issues["found"].tolist()
    assert codes.frame.set_index("line")["code"].fillna("").to_dict() == {"x": "yes", "y": "", "z": "no"}
    assert codes.coders == ("A",)


def test_lines_that_are_missing_strange_or_without_a_name(lines):
    sheet = od.coding_sheet(lines, ["yes", "no"])
    frame = sheet.to_frame().assign(code="yes")
    gone = by_coder(sheet, "B")["line"].iloc[0]
    frame = frame[~((frame["line"] == gone) & (frame["coder"] == "B"))]
    extra = small([("strange", "A", "no"), (None, "A", "no"), (None, None, None)])
    codes, issues = read_with_issues([frame, extra], sheet)
    assert [(one[2], one[3], one[4]) for one in issues] == [
        ("", "A", "no line"),
        ("", "B", "in no file"),
        ("strange", "", "a line that was not given out"),
    ]
    assert f"1 of 20 lines: {gone}" in codes.issues["found"].tolist()
    assert codes.lines["line"].tolist()[-1] == "strange"  # after those that were given out, in their order
    assert codes.lines["release"].tolist()[:-1] == sheet.lines["release"].tolist()


def test_a_file_without_a_coder_or_a_variable(tmp_path):
    (tmp_path / "Ana.csv").write_bytes(as_csv(small([("x", "yes")], ("line", "code"))))
    codes, issues = read_with_issues(tmp_path / "Ana.csv", codes={"code": ["yes"], "other": ["a"]})
    assert codes.coders == ("Ana",)
    assert [one[4] for one in issues] == ["no column", "no column"]
    with pytest.raises(InputError, match="no column 'coder'"):
        od.read_codes(small([("x", "yes")], ("line", "code")))


def test_without_a_scheme_every_other_column_is_a_variable():
    rows = [("x", "A", "Yes", "b"), ("x", "B", "yes", None)]
    codes = od.read_codes(small(rows, ("line", "coder", "claim", "tone")))
    assert codes.frame["variable"].unique().tolist() == ["claim", "tone"]
    assert codes.frame["code"].fillna("").tolist() == ["Yes", "Yes", "b", ""]
    with pytest.raises(InputError, match="order of the labels of 'claim' is not known"):
        codes.agreement(metric="ordinal")


def test_what_cannot_be_read_is_answered(tmp_path):
    (tmp_path / "a.csv").write_text("id,coder\n1,A\n")
    (tmp_path / "a.ods").write_bytes(b"")
    (tmp_path / "a.xlsx").write_bytes(b"PK no")
    (tmp_path / "empty").mkdir()
    for path, error, message in (
        (tmp_path / "a.csv", InputError, r"a\.csv: has no column 'line'.*id, coder"),
        (tmp_path / "aa.csv", MissingFileError, r"Did you mean 'a\.csv'"),
        (tmp_path / "a.ods", InputError, "Save it as"),
        (tmp_path / "a.xlsx", UnreadableError, "no readable workbook"),
        (tmp_path / "empty", MissingFileError, "no coding sheet"),
        ([], InputError, "no sheet to read"),
        ([3], WrongKindError, "Expected a path or a DataFrame"),
        (small([("x", "A")], ("line", "coder")), InputError, "No column of the sheets holds codes"),
    ):
        with pytest.raises(error, match=message):
            od.read_codes(path)
    with pytest.raises(InputError, match="no coded row"):
        od.read_codes(small([]), codes=["a"])


def test_workbooks_with_different_labels_are_not_mixed(lines, tmp_path):
    paths = [od.coding_sheet(lines, [one]).to_xlsx(tmp_path / f"{one}.xlsx") for one in "ab"]
    with pytest.raises(InputError, match="different labels"):
        od.read_codes(paths)


# What coders agree on


def test_agreement_is_alpha_over_the_lines_that_two_coded(lines):
    sheet = od.coding_sheet(lines, SCHEME)
    frame = fill(sheet)
    frame.loc[frame.index[0], "claim"] = None
    codes = od.read_codes(frame, sheet)
    made = codes.agreement().set_index("variable")
    table = frame.pivot_table(index="coder", columns="line", values="claim", aggfunc="first")
    assert made.loc["claim", "alpha"] == pytest.approx(krippendorff_alpha(table.to_numpy(object)))
    assert made["n_lines"].to_dict() == {"claim": 19, "tone": 20, "n": 20, "remark": 0}
    assert made["n_coders"].to_dict() == {"claim": 2, "tone": 2, "n": 2, "remark": 0}
    assert made.loc["claim", "percent_agreement"] == pytest.approx(
        (table.loc["A"] == table.loc["B"]).sum() / 19
    )
    assert made.loc["claim", "low"] < made.loc["claim", "alpha"] < made.loc["claim", "high"]
    numbers = frame.pivot_table(index="coder", columns="line", values="n", aggfunc="first").astype(float)
    assert made.loc["n", "metric"] == "interval"
    assert made.loc["n", "alpha"] == pytest.approx(krippendorff_alpha(numbers, "interval"))
    assert "free text" in made.loc["remark", "note"]
    pd.testing.assert_frame_equal(codes.agreement(), codes.agreement())
    assert codes.agreement(seed=1)["low"].iloc[0] != codes.agreement()["low"].iloc[0]


def test_ordinal_labels_count_in_the_order_of_the_scheme():
    given = [
        ("v", "none", "none"),
        ("w", "none", "some"),
        ("x", "some", "much"),
        ("y", "much", "much"),
        ("z", "much", "none"),
    ]
    rows = [(line, coder, code) for line, *both in given for coder, code in zip("AB", both, strict=True)]
    codes = od.read_codes(small(rows), codes=["none", "some", "much"])
    rank = {"none": 1, "some": 2, "much": 3}
    values = [[rank[one] for _, one, _ in given], [rank[two] for _, _, two in given]]
    alpha = codes.agreement(metric="ordinal")["alpha"].iloc[0]
    assert alpha == pytest.approx(krippendorff_alpha(values, "ordinal"))
    assert alpha != pytest.approx(krippendorff_alpha([sorted(values[0]), values[1]], "nominal"))
    with pytest.raises(InputError, match="'none', which is no number"):
        codes.agreement(metric={"code": "interval"})
    with pytest.raises(UnknownNameError, match="Did you mean 'code'"):
        codes.agreement(metric={"cod": "ordinal"})
    with pytest.raises(InputError, match="Did you mean 'ordinal'"):
        codes.agreement(metric="ordinel")


def test_the_interval_draws_whole_releases_where_they_are_known():
    text = "trust and trust, trust or trust. " * 3
    rows = [{"release": str(i), "text": text} for i in range(9)]
    lines = od.concordance(od.tokenize(od.Corpus.from_frame(rows)), "trust")
    sheet = od.coding_sheet(lines, ["yes", "no"])
    frame = sheet.to_frame()
    frame["code"] = np.random.default_rng(0).choice(["yes", "no"], len(frame))
    assert "9 releases, of 10 needed" in od.read_codes(frame, sheet).agreement()["note"].iloc[0]
    alone = od.read_codes(frame, codes=["yes", "no"]).agreement()
    assert alone["note"].iloc[0] == ""
    assert np.isfinite(alone["low"].iloc[0])


THREE = [
    ("p", "yes", "yes", "yes"),
    ("q", "yes", "no", "yes"),
    ("r", "yes", "no", None),
    ("s", "yes", "no", "maybe"),
    ("t", None, "no", None),
    ("u", None, None, None),
]


@pytest.fixture
def three():
    rows = [(line, coder, code) for line, *codes in THREE for coder, code in zip("ABC", codes, strict=True)]
    return od.read_codes(small(rows), codes=["yes", "no", "maybe"])


def test_the_consensus_is_the_majority_and_a_tie_stays_open(three):
    made = three.consensus()
    assert made[["line", "code", "n_coders", "n_agreeing", "status"]].fillna("").to_numpy().tolist() == [
        ["p", "yes", 3, 3, "all"],
        ["q", "yes", 3, 2, "majority"],
        ["r", "", 2, 1, "tie"],
        ["s", "", 3, 1, "tie"],
        ["t", "no", 1, 1, "one coder"],
        ["u", "", 0, 0, "not coded"],
    ]
    with pytest.raises(UnknownNameError, match="No variable"):
        three.consensus("tone")


def test_disagreements_are_the_lines_with_different_codes(three):
    made = three.disagreements()
    assert made["line"].tolist() == ["q", "r", "s"]
    assert made[["A", "B", "C"]].fillna("").to_numpy().tolist() == [
        ["yes", "no", "yes"],
        ["yes", "no", ""],
        ["yes", "no", "maybe"],
    ]
    assert list(made.columns) == [
        "variable",
        "line",
        "release",
        "start",
        "end",
        "left",
        "match",
        "right",
        "A",
        "B",
        "C",
    ]
    consensus = three.consensus()
    assert set(made["line"]) == set(consensus.loc[consensus["n_agreeing"] < consensus["n_coders"], "line"])


def test_pictures_of_agreement(lines, three):
    sheet = od.coding_sheet(lines, {"claim": SCHEME["claim"], "tone": SCHEME["tone"]})
    codes = od.read_codes(fill(sheet), sheet)
    frame = codes.agreement()
    ax = codes.plot()
    assert [text.get_text() for text in ax.get_yticklabels()] == ["claim", "tone"]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(frame["alpha"].tolist())
    assert ax.get_xlim()[0] <= np.nanmin(frame[["alpha", "low"]].to_numpy())
    ax = codes.plot(variable="claim")
    table = codes.frame[codes.frame["variable"] == "claim"].pivot_table(
        index="line", columns="coder", values="code", aggfunc="first"
    )
    expected = pd.crosstab(table["A"], table["B"]).reindex(
        index=SCHEME["claim"], columns=SCHEME["claim"], fill_value=0
    )
    shown = np.ma.filled(ax.collections[0].get_array(), 0).reshape(3, 3)
    assert shown.tolist() == expected.to_numpy().tolist()
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("coder A", "coder B")
    # of three coders each pair is counted from both sides: p three pairs, q two of yes/no and one of yes, …
    shown = np.ma.filled(three.plot(variable="code").collections[0].get_array(), 0).reshape(3, 3)
    assert shown.tolist() == [[3 * 2 + 2, 2 + 1 + 1, 1], [4, 0, 1], [1, 1, 0]]
    with pytest.raises(NotEnoughDataError, match="nothing to compare"):
        od.read_codes(small([("x", "A", "yes")]), codes=["yes"]).plot(variable="code")


def test_the_page_of_codes(three):
    page = three._repr_html_()
    assert "6 lines, 3 coders, 1 variable" in page
    assert "<table" in page
    assert repr(three) == "Codes(6 lines, 3 coders, 1 variable, 6 of 18 codes open)"
    assert len(three.spec.fingerprint) == 16


# What is said of sheets that do not fit


@pytest.mark.parametrize(
    ("seed", "error", "message"),
    [
        ("x", WrongKindError, "seed is a str"),
        (None, WrongKindError, "seed is a NoneType"),
        (-1, InputError, "seed=-1: expected a whole number"),
    ],
)
def test_a_seed_is_a_whole_number(lines, seed, error, message):
    with pytest.raises(error, match=message):
        od.coding_sheet(lines, ["yes", "no"], seed=seed)


def test_a_folder_that_is_no_path_is_refused(lines):
    sheet = od.coding_sheet(lines, ["yes", "no"])
    for write in (sheet.to_csv, sheet.to_xlsx, sheet.to_folder):
        with pytest.raises(WrongKindError, match=r"is a int\. Expected a path"):
            write(5)
    with pytest.raises(WrongKindError, match=r"path is a int\. Expected a path"):
        od.coding_sheet(lines, ["yes", "no"], path=5)


@pytest.mark.parametrize("missing", [None, float("nan"), np.float64("nan")])
def test_a_missing_label_is_refused(lines, missing):
    with pytest.raises(InputError, match="which stands for no code"):
        od.coding_sheet(lines, [missing, "a"])


def filled(numbers):
    rows = [(f"l{n}", coder, number) for n, number in enumerate(numbers) for coder in "AB"]
    return pd.DataFrame(rows, columns=["line", "coder", "n"]).astype("str")


def test_numbers_that_are_read_as_labels_are_said_to_be(tmp_path):
    filled(["1", "2,5", "-7", "40"]).to_csv(tmp_path / "coded.csv", index=False)
    with pytest.warns(od.OctadiscWarning, match="nothing but numbers in n"):
        codes = od.read_codes(tmp_path / "coded.csv")
    assert codes.agreement()["metric"].tolist() == ["nominal"]
    (issue,) = codes.issues[["what", "found", "done"]].values.tolist()
    assert issue[:2] == ["nothing but numbers in n", "1, 2,5, -7, …"]
    assert issue[2].endswith("codes={'n': 'number'}")
    as_said = od.read_codes(tmp_path / "coded.csv", codes={"n": "number"})
    assert (len(as_said.issues), as_said.agreement()["metric"].tolist()) == (0, ["interval"])


@pytest.mark.parametrize("values", [["0", "1", "0", "1"], ["1", "2", "3", "unclear"]])
def test_of_two_numbers_or_with_a_word_nothing_is_said(values):
    assert len(od.read_codes(filled(values)).issues) == 0


def test_a_coder_who_was_given_no_sheet_is_an_issue(lines):
    sheet = od.coding_sheet(lines, ["yes", "no"], coders=["Ana", "Bojan"])
    frame = sheet.to_frame().assign(code="yes")
    frame.loc[frame["coder"] == "Ana", "coder"] = "Anna"
    codes, issues = read_with_issues(frame, sheet)
    assert codes.coders == ("Anna", "Bojan")
    assert [(one[3], one[4]) for one in issues] == [
        ("Ana", "in no file"),
        ("Anna", "a coder that was not given out"),
    ]
    assert issues[1][5] == "kept as a coder of its own. Did you mean 'Ana'?"
    assert codes.issues["found"].tolist()[1] == "Anna: 20 lines"


def test_a_line_that_the_key_does_not_have_is_an_issue(lines, tmp_path):
    sheet = od.coding_sheet(lines, ["yes", "no"])
    sheet.to_folder(tmp_path)
    frame = sheet.to_frame().assign(code="yes")
    assert len(od.read_codes([frame, tmp_path / "key.csv"], codes=["yes", "no"]).issues) == 0
    first = frame["line"][0]
    frame.loc[frame["line"] == first, "line"] = "strange"
    _, issues = read_with_issues([frame, tmp_path / "key.csv"], codes=["yes", "no"])
    assert [(one[2], one[4], one[5]) for one in issues] == [
        ("strange", "a line that was not given out", "kept")
    ]
