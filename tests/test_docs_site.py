"""The documentation's site is made without a warning, is whole, and needs nothing from elsewhere."""

import importlib.util
import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

import octadisc as od

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(monkeypatch):
    """The script `run` as a module, which starts nothing."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("octadisc_run", str(ROOT / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("octadisc_run", loader))
    loader.exec_module(module)
    monkeypatch.setattr(module, "make_ready", lambda: None)
    return module


def test_run_docs_makes_the_site_and_takes_warnings_for_errors(run, monkeypatch, capsys):
    called = []
    monkeypatch.setattr(run, "call", lambda command: called.append(command) or len(called) - 1)
    assert run.make_docs([]) == 0
    assert called[0][1:3] == ["-m", "sphinx"]
    assert called[0][-2:] == ["docs", "site"]
    assert "--fail-on-warning" in called[0]
    assert "site" in capsys.readouterr().out
    assert run.make_docs([]) == 1  # the second call fails
    assert capsys.readouterr().out == ""
    with pytest.raises(run.Problem, match="takes no options, found: --open"):
        run.make_docs(["--open"])


def build(builder: str, folder: Path) -> Path:
    """Let Sphinx read all pages and docstrings; what it warns of is an error."""
    pytest.importorskip("sphinx")
    options = ["--fail-on-warning", "--keep-going", "--quiet", f"--doctree-dir={folder}/doctrees"]
    places = [str(ROOT / "docs"), str(folder / builder)]
    command = [sys.executable, "-m", "sphinx", f"--builder={builder}", *options, *places]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return folder / builder


def test_pages_and_docstrings_are_read_without_a_warning(tmp_path):
    build("dummy", tmp_path)  # all but writing the pages


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return build("html", tmp_path_factory.mktemp("site"))


@pytest.mark.slow
def test_nothing_comes_from_elsewhere(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    outside = r"""(?:src|href|action)=["']((?:\w+:)?//[^"']+)"""
    for page in pages:
        assert not re.findall(outside, page.read_text("utf-8")), page.name
    for sheet in site.rglob("*.css"):
        assert not re.search(r"""@import|url\(\s*["']?(?:\w+:)?//""", sheet.read_text("utf-8")), sheet.name
    for script in site.rglob("*.js"):
        assert not re.search(r"""(?:fetch|import)\(\s*["'`]https?:""", script.read_text("utf-8")), script.name


@pytest.mark.slow
def test_search_works_without_a_server(site):
    # A page that is opened as a file may not fetch: what is searched is a script.
    assert "searchindex.js" in (site / "search.html").read_text("utf-8")
    index = (site / "searchindex.js").read_text("utf-8")
    assert all(word in index for word in ("how-to/rise-or-publishers", "split_change"))


@pytest.mark.slow
def test_every_public_name_can_be_linked_to(site):
    pages = "".join(page.read_text("utf-8") for page in (site / "api").glob("*.html"))
    assert not [name for name in od.__all__ if f'id="octadisc.{name}"' not in pages]


@pytest.mark.slow
def test_names_in_running_text_are_links(site):
    page = (site / "how-to" / "rise-or-publishers.html").read_text("utf-8")
    assert 'href="../api/terms.html#octadisc.split_change"' in page
    assert 'href="../api/terms.html#octadisc.terms.tracked.Trend.standardise"' in page
