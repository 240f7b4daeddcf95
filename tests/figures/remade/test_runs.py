"""Runs of a study's own notebooks: what has not changed is not run again, and what has changed is."""

import json
import os

import nbformat
import pytest

from octadisc.errors import InputError, UnknownNameError
from octadisc.figures import make
from octadisc.figures.check import check_figures, tell_verdicts
from octadisc.figures.gallery import read_recipes
from octadisc.figures.remade import workshop
from octadisc.figures.settings import Settings

FIRST = "from octadisc.figures.save import skip_figure\nname = 'extra'\nread = open(f'../{name}.csv').read()"
SOURCES = {
    "p": "CORPUS = 'x'\nEVERY = None",
    "load": FIRST,
    "one": "skip_figure('own-1', title='One', reason=read)",
    "two": "skip_figure('own-2', title='Two', reason=str(EVERY))",
}
THREE = "skip_figure('more-1', title='Three', reason='none')"


def write_notebook(folder, sources, name="own"):
    folder.mkdir(exist_ok=True)
    cells = [
        nbformat.v4.new_code_cell(source, id=one, metadata={"tags": ["parameters"]} if one == "p" else {})
        for one, source in sources.items()
    ]
    (folder / f"{name}.ipynb").write_text(json.dumps(nbformat.v4.new_notebook(cells=cells)), "utf-8")


def write_releases(folder, text="Police agreed to trust each other."):
    (folder / "releases.csv").write_text(f"date,issuer,text\n2008-03-28,Europol,{text}\n")


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("OCTADISC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    write_releases(tmp_path)
    (tmp_path / "extra.csv").write_text("first")
    write_notebook(tmp_path / "notebooks", SOURCES)
    said = []

    def run(**options):
        said.clear()
        make.make_figures(
            tmp_path / "releases.csv",
            tmp_path / "figures",
            notebooks=tmp_path / "notebooks",
            say=said.append,
            **options,
        )
        return {one["name"]: one["skipped"] for one in read_recipes(tmp_path / "figures")}

    run.said, run.folder = said, tmp_path
    return run


def ran(study, which=0):
    """Tell whether the notebook was run, by what was said of it."""
    line = [one for one in study.said if one.startswith("own: ")][which]
    if line == "own: unchanged, taken from the last run":
        return False
    assert line.removeprefix("own: ").split(" s")[0].isdigit()
    return True


def test_a_notebook_runs_again_when_anything_it_rests_on_has_changed(study):
    assert study() == {"own-1": "first", "own-2": "None"}
    assert ran(study)
    before = {one.name: one.read_bytes() for one in (study.folder / "figures").iterdir()}
    study()
    assert not ran(study)
    assert {one.name: one.read_bytes() for one in (study.folder / "figures").iterdir()} == before

    seen = os.stat(study.folder / "extra.csv")
    (study.folder / "extra.csv").write_text("other")  # as long and as old as before
    os.utime(study.folder / "extra.csv", ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert study() == {"own-1": "other", "own-2": "None"}
    assert ran(study)

    write_notebook(study.folder / "notebooks", {**SOURCES, "one": SOURCES["one"].replace("=read", "=read*2")})
    assert study(only=["own-1"]) == {"own-1": "otherother", "own-2": "None"}
    assert study.said[-2].endswith(" s, up to its cell 3")


def fake_run(path, parameters, *, figures, **_):
    """Make figures as the notebooks above would, without a kernel."""
    extra = (path.parent.parent / "extra.csv").read_text()
    os.environ["OCTADISC_NOTEBOOK"] = path.stem
    for cell in json.loads(path.read_text())["cells"]:
        code = "".join(cell["source"]).replace("open(f'../{name}.csv').read()", "extra")
        names = {"extra": extra, "EVERY": parameters.get("EVERY"), "read": extra}
        if "skip_figure(" in code:
            from octadisc.figures.save import skip_figure

            names["skip_figure"] = lambda *given, **named: skip_figure(*given, **named, folder=figures)
            exec(code, names)


@pytest.fixture
def quick(study, monkeypatch):
    """Give the study with runs that need no kernel, and are not watched."""
    monkeypatch.setattr(workshop, "run_notebook", fake_run)
    monkeypatch.setattr(workshop, "read_report", lambda _: ({}, []))
    monkeypatch.setattr(make, "_give_back_memory", lambda: None)
    monkeypatch.setenv("OCTADISC_NOTEBOOK", "")
    return study


def test_what_is_kept_can_be_passed_over_and_is_replaced_then(quick):
    quick()
    (quick.folder / "extra.csv").write_text("other")  # nobody watches here, so this goes unnoticed
    assert quick()["own-1"] == "first"
    assert quick(again=True)["own-1"] == "other"
    assert ran(quick)
    assert quick()["own-1"] == "other"
    assert not ran(quick)


def test_without_a_place_to_keep_things_all_is_run(quick, monkeypatch):
    monkeypatch.setenv("OCTADISC_CACHE", "")
    for _ in range(2):
        quick()
        assert ran(quick)
    assert not (quick.folder / "cache").exists()


def test_what_raises_a_doubt_is_run_each_time_and_said(quick, monkeypatch):
    monkeypatch.setattr(workshop, "read_report", lambda _: ({}, ["it asks the network"]))
    for _ in range(2):
        quick()
        assert quick.said[-2].endswith("; not kept for the next run: it asks the network")


def test_check_computes_all_anew_and_keeps_nothing(quick):
    quick()
    kept = {one: one.stat().st_mtime_ns for one in (quick.folder / "cache" / "figures").iterdir()}
    (quick.folder / "extra.csv").write_text("other")  # nobody watches here, so this goes unnoticed
    verdicts = check_figures(
        quick.folder / "figures",
        quick.folder / "releases.csv",
        notebooks=quick.folder / "notebooks",
        say=quick.said.append,
    )
    assert ran(quick, -1)
    assert [str(one) for one in verdicts] == [
        "own-1: different (not drawn for another reason); unexplained: the recipe is the same: report this",
        "own-2: same bytes",
    ]
    assert {one: one.stat().st_mtime_ns for one in (quick.folder / "cache" / "figures").iterdir()} == kept
    (only,) = check_figures(
        quick.folder / "figures",
        quick.folder / "releases.csv",
        notebooks=quick.folder / "notebooks",
        say=quick.said.append,
        only=["own-2"],
    )
    assert only.outcome == "same bytes"


def test_what_changes_during_the_run_is_not_kept(quick, monkeypatch):
    def slow(path, *given, **named):
        fake_run(path, *given, **named)
        write_notebook(path.parent, {**SOURCES, "more": "1"})

    monkeypatch.setattr(workshop, "run_notebook", slow)
    quick()
    write_notebook(quick.folder / "notebooks", SOURCES)
    quick()
    assert ran(quick)


def test_an_interruption_in_the_second_notebook_changes_nothing_and_keeps_the_first(quick, monkeypatch):
    write_notebook(
        quick.folder / "notebooks", {"p": "CORPUS = ''", "a": "skip_figure('z', title='', reason='')"}, "z"
    )
    quick()
    before = {one.name: one.read_bytes() for one in (quick.folder / "figures").iterdir()}
    listed = sorted(quick.folder.rglob("*"))
    write_releases(quick.folder, "Another text.")

    def interrupted(path, *given, **named):
        if path.stem == "z":
            raise KeyboardInterrupt
        fake_run(path, *given, **named)

    monkeypatch.setattr(workshop, "run_notebook", interrupted)
    with pytest.raises(KeyboardInterrupt):
        quick()
    assert {one.name: one.read_bytes() for one in (quick.folder / "figures").iterdir()} == before
    new = set(quick.folder.rglob("*")) - set(listed)
    assert {one.parent.name for one in new} == {"figures", "corpora"}  # of the cache: whole entries
    assert len([one for one in new if one.name.endswith(".figures.zip")]) == 1
    monkeypatch.setattr(workshop, "run_notebook", fake_run)
    quick()
    assert not ran(quick)  # the first notebook's part was not lost


def test_only_replaces_what_is_named_and_takes_it_from_what_is_kept(quick):
    quick()
    figures = quick.folder / "figures"
    for name, notebook in (("own-2", "own"), ("by-hand", "")):
        recipe = {"name": name, "title": name, "notebook": notebook, "skipped": "mine"}
        (figures / f"{name}.json").write_text(json.dumps(recipe))
    assert quick(only=["own-1"]) == {"own-1": "first", "own-2": "mine", "by-hand": "mine"}
    assert not ran(quick)
    assert quick(only=["own-*"])["own-2"] == "None"
    page = json.loads((figures / "index.json").read_text("utf-8"))
    assert [one["name"] for one in page["figures"]] == ["own-1", "own-2"]
    assert set(page["made"]["of"]) == {"own-1", "own-2"}


def test_only_refuses_what_would_not_fit_and_changes_nothing(quick):
    quick()
    before = {one.name: one.read_bytes() for one in (quick.folder / "figures").iterdir()}
    with pytest.raises(UnknownNameError, match="Did you mean 'own-1'"):
        quick(only=["own1"])
    assert quick.said == []  # before anything is loaded
    write_releases(quick.folder, "Another text.")
    with pytest.raises(InputError, match="are of another corpus"):
        quick(only=["own-1"])
    write_releases(quick.folder)
    write_notebook(quick.folder / "notebooks", {one: SOURCES[one] for one in ("p", "load", "two")})
    with pytest.raises(InputError, match="The notebook own no longer makes own-1"):
        quick(only=["own-1"])
    assert {one.name: one.read_bytes() for one in (quick.folder / "figures").iterdir()} == before


def test_check_names_the_file_that_changed_and_goes_on_where_a_notebook_stops(study):
    study()
    folder, notebooks = study.folder / "figures", study.folder / "notebooks"
    (study.folder / "extra.csv").write_text("other")
    write_notebook(notebooks, {"p": "CORPUS = 'x'", "bad": "open('../gone.csv')"}, "wrong")

    def check():
        found = check_figures(folder, study.folder / "releases.csv", notebooks=notebooks, say=lambda _: None)
        return {one.name: one for one in found}

    found = check()
    assert [str(one) for one in found["own-1"].reasons] == ["file: extra.csv changed"]
    assert found["own-2"].outcome == "same bytes"
    assert found["wrong"].outcome == "stopped"
    assert not found["wrong"].holds
    assert "../gone.csv" in found["wrong"].detail
    (notebooks / "wrong.ipynb").unlink()
    (study.folder / "extra.csv").unlink()
    assert tell_verdicts(list(check().values()))[0].startswith(
        "Not checked: own-1 and own-2; the notebook own stopped in its cell 2: FileNotFoundError"
    )


def test_figures_of_notebooks_that_are_not_run_stay_beside_those_that_are(quick):
    folder = quick.folder
    write_notebook(folder / "notebooks", {"p": "CORPUS = 'x'", "three": THREE}, "more")
    quick()
    before = {path.name: path.read_bytes() for path in (folder / "figures").glob("own-*")}
    quick(settings=Settings(("more",), folder=folder / "notebooks"))
    assert {path.name: path.read_bytes() for path in (folder / "figures").glob("own-*")} == before
    assert any("Kept from earlier runs: 2 figures of own" in line for line in quick.said)
    assert "own-1" in (folder / "figures" / "index.html").read_text("utf-8")


def test_figures_of_another_corpus_do_not_stay(quick):
    folder = quick.folder
    write_notebook(folder / "notebooks", {"p": "CORPUS = 'x'", "three": THREE}, "more")
    quick()
    write_releases(folder, "Something else was agreed.")
    quick(settings=Settings(("more",), folder=folder / "notebooks"))
    assert not list((folder / "figures").glob("own-*"))
    assert any(
        "2 figures of notebooks that are not run rest on another corpus" in line for line in quick.said
    )


def test_figures_that_no_notebook_made_stay(quick, monkeypatch):
    from octadisc.figures.save import skip_figure

    quick()
    monkeypatch.setenv("OCTADISC_NOTEBOOK", "")
    skip_figure("mine", title="Mine", reason="by hand", folder=quick.folder / "figures")
    quick()
    assert (quick.folder / "figures" / "mine.json").exists()
    assert "by hand" in (quick.folder / "figures" / "index.html").read_text("utf-8")
