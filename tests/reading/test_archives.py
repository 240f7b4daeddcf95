"""Archives in archives, and those that mean harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from octadisc.corpus import Corpus
from octadisc.reading import archives
from octadisc.reading.load import load_corpus

Load = Callable[..., Corpus]
PAGE = "Vienna, 1 May 2008 – Police met in the hall of the ministry."
CSV = "date,text\n2008-03-28,Police met in Vienna.\n"


def zipped(files: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def tarred(files: dict[str, str | bytes], mode: str = "w") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def test_archives_in_archives_are_folders_in_folders(load: Load) -> None:
    inner = zipped({"d/a.txt": PAGE, "b.txt.gz": gzip.compress(PAGE.encode())})
    corpus = load(
        {
            "x.zip": zipped({"in.zip": inner, "z.txt": PAGE, "t.tgz": tarred({"c.txt": PAGE}, "w:gz")}),
            "y.tar": tarred({"in.zip": inner}),
            "y.tar.gz": tarred({"e.csv": CSV, "deep/in.tar": tarred({"f.txt": PAGE})}, "w:gz"),
        }
    )
    assert corpus.frame["release"].tolist() == [
        "x.zip/in.zip/b.txt.gz",
        "x.zip/in.zip/d/a.txt",
        "x.zip/t.tgz/c.txt",
        "x.zip/z.txt",
        "y.tar.gz/deep/in.tar/f.txt",
        "y.tar.gz/e.csv#1",
        "y.tar/in.zip/b.txt.gz",
        "y.tar/in.zip/d/a.txt",
    ]
    assert corpus.issues.empty
    assert corpus.frame["date"].notna().all()


def test_other_compressions(load: Load) -> None:
    corpus = load(
        {
            "a.txt.bz2": bz2.compress(PAGE.encode()),
            "b.txt.xz": lzma.compress(PAGE.encode()),
            "c.txt.gz.gz": gzip.compress(gzip.compress(PAGE.encode())),
            "d.tar.xz": tarred({"x.txt": PAGE}, "w:xz"),
        }
    )
    assert len(set(corpus.texts)) == 1
    assert len(corpus) == 4


def test_names_and_links_lead_nowhere(load: Load, tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        link = tarfile.TarInfo("passwords.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        device = tarfile.TarInfo("device.txt")
        device.type = tarfile.CHRTYPE
        archive.addfile(device)
        entry = tarfile.TarInfo("../evil.txt")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"abc"))
    before = set(tmp_path.parent.iterdir())
    corpus = load({"a.csv": CSV, "x.tar": made.getvalue()})
    assert corpus.issues["what"].tolist() == [
        "hidden file or a place outside",
        "no regular file in an archive",
        "link in an archive",
    ]
    assert len(corpus) == 1
    assert set(tmp_path.parent.iterdir()) == before


def test_bombs_are_refused(load: Load) -> None:
    sparse = tarfile.TarInfo("hole.txt")
    sparse.size = 10**12
    corpus = load(
        {
            "a.csv": CSV,
            "b.tar.gz": gzip.compress(bytes(80_000_000)),
            "c.tar": sparse.tobuf() + bytes(1024),
            "d.zip": zipped(
                {"bomb.txt": bytes(60_000_000), "in.zip": zipped({"bomb.txt": bytes(60_000_000)})}
            ),
            "e.docx": zipped({"word/document.xml": bytes(90_000_000)}),
            "f.xlsx": zipped({"xl/workbook.xml": bytes(90_000_000)}),
        }
    )
    assert len(corpus) == 1
    assert set(corpus.issues["source"].str[:1]) == set("bcdef")


def test_depth_and_number_are_bounded(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = zipped({"a.txt": PAGE})
    for _ in range(archives.DEEP + 1):
        deep = zipped({"in.zip": deep})
    corpus = load({"a.csv": CSV, "deep.zip": deep})
    assert corpus.issues["what"].tolist() == ["too many archives in archives"]
    monkeypatch.setattr("octadisc.reading.files.MANY", 5)
    many = zipped({f"{n}.zip": zipped({"a.txt": PAGE}) for n in range(9)})
    corpus = load({"deep.zip": many})
    assert corpus.issues["what"].tolist() == ["too many archives in archives"]
    assert len(corpus) == 5  # four of the nine, and a.csv


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz", "x.tgz", "x.tar.bz2", "x.tar.xz", "x.wacz"])
def test_broken_archives_are_an_issue(load: Load, name: str) -> None:
    corpus = load({"a.csv": CSV, name: b"PK\x03\x04 no archive", f"y/{name}": b""})
    assert len(corpus) == 1
    assert corpus.issues["done"].tolist() == ["left out"] * 2
    assert corpus.issues["source"].tolist() == [name, f"y/{name}"]


def test_an_archive_cut_short_gives_what_it_can(load: Load) -> None:
    whole = tarred({f"{n}.txt": PAGE + " More of it." * 400 for n in range(3)})
    corpus = load({"a.csv": CSV, "x.tar": whole[: len(whole) // 3]})
    assert len(corpus.issues)
    assert len(corpus) >= 1


def test_many_members_are_read_from_one_opened_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.tgz").write_bytes(tarred({f"{n:03}.txt": PAGE for n in range(50)}, "w:gz"))
    opened = []
    unpack = archives.unpack
    monkeypatch.setattr(archives, "unpack", lambda *given: opened.append(given) or unpack(*given))
    assert len(load_corpus(tmp_path / "x.tgz")) == 50
    assert len(opened) == 2  # to list, and to read
