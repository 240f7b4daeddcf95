from __future__ import annotations

import gzip
import json
import os
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from octadisc.corpus import Corpus
from octadisc.errors import InputError, MissingFileError, OctadiscError, OctadiscWarning, UnknownNameError
from octadisc.reading import files as reading_files
from octadisc.reading.load import load_corpus

Load = Callable[..., Corpus]
Make = Callable[..., Path]
CSV = "date,title,text\n2008-03-28,One,Police met in Vienna.\n2008-03-29,Two,Police met in Graz.\n"


def what(corpus: Corpus) -> set[str]:
    return set(corpus.issues["what"])


def test_ids_are_paths_below_the_root_with_record_numbers(load: Load) -> None:
    corpus = load(
        {
            "b/x.txt": "Vienna, 1 May 2008 – Police met.",
            "a.csv": CSV,
            "c.jsonl": '{"text": "Met.", "date": "2009-01-01"}\n',
        }
    )
    assert corpus.frame["release"].tolist() == ["a.csv#1", "a.csv#2", "b/x.txt", "c.jsonl#1"]
    assert corpus.frame["source"].tolist() == corpus.frame["release"].tolist()


def test_a_file_alone_has_its_folder_as_root(folder: Make) -> None:
    assert load_corpus(folder({"a.csv": CSV}) / "a.csv").frame["release"].tolist() == ["a.csv#1", "a.csv#2"]


def test_globs_and_lists(folder: Make) -> None:
    root = folder({"x/a.csv": CSV, "y/b.csv": CSV, "y/c.txt": "Vienna, 2 May 2008 – Police met."})
    assert len(load_corpus(f"{root}/*/*.csv")) == 4
    assert len(load_corpus([root / "x" / "a.csv", root / "y" / "c.txt"])) == 3
    assert len(load_corpus(root, pattern="*.txt")) == 1


def test_the_same_table_in_seven_formats(folder: Make, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "date": ["2008-03-28", "2008-03-29"],
            "title": ["Eins", "Zwei"],
            "text": ["Über Grenzen.", "Čez mejo."],
        }
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_csv(tmp_path / "a.tsv", index=False, sep="\t")
    frame.to_csv(tmp_path / "b.csv", index=False, sep=";")
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    frame.to_json(tmp_path / "a.json", orient="records")
    (tmp_path / "a.jsonl").write_text(frame.to_json(orient="records", lines=True))
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress((tmp_path / "a.csv").read_bytes()))
    for name in ("a.csv", "a.tsv", "b.csv", "a.parquet", "a.xlsx", "a.json", "a.jsonl", "c.csv.gz"):
        read = load_corpus(tmp_path / name).frame
        assert read["text"].tolist() == frame["text"].tolist(), name
        assert read["title"].tolist() == ["Eins", "Zwei"], name
        assert read["date"].dt.strftime("%Y-%m-%d").tolist() == frame["date"].tolist(), name


def test_a_zip_is_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("in/a.csv", CSV)
        archive.writestr("../evil.txt", "Police met.")
        archive.writestr("__MACOSX/x.txt", "x")
    corpus = load_corpus(tmp_path / "z.zip")
    assert corpus.frame["release"].tolist() == ["z.zip/in/a.csv#1", "z.zip/in/a.csv#2"]
    assert len(corpus.issues) == 2


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Šef policije je u četvrtak rekao da će žrtve dobiti zaštitu.", "cp1250"),
        ("Šef policije je u četvrtak rekao da će.", "iso8859-2"),
        ("Министерството за внатрешни работи соопшти дека лицата се приведени.", "cp1251"),
        ("Die Prüfung heißt für Österreich.", "cp1252"),
        ("La police a arrêté à la frontière les passeurs présumés.", "cp1252"),
        ("Η αστυνομία συνέλαβε δύο άτομα στα σύνορα.", "cp1253"),
        ("Полиција у Београду саопштила је да су лица ухапшена.", "utf-16"),
        ("Полиција у Београду саопштила је.", "utf-8-sig"),
        ("Policija je rekla, da so žrtve na varnem.", "utf-16-le"),
    ],
)
def test_encodings(load: Load, text: str, encoding: str) -> None:
    corpus = load({"a.txt": f"28.03.2008\n\n{text}".encode(encoding)})
    assert corpus.texts == [text]


def test_newlines_stay_as_they_are(load: Load) -> None:
    page = (
        "Title of it\r\n\r\nVienna, 1 May 2008 – Police met in Graz.\r\n\r\nThey will meet again next year."
    )
    assert load({"a.txt": page}).frame["page"].iloc[0] == page


def test_columns_in_other_languages_and_named_ones(load: Load, folder: Make) -> None:
    corpus = load(
        {"a.csv": "Datum;Naslov;Besedilo;Vir\n28.03.2008;Srečanje;Policija se je sestala.;Ministrstvo\n"}
    )
    row = corpus.frame.iloc[0]
    assert (row["title"], row["text"], row["issuer"]) == (
        "Srečanje",
        "Policija se je sestala.",
        "Ministrstvo",
    )
    other = load_corpus(
        folder({"b.csv": "when,what,extra\n2008-03-28,Police met.,7\n"}) / "b.csv", text="what", date="when"
    )
    assert (other.texts, other.frame["extra"].tolist()) == (["Police met."], ["7"])


def test_a_column_named_wrongly(folder: Make) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'body'"):
        load_corpus(folder({"a.csv": "body,date\nx,2008-01-01\n"}), text="boddy")


def test_front_matter_that_is_no_yaml(load: Load) -> None:
    fields = 'title: "A "quiet" border"\ndate: "2008-03-28"\nsource: "Ministry"\n'
    page = f'---\n{fields}creators:\n  - "Perko, Ana"\n  - "Novak, Jan"\n---\n\n Text of it. \n'
    row = load({"a.md": page}).frame.iloc[0]
    assert (row["title"], row["issuer"], row["creators"]) == (
        'A "quiet" border',
        "Ministry",
        "Perko, Ana; Novak, Jan",
    )
    assert str(row["date"].date()) == "2008-03-28"
    assert row["text"] == "Text of it. \n"
    assert row["page"] == page


def test_the_order_of_day_and_month_is_the_columns(load: Load, folder: Make) -> None:
    rows = load({"a.csv": "date,text\n03/04/2008,a\n04/25/2008,b\n"})
    assert rows.frame["date"].dt.month.tolist() == [3, 4]
    unknown = load_corpus(folder({"b.csv": "date,text\n03/04/2008,a\n05/06/2008,b\n"}) / "b.csv")
    assert unknown.frame["date"].dt.month.tolist() == [4, 6]
    assert unknown.dates["ambiguous"].all()
    assert "ambiguous date" in what(unknown)


def test_a_second_date_column_helps_out(load: Load) -> None:
    corpus = load({"a.csv": "text,article_date,listing_date\na,01.02.2015,03.02.2015\nb,,04.02.2015\n"})
    assert corpus.frame["date"].dt.day.tolist() == [1, 4]
    assert corpus.issues.set_index("release").loc["a.csv#2", "what"] == "date missing"


def test_corrections_win(load: Load, tmp_path: Path) -> None:
    fixes = tmp_path.parent / "fixes.csv"
    fixes.write_text("release,date\na.csv#2,2010-01-31\n")
    corpus = load({"a.csv": CSV}, dates=fixes)
    assert corpus.frame["date"].dt.year.tolist() == [2008, 2010]
    assert corpus.dates.query("chosen")["kind"].tolist() == ["column", "correction"]
    with pytest.raises(UnknownNameError, match="no release is called 'b'"):
        load({"a.csv": CSV}, dates={"b": "2008-01-01"})


def test_ids_of_ones_own(load: Load, folder: Make) -> None:
    assert load({"a.csv": "id,date,text\nA,2008-01-01,x\nB,2008-01-02,y\n"}, release="id").frame[
        "release"
    ].tolist() == ["A", "B"]
    twice = load_corpus(
        folder({"b.csv": "id,date,text\nA,2008-01-01,x\nA,2008-01-02,y\n"}) / "b.csv", release="id"
    )
    assert twice.frame["release"].tolist() == ["b.csv#1", "b.csv#2"]
    assert "id given twice" in what(twice)


def test_folders_name_issuers_where_pages_do_not(load: Load) -> None:
    corpus = load(
        {
            "Alpha/a.txt": "Vienna, 1 May 2008 – Police met.",
            "Beta/2008/b.txt": "Vienna, 2 May 2008 – Police met.",
        }
    )
    assert corpus.frame["issuer"].tolist() == ["Alpha", "Beta"]


def test_one_body_of_two_names(load: Load) -> None:
    corpus = load(
        {"a.csv": "issuer,date,text\nSECI Center,2008-01-01,a\nSELEC,2012-01-01,b\nNobody,2012-01-01,c\n"}
    )
    assert corpus.frame["issuer"].tolist() == ["Southeast European Law Enforcement Center"] * 2 + ["Nobody"]
    assert corpus.frame["issuer_as_written"].tolist() == ["SECI Center", "SELEC", "Nobody"]


def test_saved_and_opened(load: Load, tmp_path: Path) -> None:
    corpus = load({"a.csv": CSV})
    place = corpus.save(tmp_path.parent / "saved.parquet")
    again = load_corpus(place)
    assert again.fingerprint == corpus.fingerprint
    assert again.frame["release"].tolist() == corpus.frame["release"].tolist()


# what bad input gets


def test_no_such_place(folder: Make) -> None:
    root = folder({"releases/a.txt": "x"})
    with pytest.raises(MissingFileError, match="Did you mean 'releases'"):
        load_corpus(root / "relases")
    with pytest.raises(MissingFileError, match="no file matches"):
        load_corpus(root / "*.pdf")


def test_nothing_to_read(folder: Make, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found nothing"):
        load_corpus(tmp_path)
    folder({f"{n}.jpg": b"\xff\xd8" for n in range(30)})
    with pytest.raises(InputError, match=r"30 \.jpg"):
        load_corpus(tmp_path)
    with pytest.raises(InputError, match="Expected a file"):
        load_corpus([])


def test_strange_files_are_one_issue_each_or_one_a_type(load: Load) -> None:
    few = {f"{n}.jpg": b"\xff" for n in range(3)}
    many = {f"{n}.png": b"\x89" for n in range(25)}
    corpus = load({"a.csv": CSV, ".hidden": "x", **few, **many})
    counts = corpus.issues["what"].value_counts()
    assert (counts["unexpected file type"], counts["hidden file"]) == (4, 1)
    assert corpus.issues["found"].str.contains("25 files").sum() == 1


def test_tables_without_text_or_dates(folder: Make) -> None:
    root = folder({"a.csv": "who,when\nx,2008-01-01\n", "b.csv": "title,text\nOne,Police met.\n"})
    with pytest.raises(InputError, match=r"no column holds the releases' text.*found who, when"):
        load_corpus(root / "a.csv")
    with pytest.warns(OctadiscWarning, match="Name the column with date="):
        corpus = load_corpus(root / "b.csv")
    assert {"no date column", "no readable date"} <= what(corpus)
    assert corpus.frame["date"].isna().all()


def test_unreadable_dates_are_listed(load: Load) -> None:
    corpus = load({"a.csv": "date,text\nn.d.,a\n13/2019,b\n2008-01-01,c\n"})
    listed = corpus.issues.query("what == 'no readable date'")
    assert listed["found"].tolist() == ["n.d.", "13/2019"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 no workbook"),
        ("a.zip", b"PK\x03\x04 no archive"),
        ("a.json", b'{"a": [1,'),
        ("a.json", b"[" * 100_000),
        ("a.txt.gz", b"\x1f\x8b\x08 no gzip"),
        ("a.parquet", b"PAR1 no parquet"),
        ("a.txt", bytes(range(256)) * 20),
        ("a.csv", b""),
        ("a.jsonl", b"no json\n"),
        ("a.csv", b"date,text\n"),
    ],
)
def test_what_cannot_be_read_is_said_or_listed(folder: Make, name: str, content: bytes) -> None:
    root = folder({f"x/{name}": content})
    with pytest.raises(OctadiscError, match=r"Nothing was loaded"):
        load_corpus(root / "x")
    (root / "x" / "good.csv").write_text(CSV)
    corpus = load_corpus(root / "x")
    assert len(corpus) == 2
    assert name in corpus.issues["source"].iloc[-1]


def test_ragged_rows_and_an_open_quotation_mark(load: Load, folder: Make) -> None:
    corpus = load({"a.csv": "date,text\n2008-01-01,one, two\n2008-01-02\n2008-01-03,three\n"})
    assert corpus.texts == ["one, two", "", "three"]
    assert corpus.issues["what"].tolist().count("ragged row") == 2
    assert "no text" in what(corpus)
    opened = load_corpus(folder({"b.csv": 'date,text\n2008-01-01,"open\n2008-01-02,b\n'}) / "b.csv")
    assert "quotation mark never closed" in what(opened)


def test_two_columns_of_one_name_both_stay(load: Load) -> None:
    assert load({"a.csv": "text,text,date\na,b,2008-01-01\n"}).frame["text_2"].tolist() == ["b"]


def test_an_empty_text_is_kept_and_listed(load: Load) -> None:
    corpus = load({"a.csv": "date,text\n2008-01-01,\n2008-01-02,b\n"})
    assert (corpus.texts, what(corpus)) == (["", "b"], {"no text"})


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows needs a privilege for links, and forbids such names"
)
def test_links_and_names(folder: Make) -> None:
    root = folder(
        {
            "a b'c\"d.txt": "Vienna, 1 May 2008 – Police met.",
            "Саопштење о граници.txt": "Vienna, 2 May 2008 – Police met.",
        }
    )
    os.symlink(root / "nowhere", root / "broken.txt")
    with open(os.fsencode(root) + b"/\xff\xfe.txt", "w") as file:
        file.write("Vienna, 3 May 2008 – Police met.")
    corpus = load_corpus(root)
    assert corpus.frame["release"].tolist() == ["\\xff\\xfe.txt", "a b'c\"d.txt", "Саопштење о граници.txt"]
    assert what(corpus) == {"broken link"}


def test_a_file_one_may_not_read(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder({"a.csv": CSV, "b.txt": "x"})
    read = Path.read_bytes

    def refuse(self: Path) -> bytes:
        if self.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return read(self)

    monkeypatch.setattr(reading_files.Path, "read_bytes", refuse)
    corpus = load_corpus(root)
    assert len(corpus) == 2
    assert corpus.issues["found"].tolist() == ["b.txt: Permission denied"]


def test_lone_surrogates_are_replaced_and_listed(load: Load) -> None:
    corpus = load({"a.jsonl": '{"text": "a \\ud83d b", "date": "2008-01-01"}'})
    assert corpus.texts == ["a \ufffd b"]
    assert what(corpus) == {"lone surrogates"}


@pytest.mark.parametrize("unit", ["The police met in Vienna. ", "a", "1 2008-", "<p", "a@b.", "March 3 "])
def test_megabytes_on_one_line_take_seconds(folder: Make, unit: str) -> None:
    root = folder(
        {
            "big.txt": unit * (6_000_000 // len(unit)),
            "big.html": unit * (3_000_000 // len(unit)),
            "a.csv": CSV,
        }
    )
    start = time.perf_counter()
    corpus = load_corpus(root)
    assert len(corpus) == 4
    assert time.perf_counter() - start < 20


def test_a_page_nested_beyond_reading(load: Load) -> None:
    corpus = load(
        {"a.csv": CSV, "deep.html": "<div>" * 100_000 + "The police met in Vienna and agreed on a plan."}
    )
    assert "The police met in Vienna" in corpus.texts[2]


def test_an_archive_that_unpacks_a_thousandfold(load: Load) -> None:
    corpus = load({"a.csv": CSV, "bomb.txt.gz": gzip.compress(bytes(60_000_000))})
    assert corpus.issues["what"].tolist() == ["unreadable file"]


def test_json_shapes(load: Load) -> None:
    record = {
        "headline": "One",
        "body": "<p>First.</p><p>Second.</p>",
        "published": "2008-03-28T10:00:00Z",
        "tags": ["a", "b"],
    }
    corpus = load({"a.json": json.dumps({"count": 1, "items": [record]}), "b.json": json.dumps(record)})
    assert corpus.texts == ["First.\n\nSecond."] * 2
    assert corpus.frame["tags"].tolist() == ["a; b"] * 2


def test_a_workbook_of_real_dates(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Datum", "Text"])
    book.active.append([np.datetime64("2008-03-28").astype(object), "Police met."])
    book.save(tmp_path / "a.xlsx")
    assert str(load_corpus(tmp_path).frame["date"].iloc[0].date()) == "2008-03-28"


def test_the_order_of_reading_does_not_matter_for_the_fingerprint(folder: Make) -> None:
    root = folder({"a.csv": CSV, "b.txt": "Vienna, 1 May 2008 – Police met."})
    one, two = load_corpus([root / "a.csv", root / "b.txt"]), load_corpus([root / "b.txt", root / "a.csv"])
    assert one.fingerprint == two.fingerprint


@pytest.mark.parametrize(
    "given",
    [
        [{"title": {"rendered": "A"}, "content": {"rendered": "<p>Police met.</p>"}, "date": "2008-03-28"}]
        * 2,
        {
            "data": {
                "items": [{"attributes": {"title": "A", "body": "Police met.", "date": "2008-03-28"}}] * 2
            }
        },
        {
            "response": {
                "results": [{"fields": {"headline": "A", "bodyText": "Police met."}, "date": "2008-03-28"}]
                * 2
            }
        },
    ],
    ids=["rendered", "attributes", "fields"],
)
def test_json_as_web_sites_export_it(given: object, tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text(json.dumps(given), encoding="utf-8")
    options = {"text": "bodyText"} if "response" in given else {}
    frame = load_corpus(tmp_path / "export.json", **options).frame
    assert frame[["title", "text"]].values.tolist() == [["A", "Police met."]] * 2
    assert frame["date"].dt.strftime("%Y-%m-%d").tolist() == ["2008-03-28"] * 2


def test_one_impossible_date_does_not_turn_a_column(tmp_path: Path) -> None:
    rows = [
        f"{month:02d}/{day:02d}/2010,Police met." for month, day in ((3, 4), *((1, d) for d in range(13, 28)))
    ]
    (tmp_path / "us.csv").write_text(
        "date,text\n" + "\n".join([*rows, "13/13/2010,Police met."]), encoding="utf-8"
    )
    frame = load_corpus(tmp_path / "us.csv").frame
    assert frame["date"].iloc[0].strftime("%Y-%m-%d") == "2010-03-04"
    assert frame["date"].isna().sum() == 1


def test_names_of_one_body_by_a_table_of_ones_own(tmp_path: Path) -> None:
    table = tmp_path / "issuers.csv"
    rows = ["Ministry of Silence,MoS,,2005-01-01", "Ministry of Noise,MoS,2005-01-01,"]
    table.write_text("\n".join(["canonical,name,start,end", *rows]), encoding="utf-8")
    releases = tmp_path / "releases.csv"
    releases.write_text("date,issuer,text\n2004-05-01,MoS,One.\n2006-05-01,MoS,Two.\n", encoding="utf-8")
    frame = load_corpus(releases, issuers=table).frame
    assert frame["issuer"].tolist() == ["Ministry of Silence", "Ministry of Noise"]
    assert frame["issuer_as_written"].tolist() == ["MoS", "MoS"]
    assert load_corpus(releases, issuers={"MoS": "Body"}).frame["issuer"].tolist() == ["Body", "Body"]
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="canonical and name, found the columns a, b"):
        load_corpus(releases, issuers=wrong)


def test_a_release_in_two_languages_is_noted(folder: Callable[..., Path]) -> None:
    english = (
        "The police and the customs of the region agreed on joint teams for the border of the two states. "
    )
    german = "Die Polizei und der Zoll der Region haben sich auf gemeinsame Teams für die Grenze geeinigt. "
    text = f"Vienna, 28 March 2008\n\n{english * 9}\n\n{german * 9}"
    corpus = load_corpus(folder({"a.txt": text, "b.txt": f"Vienna, 29 March 2008\n\n{english * 12}"}))
    assert corpus.frame["language"].tolist() == ["en", "en"]
    assert corpus.frame["other_language"].fillna("").tolist() == ["de", ""]
    assert "two languages" in set(corpus.issues["what"])
