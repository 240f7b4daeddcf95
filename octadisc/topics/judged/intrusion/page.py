"""The page on which a coder answers: one HTML file that needs no network and sends nothing."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib import resources
from typing import TYPE_CHECKING

import pandas as pd

from octadisc.tokens.lines.sheets import to_csv
from octadisc.topics.judged.intrusion.items import Item
from octadisc.topics.judged.intrusion.tasks import CANNOT_TELL
from octadisc.writing import encodable

if TYPE_CHECKING:
    from octadisc.topics.judged.intrusion.sheet import IntrusionSheet

__all__ = ["make_page"]


def make_page(sheet: IntrusionSheet, coder: str) -> str:
    """Give a coder's page.

    Style and script are the only ones that the page lets run, by their hashes; it may load and send nothing.
    Every text is escaped. Which choice is the right one is not in it.
    """
    style, script = (
        resources.files("octadisc.topics.judged.intrusion").joinpath(name).read_text("utf-8")
        for name in ("page.css", "page.js")
    )
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    task, given = sheet.task, sheet.orders[coder]
    items = "\n".join(
        _item(sheet.items[number], order, place, len(given)) for place, (number, order) in enumerate(given, 1)
    )
    cell = (
        to_csv(pd.DataFrame({"coder": [coder]})).decode("utf-8-sig").split("\r\n", 1)[1].removesuffix("\r\n")
    )
    content = "\x1f".join([sheet.kind, *(item.line for item in sheet.items), str(sheet.spec.seed)])
    name = hashlib.sha256(content.encode()).hexdigest()[:16]
    title = f"{task.title} – {coder}"
    made = f"""<!doctype html>
<html lang="en" data-sheet="{name}" data-coder="{_text(coder)}" data-cell="{_text(cell)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{_text(title)}</title>
<style>{style}</style>
</head>
<body>
<header>
<p class="who">{_text(task.title)} · coder {_text(coder)}</p>
<h1>{_text(task.question)}</h1>
<p>{_text(task.how)}</p>
<p>Answer alone; where you cannot decide, say so rather than guess.
<span class="keys">With a keyboard: a number chooses, <kbd>0</kbd> is <em>{CANNOT_TELL}</em>, and the page
goes on to the next. <kbd>Tab</kbd> and arrow keys work as well.</span>
Answers stay on this device: when you are done, download them and send the file back.</p>
<noscript><p class="warning">This page needs JavaScript to keep answers: use the spreadsheet.</p></noscript>
</header>
<main>
{items}
</main>
<footer>
<p class="progress"><progress id="progress" max="{len(given)}" value="0" aria-labelledby="count"></progress>
<span id="count" role="status">0 of {len(given)} answered</span></p>
<p class="buttons"><button type="button" id="next">Next open</button>
<button type="button" id="save" class="main">Download answers</button>
<input type="file" id="load" aria-label="Load answers" accept=".csv,text/csv">
<label class="file" for="load">Load</label></p>
<p id="said" role="alert"></p>
</footer>
<script>{script}</script>
</body>
</html>
"""
    return encodable(made)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _text(text: str) -> str:
    return escape(encodable(text), quote=True)


def _item(item: Item, order: tuple[int, ...], place: int, n: int) -> str:
    shown = item.shown
    language = f' lang="{_text(shown.language)}"' if shown.language else ""
    text = ""
    if shown.excerpt or shown.title:
        title = f"<strong>{_text(shown.title)}</strong>" if shown.title else ""
        text = f'<blockquote dir="auto"{language}>{title}<p>{_text(shown.excerpt)}</p></blockquote>\n'
    choices = [_choice(item.line, str(number), item.choices[at]) for number, at in enumerate(order, 1)]
    choices.append(_choice(item.line, CANNOT_TELL, CANNOT_TELL, key="0"))
    made = "\n".join(choices)
    return (
        f'<fieldset id="{item.line}">\n<legend>{place} <span class="of">of {n}</span></legend>\n{text}'
        f'<div class="choices">\n{made}\n</div>\n'
        f'<button type="button" class="clear" hidden>take the answer back</button>\n</fieldset>'
    )


def _choice(line: str, value: str, words: str, key: str = "") -> str:
    unsure = ' class="unsure"' if key else ""
    return (
        f'<label{unsure}><input type="radio" name="{line}" value="{_text(value)}">'
        f'<kbd aria-hidden="true">{key or value}</kbd><span dir="auto">{_text(words)}</span></label>'
    )
