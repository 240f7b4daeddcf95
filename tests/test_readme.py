"""The README's code works as pasted, and what it points to exists."""

import re
from pathlib import Path

import matplotlib
import pytest

ROOT = Path(__file__).parents[1]

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore:Without a date")  # the sample has an undated release, and says so
def test_the_code_runs_as_pasted(tmp_path, monkeypatch, capsys):
    matplotlib.use("agg")
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    assert len(code.strip().splitlines()) <= 12
    exec(compile(code, "README.md", "exec"), {})
    assert (tmp_path / "figures" / "trust.svg").exists()
    assert re.search("mutual trust|medsebojn", capsys.readouterr().out.lower())


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_what_it_links_to_exists(target):
    assert (ROOT / target).exists()
