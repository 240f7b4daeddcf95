"""Files that mean harm or are broken: whatever the bytes, an error of ours or a corpus as promised."""

from __future__ import annotations

import io
import json
import os
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octadisc.corpus import Corpus
from octadisc.errors import InputError, OctadiscWarning
from octadisc.reading.body import read_page
from octadisc.reading.datelines import read_date_line, read_inline_dateline, read_posted
from octadisc.reading.dates import find_dates, read_value
from octadisc.reading.exports import read_export
from octadisc.reading.layout import Line
from octadisc.reading.lines import decide
from octadisc.reading.load import load_corpus
from octadisc.reading.pages import flatten
from octadisc.reading.paragraphs import to_lines, to_spans

CSV = "date,text\n2008-03-28,Police met in Vienna.\n"
STORY = "The police services of both countries agreed on joint patrols along the river."
SECONDS = 10  # for each input; what is mended here took minutes


@contextmanager
def soon() -> Iterator[None]:
    begin = worked()
    yield
    assert worked() - begin < SECONDS


def worked() -> float:
    """Processor time so far, of ended children too: what else the machine does must not count."""
    return sum(os.times()[:4])


def check_spans(spans: list[tuple[int, int, str]], size: int) -> None:
    position = 0
    for start, end, _ in spans:
        assert position <= start <= end <= size
        position = end


def check(corpus: Corpus) -> Corpus:
    """A text is its page without the spans, which are sorted, inside, and do not overlap."""
    if "page" in corpus.frame:
        for page, spans, text in zip(
            *(corpus.frame[name] for name in ("page", "spans", "text")), strict=True
        ):
            check_spans(spans, len(page))
            bounds = [0, *(place for start, end, _ in spans for place in (start, end)), len(page)]
            kept = zip(bounds[::2], bounds[1::2], strict=True)
            assert "".join(page[start:end] for start, end in kept) == text
    return corpus


def load_any(files: dict[str, str | bytes]) -> Corpus | None:
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", OctadiscWarning)
        for name, content in files.items():
            Path(folder, name).write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            return check(load_corpus(folder, duplicates=False, workers=1))
        except InputError:
            return None


def load(files: dict[str, str | bytes]) -> Corpus:
    corpus = load_any(files)
    assert corpus is not None
    return corpus


# pages


@pytest.mark.parametrize(
    ("source", "text"),
    [
        # a script that writes another, and hides from browsers without scripts, has an end of its own
        ('<p>a<script><!-- document.write("<script src=x></script><div>"); //--></script><p>b', "a\n\nb"),
        ("<p>a<script>x = '<!--'; y = 1;</script><p>b<script>z</script><p>c", "a\n\nb\n\nc"),
        ("<p>a<script><!--> <script></script><p>b", "a\n\nb"),
        # elements that have no end have one inside a picture
        ("<p>a<svg><source></source><link/><col></col></svg><p>b", "a\n\nb"),
        ("<p>a<math><area></area><mi><input></input></mi></math><p>b", "a\n\nb"),
        # what such a picture holds may be written as tags that have no beginning
        ("<p>a</p><svg><style>&lt;/style&gt;&lt;/p&gt;&lt;/p&gt;</style></svg>", "a"),
        ("<p>a</p><svg><xmp>&lt;/xmp&gt;&lt;&gt;&lt;/body&gt;</xmp></svg>", "a"),
        # nothing after it is a tag
        ("<p>a</p><plaintext></div></div></p></body></html>", "a"),
        ("<?xml version='1.0'?><p>a<?xml:namespace prefix = o /><p>b", "a\n\nb"),
    ],
)
def test_pages_whose_tags_do_not_match(source: str, text: str) -> None:
    page = flatten(source)
    assert page.text == text
    read_page(page)


DEEP = 30_000
HEADINGS = "<h1>Police met here</h1>" * 3000 + f"<p>{STORY * 9}"


@pytest.mark.parametrize(
    "source",
    [
        *(
            f"<{tag}>" * DEEP
            for tag in ("template", "optgroup", "rt", "rp", "rb", "noscript", "div", "b", "a")
        ),
        "<svg><xmp>&lt;/xmp&gt;" + "&lt;!--" * DEEP,
        "<svg><xmp>&lt;/xmp&gt;" + "&lt;script" * DEEP,
        "<plaintext>" + "<!--" * DEEP,
        "<plaintext>" + "</p>" * DEEP,
        "<script><!-- <script></script> --></script>x" * 10_000,
        "".join(f"<b {n}>" for n in range(20)) + "<p>x" * DEEP,
        '<meta name=title content="Police met today">' * 9000 + HEADINGS,
        "<title>" + "a | " * 100_000 + "</title>" + HEADINGS,
    ],
    ids=lambda source: source[:24],
)
def test_pages_that_would_take_a_parser_minutes_or_break_it(source: str) -> None:
    with soon():
        read_page(flatten(source))


# texts


@pytest.mark.parametrize(
    "unit",
    ["Label: x\n", "Home\n", "1\n", "28 March 2008\n", "---\n", "© 2008 ", "AN\nHD\n", "1 2008-", "a "],
)
def test_texts_of_very_many_lines_or_days(unit: str) -> None:
    with soon():
        assert len(load({"a.txt": unit * (400_000 // len(unit))}))


# tables


def test_columns_without_number() -> None:
    names = [f"c{n}" for n in range(30_000)]
    wide = f"{','.join(names)},text\n{'1,' * len(names)}{STORY}\n"
    lines = "\n".join(json.dumps({f"k{n}": 1, "text": STORY}) for n in range(5000))
    with soon():
        corpus = load({"a.csv": wide, "b.csv": f"{'c,' * 30_000}text\n{'1,' * 30_000}{STORY}\n"})
        assert corpus.texts == [STORY] * 2  # the column of the text is the last
        assert corpus.issues["what"].tolist().count("too many columns") == 2
        assert len(load({"a.jsonl": lines})) == 5000


def test_values_nested_deeply_or_of_letters_that_are_none() -> None:
    deep = f'{{"text": {"[" * 800}{"]" * 800}, "title": "x", "date": "2008-03-28"}}'
    names = ("title", "date", "url", "language", "release", "issuer", "\\udfff")
    lone = ", ".join(f'"{name}": "\\ud800"' for name in names)
    corpus = load({"a.json": deep, "b.json": f'[{{"text": "\\ud800{STORY}", {lone}}}]'})
    assert corpus.texts == ["", f"\ufffd{STORY}"]
    assert "\ufffd" in corpus.frame.columns


def test_numbers_of_words_that_are_none() -> None:
    corpus = load({"a.conllu": f"1\tPolice\tpolice\tNOUN\n{'9' * 5000}\tmet\tmeet\tVERB\n"})
    assert corpus.texts == ["Police"]
    fields = "".join(f"# f{n} = {n}\n" for n in range(30_000))
    with soon():
        assert load({"a.conllu": f"{fields}1\tPolice\tpolice\tNOUN\n"}).texts == ["Police"]


# documents and mail


def repacked(package: bytes, part: str, content: str) -> bytes:
    """Change one part of an office document."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return made.getvalue()


def sheet(rows: str) -> bytes:
    made = io.BytesIO()
    pd.DataFrame({"text": [STORY]}).to_excel(made, index=False)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    size = '<dimension ref="A1:XFD1048576"/>'
    whole = f'<worksheet xmlns="{space}">{size}<sheetData>{rows}</sheetData></worksheet>'
    return repacked(made.getvalue(), "xl/worksheets/sheet1.xml", whole)


def cell(place: str, row: int, value: str) -> str:
    return f'<row r="{row}"><c r="{place}{row}" t="inlineStr"><is><t>{value}</t></is></c></row>'


def test_sheets_with_rows_and_columns_far_away() -> None:
    with soon():
        far = [cell("A", 1, "text"), cell("A", 2, STORY), cell("A", 999_999_999, STORY)]
        corpus = load({"a.xlsx": sheet("".join(far))})
        assert corpus.texts == [STORY]
        wide = [cell("A", 1, "text"), cell("A", 2, STORY), *(cell("XFD", n, "x") for n in range(3, 1500))]
        corpus = load({"a.xlsx": sheet("".join(wide))})
        assert corpus.texts[0] == STORY
        assert "too many columns" in corpus.issues["what"].tolist()


def test_a_cell_over_very_many_columns() -> None:
    document = docx.Document()
    made = io.BytesIO()
    document.save(made)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    table = '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr><w:p><w:r><w:t>'
    body = f"{table}{STORY}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    whole = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    with soon():
        corpus = load({"a.docx": repacked(made.getvalue(), "word/document.xml", whole)})
    assert corpus.texts == [STORY]


def test_few_bytes_that_are_very_many_rows(tmp_path: Path) -> None:
    pd.DataFrame({"text": ["x"] * 500_000}).to_parquet(tmp_path / "b.parquet", compression="zstd")
    corpus = load({"a.csv": CSV, "b.parquet": (tmp_path / "b.parquet").read_bytes()})
    assert len(corpus) == 1
    assert "unpacks to 500,000 rows" in corpus.issues["found"].iloc[0]


@pytest.mark.parametrize(
    "header",
    [
        "Subject: " + "=?utf-8?Q?=FF?= " * 60_000,
        "Content-Type: text/plain; " + "a;" * 400_000,
        "Content-Type: text/plain; " + "a*0=x; " * 100_000,
        "Subject: " + "x\n " * 200_000,
    ],
    ids=lambda header: header[:40],
)
def test_headers_of_mail_that_are_very_long(header: str) -> None:
    with soon():
        corpus = load({"a.eml": f"From: press@mi.example\n{header}\n\n{STORY}"})
    assert corpus.texts == [STORY]


# whatever the bytes

BAIT = st.sampled_from(
    "< > </ <p> </p> <b> </b> <svg> <style> <script> </script> <!-- --> <plaintext> <template> <table> <td> "
    "&lt; &#0; &#xD800; [ ]( ( | \t \r \n \x00 \x0b \x85 \u2028 \u202e \u0301 \ud800 İ ﬃ ² ٣ ： © 1 2008- "
    "28_March_2008 29_February 31.12.9999 Vienna, Published: --- Subject: HD PD LP AN Body LENGTH: "
    "Load-Date: 1_of_2_DOCUMENTS End_of_Document a@b tel.".split(" ")
).map(lambda one: one.replace("_", " "))
TEXTS = st.lists(st.one_of(BAIT, st.sampled_from([" ", "\n", STORY]), st.text(max_size=12)), max_size=40).map(
    "".join
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_page(source: str) -> None:
    page = flatten(source)
    assert all(line.text == page.text[line.start : line.end] for line in page.lines)
    labels = read_page(page).labels
    check_spans(to_spans(page.lines, labels, len(page.text)), len(page.text))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_text(text: str) -> None:
    lines = to_lines(text)
    assert all(text[line.start : line.end].split()[0] == line.text.split()[0] for line in lines)
    check_spans(to_spans(lines, decide(lines).labels, len(text)), len(text))
    for piece in read_export(text):
        check_spans(piece.spans, len(piece.text))
    assert all(0 <= one.start < one.end <= len(text) for one in find_dates(text, compact=True, short=True))
    read_value(text)
    for read in (read_date_line, read_posted, read_inline_dateline):
        read(Line(0, len(text), text))


NAMES = "txt md html csv tsv json jsonl parquet xlsx pdf docx rtf eml mbox warc rss xml conllu vert".split()
PACKED = "zip tar gz txt.xz txt.bz2 wacz warc.gz".split()
HEADS = (
    b"", b"%PDF-1.4\n", b"{\\rtf1 ", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"PAR1", b"\xff\xfe", b"From: a\n\n",
    b"From a\n", b"WARC/1.0\r\n", b"<rss><channel><item><description>", b"<TEI><text><body><p>",
    b"# newdoc\n1\ta\tb\tc\n", b"<doc id='a'>\nx\ty\n", b"date,text\n", b'[{"text": "',
    b"---\ntitle: x\n---\n", b"\xed\xa0\x80",
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([*NAMES, *PACKED]),
    st.sampled_from(HEADS),
    st.one_of(st.binary(max_size=200), TEXTS.map(lambda one: one.encode("utf-8", "surrogatepass"))),
)
def test_any_file(name: str, head: bytes, rest: bytes) -> None:
    load_any({f"a.{name}": head + rest, "b.csv": CSV.encode()})
