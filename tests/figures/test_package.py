"""A package holds counts, results and figures, and no running text; checking it says how far it goes."""

import io
import json
import re
import shutil
import warnings
import zipfile
import zlib
from html import unescape
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

import octadisc as od
from octadisc import cli
from octadisc.drawing.marks import draw_bars
from octadisc.drawing.style import new_figure
from octadisc.errors import InputError, MissingFileError
from octadisc.figures.files import sha256_of
from octadisc.figures.gallery import build_report
from octadisc.figures.remade.record import write_record
from octadisc.figures.save import save_figure, skip_figure
from octadisc.figures.sharing.archive import pack, unpack
from octadisc.figures.sharing.contents import pieces_of
from octadisc.figures.sharing.enclosed import enclose_settings
from octadisc.figures.sharing.names import Names, read_names
from octadisc.figures.sharing.package import make_package
from octadisc.figures.sharing.running import RunningText, cut_sentence, words_of
from octadisc.figures.sharing.stripping import Rules
from octadisc.figures.sharing.verify import check_package
from octadisc.figures.study.new import make_study
from octadisc.figures.study.study import read_study
from octadisc.figures.summary import save_summary

LONG = (
    "The officers of the two lakeside stations agreed that mutual trust is a habit and not a treaty, and "
    "that it grows where somebody answers the telephone at night. "
)
SENTENCES = (
    "Commander Ruth Vanning thanked the crews who had searched {n} boats between the lighthouse and the old "
    "pier before the fog came down on the water that morning. ",
    "Stolen cars were found in a barn near Ostwick, where {n} engines lay under nets beside the harvest "
    "of three years. ",
)


def texts():
    return [
        ("" if i % 3 else LONG) + SENTENCES[i % 2].format(n=i) + f"Number {i} of the year." for i in range(24)
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a study with figures of all kinds; the package is made of copies of it."""
    folder = make_study(tmp_path_factory.mktemp("study") / "Šolski čas", author="Maja")
    for i, text in enumerate(texts()):
        head = f"---\ndate: {2004 + i % 6}-05-{i + 1:02}\nissuer: Office {'AB'[i % 2]}\n"
        head += f"title: On the lake {i}\n---\n"
        (folder / "data" / "releases" / f"release-{i}.md").write_text(head + text, "utf-8")
    (folder / "study.toml").write_text('name = "Lake"\n[periods]\nevery = "year"\n', "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        corpus = od.load_corpus(folder / "data" / "releases")
        trend = od.track_terms(od.tokenize(corpus), {"trust": "mutual trust", "cars": "stolen cars"})
        covered = od.coverage(corpus, every="year")
    figures = folder / "figures"
    save_summary(corpus, figures)
    common = {"folder": figures, "alt": "A line that rises."}
    save_figure(trend.plot().figure, "trust", data=trend, caption=f"As one of them said: {LONG}", **common)
    save_figure(covered.plot().figure, "coverage", data=covered, **common)
    named = trend.plot()
    named.set_title("After Ruth Vanning spoke")
    save_figure(named.figure, "named", data=trend, **common)
    quoting = trend.plot()
    quoting.set_title(LONG[:120])
    save_figure(quoting.figure, "quoting", data=trend, **common)
    skip_figure("skipped", title="None", reason="There is too little.", folder=figures)
    build_report(figures)
    notebook = folder / "notebooks" / "01_corpus.ipynb"
    content = json.loads(notebook.read_text("utf-8"))
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [LONG]}]
    notebook.write_text(json.dumps(content), "utf-8")
    return folder


@pytest.fixture
def study(made, tmp_path):
    shutil.copytree(made, tmp_path / made.name)
    return read_study(tmp_path / made.name)


@pytest.fixture(scope="module")
def plain(made, tmp_path_factory):
    """Give the package as it is by default."""
    return package(read_study(made), tmp_path_factory.mktemp("plain"))


def package(study, tmp_path, name="lake.zip", **rules):
    return make_package(study, tmp_path / name, Rules(**rules), say=lambda _: None)


# --- no running text


def words(text):
    """Cut into words in another way than the package does."""
    return re.findall(r"\w+", text.lower())


def everything_in(name, content):
    """Read all that a file says: a plain reader of each format, independent of the package's own."""
    if name.endswith(".pdf"):
        pdf = PdfReader(io.BytesIO(content))
        return " ".join([*map(str, pdf.metadata.values()), *(page.extract_text() for page in pdf.pages)])
    if name.endswith(".png"):
        parts, at = [], 8
        while at < len(content):
            size = int.from_bytes(content[at : at + 4], "big")
            if content[at + 4 : at + 8] in (b"tEXt", b"iTXt", b"zTXt"):
                raw = content[at + 8 : at + 8 + size]
                parts.append(raw.decode("utf-8", "replace"))
                if b"\0x" in raw:
                    parts.append(zlib.decompress(raw[raw.index(b"\0x") + 1 :]).decode("utf-8", "replace"))
            at += 12 + size
        return " ".join(parts)
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", " ", content.decode())
    if name.endswith((".html", ".svg")):
        text = unescape(re.sub(r"</?[a-z][^<>]*>", " ", text))
    return text.replace("\\n", " ").replace("\\u003c", "<").replace('\\"', '"')


def leaks(files, length):
    """Search every file for sequences of words that stand in a release."""
    forbidden = set()
    for text in texts():
        found = words(text)
        forbidden |= {" ".join(found[i : i + length]) for i in range(len(found) - length + 1)}
    for name, content in files.items():
        found = words(everything_in(name, content))
        for i in range(len(found) - length + 1):
            if (sequence := " ".join(found[i : i + length])) in forbidden:
                yield name, sequence


def test_the_search_for_leaks_finds_them_in_the_studys_own_folder(made):
    files = {one.name: one.read_bytes() for one in (made / "figures").iterdir()}
    found = {name for name, _ in leaks(files, 13)}
    expected = {"trust.json", "trust.evidence.csv", "index.html", "quoting.svg", "quoting.pdf"}
    assert expected <= found
    noted = {one.name: one.read_bytes() for one in (made / "notebooks").iterdir()}
    assert {name for name, _ in leaks(noted, 13)} == {"01_corpus.ipynb"}


def test_no_running_text_is_left_in_any_file(plain, study, tmp_path):
    result, files = plain, unpack(plain.path)
    assert len(files) > 30
    assert list(leaks(files, 13)) == []
    page = files["figures/index.html"].decode()
    assert page.count("of each sentence at most 12 words are left") == 1
    assert json.loads(files["figures/index.json"])["files"]["index.html"] == sha256_of(page.encode())
    assert list(leaks(unpack(package(study, tmp_path, quote=9).path), 10)) == []
    shown = json.loads(files["figures/trust.json"])["caption"]
    assert shown.startswith("As one of them said: The officers of the two")
    assert "[…]" in shown
    assert result.cut["figures/trust.json"] == 1
    assert "figures/quoting.{pdf,svg,png}" in result.left_out
    assert "figures/quoting.csv" in files
    assert "skipped" in json.loads(files["figures/quoting.json"])
    assert b"mutual trust" in files["figures/trust.evidence.csv"]


def test_without_quotations_no_sentence_is_left_but_its_place(study, tmp_path):
    files = unpack(package(study, tmp_path, quote=0).path)
    table = files["figures/trust.evidence.csv"].decode().splitlines()
    before = (study.folder / "figures" / "trust.evidence.csv").read_text("utf-8").splitlines()
    assert len(table) == len(before) > 8
    assert "release-0.md" in table[1]
    assert "officers" not in "".join(table)
    assert list(leaks(files, 9)) == []


def test_a_sentence_is_cut_to_the_same_words_wherever_it_stands(plain, made, tmp_path):
    files = unpack(plain.path)
    seen: dict[tuple[str, str], set[str]] = {}
    import csv

    for name in files:
        if name.endswith(".evidence.csv"):
            old = (made / name).read_text("utf-8")
            rows = zip(
                csv.DictReader(io.StringIO(old)),
                csv.DictReader(io.StringIO(files[name].decode())),
                strict=True,
            )
            for before, after in rows:
                seen.setdefault((before["release"], before["sentence"]), set()).add(after["sentence"])
    assert seen
    assert all(len(one) == 1 for one in seen.values())


def test_titles_are_text_unless_they_are_kept(plain, study, tmp_path):
    assert b"On the lake" not in b"".join(plain.files.values())
    kept = unpack(package(study, tmp_path, "kept.zip", titles=True).path)
    assert b"On the lake 7" in kept["releases.csv"]


def test_prose_that_quotes_is_left_out_and_its_author_told_where(study, tmp_path):
    (study.folder / "methods.md").write_text(f"# Methods\n\nThey said: {LONG}\n", "utf-8")
    (study.folder / "figures" / "private.docx").write_bytes(b"text")
    result = package(study, tmp_path, min_releases=2)
    assert "the officers of the" in result.left_out["methods.md"]
    assert "cannot be told" in result.left_out["figures/private.docx"]
    assert "methods.md" not in result.files
    assert "methods.md" in result.files["PACKAGE.md"].decode()
    # and terms of one release alone are withheld, though its words still count
    terms = result.files["counts/terms.txt"].decode().splitlines()
    assert "trust" in terms
    assert "13" not in terms
    assert result.withheld > 10
    said = f"{result.withheld} terms: terms that stand in fewer than 2 releases"
    assert said in result.files["PACKAGE.md"].decode()
    assert check_package(result.path).holds


def test_settings_are_enclosed_and_no_path_of_the_machine_with_them(study, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "bodies.csv").write_text("issuer,who\n*A,First\n", "utf-8")
    (study.folder / "concepts.csv").write_text("concept,language,query\ntrust,en,trust\n", "utf-8")
    (study.folder / "judged").mkdir()
    toml = study.folder / "study.toml"
    toml.write_text(
        f'[corpus]\npath = [\n  "{elsewhere.as_posix()}",\n  "data",\n]\npattern = "*.md"  # only these\n'
        '[question]\naudit = "judged"\n[concepts]\nfile = "concepts.csv"\n'
        f'[issuers]\nwho = "{(elsewhere / "bodies.csv").as_posix()}"\n',
        "utf-8",
    )
    files, left_out = enclose_settings(read_study(study.folder))
    assert {"settings/bodies.csv", "concepts.csv", "study.toml", "methods.md"} <= set(files)
    assert left_out["judged"].startswith("workbooks")
    assert str(tmp_path).encode() not in files["study.toml"]
    there = tmp_path / "there"
    for name, content in files.items():
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        (there / name).write_bytes(content)
    again = read_study(there)
    assert again.releases == str(there / "data" / "releases")
    assert again.load_options == {"pattern": "*.md"}
    assert again.parameters == {
        "QUERIES": {"trust": {"en": ["trust"]}},
        "WHO": str(there / "settings" / "bodies.csv"),
    }


# --- counts


def test_releases_words_and_hashes_are_those_of_the_corpus(plain, made, tmp_path):
    import csv
    import hashlib

    files = unpack(plain.path)
    rows = {one["release"]: one for one in csv.DictReader(io.StringIO(files["releases.csv"].decode()))}
    corpus = od.load_corpus(made / "data" / "releases")
    assert list(rows) == list(corpus.frame["release"])
    for name, text in zip(corpus.frame["release"], corpus.frame["text"], strict=True):
        assert rows[name]["sha256_of_text"] == hashlib.sha256(text.encode()).hexdigest()
        assert int(rows[name]["characters"]) == len(text)
        assert int(rows[name]["words"]) == len(words(text))


def matrix_of(files):
    lines = [one for one in files["counts/counts.mtx"].decode().splitlines() if not one.startswith("%")]
    return [tuple(map(int, one.split())) for one in lines]


def test_the_matrix_counts_each_word_of_each_release(plain, made, tmp_path):
    files = unpack(plain.path)
    terms = files["counts/terms.txt"].decode().splitlines()
    (n_rows, n_columns, n_entries), *entries = matrix_of(files)
    assert (n_rows, n_columns, n_entries) == (24, len(terms), len(entries))
    corpus = od.load_corpus(made / "data" / "releases")
    for row, text in enumerate(corpus.frame["text"], 1):
        plain = {one: words(text).count(one) for one in words(text)}
        assert {terms[column - 1]: n for at, column, n in entries if at == row} == plain


# --- names


def test_names_are_replaced_in_all_forms_and_drawings_with_one_left_out(study, tmp_path):
    table = tmp_path / "names.csv"
    table.write_text("name,replacement\nRuth Vanning*,N. N.\nostw?ck*,a village\n", "utf-8")
    result = package(study, tmp_path, names=read_names(table))
    files = unpack(result.path)
    assert not re.search(rb"(?i)vanning|ostwick", b"".join(files.values()))
    assert "figures/named.{pdf,svg,png}" in result.left_out
    assert "figures/named.csv" in files
    assert "figures/trust.svg" in files
    terms = files["counts/terms.txt"].decode().splitlines()
    assert not {"ruth", "vanning", "ostwick"} & set(terms)
    assert json.loads(files["manifest.json"])["rules"]["names"] == 2


def test_a_first_name_that_is_a_term_is_withheld_with_its_drawing(study, tmp_path, capsys):
    terms = pd.DataFrame({"term": ["Ruth Vanning", "ruth", "ruthless", "barn"], "count": [4, 3, 2, 1]})
    fig, (ax,) = new_figure(width="single", height=30)
    draw_bars(ax, list(terms["term"]), list(terms["count"]))
    save_figure(fig, "terms", alt="Bars: ruth and barn.", data=terms, folder=study.folder / "figures")
    build_report(study.folder / "figures")
    table = tmp_path / "names.csv"
    table.write_text("name,replacement\nRuth A. Vanning,N. N.\nRuth Vanning,N. N.\n", "utf-8")
    assert cli.main(["package", str(study.folder), "--names", str(table), "-o", str(tmp_path / "a.zip")]) == 0
    files = unpack(tmp_path / "a.zip")
    cells = [one.split(",")[0] for one in files["figures/terms.csv"].decode().splitlines()]
    assert cells == ["term", "N. N.", "[withheld]", "ruthless", "barn"]
    assert json.loads(files["figures/terms.json"])["alt"] == "Bars: [withheld] and barn."
    assert "figures/terms.svg" not in files
    said = capsys.readouterr().out
    assert "None of the names is left as the table of names has it." in said
    assert "in the matrix and in 1 cell of tables" in said
    assert "a table (1 cell)" in files["PACKAGE.md"].decode()
    assert check_package(tmp_path / "a.zip").holds


def test_a_name_in_a_place_that_cannot_be_changed_stops_the_package(study, tmp_path):
    own = study.folder / "notebooks" / "vanning.ipynb"
    own.write_bytes((study.folder / "notebooks" / "02_terms.ipynb").read_bytes())
    with pytest.raises(InputError, match=r"vanning\.ipynb.*Nothing was written"):
        package(study, tmp_path, names=Names.of([("Vanning*", "N. N.")]))
    assert not (tmp_path / "lake.zip").exists()


@given(
    st.sampled_from(
        ["Horvat", "HORVATA", "horvatovim", "Horvatová", "„Horvatu“", "Ana-Horvat", "x/horvat.html"]
    )
)
def test_forms_of_a_name_are_found(form):
    names = Names.of([("Horvat*", "N. N.")])
    assert names.find([f"so {form} said"]) == ["Horvat*"]
    assert names.find([names.replace(f"so {form} said", "file")]) == []


@given(st.sampled_from(["Horvatic", "Ahorvat", "Horva", "Hor vat"]))
def test_what_is_no_form_of_a_name_stays(word):
    names = Names.of([("Horvat", "N. N.")])
    assert names.replace(word, "file") == word


def test_composed_and_decomposed_letters_are_the_same_name():
    assert Names.of([("Škof", "N.")]).replace("S\u030ckof", "f") == "N."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nam,to\nx,y\n", "expected the columns name and replacement, found nam, to"),
        ("name,replacement\n", "no name below"),
        ("name,replacement\nA,b\n", "line 2: name is 'A'"),
        ("name,replacement\nAna,\n", "line 2: there is nothing to stand"),
        ("name,replacement\nAna,=1+1\n", "taken for a formula"),
        ("name,replacement\nAna*,Anabel\n", "holds the name 'Ana\\*' itself"),
    ],
)
def test_tables_of_names_are_read_with_care(content, said, tmp_path):
    (tmp_path / "names.csv").write_text(content, "utf-8")
    with pytest.raises(InputError, match=said):
        read_names(tmp_path / "names.csv")
    with pytest.raises(MissingFileError, match="no such file"):
        read_names(tmp_path / "none.csv")


# --- the zip


def test_the_same_study_gives_the_same_bytes_wherever_it_lies(plain, made, study, tmp_path):
    again = package(study, tmp_path, "other.zip")
    assert again.path.read_bytes() == plain.path.read_bytes()
    assert again.sha256 == sha256_of(again.path.read_bytes())
    with zipfile.ZipFile(again.path) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert all(one.startswith("Šolski čas-package/") for one in names)
    assert str(tmp_path).encode() not in b"".join(again.files.values())


def test_no_figures_or_others_are_said_first(study, tmp_path):
    summary = study.folder / "figures" / "corpus.json"
    summary.write_text(json.dumps({**json.loads(summary.read_text()), "fingerprint": "0"}))
    with pytest.raises(InputError, match="made of other releases"):
        package(study, tmp_path)
    shutil.rmtree(study.folder / "figures")
    with pytest.raises(MissingFileError, match="Run octadisc figures first"):
        package(study, tmp_path)


# --- checking it


def changed(source, target, change):
    """Write a package again with other files, and a list of files that fits them."""
    files = unpack(source)
    change(files)
    contents = json.loads(files["manifest.json"])
    contents["files"] = {
        name: {"sha256": sha256_of(one), "bytes": len(one)}
        for name, one in files.items()
        if name != "manifest.json"
    }
    files["manifest.json"] = json.dumps(contents).encode()
    target.write_bytes(pack(files, "x"))
    return target


def test_a_package_is_checked_as_far_as_it_can_be(plain, made, tmp_path):
    found = check_package(plain.path)
    assert found.holds
    (counted_again,) = [one for one in found.said if "counted again" in one]
    # four numbers of two queries in six years, in three figures; in one two, of two offices in six years
    assert counted_again.startswith(f"{3 * 2 * 6 * 4 + 2 * 6 * 2} numbers of 4 figures")
    assert any("--corpus PATH" in one for one in found.unchecked)
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(plain.path) as archive:
        archive.extractall(folder)
    assert check_package(next(folder.iterdir())).holds


def test_numbers_that_do_not_follow_from_the_counts_are_found(plain, made, tmp_path):
    path = plain.path

    def dress_up(files):
        table = files["figures/trust.csv"].decode()
        files["figures/trust.csv"] = re.sub(r",trust,\d+,", ",trust,99,", table, count=1).encode()

    found = check_package(changed(path, tmp_path / "dressed.zip", dress_up))
    assert not found.holds
    assert any("trust: count of all, trust, 2004 is 99, counted are" in one for one in found.wrong)

    def lose_a_count(files):
        lines = files["counts/counts.mtx"].decode().splitlines()
        row, column, n = lines[3].split()
        lines[3] = f"{row} {column} {int(n) + 1}"
        files["counts/counts.mtx"] = ("\n".join(lines) + "\n").encode()

    found = check_package(changed(path, tmp_path / "lost.zip", lose_a_count))
    assert any("add up to" in one for one in found.wrong)


def test_changed_missing_and_strange_files_are_named(plain, made, tmp_path):
    path = plain.path
    files = unpack(path)
    files["releases.csv"] += b"x"
    del files["study.toml"]
    files["more.txt"] = b"x"
    (tmp_path / "bad.zip").write_bytes(pack(files, "x"))
    said = " ".join(check_package(tmp_path / "bad.zip").wrong)
    assert "1 file changed since the package was made: releases.csv" in said
    assert "1 file missing: study.toml" in said
    assert "more.txt" in said


def test_releases_are_held_against_their_hashes(plain, study):
    path = plain.path
    data = study.folder / "data" / "releases"
    (data / "release-3.md").write_text((data / "release-3.md").read_text("utf-8") + " And more.", "utf-8")
    (data / "release-4.md").unlink()
    (data / "release-5.md").rename(data / "release-renamed.md")
    (data / "release-99.md").write_text("---\ndate: 2008-01-01\n---\nA new one of its own.", "utf-8")
    found = check_package(path, data, say=lambda _: None)
    said = "\n".join(found.wrong)
    assert "22 of 24 releases have the text that was counted" in said
    assert "1 release changed: release-3.md" in said
    assert "1 release missing: release-4.md" in said
    assert "1 release new: release-99.md" in said
    assert any("these are not the releases" in one for one in found.unchecked)


def bad_zip(names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


BAD = {
    "cut short": (pack({"manifest.json": b"{}"}, "x")[:60], "no whole zip"),
    "no zip": (b"hello", "no whole zip"),
    "empty": (b"", "no whole zip"),
    "other": (bad_zip(["a.txt", "b/c.txt"]), "one folder with all files"),
    "above": (bad_zip(["x/a", "x/../../evil"]), "leads out of the package"),
    "root": (bad_zip(["/etc/evil"]), "leads out of the package"),
    "drive": (bad_zip(["C:/evil"]), "leads out of the package"),
    "backslash": (bad_zip(["x\\..\\evil"]), "leads out of the package"),
    "no list": (pack({"a": b"1"}, "x"), r"has no manifest\.json"),
    "no JSON": (pack({"manifest.json": b"{"}, "x"), "not as octadisc wrote it"),
    "no files": (pack({"manifest.json": b"[]"}, "x"), "not as octadisc wrote it"),
    "newer": (
        pack({"manifest.json": b'{"format": 9, "files": {}, "versions": {"octadisc": "7"}}'}, "x"),
        "newer octadisc",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_packages_get_clear_words(kind, tmp_path, capsys):
    content, said = BAD[kind]
    (tmp_path / "bad.zip").write_bytes(content)
    with pytest.raises(InputError, match=said):
        check_package(tmp_path / "bad.zip")
    assert cli.main(["check", str(tmp_path / "bad.zip")]) == 2
    assert not list(tmp_path.parent.rglob("evil"))


def test_a_link_in_a_package_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        link = zipfile.ZipInfo("x/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="is a link"):
        check_package(tmp_path / "bad.zip")


def test_the_command_line_makes_and_checks_packages(study, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["package", str(study.folder)]) == 0
    said = capsys.readouterr().out
    assert "SHA-256: " in said
    assert said.splitlines()[-1].startswith("Sentences of up to 12 words stand whole in it; --quote 5 leaves")
    assert "left out: data/releases/: the releases themselves" in said
    assert cli.main(["check", "Šolski čas-package.zip"]) == 0
    assert "The package holds, as far as it was checked." in capsys.readouterr().out
    for wrong in (["--quote", "-1"], ["--min-releases", "0"], ["-o", "a.tar"], ["--names", "none.csv"]):
        assert cli.main(["package", str(study.folder), *wrong]) == 2
        assert wrong[0].lstrip("-")[:5] in capsys.readouterr().err


# --- files of one's own


def write_notebook(study, name, *sources):
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "outputs": [], "execution_count": None,
         "source": source}
        for i, source in enumerate(sources)
    ]  # fmt: skip
    made = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (study.folder / "notebooks" / f"{name}.ipynb").write_text(json.dumps(made), "utf-8")


def test_what_notebooks_read_is_packed_or_named(study, tmp_path):
    data = study.folder / "data"
    (data / "staff.csv").write_text(f"issuer,staff,note\nOffice A,7,{LONG}\n", "utf-8")
    (data / "old.csv").write_bytes("issuer,staff\nČas,7\n".encode("cp1250"))
    (data / "plan.xlsx").write_bytes(b"PK")
    (data / "spare.csv").write_text("a\n1\n", "utf-8")
    (study.folder / "notebooks" / "helper.py").write_text("n = 1\n", "utf-8")
    names = ["../data/staff.csv", "../data/old.csv", "../data/plan.xlsx", "helper.py", "../data/releases"]
    write_notebook(study, "05_own", f"names = {names}")
    result = package(study, tmp_path)
    assert {"data/staff.csv", "notebooks/helper.py", "data/README.md"} <= set(result.files)
    assert result.own_files == ["data/staff.csv", "notebooks/helper.py"]
    assert result.files["data/staff.csv"].startswith(b"issuer,staff,note\nOffice A,7,")
    assert not list(leaks(result.files, 13))
    assert result.cut["data/staff.csv"] == 1
    assert "| data/staff.csv | the author's own" in result.files["PACKAGE.md"].decode()
    assert "is no UTF-8" in result.left_out["data/old.csv"]
    assert "a table is packed as CSV" in result.left_out["data/plan.xlsx"]
    assert result.left_out["data/spare.csv"] == "no notebook was seen to read it"
    assert not any("data/releases/" in name for name in result.files)
    made = {"notebook": "05_own", "files": {"data/staff.csv": "0" * 16, "elsewhere.csv": "1" * 16}}
    write_record(study.folder / "figures", {"trust": made})
    with pytest.raises(InputError, match=r"staff\.csv has changed since the figures were made"):
        package(study, tmp_path)
    made["files"]["data/staff.csv"] = sha256_of((data / "staff.csv").read_bytes())[:16]
    write_record(study.folder / "figures", {"trust": made})
    assert "does not lie in the study's folder" in package(study, tmp_path).left_out["elsewhere.csv"]


@pytest.mark.slow
def test_a_notebook_of_ones_own_is_run_again_from_the_package(study, tmp_path, capsys, monkeypatch):
    """It needs no cell tagged 'parameters'; one whose file was left out is not checked."""
    monkeypatch.setenv("OCTADISC_CACHE", "")
    for path in (study.folder / "notebooks").iterdir():
        path.unlink()
    shutil.rmtree(study.folder / "figures")
    (study.folder / "data" / "staff.csv").write_text("issuer,staff\nOffice A,7\nOffice B,5\n", "utf-8")
    (study.folder / "data" / "plan.xlsx").write_bytes(b"PK")
    write_notebook(
        study,
        "05_own",
        'import octadisc as od\nimport pandas as pd\nstudy = od.open_study("..")\n'
        "corpus = od.load_corpus(study.releases, **study.load_options)",
        'staff = pd.read_csv("../data/" + "staff.csv")\n'
        'staff["releases"] = staff["issuer"].map(corpus.frame["issuer"].value_counts())\n'
        'fig = od.coverage(corpus, every="year").plot().figure\n'
        'od.save_figure(fig, "staff", alt="Bars.", data=staff)',
    )
    write_notebook(
        study,
        "06_plan",
        "from octadisc.figures.save import skip_figure\nn = len(open('../data/plan.xlsx', 'rb').read())\n"
        "skip_figure('plan', title='Plan', reason=f'{n} bytes')",
    )
    write_notebook(study, "07_not_yet", "from octadisc.figures.save import skip_figure", "skip_figure(")
    assert cli.main(["figures", str(study.folder), "--notebooks", "05_own", "06_plan"]) == 0
    assert (study.folder / "figures" / "staff.csv").read_text() == (
        "issuer,staff,releases\nOffice A,7,12\nOffice B,5,12\n"
    )
    assert cli.main(["package", str(study.folder), "-o", str(tmp_path / "a.zip")]) == 0
    said = capsys.readouterr().out
    assert "packed: data/staff.csv, which a notebook reads" in said
    assert "data/releases:" not in said
    assert "left out: data/plan.xlsx: a notebook reads it" in said
    assert cli.main(["check", str(tmp_path / "a.zip")]) == 0
    assert "not checked: staff: put together by hand in a notebook" in capsys.readouterr().out
    releases = str(study.folder / "data" / "releases")
    assert cli.main(["check", str(tmp_path / "a.zip"), "--corpus", releases]) == 0
    said = capsys.readouterr().out
    assert "1 figure or text of 2 come out the same, byte for byte: staff" in said
    assert "07_not_yet" not in said.replace("in 05_own.ipynb, 06_plan.ipynb and 07_not_yet.ipynb is", "")
    assert "not checked: plan: the notebook 06_plan stopped in its cell 1: FileNotFoundError" in said


# --- its parts


def test_cells_of_any_length_are_read():
    content = ("source,sentence\na," + "x" * 200_000 + "\n").encode()
    assert [len(one) for one in pieces_of("a.csv", content)] == [6, 8, 200_000]


@given(st.lists(st.sampled_from("alpha beta gamma delta".split()), max_size=30), st.integers(1, 6))
def test_a_cut_piece_holds_no_running_text(sequence, longest):
    text = " ".join(sequence)
    found = RunningText.between([text, "alpha beta"], [text], longest)
    left = found.cut(text)
    assert len(sequence) <= longest or "[…]" in left
    if "[…]" in left:
        assert not any(len(words_of(part)) > longest for part in left.split("[…]"))


@given(
    st.lists(st.sampled_from("Trust is, a “habit” not treaty.".split()), min_size=1, max_size=20),
    st.integers(1, 9),
)
def test_a_sentence_is_cut_to_so_many_words(sequence, longest):
    sentence = " ".join(sequence)
    left = cut_sentence(sentence, sequence[len(sequence) // 2], longest)
    assert len(words_of(left)) == min(longest, len(words_of(sentence)))
    inner = words_of(left)
    whole = words_of(sentence)
    assert any(whole[i : i + len(inner)] == inner for i in range(len(whole)))
    assert sequence[len(sequence) // 2] in left or len(words_of(sentence)) > longest


def test_what_is_written_in_formats_is_read_from_them(made):
    figures = made / "figures"
    for kind in ("svg", "pdf", "png", "json"):
        pieces = "\n".join(pieces_of(f"a.{kind}", (figures / f"trust.{kind}").read_bytes()))
        assert "A line that rises." in pieces
    for kind in ("svg", "pdf"):
        assert "Vanning" in "\n".join(pieces_of(f"a.{kind}", (figures / f"named.{kind}").read_bytes()))
    assert all(a <= b for a, b in pairwise(sorted(one.name for one in Path(figures).iterdir())))
