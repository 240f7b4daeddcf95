"""What scores rest on: items as they were shown, and each coder's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.topics.judged.intrusion.answers import OPEN, UNSURE, Answers
from octadisc.topics.judged.intrusion.estimates import LEAST_SHARE
from octadisc.topics.judged.intrusion.tasks import CANNOT_TELL

if TYPE_CHECKING:
    from octadisc.topics.judged.intrusion.items import Item
    from octadisc.topics.judged.intrusion.sheet import IntrusionSheet

__all__ = ["list_answers"]

_COLUMNS = (
    "line topic name release date issuer source start end sentence choices target target_topic coder answer "
    "chosen_topic right"
).split()


def list_answers(sheet: IntrusionSheet, answers: Answers, topic: int | None) -> pd.DataFrame:
    """List items and answers; see `IntrusionScores.evidence`."""
    rows = []
    for number, item in enumerate(sheet.items):
        if topic is not None and item.topic != topic:
            continue
        for place, coder in enumerate(answers.coders):
            chosen = int(answers.chosen[number, place])
            if chosen >= OPEN:
                rows.append({**_about(sheet, item), "coder": coder, **_answer(item, chosen)})
    columns = [*_COLUMNS, "log_odds"] if sheet.kind == "topic" else _COLUMNS
    frame = pd.DataFrame(rows, columns=columns)
    words = "line name release issuer source sentence choices target coder answer".split()
    kinds = dict.fromkeys(words, "str") | dict.fromkeys(("topic", "target_topic", "chosen_topic"), "Int64")
    frame = frame.astype({**kinds, "right": "boolean"})
    for name in ("release", "issuer", "source", "sentence"):
        frame[name] = frame[name].where(frame[name] != "")
    return frame.assign(date=pd.to_datetime(frame["date"]).astype("datetime64[s]"))


def _about(sheet: IntrusionSheet, item: Item) -> dict[str, Any]:
    shown = item.shown
    return {
        "line": item.line,
        "topic": item.topic,
        "name": sheet.names[item.topic],
        "release": shown.release,
        "date": shown.date or None,
        "issuer": shown.issuer,
        "source": shown.source,
        "start": shown.start,
        "end": shown.end,
        "sentence": shown.excerpt,
        "choices": " | ".join(item.choices),
        "target": item.choices[item.target],
        "target_topic": item.topics[item.target],
    }


def _answer(item: Item, chosen: int) -> dict[str, Any]:
    if chosen < 0:
        return {"answer": CANNOT_TELL if chosen == UNSURE else None, "chosen_topic": None, "right": None}
    made: dict[str, Any] = {
        "answer": item.choices[chosen],
        "chosen_topic": item.topics[chosen],
        "right": chosen == item.target,
    }
    if item.shown.shares:
        logs = np.log(np.maximum(item.shown.shares, LEAST_SHARE))
        made["log_odds"] = float(logs[item.target] - logs[chosen])
    return made
