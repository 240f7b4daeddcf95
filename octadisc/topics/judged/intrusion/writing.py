"""Writing what coders get, and the key, and reading the key again."""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from octadisc.errors import InputError, MissingFileError, UnreadableError
from octadisc.spec import Spec
from octadisc.tokens.files.paths import as_path
from octadisc.tokens.lines.schemes import LABELS
from octadisc.tokens.lines.sheets import Sheet, to_csv
from octadisc.tokens.lines.workbooks import write_workbook
from octadisc.topics.judged.intrusion.items import Item, Shown
from octadisc.topics.judged.intrusion.page import make_page
from octadisc.topics.judged.intrusion.tasks import CANNOT_TELL, read_kind
from octadisc.writing import write_whole

if TYPE_CHECKING:
    from octadisc.topics.judged.intrusion.sheet import IntrusionSheet

__all__ = ["FOR_CODERS", "KEY", "read_key", "save_sheet"]

KEY, FOR_CODERS = "key.json", "for coders"
_FORMAT = "octadisc intrusion 1"


def save_sheet(sheet: IntrusionSheet, folder: str | os.PathLike[str]) -> list[Path]:
    """Write a sheet; see `IntrusionSheet.save`."""
    place = as_path(folder, "folder", "results/intrusion")
    names = {one: re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", one) for one in sheet.coders}
    if len({one.casefold() for one in names.values()}) < len(names):
        raise InputError(
            f"Two coders' files would have one name: {', '.join(names.values())}. Rename a coder."
        )
    made: dict[Path, bytes] = {place / KEY: _to_json(sheet)}
    frame = sheet.frame
    for coder, name in names.items():
        mine = frame[frame["coder"] == coder].reset_index(drop=True)
        made[place / FOR_CODERS / f"coder {name}.csv"] = to_csv(mine)
        made[place / FOR_CODERS / f"coder {name}.xlsx"] = _to_workbook(sheet, coder, mine)
        made[place / FOR_CODERS / f"coder {name}.html"] = make_page(sheet, coder).encode()
    for path, content in made.items():
        _refuse_answers(path, content)
    return [write_whole(path, content) for path, content in made.items()]


def _refuse_answers(path: Path, content: bytes) -> None:
    """Refuse to write over a file that is another: a coder may have filled it in."""
    try:
        there = path.read_bytes() if path.exists() else content
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}). Choose another folder.") from None
    if there != content:
        raise InputError(
            f"{path}: is there already and is not what would be written: answers may be in it, or it belongs "
            "to other items. Choose another folder, or move it away."
        )


def _to_workbook(sheet: IntrusionSheet, coder: str, frame: pd.DataFrame) -> bytes:
    """Give a workbook with what to do on the first page, and answers to choose from a list."""
    answers = [*(str(one) for one in range(1, sheet.n_choices + 1)), CANNOT_TELL]
    rows = [
        ("what", f"{sheet.task.title}: {len(frame)} items for {coder}"),
        ("question", sheet.task.question),
        ("how", sheet.task.how),
        ("how", f"Write the number of the choice into the column answer, 1 to {sheet.n_choices}."),
        ("how", f"Where you cannot decide, write: {CANNOT_TELL}. Do not change the columns line and coder."),
        ("how", "Answer alone, and compare afterwards."),
    ]
    about = pd.DataFrame(rows, columns=["about", ""])
    about["about"] = about["about"].where(about["about"] != about["about"].shift(), "")
    choices = {"answer": f"'{LABELS}'!$A$2:$A${len(answers) + 1}"}
    labels = pd.DataFrame({"answer": pd.Series(answers, dtype="str")})
    pages = [Sheet("items", frame, choices), Sheet(LABELS, labels, is_hidden=True)]
    with tempfile.TemporaryDirectory() as spare:
        path = Path(spare) / "coder.xlsx"
        write_workbook(path, pages, Sheet("instructions", about, is_table=False), first=True)
        return path.read_bytes()


def _to_json(sheet: IntrusionSheet) -> bytes:
    made = {
        "format": _FORMAT,
        "kind": sheet.kind,
        "names": list(sheet.names),
        "notes": list(sheet.notes),
        "items": [asdict(item) for item in sheet.items],
        "orders": {
            coder: [[number, list(order)] for number, order in given] for coder, given in sheet.orders.items()
        },
        "spec": sheet.spec.to_dict(),
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def read_key(folder: str | os.PathLike[str]) -> IntrusionSheet:
    """Read the sheet that was saved into a folder.

    Raises
    ------
    MissingFileError, InputError
        If there is no key, or it cannot be read.
    """
    from octadisc.topics.judged.intrusion.sheet import IntrusionSheet

    place = as_path(folder, "folder", "results/intrusion")
    path = place if place.suffix == ".json" else place / KEY
    if not path.is_file():
        raise MissingFileError(
            f"{path}: there is no key. Expected the folder that sheet.save(folder) wrote, or the sheet "
            "itself, made again by od.draw_intrusion with the same model and seed."
        )
    try:
        given: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if given["format"] != _FORMAT:
            raise ValueError(given["format"])
        read_kind(given["kind"])
        items = tuple(_to_item(one) for one in given["items"])
        orders = {
            str(coder): tuple((int(number), tuple(map(int, order))) for number, order in mine)
            for coder, mine in given["orders"].items()
        }
        spec = Spec.from_dict(given["spec"])
        return IntrusionSheet(
            given["kind"], items, orders, tuple(given["names"]), spec, tuple(given["notes"])
        )
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}).") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: is no key of od.draw_intrusion that can be read ({type(error).__name__}: {error}). "
            "Save the sheet again."
        ) from None


def _to_item(given: dict[str, Any]) -> Item:
    shown = dict(given["shown"])
    shown["shares"] = tuple(float(one) for one in shown["shares"])
    return Item(
        str(given["line"]),
        int(given["topic"]),
        tuple(map(str, given["choices"])),
        tuple(map(int, given["topics"])),
        int(given["target"]),
        Shown(**shown),
    )
