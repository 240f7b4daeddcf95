"""The README's code works as pasted, and what it points to exists."""

import re
from pathlib import Path

import matplotlib
import pytest

import octadisc as od
from octadisc.terms.audits.audit import Audit
from octadisc.terms.trends import Trend
from octadisc.tokens import Tokens

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


KINDS = {
    "od": od,
    "audit": Audit,
    "corpus": od.Corpus,
    "counts": od.TermCounts,
    "model": od.TopicModel,
    "tokens": Tokens,
    "trend": Trend,
}


def test_what_its_table_names_exists():
    rows = [line for line in README.splitlines() if line.startswith("| ")]
    named = {one for row in rows for one in re.findall(r"`(\w+)\.(\w+)", row) if one[0] in KINDS}
    assert {("trend", "standardise"), ("trend", "smooth"), ("od", "interrupted")} <= named
    for kind, name in named:
        # a frozen class with slots has its fields as descriptors, and one without as annotations
        assert hasattr(KINDS[kind], name) or name in KINDS[kind].__annotations__, f"{kind}.{name}"
