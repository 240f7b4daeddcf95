"""Answers that come back: what is read, and what is refused with file, row, found and expected."""

import numpy as np
import pandas as pd
import pytest

from octadisc.errors import InputError, MissingFileError, WrongKindError
from octadisc.topics.judged.intrusion.answers import OPEN, UNSURE, read_answers
from octadisc.topics.judged.intrusion.scores import score_intrusion

from .judged_cases import answer, make_items, make_sheet


@pytest.fixture
def sheet():
    return make_sheet("word", make_items([0, 1, 2], [0, 0, 1]))


def write(path, rows):
    lines = "".join(f"{line},{coder},{one}\n" for line, coder, one in rows)
    path.write_text(f"line,coder,answer\n{lines}", "utf-8")
    return path


def test_an_answer_is_a_number_the_choice_in_words_or_that_one_cannot_tell(sheet):
    made = read_answers(
        sheet, answer(sheet, {"A": [1, " B1 ", "Can’t tell"], "B": ["6", "cannot tell", None]})
    )
    assert made.chosen.T.tolist() == [[0, 1, UNSURE], [5, UNSURE, OPEN]]


def test_numbers_are_those_of_the_choices_as_the_coder_saw_them(sheet):
    from dataclasses import replace

    turned = replace(sheet, orders={"A": ((0, (5, 4, 3, 2, 1, 0)),)})
    assert read_answers(turned, answer(turned, {"A": [1, None, None]})).chosen.tolist()[0] == [5]


def test_what_is_left_open_and_not_sure_is_said(sheet):
    made = read_answers(sheet, answer(sheet, {"A": [1, "?", None], "B": [1, 2, 3]}))
    assert made.notes == (
        "A left 1 of 3 items open: not counted.",
        "A could not tell in 1 of 3 items.",
    )


def test_the_same_answer_in_two_files_counts_once(sheet, tmp_path):
    line = sheet.items[0].line
    for name in ("one.csv", "two.csv"):
        write(tmp_path / name, [(line, "A", 1)])
    made = read_answers(sheet, tmp_path)
    assert made.chosen[0].tolist() == [0, OPEN]
    assert made.notes[-1] == "The same answer stood in two places, and counts once: 1 times."


def test_coders_may_be_written_in_another_case_and_columns_moved(sheet):
    frame = answer(sheet, {"a": [1, 2, 3]})[["answer", "coder", "line"]].assign(remark="hm")
    frame["line"] = frame["line"].str.upper()
    assert read_answers(sheet, frame).chosen[:, 0].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            ("zzzzzzzzzzzz", "A", 1),
            r"back\.csv, row 3: the item 'zzzzzzzzzzzz' is not one of the 3.*Expected answers",
        ),
        (("", "A", 1), r"back\.csv, row 3: the item '\(none\)'"),
        (("b", "Q", 1), r"back\.csv, row 3: no coder is called 'Q'\. Expected one of A, B"),
        (("b", "", 1), r"back\.csv, row 3: no coder is named\. Expected one of A, B"),
        (
            ("b", "A", 7),
            r"back\.csv, row 3: the answer '7' is none of the choices\. Expected a number from 1 to 6",
        ),
        (("b", "A", 0), r"the answer '0' is none of the choices"),
        (("b", "A", "a5 a4"), r"the answer 'a5 a4' is none of the choices.*in its words"),
        (
            ("c", "A", 3),
            r"back\.csv, row 3: A answers '3' to the item 'c{12}', and '1' in back\.csv, row 2.*Expected one",
        ),
    ],
)
def test_an_answer_that_cannot_be_taken_is_refused_with_its_row(sheet, tmp_path, row, said):
    line, coder, given = row
    line = line * 12 if len(line) == 1 else line
    path = write(tmp_path / "back.csv", [("c" * 12, "A", 1), (line, coder, given)])
    with pytest.raises(InputError, match=said):
        read_answers(sheet, path)


def test_an_item_that_a_coder_did_not_get_is_refused(sheet):
    from dataclasses import replace

    orders = {"A": sheet.orders["A"], "B": sheet.orders["B"][:1]}
    with pytest.raises(InputError, match=r"row 4: the item 'd{12}' was not given to B"):
        read_answers(replace(sheet, orders=orders), answer(sheet, {"B": [1, None, 2]}))


def test_many_faults_are_counted_and_the_first_named(sheet):
    with pytest.raises(InputError, match=r"row 2.*row 3.*row 4.*And 3 rows more\."):
        read_answers(sheet, answer(sheet, {"A": [7, 8, 9], "B": [7, 8, 9]}))


def test_a_table_without_a_needed_column_or_without_answers_is_refused(sheet):
    frame = answer(sheet, {"A": [1, 2, 3]})
    with pytest.raises(InputError, match=r"frame 1: has no column 'answer'\. Its columns: line, coder"):
        read_answers(sheet, frame.drop(columns="answer"))
    with pytest.raises(InputError, match="frame 1: has no column 'line'"):
        read_answers(sheet, frame.drop(columns="line"))
    with pytest.raises(InputError, match=r"no answer in what was given \(1 sheet\)"):
        read_answers(sheet, frame.assign(answer=np.nan))


def test_words_that_two_choices_share_do_not_name_one(sheet):
    from dataclasses import replace

    items = (replace(sheet.items[0], choices=("x", "x", "a2", "a3", "a4", "a5")), *sheet.items[1:])
    with pytest.raises(InputError, match="'x' is none of the choices"):
        read_answers(replace(sheet, items=items), answer(sheet, {"A": ["x", None, None]}))


def test_wrong_arguments_of_scores_are_answered(sheet, tmp_path):
    given = answer(sheet, {"A": [1, 2, 3]})
    with pytest.raises(InputError, match="answers are missing"):
        score_intrusion(sheet)
    with pytest.raises(MissingFileError, match="there is no such file"):
        score_intrusion(sheet, tmp_path / "nowhere.csv")
    with pytest.raises(WrongKindError, match="sheet is a DataFrame"):
        score_intrusion(pd.DataFrame(), given)
    with pytest.raises(InputError, match="interval='exact': expected 'items' or 'answers'"):
        score_intrusion(sheet, given, interval="exact")
    with pytest.raises(InputError, match="unsure='no'"):
        score_intrusion(sheet, given, unsure="no")
    with pytest.raises(InputError, match="level=95"):
        score_intrusion(sheet, given, level=95)
