"""Every block of code in the documentation runs as it stands, and prints what the page says it prints.

The Python blocks of a page run one after another, as in one session, in a folder that has `data`. A ```text
block right behind one is what it prints. A ```yaml or ```csv block with a file's name behind the word is that
file. Lines of shell are read by the command line's own parser. A block that cannot run says why, as in
```python no-run: reason.
"""

import contextlib
import hashlib
import io
import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import octadisc as od
from octadisc.cli import _parser
from octadisc.figures.tables.paper_table import PaperTable

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
NAMES = {page: page.relative_to(ROOT / "docs").as_posix().removesuffix(".md") for page in PAGES}

SLOW = {"how-to/are-topics-real", "how-to/plan-a-study"}  # pages that take more than five seconds
FILES = {"yaml", "csv", "toml"}
SITE = {"{toctree}", "{eval-rst}"}  # what Sphinx reads, not a reader
OWN_HEADS = (od.Corpus, PaperTable)  # whose columns are the user's
COHERENCES = ("mimno", "stm", "u_mass", "npmi", "uci", "c_v")
UNRUN = {  # blocks that cannot run, by page: what they need
    "how-to/share-a-study": ["needs a package"],
    "how-to/your-own-notebook": ["needs a study"],
}


@dataclass
class Block:
    language: str
    rest: str  # of the line that opens the block
    text: str
    line: int
    follows: bool  # right behind the block before it


def blocks_of(page: Path) -> list[Block]:
    found, end = [], None
    text = page.read_text("utf-8")
    for match in re.finditer(r"^```([^\n]+)\n(.*?)^```$", text, re.M | re.S):
        language, _, rest = match[1].strip().partition(" ")
        follows = end is not None and not text[end : match.start()].strip()
        line = text[: match.start()].count("\n") + 1
        found.append(Block(language, rest.strip(), match[2], line, follows))
        end = match.end()
    return found


def shell_lines() -> list[tuple[str, str]]:
    """Commands of all pages: in ```sh blocks, and in the README's indented lines."""
    found = [
        (NAMES[page], line)
        for page in PAGES
        for block in blocks_of(page)
        if block.language == "sh"
        for line in block.text.replace("\\\n", " ").splitlines()
    ]
    readme = (ROOT / "README.md").read_text("utf-8").splitlines()
    found += [("README", line.strip()) for line in readme if line.startswith("    ./run")]
    return [(page, line.partition(" #")[0].strip()) for page, line in found if line.strip()]


@pytest.fixture(scope="module")
def kept():
    """What pages make alike is made once: the sample, its words, and models of these."""
    return {}


@pytest.fixture
def session(kept, monkeypatch, tmp_path):
    """A folder with the sample in it, as a reader has; the dearest calls answered from memory."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    (tmp_path / "figures").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    matplotlib.use("agg")
    load, cut, fit = od.load_corpus, od.tokenize, od.fit_topics

    def once(key, make):
        if key not in kept:
            kept[key] = make()
        return kept[key]

    def load_corpus(path, **options):
        if options or path != "data/sample":
            return load(path, **options)
        return once("sample", lambda: load(path))

    def tokenize(corpus, *arguments, **options):
        if arguments or options or not isinstance(corpus, od.Corpus):
            return cut(corpus, *arguments, **options)
        return once((corpus.fingerprint, corpus.spec.to_json()), lambda: cut(corpus))

    def fit_topics(counts, *arguments, **options):
        matrix = hashlib.sha256(counts.matrix.data.tobytes() + counts.matrix.indices.tobytes()).hexdigest()
        key = (counts.spec.to_json(), matrix, repr(arguments), repr(options))
        return once(key, lambda: fit(counts, *arguments, **options))

    for name, function in {
        "load_corpus": load_corpus,
        "tokenize": tokenize,
        "fit_topics": fit_topics,
    }.items():
        monkeypatch.setattr(od, name, function)
    yield tmp_path
    plt.close("all")


def run(blocks: list[Block], page: str) -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    printed = ""
    for block in blocks:
        if block.language in FILES and block.rest:
            Path(block.rest).write_text(block.text, "utf-8")
        elif block.language == "python" and not block.rest.startswith("no-run:"):
            out = io.StringIO()
            source = "\n" * block.line + block.text  # so that a traceback names the page's line
            with contextlib.redirect_stdout(out):
                exec(compile(source, f"{page}.md", "exec"), namespace)
            printed = out.getvalue()
        elif block.language == "text" and block.follows:
            said, found = tidy(block.text), tidy(printed)
            assert found == said, f"{page}.md, line {block.line}, prints:\n{found}"

    for name, value in namespace.items():
        if hasattr(type(value), "to_frame") and hasattr(value, "spec") and not isinstance(value, OWN_HEADS):
            columns = {one for one in value.to_frame().columns if not one.startswith("choice ")}
            unknown = columns - explained()
            assert not unknown, f"{page}.md: statistics/columns.md does not explain {unknown} of {name}"


@cache
def explained() -> set[str]:
    """Columns that the glossary explains; those of intervals are explained once."""
    text = (ROOT / "docs" / "statistics" / "columns.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    plain = {name for row in rows for name in re.findall(r"`([a-z0-9_]+)`", row)}
    made = {f"coherence_{one}{end}" for one in COHERENCES for end in ("", "_spread")}
    return plain | {f"{name}_{end}" for name in plain for end in ("low", "high", "before", "after")} | made


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def with_code() -> list[object]:
    """Pages with Python in them, the slow ones marked."""
    pages = [page for page in PAGES if any(block.language == "python" for block in blocks_of(page))]
    return [
        pytest.param(page, id=NAMES[page], marks=[pytest.mark.slow] if NAMES[page] in SLOW else [])
        for page in pages
    ]


@pytest.mark.filterwarnings(
    "ignore::octadisc.errors.OctadiscWarning"
)  # the sample has flaws, and pages say so
@pytest.mark.parametrize("page", with_code())
def test_the_code_runs_and_prints_what_the_page_says(page, session):
    with pd.option_context("display.width", 110, "display.max_columns", 20, "display.max_colwidth", 60):
        run(blocks_of(page), NAMES[page])


def test_a_wrong_output_is_seen(session):
    right = [Block("python", "", "print(1 + 1)\n", 1, False), Block("text", "", "2\n", 4, True)]
    run(right, "page")
    with pytest.raises(AssertionError, match="line 4, prints"):
        run([right[0], Block("text", "", "3\n", 4, True)], "page")


def test_an_output_belongs_to_the_block_before_it():
    for page in PAGES:
        languages = [""]
        for block in blocks_of(page):
            if block.language == "text":
                assert not block.follows or languages[-1] in {"python", "sh"}, (NAMES[page], block.line)
            languages.append(block.language)


def test_only_known_blocks_are_not_run():
    unrun: dict[str, list[str]] = {}
    for page in PAGES:
        for block in blocks_of(page):
            assert block.language in {"python", "text", "sh", *FILES, *SITE}, (NAMES[page], block.line)
            if block.language == "python" and block.rest:
                assert block.rest.startswith("no-run: "), (NAMES[page], block.line)
                unrun.setdefault(NAMES[page], []).append(block.rest.removeprefix("no-run: "))
    assert unrun == UNRUN


@pytest.mark.parametrize("page", PAGES, ids=NAMES.get)
def test_code_fits_on_the_page(page):
    for block in blocks_of(page):
        if block.language in {"python", "sh"}:
            assert all(len(line) <= 110 for line in block.text.splitlines()), block.text


@pytest.mark.parametrize(("page", "line"), shell_lines())
def test_commands_can_be_read(page, line):
    words = shlex.split(line)
    if words[:2] == ["./run", "figures"] or words[0].endswith("octadisc"):
        _parser().parse_args(words[1:])  # ends the process, with a sentence, at what it does not know
    elif words[0] == "./run":
        assert f"./run {words[1]} " in (ROOT / "run").read_text("utf-8")
    else:
        assert words[0] in {"cd", "pip", "source"} or words[:3] == ["python", "-m", "venv"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")
def test_columns_of_results_that_no_page_makes_are_explained(session):
    corpus = od.load_corpus("data/sample")
    tokens = od.tokenize(corpus.where(language="en"))
    counts = od.count_terms(tokens, min_documents=3, stop_words="auto", numbers=False, reissues="first")
    model = od.fit_topics(counts, 6)
    trend = od.track_terms(tokens, "cigarette*")
    halves = [("early", "2003-01-01", "2009-01-01"), ("late", "2009-01-01", "2015-01-01")]
    late = corpus.frame["date"].dt.year.gt(2008).map({True: "late", False: "early"})
    grouped = od.Corpus.from_frame(corpus.frame.assign(half=late).query("language == 'en'"))
    judged = corpus.frame.loc[corpus.frame["language"] == "en", ["release"]].assign(
        about=lambda frame: [number % 3 == 0 for number in range(len(frame))]
    )
    audit = od.audit(tokens, "cigarette*", judged, every=halves)
    course = model.over_time(halves)
    results = [
        trend.smooth(),
        trend.smooth().turns(),
        od.track_terms(od.tokenize(grouped), "cigarette*", by="half").compare_groups("late", "early"),
        od.find_bursts(trend),
        od.find_collocates(tokens, "police", every=halves).compare("early", "late"),
        od.find_phrases(tokens),
        od.measure_dispersion(counts),
        od.measure_diversity(tokens, halves),
        audit.regress("~ issuer"),
        course,
        course.split("early", "late"),
        course.standardise(),
        model.terms_over_time(0, halves),
        od.estimate_effect(model, "~ issuer").contrast("issuer"),
        od.compare_effects([model, od.fit_topics(counts, 5)], "~ date"),
        od.align_topics([model, od.fit_topics(counts, 5)]),
        od.compare_topics(model, 0, 1),
        od.correlate_topics(model),
        od.map_topics(model),
        od.merge_topics(model, {"both": [0, 1]}),
        od.measure_coherence(model, counts, COHERENCES),
        od.find_examples(model, 0, of="sentence"),
        od.draw_share_sample(model, 40, every=halves),
        od.correct_shares(model, judged, topic=0, every=halves),
        od.power(3, n_releases=120, n_issuers=8, n_topics=3, share=0.2, n_runs=2, n_terms=60),
        od.fit_topics(counts, 5, keywords={"online": ["cybercrime", "fraud"]}).structure.keywords,
    ]
    for result in results:
        unknown = set(result.to_frame().columns) - explained()
        assert not unknown, f"statistics/columns.md does not explain {unknown} of {type(result).__name__}"
