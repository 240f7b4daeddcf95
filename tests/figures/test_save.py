import csv
import json
import os
import re
import subprocess
import sys
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from octadisc.drawing.marks import draw_bars
from octadisc.drawing.style import new_figure
from octadisc.errors import InputError, UnreadableError
from octadisc.figures.files import to_csv
from octadisc.figures.save import Table, figures_folder, save_figure, skip_figure
from octadisc.spec import Spec
from octadisc.writing import write_whole

KINDS = ["pdf", "svg", "png", "csv", "elements.csv", "json"]
SPEC = Spec("load_corpus", {"path": "a.csv"}, fingerprint="ab12")


def figure():
    fig, (ax,) = new_figure(width="single", height=30)
    draw_bars(ax, ["Министерство", "Υπουργείο", "Žička"], [1, 2, 3])
    return fig


def table(frame=None):
    if frame is None:
        frame = pd.DataFrame({"issuer": ["Министерство", "Υπουργείο", "Žička"], "share": [0.1, 1 / 3, 2e-17]})
    return Table.of(frame, "shares", SPEC, every="year")


def test_five_files_with_numbers_and_recipe(tmp_path):
    saved = save_figure(
        figure(), "issuers", alt="Three bars.", data=table(), caption="Bars.", folder=tmp_path
    )
    assert list(saved.paths) == KINDS
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"issuers.{kind}" for kind in KINDS)
    recipe = json.loads(saved.paths["json"].read_text("utf-8"))
    assert recipe["alt"] == "Three bars."
    assert recipe["width_mm"] == 89.0
    assert recipe["fingerprint"] == "ab12"
    assert recipe["results"][0]["parameters"] == {"every": "year"}
    assert recipe["results"][0]["inputs"][0]["function"] == "load_corpus"
    assert set(recipe["versions"]) >= {"python", "matplotlib", "octadisc"}
    assert "Three bars." in saved._repr_html_()


def test_numbers_in_the_csv_are_exact(tmp_path):
    saved = save_figure(figure(), "x", alt="Bars.", data=table(), folder=tmp_path)
    content = saved.paths["csv"].read_bytes()
    assert b"\r" not in content
    rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
    assert [float(row["share"]) for row in rows] == [0.1, 1 / 3, 2e-17]


def test_the_same_bytes_in_another_process_with_other_hashes(tmp_path):
    saved = save_figure(figure(), "x", alt="Bars.", data=table(), folder=tmp_path / "here")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_save as t; "
        "t.save_figure(t.figure(), 'x', alt='Bars.', data=t.table(), folder=sys.argv[2])"
    )
    there = tmp_path / "there"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": "1"}
    subprocess.run(
        [sys.executable, "-c", code, os.path.dirname(__file__), there], check=True, env=environment
    )
    for kind, path in saved.paths.items():
        assert path.read_bytes() == (there / f"x.{kind}").read_bytes(), kind


def test_svg_ids_carry_the_figures_name_and_all_references_hold(tmp_path):
    svg = save_figure(figure(), "x", alt='A "quoted" <alt>.', data=table(), folder=tmp_path).paths["svg"]
    text = svg.read_text("utf-8")
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert all(one == "x" or one.startswith("x-") for one in ids)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text):
        assert (target[0] or target[1]) in ids
    root = ElementTree.fromstring(text)
    assert root.find("{http://www.w3.org/2000/svg}desc").text == 'A "quoted" <alt>.'
    assert root.get("role") == "img"


def test_text_stays_text_in_svg_and_pdf_with_its_font(tmp_path):
    saved = save_figure(figure(), "x", alt="Bars.", data=table(), folder=tmp_path)
    text = saved.paths["svg"].read_text("utf-8")
    for name in ("Министерство", "Υπουργείο", "Žička"):
        assert f">{name}</text>" in text
    assert "@font-face" in text
    assert (
        b"TrueType" in saved.paths["pdf"].read_bytes() or b"CIDFontType2" in saved.paths["pdf"].read_bytes()
    )


def test_cells_that_look_like_formulas_are_defused():
    frame = pd.DataFrame({"text": ["=1+1", "@x", "-a", "\tb", "plain"], "number": [-1.5, 2.0, 0.0, 1.0, 3.0]})
    rows = list(csv.reader(to_csv([("t", frame)]).decode().splitlines()))
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'@x", "'-a", "'\tb", "plain"]
    assert rows[1][1] == "-1.5"


def test_several_tables_stand_beneath_each_other():
    one, two = pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [3], "b": ["x"]})
    assert to_csv([("t", one), ("t", two)]).decode() == "result,a,b\nt,1,\nt,2,\nt 2,3,x\n"


def test_dates_missing_values_and_integers_print_plainly():
    frame = pd.DataFrame(
        {
            "start": pd.to_datetime(["2008-01-01", None]),
            "n": [1, 2],
            "rate": [np.nan, 0.5],
            "name": ["a", None],
        }
    )
    assert to_csv([("t", frame)]).decode() == "start,n,rate,name\n2008-01-01,1,,a\n,2,0.5,\n"


@pytest.mark.parametrize("name", ["../x", "X y", "", "a/b", "-a", "é", "x.pdf"])
def test_a_name_must_be_a_plain_one(name, tmp_path):
    with pytest.raises(InputError, match="cannot be a figure's name"):
        save_figure(figure(), name, alt="Bars.", data=table(), folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_alternative_text_and_recipe_are_asked_for(tmp_path):
    with pytest.raises(InputError, match="no alternative text"):
        save_figure(figure(), "x", alt=" ", data=table(), folder=tmp_path)
    with pytest.raises(InputError, match="has no recipe"):
        save_figure(figure(), "x", alt="Bars.", data={"a": [1]}, folder=tmp_path)
    for nothing in ({"data": []}, {}):
        with pytest.raises(InputError, match="has no data"):
            save_figure(figure(), "x", alt="Bars.", folder=tmp_path, **nothing)


def test_where_figures_go(tmp_path, monkeypatch):
    monkeypatch.delenv("OCTADISC_FIGURES", raising=False)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert figures_folder() == tmp_path / "figures"
    monkeypatch.chdir(tmp_path)
    assert figures_folder() == tmp_path / "figures"
    monkeypatch.setenv("OCTADISC_FIGURES", str(tmp_path / "elsewhere"))
    assert figures_folder() == tmp_path / "elsewhere"


def test_a_file_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    path = write_whole(tmp_path / "a.csv", b"old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnreadableError, match="cannot be written"):
        write_whole(tmp_path / "file" / "a.csv", b"")


def test_a_figure_that_is_not_drawn_says_why_and_leaves_no_old_one(tmp_path):
    save_figure(figure(), "x", alt="Bars.", data=table(), folder=tmp_path)
    skipped = skip_figure("x", title="X", reason="there is <one> release.", folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]
    assert "&lt;one&gt;" in skipped._repr_html_()


@pytest.mark.filterwarnings("ignore:Glyph")
def test_control_characters_leave_all_files_readable(tmp_path):
    fig, (ax,) = new_figure(width="single", height=30)
    draw_bars(ax, ["a\x01b", "c\x7fd\x1b"], [1, 2])
    saved = save_figure(
        fig, "bars", alt="Bars\x00.", title="\udc80", caption="\x0c", data=table(), folder=tmp_path
    )
    root = ElementTree.fromstring(saved.paths["svg"].read_bytes())
    texts = ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a\ufffdb", "c\x7fd\ufffd"} <= set(texts)
    recipe = json.loads(saved.paths["json"].read_text("utf-8"))
    assert (recipe["alt"], recipe["title"], recipe["caption"]) == ("Bars\ufffd.", "\ufffd", "\ufffd")


def test_a_frame_of_ones_own_is_written_with_its_rows_names(tmp_path):
    staff = pd.DataFrame({"issuer": ["A", "A", "B"], "staff": [1, 2, 4]})
    named = staff.groupby("issuer").sum()
    saved = save_figure(figure(), "x", alt="Bars.", data=[table(), named], folder=tmp_path)
    rows = list(csv.DictReader(saved.paths["csv"].read_text("utf-8").splitlines()))
    assert [(one["issuer"], one["staff"]) for one in rows[3:]] == [("A", "3"), ("B", "4")]
    recipe = json.loads(saved.paths["json"].read_text("utf-8"))
    assert recipe["results"][1]["function"] == "numbers put together by hand"
    assert recipe["fingerprint"] == "ab12"  # of the result beside it
    part = save_figure(figure(), "y", alt="Bars.", data=staff[staff["staff"] > 1], folder=tmp_path)
    assert part.paths["csv"].read_text("utf-8") == "issuer,staff\nA,2\nB,4\n"


def test_words_on_a_figure_stay_as_they_are_written(tmp_path):
    fig, (ax,) = new_figure(width="single", height=30)
    draw_bars(ax, ['id="x"', "url(#x)"], [1, 2])
    table = Table.of(pd.DataFrame({"x": [1, 2]}), "x", Spec("load", fingerprint="f"))
    saved = save_figure(fig, "words", alt="Bars.", data=table, folder=tmp_path)
    written = "".join(
        re.findall(r"<text[^>]*>(.*?)</text>", saved.paths["svg"].read_text("utf-8"), re.DOTALL)
    )
    assert unescape(written).count('id="x"') == 1
    assert "url(#x)" in written
