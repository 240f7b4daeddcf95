"""A figure as PDF, SVG and PNG: the same bytes each time, as large as its style says."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from octadisc.drawing.style import OUTPUT, scale_of, style_context
from octadisc.figures.files import tidy_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_formats", "without_controls"]

_DPI = 300
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def without_controls(text: str) -> str:
    r"""Give a text as XML can hold it: what no reader could see is a replacement character.

    Examples
    --------
    >>> without_controls("a\x0bb") == "a\N{REPLACEMENT CHARACTER}b"
    True
    """
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def draw_formats(fig: Figure, name: str, title: str, alt: str) -> dict[str, bytes]:
    """Draw a figure in three formats, without anything that differs from run to run.

    It is laid out on a sheet and written larger by the scale of its style; see `od.use_style`.

    Parameters
    ----------
    fig : Figure
    name : str
        Comes before all ids of the SVG.
    title, alt : str
        Are written into the files.

    Returns
    -------
    dict of bytes
        pdf, svg and png (300 dpi).
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    metadata: dict[str, dict[str, Any]] = {
        "pdf": {
            "Title": title,
            "Subject": alt,
            "Creator": "octadisc",
            "Producer": None,
            "CreationDate": None,
        },
        "svg": {"Title": title, "Date": None, "Creator": None, "Format": None, "Type": None},
        "png": {"Title": title, "Description": alt, "Software": None},
    }
    settings = {key.replace(".", "_"): value for key, value in OUTPUT.items()}
    scale = scale_of(fig)
    made: dict[str, bytes] = {}
    canvas, dpi = fig.canvas, fig.dpi
    try:
        with style_context(**settings, svg_hashsalt=name):
            FigureCanvasAgg(fig).draw()  # type: ignore[no-untyped-call]  # settles the layout once, for all three
            for kind, words in metadata.items():
                buffer = BytesIO()
                more: dict[str, Any] = {}
                if kind == "png" and scale != 1:
                    more = {"pil_kwargs": {"dpi": (_DPI, _DPI)}}  # of the finished figure, not of the sheet
                fig.savefig(buffer, format=kind, dpi=_DPI * scale, metadata=words, **more)
                made[kind] = buffer.getvalue()
    finally:
        fig.set_canvas(canvas)
        fig.set_dpi(dpi)
    made["svg"] = without_controls(made["svg"].decode()).encode()
    if scale != 1:
        made["pdf"] = _enlarge_pdf(made["pdf"], scale, title, alt)
        made["svg"] = _enlarge_svg(made["svg"], scale)
    made["svg"] = tidy_svg(made["svg"], name, title, alt)
    return made


def _enlarge_svg(content: bytes, scale: float) -> bytes:
    """Make an SVG larger; its own coordinates stay."""
    text = content.decode()

    def larger(found: re.Match[str]) -> str:
        return f'{found[1]}="{float(found[2]) * scale:.6g}pt"'

    opened = re.search(r"<svg\b[^>]*>", text)
    assert opened is not None  # matplotlib wrote it
    tag = re.sub(r'\b(width|height)="([\d.]+)pt"', larger, opened.group())
    return (text[: opened.start()] + tag + text[opened.end() :]).encode()


def _enlarge_pdf(content: bytes, scale: float, title: str, alt: str) -> bytes:
    """Make a PDF of one page larger, text still text."""
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=BytesIO(content))
    writer.pages[0].scale_by(scale)
    writer.metadata = {"/Title": title, "/Subject": alt, "/Creator": "octadisc"}
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
