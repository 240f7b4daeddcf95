"""What a notebook reads and writes beyond what it was given is seen, or it is said that it cannot be."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import octadisc as od
from octadisc.figures.notebooks import NOTEBOOKS
from octadisc.figures.remade.doubts import doubts_of_code, literal_paths
from octadisc.figures.remade.guard import read_report, state_of, states_hold
from octadisc.figures.remade.keys import code_cells

ROOT = Path(__file__).parents[3]


def run_watched(folder, code, before=""):
    """Run code as a kernel would, in a folder of its own; give the states that it rests on, and doubts."""
    (folder / "figures").mkdir(exist_ok=True)
    told = folder / "told.json"
    whole = (
        f"{before}\nfrom octadisc.figures.remade.watching import report, watch\nwatch()\n{code}\n"
        f"report({str(told)!r})\n"
    )
    environment = {
        **os.environ,
        "OCTADISC_FIGURES": str(folder / "figures"),
        "OCTADISC_GIVEN": json.dumps([str(folder / "given.parquet")]),
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder / "temporary"),
        "XDG_CACHE_HOME": str(folder / "caches"),
        "HOME": str(folder / "home"),
    }
    (folder / "temporary").mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-c", whole], cwd=folder, env=environment, check=True)
    return read_report(told)


def test_files_that_are_read_are_seen_and_what_was_given_and_made_is_not(tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\n")
    (tmp_path / "given.parquet").write_text("given")
    (tmp_path / "helper.py").write_text("x = 1\n")
    (tmp_path / "base.sqlite").touch()
    os.symlink(tmp_path / "a.csv", tmp_path / "link.csv")
    code = """
import os, pathlib, sqlite3, sys, tempfile
sys.path.insert(0, "")
open("a.csv").read()
open("link.csv", "rb").read()
os.close(os.open("given.parquet", os.O_RDONLY))
import helper
sqlite3.connect("base.sqlite").close()
pathlib.Path(os.environ["OCTADISC_FIGURES"], "a.json").write_text("{}")
pathlib.Path(os.environ["OCTADISC_FIGURES"], "a.json").read_text()
with tempfile.NamedTemporaryFile("w+") as file, tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "x").write_text("x")
try:
    open("missing.csv")
except OSError:
    pass
sys.audit("octadisc.read", "unseen.parquet")
"""
    states, doubts = run_watched(tmp_path, code)
    assert doubts == []
    own = {Path(place).name: state for place, (kind, state) in states.items() if kind == "contents"}
    assert own.keys() >= {"a.csv", "link.csv", "helper.py", "missing.csv", "unseen.parquet", "base.sqlite"}
    assert not own.keys() & {"given.parquet", "a.json", "x", "helper.cpython-311.pyc"}
    assert own["missing.csv"] == "absent"
    assert states_hold(states)
    for name in ("a.csv", "link.csv", "helper.py", "missing.csv"):
        path = tmp_path / name
        before = path.read_bytes() if path.exists() else None
        path.write_bytes((before or b"") + b" ")
        assert not states_hold(states), name
        path.unlink() if before is None else path.write_bytes(before)
        assert states_hold(states)
    (tmp_path / "b.csv").write_text("a\n1\n ")
    (tmp_path / "link.csv").unlink()
    os.symlink(tmp_path / "b.csv", tmp_path / "link.csv")
    assert not states_hold(states)  # the link leads elsewhere


def test_a_module_that_would_take_the_place_of_another_is_seen(tmp_path):
    states, doubts = run_watched(tmp_path, "import sys; sys.path.insert(0, '')\nimport colorsys")
    assert not doubts
    assert states_hold(states)
    (tmp_path / "notes.txt").touch()
    assert states_hold(states)
    (tmp_path / "colorsys.py").touch()
    assert not states_hold(states)


def test_a_folder_that_is_listed_is_seen(tmp_path):
    (tmp_path / "data").mkdir()
    states, _ = run_watched(tmp_path, "import glob; glob.glob('data/*.csv')")
    assert states_hold(states)
    (tmp_path / "data" / "new.csv").touch()
    assert not states_hold(states)


@pytest.mark.parametrize("look", ["os.path.exists(n)", "os.path.isfile(n)", "pathlib.Path(n).exists()"])
def test_a_file_that_is_looked_for_and_is_not_there_is_seen(look, tmp_path):
    states, doubts = run_watched(
        tmp_path, f"import os, pathlib\nn = 'corrections' + '.csv'\nassert not {look}"
    )
    assert not doubts
    assert states_hold(states)
    (tmp_path / "corrections.csv").touch()
    assert not states_hold(states)


def test_what_pandas_reads_is_seen(tmp_path):
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    frame.to_json(tmp_path / "a.json")
    frame.to_parquet(tmp_path / "parts", partition_cols=["a"])
    od.Corpus.from_frame([{"text": "Trust."}]).save(tmp_path / "corpus.parquet")
    code = """
import octadisc as od
import pandas as pd
pd.read_csv("a.csv"), pd.read_parquet("a.parquet"), pd.read_excel("a.xlsx"), pd.read_json("a.json")
pd.read_parquet("parts"), od.Corpus.open("corpus.parquet")
"""
    states, doubts = run_watched(tmp_path, code)
    assert doubts == []
    names = {Path(one).name for one in states}
    assert names >= {"a.csv", "a.parquet", "a.xlsx", "a.json", "parts", "corpus.parquet"}
    assert states_hold(states)
    part = next((tmp_path / "parts").rglob("*.parquet"))
    part.write_bytes(part.read_bytes() + b" ")
    assert not states_hold(states)


DOUBTS = {
    "import subprocess, sys; subprocess.run([sys.executable, '-c', ''])": "it starts another program (python",
    "import os; os.system('true')": "it starts other programs",
    "import socket\ntry: socket.create_connection(('127.0.0.1', 9), .1)\nexcept OSError: pass": "the network",
    "open('result.csv', 'w').close()": "it writes result.csv",
    "open('more.csv', 'a').close()": "it writes more.csv",
    "import pathlib; pathlib.Path('b.csv').write_text('b')": "it writes b.csv",
    "from octadisc.writing import write_whole; write_whole('whole.csv', b'1')": "it writes whole.csv",
    "import multiprocessing as m; m.get_context('spawn').Process(target=print).start()": "other processes",
    "open('a.csv').read(); os.utime('a.csv', (1, 1))": "a.csv changed meanwhile",
    "os.chdir('/')": "it changes its folder",
}


def test_what_cannot_be_kept_is_said(tmp_path):
    (tmp_path / "a.csv").write_text("a")
    (tmp_path / "b.csv").write_text("b")
    _, doubts = run_watched(tmp_path, "if __name__ == '__main__': pass\n" + "\n".join(DOUBTS))
    for code, doubt in DOUBTS.items():
        assert any(doubt in one for one in doubts), (code, doubts)


@pytest.mark.skipif(os.name == "nt", reason="there is no fork")
def test_what_a_copy_of_the_process_reads_cannot_be_seen(tmp_path):
    _, doubts = run_watched(tmp_path, "import os; os.fork() or os._exit(0)")
    assert doubts == ["it starts other programs"]


def test_a_helper_module_is_read_for_what_it_does(tmp_path):
    (tmp_path / "helper.py").write_text("from datetime import date\ndef day(): return date.today()\n")
    _, doubts = run_watched(tmp_path, "import sys; sys.path.insert(0, '')\nimport helper")
    assert doubts == ["helper.py asks for today, which differs from run to run"]


def test_without_a_report_nothing_is_kept(tmp_path):
    assert read_report(tmp_path / "none.json")[1]
    (tmp_path / "half.json").write_text('{"files"')
    assert read_report(tmp_path / "half.json")[1]


@pytest.mark.parametrize(
    ("code", "doubt"),
    [
        ("frame = pd.read_csv('a.csv')\nframe.time.max()", ""),
        ("%matplotlib inline\nx = await y", ""),
        ("%run other.py", "not plain Python"),
        ("!ls", "not plain Python"),
        ("import pyarrow.parquet as pq", "pyarrow"),
        ("from lxml import etree", "lxml"),
        ("import importlib; importlib.import_module('ctypes')", "ctypes"),
        ("from datetime import datetime as d\nd.now()", "now"),
        ("from os import environ\nenviron['X']", "environ"),
        ("import time; time.time()", "time"),
        ("import time as t\nt.time()", "time"),
        ("from time import time as t\nt()", "time"),
        ("import time\ntime.strftime('%Y')", "strftime"),
        ("day.strftime('%Y')\nframe['time'].dt.time", ""),
        ("from os import environ as e\ne['X']", "environ"),
        ("from os import getenv as g\ng('X')", "getenv"),
        ("getattr(os, 'environ')['X']", "environ"),
        ("pd.Timestamp('now').year", "now"),
        ("np.datetime64('today')", "today"),
        ("ax.set_title('today')", ""),
        ("Path('a').stat().st_mtime", "st_mtime"),
        ("pd.read_html(place)[0]", "read_html"),
        ("np.random.default_rng()", "without a seed"),
        ("np.random.default_rng(seed=None)", "without a seed"),
        ("np.random.default_rng(0)\nrandom.Random(x)", ""),
    ],
)
def test_code_is_read_for_what_cannot_be_watched(code, doubt):
    found = doubts_of_code([code])
    assert bool(found) == bool(doubt)
    assert not doubt or doubt in found[0]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_octadiscs_own_notebooks_raise_no_doubt(name):
    assert doubts_of_code([one for _, one in code_cells(ROOT / "notebooks" / f"{name}.ipynb")]) == []


def test_texts_that_name_files_are_found(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.parquet").touch()
    (tmp_path / "x").touch()
    sources = [
        "CORPUS = 'x'\nQUERIES = 'x'",
        "read('data/a.parquet', '.', '/', 'no such', f'data/{n}')",
        "!x",
    ]
    found = literal_paths(sources, tmp_path, ["CORPUS", "QUERIES"])
    assert found == [str(tmp_path / "data"), str(tmp_path / "data" / "a.parquet")]
    assert str(tmp_path / "x") in literal_paths(sources, tmp_path, ["CORPUS"])


def test_the_state_of_a_folder_is_that_of_all_its_files(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text("1")
    before = state_of(str(tmp_path))
    (tmp_path / "a" / "b.txt").write_text("2")
    assert state_of(str(tmp_path)) != before
    assert state_of(str(tmp_path / "none")) == "absent"
