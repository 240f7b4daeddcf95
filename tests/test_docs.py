"""What the documentation names is there."""

import re
from pathlib import Path

import pytest

import octadisc as od
from octadisc.terms.counts import TermCounts
from octadisc.topics.model import TopicModel

DOCS = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))


@pytest.mark.parametrize("page", DOCS, ids=lambda one: one.stem)
def test_every_name_in_it_exists(page):
    text = page.read_text("utf-8")
    names = re.findall(r"\bod\.([A-Za-z_]+)(?:\.([a-z_]+))?", text)
    assert names
    for name, of in names:
        assert hasattr(od, name), name
        assert not of or hasattr(getattr(od, name), of), (name, of)
    for name in re.findall(r"\bmodel\.([a-z_]+)", text):
        assert hasattr(TopicModel, name), name
    for name in re.findall(r"\bcounts\.([a-z_]+)", text):
        assert hasattr(TermCounts, name), name
