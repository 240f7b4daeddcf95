"""Web archives, feeds, TEI, exports of press databases and annotated texts, made by the tests."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octadisc.corpus import Corpus
from octadisc.errors import OctadiscError
from octadisc.reading.load import load_corpus

Load = Callable[..., Corpus]
CSV = "date,text\n2008-03-28,Police met in Vienna.\n"
STORY = "The police services of both countries agreed on joint patrols along the river."


def what(corpus: Corpus) -> list[str]:
    return corpus.issues["what"].tolist()


def days(corpus: Corpus) -> list[str]:
    return corpus.frame["date"].dt.strftime("%Y-%m-%d").tolist()


# web archives


def warc(*records: tuple[str, str, str, str], compress: bool = True) -> bytes:
    """Write responses (address, status, type, body)."""

    def record(kind: str, url: str, body: bytes) -> bytes:
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:x>\r\nWARC-Date: 2014-09-15T10:00:00Z\r\n"
        )
        head += f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
        whole = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"
        return gzip.compress(whole) if compress else whole

    made = [record("warcinfo", "x.warc", b"software: our tests\r\n")]
    for url, status, kind, body in records:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body.encode())}\r\n\r\n"
        made.append(record("response", url, head.encode() + body.encode()))
    return b"".join(made)


def page(line: str) -> str:
    return f"<html><body><h1>Joint patrols agreed</h1><p>{line}</p><p>{STORY}</p></body></html>"


RECORDS = (
    ("http://mi.example/1.html", "200 OK", "text/html; charset=utf-8", page("Vienna, 28 March 2008")),
    ("http://mi.example/logo.png", "200 OK", "image/png", "no picture"),
    ("http://mi.example/gone", "404 Not Found", "text/html", page("Gone")),
    ("http://mi.example/2.html", "200 OK", "text/html", page("A meeting in the hall")),
)


@pytest.mark.parametrize("compress", [True, False])
def test_the_pages_of_a_web_archive(load: Load, compress: bool) -> None:
    name = "2016-01-01.warc.gz" if compress else "2016-01-01.warc"
    corpus = load({name: warc(*RECORDS, compress=compress)})
    assert corpus.frame["release"].tolist() == [f"{name}#2", f"{name}#5"]
    assert corpus.frame["url"].tolist() == ["http://mi.example/1.html", "http://mi.example/2.html"]
    assert days(corpus) == ["2008-03-28", "2014-09-15"]
    assert corpus.dates.query("chosen")["kind"].tolist() == ["dateline", "capture"]
    assert corpus.texts[0] == STORY
    assert what(corpus) == ["records that are no pages", "only a day of capture"]
    assert corpus.issues["found"].iloc[0] == "1 image/png, 1 status 404, 1 warcinfo"


def test_a_wacz_is_its_archive(load: Load) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("archive/data.warc.gz", warc(RECORDS[0]))
        archive.writestr("pages/pages.jsonl", '{"url": "http://mi.example/1.html", "text": "Police met."}')
        archive.writestr("datapackage.json", "{}")
    corpus = load({"x.wacz": made.getvalue()})
    assert corpus.frame["release"].tolist() == ["x.wacz/archive/data.warc.gz#2"]
    assert what(corpus) == ["index of a web archive", "records that are no pages"]


def test_a_web_archive_that_breaks_off(load: Load) -> None:
    whole = warc(*RECORDS)
    corpus = load({"a.csv": CSV, "x.warc.gz": whole[: len(whole) - 40]})
    assert len(corpus) >= 2


# feeds

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Ministry of the Interior</title><link>http://mi.example/</link><language>en</language>
<item><title>Joint patrols &amp; more</title><link>http://mi.example/1</link>
<pubDate>Fri, 28 Mar 2008 10:00:00 GMT</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>{STORY}</p><p>They met in Graz.</p>]]></content:encoded></item>
<item><title>Second</title><pubDate>Sat, 29 Mar 2008 10:00:00 GMT</pubDate>
<description>{STORY}</description></item>
<item><title>Empty</title></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Europol</title>
<entry><title>Joint patrols</title><link href="http://e.example/1"/>
<published>2008-03-28T10:00:00Z</published><updated>2015-01-01T10:00:00Z</updated>
<content type="html">&lt;p&gt;{STORY}&lt;/p&gt;</content></entry></feed>"""


def test_an_entry_of_a_feed_is_a_release(load: Load) -> None:
    corpus = load({"a.rss": RSS, "b.xml": ATOM})
    assert corpus.frame["release"].tolist() == ["a.rss#1", "a.rss#2", "b.xml#1"]
    assert corpus.frame["title"].tolist() == ["Joint patrols & more", "Second", "Joint patrols"]
    assert corpus.texts == [f"{STORY}\n\nThey met in Graz.", STORY, STORY]
    assert days(corpus) == ["2008-03-28", "2008-03-29", "2008-03-28"]
    assert corpus.frame["issuer_as_written"].tolist() == ["Ministry of the Interior"] * 2 + ["Europol"]
    assert what(corpus) == ["entry with a summary only", "entry without text"]
    assert "modified" in corpus.dates["kind"].tolist()


# TEI

HEADER = """<teiHeader><fileDesc><titleStmt><title type="main" xml:lang="en">Minutes</title>
<title type="main" xml:lang="sl">Seja o meji</title></titleStmt>
<publicationStmt><publisher>Inštitut</publisher><date when="2021-06-01">2021</date></publicationStmt>
<sourceDesc><bibl><date when="2008-03-28">28.3.2008</date></bibl></sourceDesc></fileDesc></teiHeader>"""
TEI = (
    '<?xml version="1.0" encoding="utf-8"?><TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="sl">'
    f"{HEADER}<text><body><div><note>Predsedujoči</note>"
    "<u><seg>Policija se je <hi>sestala</hi> na Dunaju.<note>(ploskanje)</note></seg>"
    "<seg>Dogovorili so se o skupnih patruljah.</seg></u></div></body></text></TEI>"
)
ANNOTATED = (
    '<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="sl">'
    f'{HEADER}<text><body><u><seg><s><w lemma="policija" msd="UPosTag=NOUN|Case=Nom">Policija</w>\n'
    '<w lemma="biti" pos="AUX">je</w> <name><w lemma="priti" pos="VERB" join="right">prišla</w></name>'
    '<pc pos="PUNCT">.</pc></s></seg></u></body></text></TEI>'
)


def test_tei(load: Load) -> None:
    corpus = load({"a.xml": TEI, "b.tei": ANNOTATED})
    assert corpus.texts == [
        "Policija se je sestala na Dunaju.\n\nDogovorili so se o skupnih patruljah.",
        "Policija je prišla.",
    ]
    assert corpus.frame["title"].tolist() == ["Seja o meji"] * 2
    assert days(corpus) == ["2008-03-28"] * 2
    assert corpus.frame["issuer"].tolist() == ["Inštitut"] * 2
    assert corpus.frame["language"].tolist() == ["sl", "sl"]
    assert corpus.frame["annotation"].iloc[0] is None
    assert corpus.frame["annotation"].iloc[1] == [
        (0, 8, "policija", "NOUN"),
        (9, 11, "biti", "AUX"),
        (12, 18, "priti", "VERB"),
        (18, 19, "", "PUNCT"),
    ]


def test_a_corpus_of_tei(load: Load) -> None:
    inner = TEI.partition("?>")[2]
    corpus = load(
        {"a.xml": f'<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">{HEADER}{inner}{inner}</teiCorpus>'}
    )
    assert corpus.frame["release"].tolist() == ["a.xml#1", "a.xml#2"]


LOL = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
BOMB = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "police">{LOL}]>'


@pytest.mark.parametrize(
    "content",
    [
        BOMB + "<TEI><text><body><p>&l9;</p></body></text></TEI>",
        BOMB + "<rss><channel><item><description>&l9;</description></item></channel></rss>",
        BOMB + "<rss><channel><item><description>&l9;</description></item></channel>",
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><TEI><text><body><p>&x;</p></body></text></TEI>',
        '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><rss><channel></channel></rss>',
        "<a>" * 100_000,
        "<TEI><text>" + "<p>" * 100_000 + "</p>" * 100_000 + "</text></TEI>",
        "<TEI><text><body/></text></TEI>",
        "<other><p>Police met.</p></other>",
        "<rss><channel><title>Nothing</title></channel></rss>",
        "<rss",
        "no XML at all",
        "\x00\x01",
    ],
)
@pytest.mark.parametrize("name", ["a.xml", "a.rss"])
def test_xml_that_is_refused(load: Load, name: str, content: str) -> None:
    corpus = load({"b.csv": CSV, name: content})
    assert (len(corpus), len(corpus.issues)) == (1, 1)
    assert corpus.issues["source"].tolist() == [name]


# exports

CLASSIC = """\ufeff                               1 of 2 DOCUMENTS


                                River Gazette

                             March 28, 2008 Friday
                                 Final Edition

Joint patrols agreed by both ministries after
long talks

BYLINE: By Ana Perko

SECTION: NATIONAL; Pg. 3

LENGTH: 523 words

DATELINE: VIENNA

 The police services agreed on joint patrols.

 "We trust each other," the minister said.

LOAD-DATE: April 2, 2009

LANGUAGE: ENGLISH

PUBLICATION-TYPE: Newspaper

                       Copyright 2008 River Gazette Ltd
                              All Rights Reserved


                               2 of 2 DOCUMENTS


                                 Hill Courier

                                 3 April 2008

HEADLINE: Patrols begin

LENGTH: 12 words

The patrols began on Monday.

LOAD-DATE: April 4, 2008
"""
NEWER = [
    "Joint patrols agreed",
    "River Gazette",
    "March 28, 2008 Friday",
    "Copyright 2008 River Gazette Ltd All Rights Reserved",
    "Section: NATIONAL",
    "Length: 523 words",
    "Byline: Ana Perko",
    "Body",
    "The police services agreed on joint patrols.",
    "Subject: they meet again.",
    "Classification",
    "Language: ENGLISH",
    "Load-Date: April 2, 2009",
    "End of Document",
]
FACTIVA = """HD
Joint patrols agreed
BY
By Ana Perko
WC
523 words
PD
28 March 2008
SN
River Gazette
SC
RIVGAZ
LA
English
CY
(c) 2008 River Gazette Ltd
LP
The police services agreed on joint patrols.

TD
"We trust each other," the minister said.

They meet again in Graz.

AN
Document RIVGAZ0020080328e43s00001

HD
Patrols begin
WC
12 words
PD
3 April 2008
SN
Hill Courier
LA
English
TD
The patrols began on Monday.
AN
Document HILL000020080403e44300002
"""


def test_nexis_as_text(load: Load) -> None:
    corpus = load({"Nexis_2015-01-01.txt": CLASSIC})
    assert corpus.frame["title"].tolist() == [
        "Joint patrols agreed by both ministries after long talks",
        "Patrols begin",
    ]
    assert corpus.frame["issuer"].tolist() == ["River Gazette", "Hill Courier"]
    assert days(corpus) == ["2008-03-28", "2008-04-03"]
    assert corpus.texts == [
        'The police services agreed on joint patrols.\n\n "We trust each other," the minister said.',
        "The patrols began on Monday.",
    ]
    assert corpus.frame["language"].tolist() == ["en", "en"]
    assert "".join(corpus.frame["page"]) == CLASSIC.removeprefix("\ufeff")
    start, end = corpus.to_page(corpus.frame["release"].iloc[0], 0, 10)
    assert corpus.frame["page"].iloc[0][start:end] == "The police"


def test_nexis_as_a_word_document_and_as_rtf(load: Load) -> None:
    document = docx.Document()
    cover = ["Date and Time: Friday, January 2, 2015", "Documents (2)", "1. Joint patrols agreed"]
    for line in [*cover, *NEWER, *NEWER]:
        document.add_paragraph(line)
    made = io.BytesIO()
    document.save(made)
    rtf = r"{\rtf1\ansi " + "".join(rf"{line}\par " for line in NEWER * 2) + "}"
    corpus = load({"a.docx": made.getvalue(), "b.rtf": rtf})
    assert corpus.frame["release"].tolist() == ["a.docx#1", "a.docx#2", "b.rtf#1", "b.rtf#2"]
    assert set(corpus.frame["title"]) == {"Joint patrols agreed"}
    assert set(corpus.frame["issuer"]) == {"River Gazette"}
    assert set(days(corpus)) == {"2008-03-28"}
    assert {" ".join(text.split()) for text in corpus.texts} == {
        "The police services agreed on joint patrols. Subject: they meet again."
    }


def factiva_html() -> str:
    rows = []
    for block in FACTIVA.split("\n\nHD\n"):
        block = block if block.startswith("HD\n") else "HD\n" + block
        cells: list[list[str]] = []
        for line in block.splitlines():
            if len(line) == 2 and line.isupper():
                cells.append([line, ""])
            elif line:
                cells[-1][1] += f"<p>{line}</p>"
        table = "".join(f"<tr><td><b>{tag}</b>&nbsp;</td><td>{value}</td></tr>" for tag, value in cells)
        rows.append(f'<div class="article enArticle"><table>{table}</table></div>')
    return f"<html><body>{''.join(rows)}</body></html>"


@pytest.mark.parametrize("form", ["lines", "columns", "rtf", "html"])
def test_factiva(load: Load, form: str) -> None:
    import re

    content = {
        "lines": ("a.txt", FACTIVA),
        "columns": ("a.txt", re.sub(r"^([A-Z]{2})\n", r"\1  ", FACTIVA, flags=re.M)),
        "rtf": (
            "a.rtf",
            r"{\rtf1\ansi "
            + re.sub(r"^([A-Z]{2})\n", r"\1\\cell ", FACTIVA, flags=re.M).replace("\n", "\\par\n")
            + "}",
        ),
        "html": ("a.html", factiva_html()),
    }[form]
    corpus = load(dict([content]))
    assert corpus.frame["title"].tolist() == ["Joint patrols agreed", "Patrols begin"]
    assert corpus.frame["issuer"].tolist() == ["River Gazette", "Hill Courier"]
    assert days(corpus) == ["2008-03-28", "2008-04-03"]
    assert " ".join(corpus.texts[0].split()) == (
        'The police services agreed on joint patrols. "We trust each other," the minister said. '
        "They meet again in Graz."
    )
    assert corpus.texts[1] == "The patrols began on Monday."
    assert corpus.frame["accession"].iloc[0] == "RIVGAZ0020080328e43s00001"


def test_what_only_looks_like_an_export_is_a_page(load: Load) -> None:
    texts = {
        "a.txt": f"Joint patrols agreed\n\nVienna, 28 March 2008\n\n{STORY}\n\nPage\n\n1 of 3\n",
        "b.txt": f"HD\n\nVienna, 28 March 2008\n\n{STORY}\n\nPD\n",
    }
    corpus = load(texts)
    assert corpus.frame["release"].tolist() == ["a.txt", "b.txt"]


# annotated texts

CONLLU = """# newdoc id = mi-1
# title = Skupne patrulje
# date = 2008-03-28
# publisher = Ministrstvo
# newpar id = mi-1.p1
# sent_id = mi-1.1
# text = Policija je prišla.
1\tPolicija\tpolicija\tNOUN\t_\t_\t3\tnsubj\t_\t_
2\tje\tbiti\tAUX\t_\t_\t3\taux\t_\t_
3\tprišla\tpriti\tVERB\t_\t_\t0\troot\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\t_\t_\t3\tpunct\t_\t_

# sent_id = mi-1.2
1-2\tnanj\t_\t_\t_\t_\t_\t_\t_\t_
1\tna\tna\tADP\t_\t_\t_\t_\t_\t_
2\tnj\ton\tPRON\t_\t_\t_\t_\t_\t_
2.1\tnič\tnič\tPRON\t_\t_\t_\t_\t_\t_
3\tčaka\tčakati\tVERB\t_\t_\t_\t_\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\t_\t_\t_\t_\t_\t_

# newdoc id = mi-2
# date = 2008-03-29
# newpar
# text = Konec.
1\tKonec\tkonec\tNOUN\t_\t_\t0\troot\t_\t_
2\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\t_
# newpar
1\tRes\tres\tPART\t_\t_\t0\troot\t_\t_
"""
VERTICAL = """<?xml version="1.0"?>
<doc id="v1" title="Skupne &amp; druge" date="2008-03-28" publisher="Ministrstvo">
<p>
<s>
Policija\tSozei\tpolicija
je\tGp-ste-n\tbiti
prišla\tGgdd-ez\tpriti
<g/>
.\tU\t.
</s>
</p>
<p>
<s>
Policija\tSozei\tpolicija
čaka\tGgnste\tčakati
<g/>
.\tU\t.
</s>
</p>
</doc>
<doc id="v2" date="2008-03-29">
Policija\tSozei\tpolicija
</doc>
"""


def test_conllu(load: Load) -> None:
    corpus = load({"a.conllu": CONLLU})
    assert corpus.texts == ["Policija je prišla. nanj čaka.", "Konec.\n\nRes"]
    assert corpus.frame["release"].tolist() == ["mi-1", "mi-2"]
    assert corpus.frame["title"].tolist()[:1] == ["Skupne patrulje"]
    assert corpus.frame["issuer"].tolist()[:1] == ["Ministrstvo"]
    assert days(corpus) == ["2008-03-28", "2008-03-29"]
    words = [(corpus.texts[0][a:b], lemma, tag) for a, b, lemma, tag in corpus.frame["annotation"].iloc[0]]
    assert words == [
        ("Policija", "policija", "NOUN"),
        ("je", "biti", "AUX"),
        ("prišla", "priti", "VERB"),
        (".", ".", "PUNCT"),
        ("nanj", "na", "ADP"),
        ("nanj", "on", "PRON"),
        ("čaka", "čakati", "VERB"),
        (".", ".", "PUNCT"),
    ]


def test_vertical(load: Load) -> None:
    corpus = load({"a.vert.gz": gzip.compress(VERTICAL.encode())})
    assert corpus.texts == ["Policija je prišla.\n\nPolicija čaka.", "Policija"]
    assert corpus.frame["release"].tolist() == ["v1", "v2"]
    assert corpus.frame["title"].tolist()[0] == "Skupne & druge"
    assert days(corpus) == ["2008-03-28", "2008-03-29"]
    assert corpus.frame["annotation"].iloc[0][1:4] == [
        (9, 11, "biti", "Gp-ste-n"),
        (12, 18, "priti", "Ggdd-ez"),
        (18, 19, ".", "U"),
    ]


def test_annotation_survives_saving(load: Load, tmp_path: Path) -> None:
    corpus = load({"a.conllu": CONLLU, "b.csv": CSV})
    again = load_corpus(corpus.save(tmp_path.parent / "annotated.parquet"))
    assert again.frame["annotation"].tolist() == corpus.frame["annotation"].tolist()
    assert again.fingerprint == corpus.fingerprint


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.warc", b"no web archive at all\n" * 20),
        ("a.warc.gz", b"\x1f\x8b\x08 no gzip"),
        ("a.conllu", b"Police met in Vienna.\n"),
        ("a.conllu", b"1\tPolice\n"),
        ("a.conllu", bytes(range(256)) * 20),
        ("a.vert", b"<doc>\n</doc>\n"),
        ("a.vert", b"<doc>\n\t\n</doc>\n"),
        ("a.vert", bytes(range(256)) * 20),
    ],
)
def test_what_is_broken_is_an_issue(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(OctadiscError, match="Nothing was loaded"):
        load_corpus(tmp_path)
    (tmp_path / "b.csv").write_text(CSV)
    corpus = load_corpus(tmp_path)
    assert len(corpus) == 1
    assert set(corpus.issues["source"]) == {name}


SEEDS = {
    "a.warc": warc(*RECORDS, compress=False),
    "a.warc.gz": warc(*RECORDS),
    "a.rss": RSS.encode(),
    "b.xml": ATOM.encode(),
    "c.xml": TEI.encode(),
    "d.tei": ANNOTATED.encode(),
    "e.txt": CLASSIC.encode(),
    "f.txt": "\n".join(NEWER).encode(),
    "g.txt": FACTIVA.encode(),
    "h.html": factiva_html().encode(),
    "i.conllu": CONLLU.encode(),
    "j.vert": VERTICAL.encode(),
    "k.mbox": b"From x\nSubject: =?utf-8?Q?Joint?=\nDate: 28 Mar 2008\n"
    b"Content-Type: text/plain; charset=utf-8\n\nPolice met.\n\nFrom y\nSubject: b\n\nPolice met.\n",
    "l.rtf": rb"{\rtf1\ansi\ansicpg1250{\fonttbl{\f0\fcharset238 Arial;}}\f0 Skupne \'9a\u269?\par\cell}",
}


@given(
    name=st.sampled_from(sorted(SEEDS)),
    place=st.floats(0, 1),
    length=st.integers(0, 60),
    instead=st.binary(max_size=8) | st.sampled_from([b"\x00", b"<", b"\n\n", b"99999999999", b"\t", b"\\"]),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_read_or_an_issue(
    tmp_path: Path, name: str, place: float, length: int, instead: bytes
) -> None:
    data = SEEDS[name]
    at = int(place * len(data))
    folder = tmp_path / "x"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / "z.csv").write_text(CSV)
    (folder / name).write_bytes(data[:at] + instead + data[at + length :])
    corpus = load_corpus(folder, duplicates=False)
    assert len(corpus) + len(corpus.issues) >= 2


def test_what_once_broke_a_reader(load: Load) -> None:
    mail = (
        b"Subject: a\nDate: 28 Mar 2008\nContent-Type: text/plain; charset=ut\x00f-8\n\nPolice met in Graz.\n"
    )
    corpus = load(
        {
            "a.eml": mail,
            "b.txt": "Body\n28 March 2008\nThe End of Document is near.\nLoad-Date: March 29, 2008\n",
            "c.conllu": "# date = 2008-03-28\n1\tPolice\xa0\tpolice\tNOUN\n",
        }
    )
    assert len(corpus) == 3
