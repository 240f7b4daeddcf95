"""What coders get and what comes back: files, the page, the key."""

import json
import re
from html.parser import HTMLParser

import openpyxl
import pandas as pd
import pytest

from octadisc.errors import InputError, MissingFileError
from octadisc.topics.judged.intrusion.draw import draw_intrusion
from octadisc.topics.judged.intrusion.items import Item, Shown
from octadisc.topics.judged.intrusion.scores import score_intrusion
from octadisc.topics.judged.intrusion.writing import read_key

from .judged_cases import answer, fit, make_items, make_sheet

BAD = "</script><img src=x onerror=alert(1)>\"'& =1+1"


@pytest.fixture(scope="module")
def model():
    return fit()


@pytest.fixture
def hostile():
    shown = Shown(
        release="r", title=f"=T{BAD}", excerpt=f"-E{BAD}", language='en"><b>', shares=(0.5, 0.3, 0.1, 0.1)
    )
    item = Item("bcdfghjklmnp", 0, (f"=1{BAD}", f"+2{BAD}", f"@3{BAD}", f"-4{BAD}"), (0, 1, 2, 3), 2, shown)
    return make_sheet("topic", [item], coders=('=A "x", <b>', "B"), names=("a", "b", "c", "d"))


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.texts = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, text):
        self.texts.append(text)


def read_page(path):
    made = _Reader()
    made.feed(path.read_text("utf-8"))
    return made


def test_a_folder_holds_three_files_a_coder_and_the_key_beside_them(model, tmp_path):
    sheet = draw_intrusion(model, "word", n=5)
    made = sheet.save(tmp_path / "study")
    names = [one.relative_to(tmp_path / "study").as_posix() for one in made]
    kinds = [f"for coders/coder {coder}.{kind}" for coder in "AB" for kind in ("csv", "xlsx", "html")]
    assert names == ["key.json", *kinds]
    assert all(one.is_file() for one in made)


def test_what_coders_get_does_not_tell_the_right_choice(model, tmp_path):
    """Two sheets that differ in nothing but which choice is right give coders the same files."""
    items = make_items([0, 1, 2], [0, 1, 2])
    other = make_items([3, 4, 5], [0, 1, 2])
    for name, given in (("one", items), ("other", other)):
        make_sheet("word", given).save(tmp_path / name)
    for path in (tmp_path / "one" / "for coders").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / "for coders" / path.name).read_bytes()
    assert (tmp_path / "one" / "key.json").read_bytes() != (tmp_path / "other" / "key.json").read_bytes()


def test_the_key_gives_the_sheet_back(model, tmp_path):
    for kind in ("word", "topic", "best_label"):
        sheet = draw_intrusion(model, kind, n=5)
        sheet.save(tmp_path / kind)
        for place in (tmp_path / kind, tmp_path / kind / "key.json"):
            back = read_key(place)
            assert back.items == sheet.items
            assert dict(back.orders) == dict(sheet.orders)
            assert back.kind == kind
            assert back.names == sheet.names
            assert back.notes == sheet.notes
            assert back.spec.to_dict() == sheet.spec.to_dict()


def test_equal_sheets_give_equal_bytes_and_saving_again_changes_nothing(model, tmp_path):
    for _ in range(2):
        first = draw_intrusion(model, "topic", n=5).save(tmp_path / "one")
    second = draw_intrusion(model, "topic", n=5).save(tmp_path / "two")
    assert [one.read_bytes() for one in first] == [one.read_bytes() for one in second]


def test_a_file_that_a_coder_has_filled_in_is_not_written_over(model, tmp_path):
    sheet = draw_intrusion(model, "word", n=5)
    sheet.save(tmp_path)
    path = tmp_path / "for coders" / "coder A.csv"
    filled = path.read_bytes() + b"x"
    path.write_bytes(filled)
    with pytest.raises(InputError, match=r"coder A\.csv: is there already.*answers may be in it"):
        sheet.save(tmp_path)
    assert path.read_bytes() == filled


def test_filled_in_csv_workbook_and_what_the_page_gives_all_read_back(model, tmp_path):
    sheet = draw_intrusion(model, "word", coders=["Ana", "Boris", "Cleo"], n=10)
    sheet.save(tmp_path)
    place = tmp_path / "for coders"
    right = {
        coder: {
            sheet.items[number].line: order.index(sheet.items[number].target) + 1 for number, order in given
        }
        for coder, given in sheet.orders.items()
    }
    table = pd.read_csv(place / "coder Ana.csv", encoding="utf-8-sig", dtype=str)
    table["answer"] = table["line"].map(right["Ana"])
    table.to_csv(
        place / "coder Ana.csv", index=False, sep=";", encoding="utf-8-sig"
    )  # as some spreadsheets do
    book = openpyxl.load_workbook(place / "coder Boris.xlsx")
    page = book["items"]
    heads = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        row[heads.index("answer")].value = right["Boris"][row[0].value]
    book.save(place / "coder Boris.xlsx")
    rows = "".join(f"{line},Cleo,{one}\r\n" for line, one in right["Cleo"].items())
    (place / "coder Cleo answers.csv").write_bytes(f"\ufeffline,coder,answer\r\n{rows}".encode())
    scores = score_intrusion(tmp_path)
    coders = scores.to_frame().query("over == 'coder'")
    assert coders["name"].tolist() == ["Ana", "Boris", "Cleo"]
    assert coders["n_right"].tolist() == [10, 10, 10] == coders["n_answers"].tolist()


def test_workbooks_say_what_to_do_and_offer_the_answers(model, tmp_path):
    draw_intrusion(model, "word", n=5).save(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "for coders" / "coder A.xlsx")
    assert book.sheetnames == ["instructions", "items", "labels"]
    assert book["labels"].sheet_state == "hidden"
    said = " ".join(str(row[1].value) for row in book["instructions"].iter_rows())
    assert "Which word does not belong with the others?" in said
    assert "fingerprint" not in said
    offered = [row[0].value for row in book["labels"].iter_rows(min_row=2)]
    assert offered == ["1", "2", "3", "4", "5", "6", "can't tell"]
    (rule,) = book["items"].data_validations.dataValidation
    assert rule.formula1 == "'labels'!$A$2:$A$8"
    assert str(rule.sqref) == "I2:I6"


def test_nothing_in_a_table_is_a_formula(hostile, tmp_path):
    hostile.save(tmp_path)
    place = tmp_path / "for coders"
    for path in place.glob("*.csv"):
        cells = pd.read_csv(path, dtype=str, encoding="utf-8-sig").fillna("").to_numpy().ravel()
        assert not [one for one in cells if one.startswith(("=", "+", "-", "@"))]
    for path in place.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        assert not [
            cell for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"
        ]


def test_the_page_escapes_every_text_and_lets_nothing_else_run(hostile, tmp_path):
    hostile.save(tmp_path)
    (path,) = (tmp_path / "for coders").glob("*A*.html")
    page = read_page(path)
    tags = [tag for tag, _ in page.tags]
    assert not {"img", "a", "iframe", "link", "object", "form", "b"} & set(tags)
    assert tags.count("script") == 1
    assert tags.count("style") == 1
    allowed = {tag: attributes for tag, attributes in page.tags if tag in ("script", "style", "input")}
    assert not allowed["script"]
    assert not allowed["style"]
    assert not [
        1 for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"
    ]
    texts = " ".join(page.texts)
    for shown in (f"=T{BAD}", f"-E{BAD}", f"=1{BAD}", f"@3{BAD}", '=A "x", <b>'):
        assert shown in texts
    assert "://" not in path.read_text("utf-8")


def test_the_policy_of_the_page_names_its_own_style_and_script_alone(hostile, tmp_path):
    import base64
    import hashlib

    hostile.save(tmp_path)
    (path,) = (tmp_path / "for coders").glob("*B.html")
    page = path.read_text("utf-8")
    (policy,) = [
        made["content"]
        for tag, made in read_page(path).tags
        if made.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(one.strip().split(" ", 1) for one in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for tag in ("style", "script"):
        inner = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"


def test_the_page_has_each_item_in_the_coders_order_with_its_choices(model, tmp_path):
    sheet = draw_intrusion(model, "topic", n=6)
    sheet.save(tmp_path)
    page = read_page(tmp_path / "for coders" / "coder B.html")
    ids = [made["id"] for tag, made in page.tags if tag == "fieldset"]
    assert ids == [sheet.items[number].line for number, _ in sheet.orders["B"]]
    radios = [made for tag, made in page.tags if tag == "input" and made["type"] == "radio"]
    assert [one["value"] for one in radios[:5]] == ["1", "2", "3", "4", "can't tell"]
    assert [one["name"] for one in radios] == [line for line in ids for _ in range(5)]
    texts = [one for one in page.texts if ", " in one]
    number, order = sheet.orders["B"][0]
    shown = [texts.index(sheet.items[number].choices[at]) for at in order]
    assert shown == sorted(shown)
    root = page.tags[0][1]
    assert root["lang"] == "en"
    assert root["data-coder"] == root["data-cell"] == "B"


def test_a_coders_name_stands_in_the_page_as_it_must_in_a_csv(hostile, tmp_path):
    hostile.save(tmp_path)
    (path,) = (tmp_path / "for coders").glob("*A*.html")
    cell = read_page(path).tags[0][1]["data-cell"]
    assert cell == '"\'=A ""x"", <b>"'
    back = tmp_path / "back.csv"
    back.write_text(f"\ufeffline,coder,answer\r\nbcdfghjklmnp,{cell},3\r\n", "utf-8", newline="")
    assert score_intrusion(hostile, back).to_frame()["n_right"].iloc[0] == 1


def test_coders_whose_files_would_have_one_name_are_refused(tmp_path):
    sheet = make_sheet("word", make_items([0], [0]), coders=("a/b", "a?b"))
    with pytest.raises(InputError, match="would have one name"):
        sheet.save(tmp_path)


def test_a_folder_without_a_key_or_with_another_file_is_refused(tmp_path):
    with pytest.raises(MissingFileError, match=r"there is no key.*sheet\.save"):
        read_key(tmp_path)
    path = tmp_path / "key.json"
    for content in (
        "{",
        "[]",
        "{}",
        '{"format": "x"}',
        json.dumps({"format": "octadisc intrusion 1", "kind": "x"}),
    ):
        path.write_text(content)
        with pytest.raises(InputError, match="is no key"):
            read_key(tmp_path)


def test_scores_of_a_folder_are_those_of_the_sheet(model, tmp_path):
    sheet = draw_intrusion(model, "topic", n=8)
    sheet.save(tmp_path)
    given = answer(sheet, {"A": ["1", "2", "3", "4"] * 2, "B": ["4", "3", "2", "1"] * 2})
    one, other = score_intrusion(sheet, given), score_intrusion(tmp_path, given)
    pd.testing.assert_frame_equal(one.to_frame(), other.to_frame())
