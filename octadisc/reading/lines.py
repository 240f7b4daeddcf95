"""Lines: which of them are headline, dateline, body, notes, boilerplate, contact and furniture.

One set of rules serves flattened text pages and HTML alike. The running prose is found first; what stands
before it, after it and between is judged by its words (facts/page_words.csv), its shape, and its neighbours.
Where nothing speaks against a line it stays in the body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from octadisc.reading.columns import role_of
from octadisc.reading.datelines import collect_dates, join_labels, read_date_line, read_posted
from octadisc.reading.dates import Candidate
from octadisc.reading.issuers import names_institution
from octadisc.reading.layout import Line
from octadisc.reading.metadata import split_title
from octadisc.reading.sections import label_sections
from octadisc.reading.shapes import (
    COUNTER,
    END_MARK,
    furniture_label,
    has_contact,
    is_attachment,
    is_caption,
    is_furniture,
    is_row,
    label_of,
    same_title,
)
from octadisc.reading.words import page_words, squeeze

__all__ = ["Decision", "decide"]

_TOWN = re.compile(r"(?:^|[\s,])(?:[A-Z]{1,3}-)?\d{4,5}\s([^\W\d_])[^\W\d_]+\W*$")  # the end of an address
_FORM = frozenset(("label", "legend"))
_ROWS = frozenset(("dt", "dd", "th"))  # between headline and story: labels and what they say
_HEAD = 4  # lines at the top of a page in which a letterhead stands


@dataclass(slots=True)
class Decision:
    """What was decided: a label a line, the headline, candidates for the date, lines above the headline."""

    labels: list[str]
    title: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    partial: list[tuple[int, int, str]] = field(
        default_factory=list
    )  # month, day, text of datelines without a year
    letterhead: list[str] = field(default_factory=list)


def decide(
    lines: Sequence[Line],
    *,
    title: str = "",
    outside: Sequence[bool] | None = None,
    numbers: Sequence[int] | None = None,
) -> Decision:
    """Decide what each line is.

    Parameters
    ----------
    lines : sequence of Line
        The lines of the page.
    title : str
        The headline, where metadata or an element told it; else it is looked for.
    outside : sequence of bool, optional
        Lines that stand outside of the box of the release.
    numbers : sequence of int, optional
        The number of each line on the page, where some of its menus were left out.

    Returns
    -------
    Decision
        Labels: title, dateline, modified, body, notes, boilerplate, contact, attachment, share, caption,
        furniture.
    """
    n = len(lines)
    labels = ["body"] * n
    decision = Decision(labels, title)
    join_labels(lines)
    away = [
        line.furniture or (line.tag in _FORM and not line.is_prose) or bool(outside and outside[i])
        for i, line in enumerate(lines)
    ]
    waste = [away[i] or _is_waste(line) for i, line in enumerate(lines)]
    prose = [i for i in range(n) if not waste[i] and lines[i].is_prose]
    prose = prose or [i for i in range(n) if not waste[i] and _is_sentence(lines[i])]
    top = _find_title(lines, title, waste, away, prose, decision)
    begin = next((i for i in prose if i > top), prose[0] if prose else top + 1)
    end = prose[-1] if prose else n - 1
    if top > end:
        top = -1
    _clear_inside(lines, waste, away, begin, end)
    label_sections(lines, labels, waste, prose, begin, end)
    _label_edges(lines, labels, waste, away, top, begin, end, decision)
    decision.candidates, decision.partial = collect_dates(
        lines, labels, away, (top, begin, end), numbers or range(n)
    )
    _name_labels(lines, labels)
    return decision


def _name_labels(lines: Sequence[Line], labels: list[str]) -> None:
    """Tell days of change, captions, share lines and attachments from other lines that were taken off."""
    for i, line in enumerate(lines):
        if labels[i] not in ("body", "furniture", "dateline"):
            continue
        dated = read_date_line(line) if labels[i] != "body" and line.has_digits else None
        if dated is not None and dated.kind == "modified":
            labels[i] = "modified"
        elif labels[i] in ("body", "furniture") and is_caption(line.text) and not line.is_prose:
            labels[i] = "caption"
        elif labels[i] == "furniture":
            labelled = dated is not None and dated.kind == "labelled"
            labels[i] = "dateline" if labelled else furniture_label(line.text)
        if i and line.label and labels[i] in ("dateline", "modified"):
            labels[i - 1] = labels[i]


def _is_sentence(line: Line) -> bool:
    """Whether a line is a sentence, in a page that has no paragraph of any length."""
    text = line.text.rstrip()
    return len(text.split()) >= 3 and text[-1:] in '.!?…”»"' and not line.heading and not read_date_line(line)


def _is_waste(line: Line) -> bool:
    text = line.text
    if line.link_share > 0.8 and not line.is_prose and len(text) < 160:
        return True
    if len(text) > 300:
        return False
    return is_furniture(text) or bool(END_MARK.match(text)) or (is_row(text) and not line.heading)


def _clear_inside(
    lines: Sequence[Line], waste: list[bool], away: Sequence[bool], begin: int, end: int
) -> None:
    """Take lines between paragraphs for no waste that have but the shape of it, or a bullet before them."""
    for i in range(begin + 1, end):
        line = lines[i]
        if waste[i] and not away[i] and line.link_share <= 0.8:
            bullet = line.text[:1] in "-•*–·" and len(line.text) > 3
            if bullet or not (is_furniture(line.text) or END_MARK.match(line.text)):
                waste[i] = False


def _find_title(
    lines: Sequence[Line],
    title: str,
    waste: list[bool],
    away: list[bool],
    prose: list[int],
    decision: Decision,
) -> int:
    """Find the line of the headline and label it; give its index, or -1."""
    labels = decision.labels
    if title:
        same = [
            i
            for i, line in enumerate(lines)
            if len(line.text) < 2 * len(title) + 20 and same_title(line.text, title)
        ]
        if same:
            limit = prose[0] if prose else len(lines)
            near = [i for i in same if i <= limit and not away[i]] or [i for i in same if i <= limit] or same
            for i in same:
                labels[i] = "title" if i == near[-1] else "furniture" if i < near[-1] else labels[i]
            return near[-1]
        return -1
    if (told := _title_bar(lines, waste)) and not away[told]:
        decision.title = lines[told].text
        for i, line in enumerate(lines[: told + 1]):
            labels[i] = (
                "title" if i == told else "furniture" if same_title(line.text, decision.title) else labels[i]
            )
        return told
    limit = prose[0] if prose else len(lines) - 1
    best, top = 0.0, -1
    for i in range(limit):
        score = 0.0 if waste[i] else _headline_score(lines[i], limit - i)
        if score and i < _HEAD and _is_letterhead(lines, i, waste):
            score = min(score - 1.5, 0.9)
        if score > best:
            best, top = score, i
    if best < 1:  # a release without a headline of its own
        kinds = [i for i in range(limit) if not away[i] and squeeze(lines[i].text) in page_words("release")]
        if kinds:
            best, top = 1, kinds[-1]
    if top >= 0 and best >= 1:
        last = top
        while (
            last + 1 < limit
            and last < top + 2
            and _continues(lines[last], lines[last + 1])
            and not waste[last + 1]
        ):
            last += 1
        while (
            top
            and not waste[top - 1]
            and _continues(lines[top - 1], lines[top])
            and _is_headline(lines[top - 1])
        ):
            top -= 1
        decision.title = re.sub(
            r"^#{1,6}\s*|\s*#{1,6}$", "", " ".join(line.text for line in lines[top : last + 1])
        ).strip()
        for i in range(top, last + 1):
            labels[i] = "title"
        return last
    return -1


def _title_bar(lines: Sequence[Line], waste: Sequence[bool]) -> int:
    """Give the line that the first one names as a browser's title bar does, with the site's name; else 0."""
    parts = split_title(lines[0].text[:300]) if lines else []
    if len(parts) > 1 and len(parts[0]) > 12 and len(parts[0].split()) > 2:
        for i, line in enumerate(lines[1:200], 1):
            if len(line.text) < 2 * len(parts[0]) and not waste[i] and same_title(line.text, parts[0]):
                return i
    return 0


def _is_letterhead(lines: Sequence[Line], i: int, waste: Sequence[bool]) -> bool:
    """Whether a line at the top is the office's name: a menu follows, or the page says it again."""
    text = lines[i].text
    if len(text.split()) > 12 or not names_institution(text):
        return False
    name = squeeze(text)
    begins = names_institution(" ".join(text.split()[:2]))
    if text.isupper() and i + 1 < len(lines):
        return True
    follows = begins and i + 1 < len(lines) and waste[i + 1]
    return follows or any(squeeze(line.text[:200]).startswith(name) for line in lines[i + 1 :])


def _headline_score(line: Line, distance: int) -> float:
    """How much a line looks like a headline: several words, no full stop, near to the prose."""
    text = line.text
    words = len(text.split())
    label = label_of(text)
    if not 8 <= len(text) <= 350 or words < 2 or read_date_line(line) or has_contact(text):
        return 0
    if text[0] in "-•*–·" or text.endswith(","):
        return 0
    town = _TOWN.search(text)
    if is_caption(text) or read_posted(line) or (town and town[1].isupper()):
        return 0
    if (
        label[0] and (label[0] in page_words("attachment") or label[0] in page_words("contact"))
    ) or COUNTER.match(text):
        return 0
    if re.search(r"(?<![.…])[.;,:]$", text) and words > 2:
        return 0.5
    score = (
        1
        + min(words, 10) / 5
        + (3 if line.heading == 1 or text.startswith("# ") else 2 if line.heading else 1.5 * line.bold)
    )
    return score + 1.2 / max(1, distance)


def _is_headline(line: Line) -> bool:
    return _headline_score(line, 9) >= (0.5 if line.text[-1] in ":," else 1)


def _continues(one: Line, two: Line) -> bool:
    close = two.start - one.end <= 2 and not two.heading and not read_date_line(two) and len(two.text) < 160
    return close and (two.text[:1].islower() or (one.text.isupper() and two.text.isupper()))


def _label_edges(
    lines: Sequence[Line],
    labels: list[str],
    waste: list[bool],
    away: list[bool],
    top: int,
    begin: int,
    end: int,
    decision: Decision,
) -> None:
    """Label what stands before the headline, between it and the prose, inside, and after the prose."""
    seen_waste = skip = over = False
    story = max(top, begin)
    for i, line in enumerate(lines):
        if labels[i] != "body":
            if labels[i] not in ("title", "furniture") and _is_labelled(line):
                labels[i] = "dateline"
            continue
        if not away[i]:
            over = over or (
                i > story
                and len(line.text) < 60
                and squeeze(line.text) in page_words("related")
                and not _goes_on(lines, away, begin, i)
            )
        if over:
            labels[i] = "furniture"
        elif i < top:
            labels[i] = "furniture"
            if (not waste[i] or (i < _HEAD and not line.linked)) and not read_date_line(line):
                decision.letterhead.append(line.text)
        elif away[i] or waste[i]:
            labels[i] = "furniture"
        elif i < begin:
            if top < 0 and not line.is_prose and _is_head(line, begin, i):
                labels[i] = "furniture"
                decision.letterhead.append(line.text)
            elif (
                squeeze(line.text) in page_words("attachment")
                or _is_byline(line)
                or read_posted(line)
                or (line.tag in _ROWS and not line.is_prose and _is_told(lines, i))
            ):
                labels[i] = "furniture"
        elif i > end:
            name = label_of(line.text)[0]
            short = squeeze(line.text) if len(line.text) < 80 else ""
            known = name in page_words("attachment") or short in page_words("attachment")
            known = known or (is_attachment(line.text) and not line.is_prose)
            alone = line.heading and (i + 1 == len(lines) or away[i + 1] or waste[i + 1])
            skip = skip and not _is_sentence(line)
            count = COUNTER.match(line.text) and name in page_words("counter")
            if known or alone or count or skip or (seen_waste and not line.is_prose):
                labels[i] = "furniture"
                skip = known or skip
        if i > end and labels[i] == "furniture":
            seen_waste = True
        if line.has_digits and i != top and read_date_line(line):
            inside = begin <= i <= end
            if not inside or squeeze(line.text) == "" or _is_labelled(line):
                labels[i] = "furniture" if away[i] else "dateline"
                seen_waste = seen_waste or (i > end and _is_modified(line))


def _goes_on(lines: Sequence[Line], away: Sequence[bool], begin: int, i: int) -> bool:
    """Whether much running prose of the release's own box follows: then a line ends no release."""
    own = [one for one in range(begin, len(lines)) if lines[one].is_prose and not away[one]]
    after = sum(
        lines[one].end - lines[one].start for one in own if one > i and lines[one].box == lines[begin].box
    )
    return after > 0.3 * sum(lines[one].end - lines[one].start for one in own)


def _is_byline(line: Line) -> bool:
    """Whether a line says no more than who wrote or posted the page."""
    words = squeeze(line.text).split() if len(line.text) < 60 else []
    if not 1 < len(words) <= 6 or line.text.rstrip()[-1:] in ".?!" or line.heading:
        return False
    return any(" ".join(words[:size]).rstrip(":") in page_words("byline") for size in (1, 2))


def _is_told(lines: Sequence[Line], i: int) -> bool:
    """Whether a term or a cell is a label for what tables have in columns, or stands behind one."""
    label = lines[i].text if lines[i].tag != "dd" or not i else lines[i - 1].text
    name = label.strip(" :")
    kinds = ("date", "modified", "attachment", "related")
    return role_of(name) is not None or any(squeeze(name) in page_words(kind) for kind in kinds)


def _is_labelled(line: Line) -> bool:
    found = read_date_line(line)
    return found is not None and found.kind in ("labelled", "modified")


def _is_modified(line: Line) -> bool:
    found = read_date_line(line)
    return found is not None and found.kind == "modified"


def _is_head(line: Line, begin: int, i: int) -> bool:
    return len(line.text) < 80 and begin - i <= 6 and not line.text.rstrip().endswith((".", ":", "?"))
