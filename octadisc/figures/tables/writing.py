"""A table as LaTeX, HTML and Word."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from html import escape

from octadisc.figures.formats import without_controls

__all__ = ["escape_latex", "write_docx", "write_html", "write_latex"]

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "²": r"\textsuperscript{2}",
    "∞": r"$\infty$",
    "→": r"$\rightarrow$",
    "\N{MINUS SIGN}": "$-$",
    "–": "--",
    "—": "---",
    "“": "``",
    "”": "''",
    "…": r"\dots{}",
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
}
_LONG = 45  # rows from which on a table goes over pages
_DAY_ONE = (1980, 1, 1, 0, 0, 0)
_DATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_RULE = "border-top:1px solid #000;"

Rows = Sequence[Sequence[str]]


def escape_latex(text: str) -> str:
    r"""Write a text so that LaTeX shows it as it is.

    Examples
    --------
    >>> print(escape_latex("50% of R&D_x < 3"))
    50\% of R\&D\_x \textless{} 3
    """
    return "".join(_LATEX.get(letter, letter) for letter in " ".join(text.split()))


def write_latex(
    heads: Sequence[str], rows: Rows, numeric: Sequence[bool], caption: str, label: str, notes: Sequence[str]
) -> str:
    """Write a table for LaTeX with the package booktabs; a long one, for longtable, goes over pages."""
    form = "".join("r" if one else "l" for one in numeric)
    head, *body = (_write_row(row) for row in (heads, *rows))
    title = rf"\caption{{{escape_latex(caption)}}}" if caption else ""
    mark = rf"\label{{{re.sub(r'[^A-Za-z0-9:-]+', '-', label)}}}" if label else ""
    below = [rf"\emph{{Notes.}} {escape_latex(' '.join(notes))}"] if notes else []
    if len(rows) > _LONG:
        begin = [f"{title}{mark} \\\\"] if title or mark else []
        lines = [rf"\begin{{longtable}}{{{form}}}", *begin, r"\toprule", head, r"\midrule", r"\endhead"]
        lines += [r"\bottomrule", r"\endlastfoot", *body, r"\end{longtable}"]
        lines += [rf"{{\footnotesize {one}\par}}" for one in below]
    else:
        lines = [r"\begin{table}", r"\centering", *([title] if title else []), *([mark] if mark else [])]
        lines += [rf"\begin{{tabular}}{{{form}}}", r"\toprule", head, r"\midrule", *body, r"\bottomrule"]
        lines += [
            r"\end{tabular}",
            *(rf"\par\medskip\parbox{{\linewidth}}{{\footnotesize {one}}}" for one in below),
        ]
        lines += [r"\end{table}"]
    return "\n".join(lines) + "\n"


def _write_row(row: Sequence[str]) -> str:
    """Write a row; [ or * at its beginning would be taken for an option of the line break before it."""
    text = " & ".join(escape_latex(one) for one in row)
    return re.sub(r"^[\[*]", r"{\g<0>}", text) + r" \\"


def write_html(
    heads: Sequence[str], rows: Rows, numeric: Sequence[bool], caption: str, notes: Sequence[str]
) -> str:
    """Write a table whose looks are in it, so that they stay when it is pasted into a word processor."""
    sides = ["right" if one else "left" for one in numeric]

    def cell(tag: str, text: str, side: str, more: str = "") -> str:
        look = f"text-align:{side};padding:2px 8px;vertical-align:top;{more}"
        scope = ' scope="col"' if tag == "th" else ""
        return f'<{tag}{scope} dir="auto" style="{look}">{escape(text)}</{tag}>'

    head = "".join(
        cell("th", one, side, f"{_RULE}border-bottom:1px solid #000;font-weight:bold;")
        for one, side in zip(heads, sides, strict=True)
    )
    last = len(rows) - 1
    body = "\n".join(
        "<tr>"
        + "".join(
            cell("td", one, side, "border-bottom:1px solid #000;" if i == last else "")
            for one, side in zip(row, sides, strict=True)
        )
        + "</tr>"
        for i, row in enumerate(rows)
    )
    title = f'<caption style="text-align:left;padding:4px 0;">{escape(caption)}</caption>' if caption else ""
    said = f'<p style="font-size:85%;"><i>Notes.</i> {escape(" ".join(notes))}</p>' if notes else ""
    return (
        f'<table style="border-collapse:collapse;font-variant-numeric:tabular-nums;">{title}\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>\n{said}\n"
    )


def write_docx(
    heads: Sequence[str], rows: Rows, numeric: Sequence[bool], caption: str, notes: Sequence[str]
) -> bytes:
    """Write a document of one table: its head on every page, rules as in journals, notes below."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = docx.Document()
    properties = document.core_properties
    properties.author, properties.comments, properties.title = "", "", _plain(caption)
    if caption:
        document.add_paragraph().add_run(_plain(caption)).bold = True
    table = document.add_table(rows=1 + len(rows), cols=len(heads))
    table.autofit = True
    for number, row in enumerate([heads, *rows]):
        cells = table.rows[number].cells
        for cell, text, right in zip(cells, row, numeric, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
            run = paragraph.add_run(_plain(text))
            run.font.size, run.bold = Pt(9), number == 0
            sides = {0: ("top", "bottom"), len(rows): ("bottom",)}.get(number, ())
            _rule(cell, sides, OxmlElement, qn)
    mark = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    if notes:
        below = document.add_paragraph()
        below.add_run("Notes. ").italic = True
        below.add_run(_plain(" ".join(notes)))
        for run in below.runs:
            run.font.size = Pt(8)
    buffer = io.BytesIO()
    document.save(buffer)
    return _settled(buffer.getvalue())


def _plain(text: str) -> str:
    """Give a text on one line, as XML can hold it."""
    return without_controls(" ".join(text.split()))


def _rule(cell: object, sides: Sequence[str], element: object, qualified: object) -> None:
    if not sides:
        return
    borders = element("w:tcBorders")  # type: ignore[operator]
    for side in sides:
        line = element(f"w:{side}")  # type: ignore[operator]
        for name, value in (("val", "single"), ("sz", "6"), ("color", "000000")):
            line.set(qualified(f"w:{name}"), value)  # type: ignore[operator]
        borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)  # type: ignore[attr-defined]


def _settled(content: bytes) -> bytes:
    """Give an office document the same bytes each time: without the times at which it was made."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as packed,
    ):
        for name in given.namelist():
            data = given.read(name)
            if name == "docProps/core.xml":
                data = _DATED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", data)
            entry = zipfile.ZipInfo(name, _DAY_ONE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, data, compresslevel=5)
    return buffer.getvalue()
