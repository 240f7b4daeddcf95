"""PDF, DOCX, RTF and mail, made by the tests."""

from __future__ import annotations

import io
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import docx
import pypdf
import pytest

from octadisc.corpus import Corpus
from octadisc.errors import OctadiscError
from octadisc.reading.load import load_corpus

Load = Callable[..., Corpus]
CSV = "date,text\n2008-03-28,Police met in Vienna.\n"
STORY = "The police services of both countries agreed on joint patrols along the river."


def what(corpus: Corpus) -> list[str]:
    return corpus.issues["what"].tolist()


def day(corpus: Corpus, row: int = 0) -> str:
    return str(corpus.frame["date"].iloc[row].date())


def kinds(corpus: Corpus) -> list[str]:
    return corpus.dates["kind"].tolist()


def pdf(*pages: list[str], **properties: str) -> bytes:
    """Write a PDF with a line of Helvetica for each string; a page without strings has no text."""
    writer = pypdf.PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(600, 800)
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        stream = pypdf.generic.DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 50 750 Td {shown} ET".encode())
        font = pypdf.generic.DictionaryObject()
        for name, value in (("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica")):
            font[pypdf.generic.NameObject(name)] = pypdf.generic.NameObject(value)
        fonts = pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/F1"): font})
        page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
            {pypdf.generic.NameObject("/Font"): fonts}
        )
        if lines:
            page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    if properties:
        writer.add_metadata({f"/{name}": value for name, value in properties.items()})
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_the_pages_of_a_pdf_are_one_release(load: Load) -> None:
    story = [STORY, f"{STORY[:-1]} and in the hills, as the ministers will tell par-"]
    rest = ["liament in June, when both houses sit in the capital and the budget of the year is read."]
    made = pdf(
        ["Joint patrols agreed", "Vienna, 28 March 2008", *story],
        rest,
        Title="patrols.doc",
        CreationDate="D:20150102030405Z",
    )
    corpus = load({"a.pdf": made})
    assert corpus.frame["title"].tolist() == ["Joint patrols agreed"]
    assert corpus.texts == ["\n".join([*story, *rest])]
    assert day(corpus) == "2008-03-28"
    assert {"dateline", "document"} <= set(kinds(corpus))


def test_the_day_a_pdf_was_made_is_the_weakest_evidence_but_evidence(load: Load) -> None:
    made = pdf([STORY], CreationDate="D:20080329120000", ModDate="D:20150101000000", Title="Joint patrols")
    corpus = load({"a.pdf": made})
    assert day(corpus) == "2008-03-29"
    assert corpus.frame["title"].tolist() == ["Joint patrols"]
    named = load({"2008-03-28.pdf": made})
    assert day(named, 0) == "2008-03-28"


def test_scanned_pages_are_reported(load: Load) -> None:
    corpus = load({"a.csv": CSV, "b.pdf": pdf([], []), "c.pdf": pdf(["Vienna, 28 March 2008", STORY], [])})
    assert what(corpus) == ["scanned pages without text", "pages without text"]
    assert corpus.issues["found"].tolist() == ["2 pages", "2"]
    assert len(corpus) == 2


def test_encrypted_pdfs(load: Load) -> None:
    made = {}
    for name, password in (("shut", "secret"), ("open", "")):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(["Vienna, 28 March 2008", STORY])))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        made[f"{name}.pdf"] = out.getvalue()
    corpus = load({"a.csv": CSV, **made})
    assert corpus.frame["release"].tolist() == ["a.csv#1", "open.pdf"]
    assert what(corpus) == ["encrypted", "unreadable file"]
    assert "without a password" in corpus.issues["found"].iloc[1]


def word(title: str = "", paragraphs: tuple[str, ...] = (), rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    import datetime

    document = docx.Document()
    for one in paragraphs:
        document.add_paragraph(one)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                table.cell(n, m).text = cell
        document.add_paragraph("The figures are those of the police of both countries for the year.")
    document.core_properties.title = title
    document.core_properties.created = datetime.datetime(2008, 3, 31, 10)
    document.core_properties.modified = datetime.datetime(2015, 1, 1, 10)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def test_a_word_document(load: Load) -> None:
    paragraphs = ("Joint patrols agreed", "Vienna, 28 March 2008", STORY)
    corpus = load({"a.docx": word("Template", paragraphs, (("Cars", "12"), ("Lorries", "3")))})
    row = corpus.frame.iloc[0]
    assert (row["title"], day(corpus)) == ("Joint patrols agreed", "2008-03-28")
    assert row["text"].startswith(STORY)
    assert "Cars\t12\n\nLorries\t3\n\nThe figures" in row["page"]
    weak = load({"a.docx": word("Joint patrols", (STORY,))})
    assert (weak.frame["title"].iloc[0], day(weak)) == ("Joint patrols", "2008-03-31")


def test_an_empty_word_document(load: Load) -> None:
    assert what(load({"a.csv": CSV, "b.docx": word()})) == ["document without text"]


def test_rtf(load: Load) -> None:
    head = r"{\rtf1\ansi\ansicpg1250{\fonttbl{\f0\fcharset238 Arial;}}{\info{\title Patrols on Mura}"
    made = r"{\creatim\yr2008\mo3\dy31}}\f0 Skupne patrulje\par\par Dunaj, 28. marca 2008\par\par "
    text = r"Minister je povedal, da se \'9aolanje policistov za\u269?enja in \'9eupan ga pozdravlja.\par}"
    corpus = load({"a.rtf": head + made + text})
    assert (
        corpus.texts[0].strip()
        == "Minister je povedal, da se šolanje policistov začenja in župan ga pozdravlja."
    )
    assert (corpus.frame["title"].iloc[0], day(corpus)) == ("Skupne patrulje", "2008-03-28")
    assert corpus.dates.query("kind == 'document'")["date"].dt.day.tolist() == [31]


def test_links_in_rtf_cost_no_time(load: Load) -> None:
    field = r'{\field{\*\fldinst{HYPERLINK "http://example.org"}}{\fldrslt{there}}} '
    corpus = load({"a.rtf": r"{\rtf1\ansi Vienna, 28 March 2008\par " + field * 3000 + STORY + "}"})
    assert corpus.texts[0].split().count("there") == 3000
    assert "example.org" not in corpus.texts[0]


def mail(plain: str = "", html: str = "", subject: str = "Joint patrols agreed") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Ministry of the Interior <press@mi.example>"
    message["Date"] = "Fri, 28 Mar 2008 23:30:00 +0100"
    if plain:
        message.set_content(plain)
    if html and plain:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


def test_a_message(load: Load) -> None:
    message = mail(f"{STORY}\n\nThe next meeting is in Graz in the autumn of this year.\n", f"<p>{STORY}</p>")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="annex.pdf")
    corpus = load({"a.eml": bytes(message)})
    row = corpus.frame.iloc[0]
    assert (row["title"], row["issuer"]) == ("Joint patrols agreed", "Ministry of the Interior")
    assert row["text"].startswith(STORY)
    assert "<p>" not in row["text"]
    assert (day(corpus), kinds(corpus)) == ("2008-03-28", ["mail header"])
    assert what(corpus) == ["attachment"]
    assert "annex.pdf" in corpus.issues["found"].iloc[0]


def test_a_dateline_beats_the_header_and_html_is_read_where_there_is_nothing_else(load: Load) -> None:
    corpus = load(
        {"a.eml": bytes(mail(html=f"<html><body><p>Vienna, 27 March 2008</p><p>{STORY}</p></body></html>"))}
    )
    assert (corpus.texts, day(corpus)) == ([STORY], "2008-03-27")


@pytest.mark.parametrize("declared", ["windows-1250", "no-such-charset", "utf-8"])
def test_letters_of_a_message_whatever_it_declares(load: Load, declared: str) -> None:
    text = "Minister je povedal, da se šolanje policistov začenja v sredo in župan ga pozdravlja."
    head = (
        "Subject: =?windows-1250?Q?=8Aolanje?=\r\nDate: 28 Mar 2008 10:00:00 +0100\r\nFrom: a@mi.example\r\n"
    )
    kind = f"Content-Type: text/plain; charset={declared}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    corpus = load({"a.eml": (head + kind).encode() + text.encode("cp1250")})
    assert (corpus.texts, corpus.frame["title"].tolist()) == ([text], ["Šolanje"])
    assert corpus.frame["issuer"].tolist() == ["mi.example"]


def test_a_mailbox(load: Load) -> None:
    box = b""
    for n in range(3):
        message = bytes(
            mail(
                f"{STORY}\n\n>From now on there are {n} patrols on the river each week.\n", subject=f"No {n}"
            )
        )
        box += b"From press@mi.example Fri Mar 28 23:30:00 2008\n" + message + b"\n"
    corpus = load({"2015-01-01.mbox": box})
    assert corpus.frame["release"].tolist() == [f"2015-01-01.mbox#{n}" for n in (1, 2, 3)]
    assert corpus.frame["title"].tolist() == ["No 0", "No 1", "No 2"]
    assert "\nFrom now on there are 2 patrols" in corpus.texts[2]
    assert set(corpus.frame["date"].dt.year) == {2008}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.4\nnothing of the kind"),
        ("a.pdf", b"no PDF"),
        ("a.pdf", pdf([STORY])[:300]),
        ("a.docx", b"PK\x03\x04 no document"),
        ("a.docx", word("x", (STORY,))[:2000]),
        ("a.rtf", b"no RTF at all"),
        ("a.rtf", b"{\\rtf1\\ansicpg99999 \\'9a\x9a x}"),
        ("a.eml", b"\x00\x01\x02"),
        ("a.eml", b"A text that is no message.\n"),
        ("a.mbox", b"A text that is no mailbox.\n"),
        ("a.eml", b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"),
    ],
)
def test_what_is_broken_is_an_issue(load: Load, tmp_path: Path, name: str, content: bytes) -> None:
    place = tmp_path / "x"
    place.mkdir()
    (place / name).write_bytes(content)
    with pytest.raises(OctadiscError, match="Nothing was loaded"):
        load_corpus(place)
    (place / "b.csv").write_text(CSV)
    corpus = load_corpus(place)
    assert (len(corpus), len(corpus.issues)) == (1, 1)
    assert corpus.issues["source"].tolist() == [name]
