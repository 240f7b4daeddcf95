import json
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pandas as pd
import pytest

import octadisc as od
from octadisc.drawing.marks import draw_bars
from octadisc.drawing.style import new_figure
from octadisc.errors import InputError, MissingFileError
from octadisc.figures.check import compare_figures
from octadisc.figures.clauses import Clause, save_claim
from octadisc.figures.drawings import Missing
from octadisc.figures.evidence import Evidence, collect
from octadisc.figures.gallery import build_report, read_manifest, read_recipes
from octadisc.figures.make import put_figures
from octadisc.figures.remade.tables import compare_tables
from octadisc.figures.report import store as store_module
from octadisc.figures.save import Table, save_figure, skip_figure
from octadisc.spec import Spec

NASTY = '<script>alert(1)</script>\u202e=cmd|\' &amp; "quoted"'


def sentences(n, text="Trust grew."):
    """Give n occurrences in two releases, as results give them."""
    return pd.DataFrame(
        {
            "release": [f"r{i % 2}" for i in range(n)],
            "date": pd.to_datetime([f"2008-01-{1 + i % 28:02}" for i in range(n)]),
            "issuer": "Europol",
            "source": "a.txt",
            "start": range(n),
            "end": range(1, n + 1),
            "sentence": [f"{text} {i}" for i in range(n)],
        }
    )


def make(folder, name="a-1", values=(1.0, 2.0), title=None, label="Europol", evidence=()):
    fig, (ax,) = new_figure(width="single", height=30)
    draw_bars(ax, [label, "SELEC"], values)
    table = Table.of(
        pd.DataFrame({"issuer": [label, "SELEC"], "share": values}), "t", Spec("load", fingerprint="f")
    )
    return save_figure(
        fig,
        name,
        alt=f"Bars of {label}.",
        data=table,
        caption=f"Of {label}.",
        title=title,
        evidence=evidence,
        folder=folder,
    )


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *one) for one in attrs]

    def handle_data(self, data):
        self.words.append(data)


def test_the_page_shows_each_figure_with_its_words_numbers_and_downloads(tmp_path):
    make(tmp_path, title="Who publishes")
    skip_figure("a-2", title="Nothing", reason="no release has a date.", folder=tmp_path)
    page = Page(build_report(tmp_path).read_text("utf-8"))
    text = " ".join(page.words)
    for words in ("Who publishes", "Of Europol.", "Bars of Europol.", "no release has a date.", "Numbers"):
        assert words in text
    links = {value for tag, name, value in page.attributes if (tag, name) == ("a", "href")}
    assert links >= {"a-1.svg", "a-1.png"}  # the page's script makes these of the drawing
    for kind in ("pdf", "csv", "json"):
        held = [one for one in links if one.startswith("data:") and f"/{kind};base64," in one]
        assert [b64decode(one.split(",")[1]) for one in held] == [(tmp_path / f"a-1.{kind}").read_bytes()]
    assert page.tags.count("svg") == 1
    assert "2" in [word.strip() for word in page.words]


def scripts_of(text):
    """Give the page's data and its one script; there may be no other."""
    data, script = re.findall(r"<script[^>]*>(.*?)</script>", text, flags=re.DOTALL)
    assert text.count("<script") == 2
    return json.loads(data), script


def test_the_page_runs_its_own_script_only_and_fetches_nothing(tmp_path):
    make(tmp_path, label=NASTY, title=NASTY, evidence=Evidence(NASTY, sentences(2, NASTY)))
    text = build_report(tmp_path).read_text("utf-8")
    page = Page(text)
    assert not {"iframe", "img", "link", "object", "embed", "base", "form"} & set(page.tags)
    _, script = scripts_of(text)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in text
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|fetch\(", script)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    policy = next(value for _, name, value in page.attributes if name == "content" and "default-src" in value)
    assert "default-src 'none'" in policy
    assert not re.findall(r"(?:src|href|url\()\s*=?\s*[\"']?(?:https?:)?//", text)
    assert NASTY in "".join(page.words)


def test_the_page_has_the_same_bytes_twice_and_no_id_twice(tmp_path):
    make(tmp_path)
    make(tmp_path, "a-2")
    first = build_report(tmp_path).read_bytes()
    assert build_report(tmp_path).read_bytes() == first
    ids = re.findall(r'\bid="([^"]+)"', first.decode())
    assert len(ids) == len(set(ids))


def test_figures_stand_in_the_order_of_their_notebooks_and_numbers(tmp_path, monkeypatch):
    for notebook, name in (("02_terms", "b-1"), ("01_corpus", "a-10"), ("01_corpus", "a-2")):
        monkeypatch.setenv("OCTADISC_NOTEBOOK", notebook)
        make(tmp_path, name)
    assert [one["name"] for one in read_recipes(tmp_path)] == ["a-2", "a-10", "b-1"]


def test_only_what_an_earlier_run_had_made_is_removed(tmp_path):
    old, new = tmp_path / "figures", tmp_path / "new"
    for folder, name in ((old, "a-1"), (old, "a-2"), (new, "a-1")):
        make(folder, name)
        build_report(folder)
    (old / "mine.png").write_bytes(b"mine")
    put_figures(new, old)
    assert (old / "mine.png").exists()
    assert not list(old.glob("a-2.*"))
    assert {one["name"] for one in json.loads((old / "index.json").read_text())["figures"]} == {"a-1"}


def test_a_manifest_cannot_name_files_elsewhere(tmp_path):
    (tmp_path / "index.json").write_text(json.dumps({"files": {"../x": "", "a.png": ""}}))
    assert read_manifest(tmp_path) == {"a.png"}


def test_check_tells_bytes_numbers_and_differences_apart(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for name in ("a-1", "a-2", "a-3", "a-4"):
        make(old, name)
    make(new, "a-1")
    make(new, "a-2", values=(1.0, 2.0 + 1e-11))
    make(new, "a-3", values=(1.0, 2.1))
    make(new, "a-5")
    verdicts = {one.name: one for one in compare_figures(old, new)}
    assert {name: one.outcome for name, one in verdicts.items()} == {
        "a-1": "same bytes",
        "a-2": "same numbers",
        "a-3": "different",
        "a-4": "missing",
        "a-5": "new",
    }
    assert verdicts["a-3"].detail == "share in row 2 was 2.0 and is 2.1"
    assert [name for name, one in verdicts.items() if one.holds] == ["a-1", "a-2"]


def test_the_page_holds_the_sentences_behind_each_number(tmp_path):
    few, many = Evidence("trust in 2008", sentences(3), 3), Evidence("trust & co", sentences(40), 41)
    make(tmp_path, evidence=[few, many])
    text = build_report(tmp_path).read_text("utf-8")
    store, _ = scripts_of(text)
    evidence = store["figures"]["a-1"]["evidence"]
    assert [one[:3] for one in evidence] == [
        ["trust in 2008", "3 occurrences in 2 releases, as many as counted", 3],
        ["trust & co", "40 occurrences in 2 releases; counted are 41", 40],
    ]
    said = [store["sentences"][one][1] for one in evidence[1][3]]
    assert sorted(said) == sorted(f"Trust grew. {i}" for i in range(40))
    assert len(store["sentences"]) == 40  # those of both numbers are there once
    whole = pd.read_csv(tmp_path / "a-1.evidence.csv")
    assert whole["what"].value_counts().to_dict() == {"trust & co": 40, "trust in 2008": 3}
    assert whole["sentence"].tolist()[:3] == ["Trust grew. 0", "Trust grew. 1", "Trust grew. 2"]
    assert "a-1.evidence.csv" in read_manifest(tmp_path)
    assert 'href="a-1.evidence.csv"' in text
    make(tmp_path)  # and without evidence the file of the last time is gone
    assert not (tmp_path / "a-1.evidence.csv").exists()


def test_what_is_drawn_is_asked_for_the_sentences_behind_it(tmp_path):
    rows = [("2007-05-01", "Trust. Mutual trust!"), ("2008-05-01", "No."), ("2009-05-01", "Trust.")]
    corpus = od.Corpus.from_frame([{"date": day, "text": text} for day, text in rows])
    trend = od.track_terms(od.tokenize(corpus), "trust")
    save_figure(trend.plot().figure, "trust", alt="A line.", data=trend, folder=tmp_path)
    store, _ = scripts_of(build_report(tmp_path).read_text("utf-8"))
    shown = store["figures"]["trust"]
    assert [one[1] for one in shown["evidence"]] == [
        "2 occurrences in 1 release, as many as counted",
        "1 occurrence in 1 release, as many as counted",
    ]
    years = {one[4].split(":")[0]: one for one in shown["elements"]}
    assert list(years) == ["trust, 2007", "trust, 2008", "trust, 2009"]
    assert [one[5] for one in years.values()] == [[0], [], [1]]
    texts = [[store["sentences"][i][1] for i in numbers] for _, _, _, numbers, *_ in shown["evidence"]]
    assert texts == [["Trust.", "Mutual trust!"], ["Trust."]]
    left, right = years["trust, 2007"], years["trust, 2009"]
    assert left[0] < right[0]
    assert all(0 <= side <= 1 for one in shown["elements"] for side in one[:4])


def test_one_is_asked_before_the_results_and_may_pass(tmp_path):
    fig, (ax,) = new_figure(width="single", height=30)
    draw_bars(ax, ["Europol", "SELEC"], [3, 2], keys=[{"issuer": "Europol"}, {"issuer": "SELEC"}])
    table = Table.of(pd.DataFrame({"issuer": ["Europol", "SELEC"]}), "t", Spec("load", fingerprint="f"))

    def ask(key):
        return Evidence("", sentences(3), 3) if key["issuer"] == "Europol" else None

    save_figure(fig, "bars", alt="Bars.", data=table, ask=ask, folder=tmp_path)
    elements = pd.read_csv(tmp_path / "bars.elements.csv", dtype={"evidence": str})
    assert elements["says"].tolist() == ["Europol: 3", "SELEC: 2"]
    assert elements["evidence"].fillna("").tolist() == ["0", ""]


def test_a_page_that_would_be_too_large_holds_some_sentences_of_each_number(tmp_path, monkeypatch):
    monkeypatch.setattr(store_module, "_BUDGET", 1_000)
    ranked = sentences(40).assign(contribution=[40.0 - i for i in range(40)])
    make(tmp_path, evidence=[Evidence("few", sentences(2, "A.")), Evidence("many", sentences(300, "B.")),
                             Evidence("ranked", ranked, rule="by contribution")])  # fmt: skip
    text = build_report(tmp_path).read_text("utf-8")
    store, _ = scripts_of(text)
    few, many, best = (one[3] for one in store["figures"]["a-1"]["evidence"])
    assert len(few) == 2
    assert 3 <= len(many) <= 12
    days = [store["releases"][store["sentences"][i][0]][1] for i in many]
    assert (days[0], days[-1]) == ("2008-01-01", "2008-01-28")  # from the first to the last
    assert [store["sentences"][i][1] for i in best[:2]] == ["Trust grew. 0", "Trust grew. 1"]
    assert f"the page has {len(many)}" in text
    assert len(pd.read_csv(tmp_path / "a-1.evidence.csv")) == 342


def test_evidence_is_escaped_and_defused(tmp_path):
    nasty = sentences(2, NASTY).assign(issuer=NASTY, source="=cmd()")
    make(tmp_path, evidence=Evidence(NASTY, nasty))
    text = build_report(tmp_path).read_text("utf-8")
    store, _ = scripts_of(text)
    assert "alert(1)</script>" not in text
    assert store["sentences"][0][1] == f"{NASTY} 0"
    assert pd.read_csv(tmp_path / "a-1.evidence.csv")["source"].tolist() == ["'=cmd()"] * 2


def test_what_is_no_evidence_is_answered(tmp_path):
    with pytest.raises(InputError, match="has evidence of type DataFrame"):
        make(tmp_path, evidence=[sentences(1)])
    with pytest.raises(InputError, match="has no column sentence"):
        make(tmp_path, evidence=[Evidence("x", sentences(1).drop(columns="sentence"))])
    assert collect([None, Missing("no data")], Evidence("x", sentences(0))) == []


def test_the_page_begins_with_the_claim_and_leads_to_its_figures(tmp_path):
    make(tmp_path, "a-2")
    make(tmp_path, "a-10")
    skip_figure("a-3", title="Nothing", reason="no data.", folder=tmp_path)
    clauses = [Clause(f"Trust rose {NASTY}.", "a-10"), Clause("It fell.", "a-3"), Clause("So.")]
    save_claim(
        "a-11-claim", [clauses, [Clause("In sum.", "a-2")]], title="What may be claimed", folder=tmp_path
    )
    text = build_report(tmp_path).read_text("utf-8")
    page = Page(text)
    assert NASTY in "".join(page.words)
    assert page.tags.count("script") == 2
    main = text[text.index("<main ") :]
    assert main.index("What may be claimed") < main.index("figure-a-2")
    assert '<a href="#figure-a-10">[2]</a>' in main
    assert '<a href="#figure-a-2">[1]</a>' in main
    assert '<a href="#figure-a-3">' not in main
    manifest = json.loads((tmp_path / "index.json").read_text("utf-8"))
    assert "a-11-claim.json" in manifest["files"]
    assert {one["name"] for one in manifest["figures"]} == {"a-2", "a-3", "a-10"}


def test_check_says_when_a_claim_reads_otherwise(tmp_path):
    for folder, word in (("old", "rose"), ("new", "fell")):
        save_claim("claim", [[Clause(f"Trust {word}.")]], title="Claim", folder=tmp_path / folder)
        save_claim("same", [[Clause("Trust.")]], title="Claim", folder=tmp_path / folder)
    verdicts = {one.name: one.outcome for one in compare_figures(tmp_path / "old", tmp_path / "new")}
    assert verdicts == {"claim": "different", "same": "same bytes"}


def test_the_page_is_called_after_its_study_and_keeps_the_name(tmp_path):
    make(tmp_path)
    for title in ("Trust & <i>borders</i>", None):
        text = build_report(tmp_path, title=title).read_text("utf-8")
        assert "<title>Trust &amp; &lt;i&gt;borders&lt;/i&gt;</title>" in text
        assert "<h1>Trust &amp;" in text


def test_a_folder_of_an_older_version_still_makes_a_page(tmp_path):
    saved = make(
        tmp_path, evidence=[Evidence("Europol: 2", sentences(2)), Evidence("SELEC: 1", sentences(1))]
    )
    table = pd.read_csv(saved.paths["evidence.csv"])
    table = table.drop(columns="number").rename(columns={"what": "number"})  # as version 0.8 wrote it
    table.to_csv(saved.paths["evidence.csv"], index=False)
    saved.paths["elements.csv"].unlink()
    recipe = json.loads(saved.paths["json"].read_text("utf-8"))
    for one in recipe["evidence"]:
        one["shown"] = []
    saved.paths["json"].write_text(json.dumps(recipe), "utf-8")
    text = build_report(tmp_path).read_text("utf-8")
    store = json.loads(re.search(r'id="store">(.*?)</script>', text, re.DOTALL)[1])
    assert [len(one[3]) for one in store["figures"]["a-1"]["evidence"]] == [2, 1]
    assert store["figures"]["a-1"]["elements"] == []


def test_no_name_of_a_figure_takes_an_id_of_the_page(tmp_path):
    for name in ("store", "main", "clip", "x", "x-title", "figure-x", "evidence-x"):
        make(tmp_path, name=name, evidence=[Evidence("Europol: 2", sentences(2))])
    page = Page(build_report(tmp_path).read_text("utf-8"))
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(set(ids)) == len(ids)
    named = [value.split() for _, name, value in page.attributes if name == "aria-labelledby"]
    links = [value for _, name, value in page.attributes if name in ("href", "xlink:href", "clip-path")]
    wanted = {one[1:] for one in links if one.startswith("#")}
    wanted |= {one[5:-1] for one in links if one.startswith("url(#")}
    assert {one for pair in named for one in pair} | wanted <= set(ids)
    assert sum(name == "clip-path" for _, name, _ in page.attributes) > 7


def test_a_drawing_that_is_gone_is_named(tmp_path):
    make(tmp_path).paths["svg"].unlink()
    with pytest.raises(MissingFileError, match=r"a-1\.svg is not there.*--only a-1"):
        build_report(tmp_path)


def test_a_table_with_very_long_cells_is_shown_shortened(tmp_path):
    long = "word " * 40_000
    fig, (ax,) = new_figure(width="single", height=30)
    draw_bars(ax, ["a"], [1])
    table = Table.of(pd.DataFrame({"text": [long], "n": [1]}), "t", Spec("load"))
    saved = save_figure(fig, "a-1", alt="A bar.", data=table, folder=tmp_path)
    page = Page(build_report(tmp_path).read_text("utf-8"))
    assert max(len(one) for one in page.words if one.startswith("word word")) == 502
    written = saved.paths["csv"].read_text("utf-8")
    assert compare_tables(written, written) == ""
    assert compare_tables(written, written.replace(",1\n", ",2\n")) == "n in row 1 was 1 and is 2"


def test_a_page_that_is_made_again_keeps_how_its_figures_were_made(tmp_path):
    make(tmp_path)
    build_report(tmp_path)
    manifest = tmp_path / "index.json"
    made = {"records": [{"corpus": "f"}], "of": {"a-1": 0}}
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "made": made}))
    build_report(tmp_path, title="Another")
    assert json.loads(manifest.read_text())["made"] == made
