"""What the documentation names is there: functions, arguments, pages; and every public name is in the API."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

import octadisc as od
from octadisc.corpus import Corpus
from octadisc.errors import MissingFileError
from octadisc.figures.study.asked import KEYS
from octadisc.figures.study.study import read_study
from octadisc.terms.audits.audit import Audit
from octadisc.terms.changes.changes import Changes
from octadisc.terms.counts import TermCounts
from octadisc.terms.tracked import Trend
from octadisc.tokens.lines.codes import Codes
from octadisc.tokens.lines.coding import CodingSheet
from octadisc.tokens.tokens import Tokens
from octadisc.topics.alignment.alignment import Alignment
from octadisc.topics.effects.effects import Effect
from octadisc.topics.model import TopicModel
from octadisc.topics.over_time.trend import TopicTrend

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
HOW_TO = [page for page in sorted((DOCS / "how-to").glob("*.md")) if page.stem != "index"]
KINDS = {  # what a page calls the things it speaks of; docs/conf.py makes links of the same words
    "alignment": Alignment,
    "audit": Audit,
    "changes": Changes,
    "codes": Codes,
    "corpus": Corpus,
    "counts": TermCounts,
    "course": TopicTrend,
    "effect": Effect,
    "model": TopicModel,
    "sheet": CodingSheet,
    "tokens": Tokens,
    "trend": Trend,
}


def name_of(page: Path) -> str:
    return page.relative_to(DOCS).as_posix().removesuffix(".md")


def prose_of(page: Path) -> str:
    """A page without its blocks of code, which tests/test_docs_code.py runs."""
    return re.sub(r"^```[^\n]+\n.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)


def inline_code() -> list[tuple[str, str]]:
    """Page and code of every `…` in running text, without those of other programs."""
    return [(name_of(page), code) for page in PAGES for code in re.findall(r"`([^`\n]+)`", prose_of(page))]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_name_in_it_exists(page):
    text = prose_of(page)
    for name, of in re.findall(r"\bod\.([A-Za-z_]+)(?:\.([a-z_]+))?", text):
        assert hasattr(od, name), name
        assert not of or hasattr(getattr(od, name), of) or not inspect.isclass(getattr(od, name)), (name, of)
    for kind, name in re.findall(r"`([a-z]+)\.([a-z_]+)", text):
        if kind in KINDS:
            known = hasattr(KINDS[kind], name) or name in KINDS[kind].__annotations__
            assert known, f"{kind}.{name}"


def test_the_site_links_the_same_words():
    tree = ast.parse((DOCS / "conf.py").read_text("utf-8"))
    (called,) = (
        ast.literal_eval(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_CALLED"
    )
    assert called == {word: kind.__name__ for word, kind in KINDS.items()}


def test_names_are_found_in_the_pages():
    found = {code.partition("(")[0] for _, code in inline_code()}
    assert {"od.track_terms", "model.terms_of", "trend.standardise", "tokens.units"} <= found


def calls() -> list[tuple[str, str, str]]:
    """Calls in running text that name arguments: page, function, and what stands between its brackets."""
    found = [
        (page, *match.groups())
        for page, code in inline_code()
        for match in re.finditer(r"\b((?:od|[a-z]+)\.[A-Za-z_.]+)\(([^()]*(?:\([^()]*\)[^()]*)*)\)", code)
    ]
    return [(page, name, inside) for page, name, inside in found if re.search(r"\w=", inside)]


@pytest.mark.parametrize(("page", "name", "inside"), calls())
def test_every_argument_in_it_exists(page, name, inside):
    first, *rest = name.split(".")
    if first not in KINDS and first != "od":
        return  # another library's
    thing = od if first == "od" else KINDS[first]
    for part in rest:
        thing = getattr(thing, part)
    parameters = inspect.signature(thing).parameters
    anything = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    for argument in re.findall(r"\b([a-z_]+)=(?!=)", re.sub(r'"[^"]*"', '""', inside)):
        assert anything or argument in parameters, f"{name}({argument}=…)"


def directives() -> list[str]:
    text = "\n".join(page.read_text("utf-8") for page in (DOCS / "api").glob("*.md"))
    return re.findall(r"^\.\. auto(?:function|class|exception):: (\S+)$", text, re.M)


def test_every_public_name_is_in_the_api():
    of_the_api = {one.removeprefix("octadisc.") for one in directives()}
    missing = set(od.__all__) - of_the_api
    assert not missing, f"put {sorted(missing)} on a page in docs/api"


@pytest.mark.parametrize("name", directives())
def test_what_the_api_lists_exists_and_is_documented(name):
    if name.removeprefix("octadisc.") in od.__all__:
        thing = getattr(od, name.removeprefix("octadisc."))
    else:
        module, _, of = name.rpartition(".")
        thing = getattr(importlib.import_module(module), of)
    assert inspect.getdoc(thing)


def test_nothing_is_listed_twice_in_the_api():
    assert len(directives()) == len(set(directives()))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_pages(page):
    for target in re.findall(r"\]\(([^)]+)\)", prose_of(page)):
        assert "://" not in target, f"{target}: the site needs no network"
        assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_is_in_the_contents(page):
    listed = {DOCS / "index.md"}
    for other in PAGES:
        for block in re.findall(r"^```\{toctree\}\n(.*?)^```$", other.read_text("utf-8"), re.M | re.S):
            names = [line for line in block.split() if not line.startswith(":")]
            listed |= {other.parent / f"{name}.md" for name in names}
    assert page in listed


@pytest.mark.parametrize("page", HOW_TO, ids=name_of)
def test_a_how_to_says_how_to_read_it_and_when_not_to(page):
    text = page.read_text("utf-8")
    heads = re.findall(r"^## (.+)$", text, re.M)
    assert heads[-3:] == ["How to read it", "What can go wrong", "When not to use it"]
    assert re.search(r"^In the API: `", text, re.M)
    assert f"({page.name})" in (DOCS / "how-to" / "index.md").read_text("utf-8")


def test_the_page_of_settings_has_every_key_of_study_toml():
    text = (DOCS / "how-to" / "settings-of-a-study.md").read_text("utf-8")
    for table, keys in KEYS.items():
        assert not table or f"[{table}]" in text
        named = [one for one in keys if not table or one not in ("named", "file")]
        assert not [one for one in named if f"`{one}`" not in text and f"[{one}]" not in text]


def test_settings_of_a_study_in_the_pages_can_be_read(tmp_path):
    blocks = [
        block
        for page in PAGES
        for block in re.findall(r"^```toml study\.toml\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
    ]
    assert blocks
    (tmp_path / "releases.txt").write_text("Mutual trust.", "utf-8")
    for block in blocks:
        (tmp_path / "study.toml").write_text(f'[corpus]\npath = "releases.txt"\n\n{block}', "utf-8")
        assert read_study(tmp_path).parameters
    with pytest.raises(MissingFileError):  # else nothing was looked at
        read_study(tmp_path / "nowhere")
