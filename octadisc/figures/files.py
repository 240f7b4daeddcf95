"""What figures are written as: bytes that come out the same each time."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape, unescape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from octadisc.tokens.lines.sheets import defused

__all__ = ["font_face", "sha256_of", "tidy_svg", "to_csv", "to_json"]

_FACES = {"normal": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}


def sha256_of(content: bytes) -> str:
    """Give the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def to_json(made: Any) -> bytes:
    """Give JSON with sorted keys, readable, and with a newline at its end."""
    return (json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n").encode()


def to_csv(frames: Sequence[tuple[str, pd.DataFrame]]) -> bytes:
    """Write one or more tables as one CSV: UTF-8, LF, floats exact, formulas defused.

    Several tables stand beneath each other, told apart by a first column ``result``; a column that
    one of them does not have is empty there.
    """
    parts = [_plain_table(frame) for _, frame in frames]
    if len(parts) > 1:
        names = _apart([name for name, _ in frames])
        for name, part in zip(names, parts, strict=True):
            part.insert(0, "result", name)
    columns = list(dict.fromkeys(column for part in parts for column in part.columns))
    table = pd.concat([part.reindex(columns=columns) for part in parts]) if len(parts) > 1 else parts[0]
    buffer = StringIO()
    table.rename(columns=_as_cell).to_csv(buffer, index=False, lineterminator="\n")
    return buffer.getvalue().encode()


def _plain_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn a frame into objects that print exactly: days without hours, integers without a point."""
    made = {}
    for column in frame.columns:
        values = frame[column]
        if pd.api.types.is_datetime64_any_dtype(values):
            whole = values.dropna()
            days = bool((whole == whole.dt.normalize()).all())
            values = values.dt.strftime("%Y-%m-%d" if days else "%Y-%m-%dT%H:%M:%S")
        elif not pd.api.types.is_numeric_dtype(values):
            values = values.map(_as_cell, na_action="ignore")
        made[str(column)] = values.astype(object).reset_index(drop=True)
    return pd.DataFrame(made)


def _as_cell(value: Any) -> Any:
    """Defuse a cell, and end its lines in LF: a lone CR would not be quoted, and begin a new row."""
    return defused(re.sub(r"\r\n?", "\n", value) if isinstance(value, str) else value)


def _apart(names: Iterable[str]) -> list[str]:
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return made


def tidy_svg(content: bytes, name: str, title: str, alt: str) -> bytes:
    """Make matplotlib's SVG fit to stand on a page with others, and to be read aloud.

    Every id gets the figure's name before it; the alternative text becomes its description; the
    letters used are embedded as a font, so that it looks the same where DejaVu Sans is not installed.
    """
    text = re.sub(r"<[^<>]+>", lambda tag: _prefixed(tag[0], name), content.decode())
    text = re.sub(r"\n?\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"\n?\s*<title>.*?</title>", "", text, flags=re.DOTALL)
    head = (
        f'<title id="{name}-title">{escape(title)}</title>\n'
        f' <desc id="{name}-desc">{escape(alt)}</desc>\n {_font_style(text, name)}'
    )
    opened = re.search(r"<svg\b[^>]*>", text)
    assert opened is not None  # matplotlib wrote it
    tag = f'{opened.group()[:-1]} id="{name}" role="img" aria-labelledby="{name}-title {name}-desc">'
    return (text[: opened.start()] + tag + "\n " + head + text[opened.end() :]).encode()


def _prefixed(tag: str, name: str) -> str:
    """Put the figure's name before the ids that a tag has, and before those that it refers to."""
    tag = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', tag)
    tag = re.sub(r'((?:xlink:)?href)="#([^"]+)"', rf'\1="#{name}-\2"', tag)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", tag)


def _font_style(svg: str, name: str) -> str:
    """Embed the letters of an SVG's texts, in the faces that it uses."""
    texts = re.findall(r"<text\b([^>]*)>(.*?)</text>", svg, flags=re.DOTALL)
    letters: dict[str, str] = {"normal": "", "bold": ""}
    for attributes, inner in texts:
        face = (
            "bold"
            if re.search(r"font:[^;\"]*\b(?:bold|700)\b|font-weight:\s*(?:bold|700)", attributes)
            else "normal"
        )
        letters[face] += unescape(re.sub(r"<[^>]+>", "", inner))
    rules = [font_face(face, used) for face, used in letters.items() if used.strip()]
    return f'<style id="{name}-font">{"".join(rules)}</style>'


def font_face(face: str, letters: str) -> str:
    """Give the CSS rule that embeds the letters of DejaVu Sans that are used, as a WOFF font."""
    import matplotlib
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / _FACES[face]
    options = subset.Options(
        layout_features=["kern", "mark", "mkmk", "ccmp"],
        hinting=False,
        notdef_outline=True,
        recalc_timestamp=False,
    )
    options.drop_tables += ["FFTM"]
    with TTFont(path, recalcTimestamp=False, lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=sorted({ord(letter) for letter in letters if letter > " "} | {32}))
        cutter.subset(font)
        font.flavor = "woff"
        buffer = BytesIO()
        font.save(buffer, reorderTables=False)
    encoded = b64encode(buffer.getvalue()).decode()
    return (
        f'@font-face{{font-family:"DejaVu Sans";font-weight:{face};font-style:normal;'
        f'src:url("data:font/woff;base64,{encoded}") format("woff")}}'
    )
