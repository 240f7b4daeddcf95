import os
import subprocess
import sys
from importlib import metadata

import pandas as pd
import pytest

import octadisc as od
from octadisc import cli


def releases(folder, n=3):
    path = folder / "releases.csv"
    frame = pd.DataFrame(
        {
            "title": [f"Release {i}" for i in range(n)],
            "date": [f"{2008 + i}-03-28" for i in range(n)],
            "issuer": "Europol",
            "text": [
                f"Police agreed to build mutual trust, number {i} of many in a long row." for i in range(n)
            ],
        }
    )
    frame.to_csv(path, index=False)
    return path


def test_load_writes_a_corpus_and_says_what_it_found(tmp_path, capsys):
    target = tmp_path / "corpus.parquet"
    assert cli.main(["load", str(releases(tmp_path)), "-o", str(target)]) == 0
    out = capsys.readouterr().out
    assert "3 releases of 1 issuer, dated 2008-03-28 to 2010-03-28" in out
    assert len(od.Corpus.open(target)) == 3


def test_few_problems_are_printed_and_many_written_to_a_file(tmp_path, capsys):
    issues = pd.DataFrame(
        [(f"r{i}", f"a.csv#{i}", "date unreadable", "13/2019", "kept without") for i in range(41)],
        columns=["release", "source", "what", "found", "done"],
    )
    cli._list_issues(issues.head(2), tmp_path / "corpus.parquet")
    assert capsys.readouterr().out.splitlines() == [
        "  a.csv#0: date unreadable: 13/2019; kept without",
        "  a.csv#1: date unreadable: 13/2019; kept without",
    ]
    cli._list_issues(issues, tmp_path / "corpus.parquet")
    assert len(pd.read_csv(tmp_path / "corpus.issues.csv")) == 41
    assert "corpus.issues.csv" in capsys.readouterr().out


def test_a_mistake_is_one_paragraph_and_exit_code_2(tmp_path, capsys):
    assert cli.main(["load", str(tmp_path / "nowhere"), "-o", str(tmp_path / "c.parquet")]) == 2
    assert cli.main(["load", str(releases(tmp_path)), "-o", str(tmp_path / "c.csv")]) == 2
    assert cli.main(["figures", "--corpus", str(tmp_path / "nowhere"), "--output", str(tmp_path / "f")]) == 2
    assert cli.main(["figures", "--topics", "1", "--output", str(tmp_path / "f")]) == 2
    assert cli.main(["check", str(tmp_path / "nowhere")]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 5
    assert all(line.startswith("octadisc: ") for line in said)
    assert not (tmp_path / "f").exists()


def test_options_of_the_notebook_on_terms_are_checked_before_anything_is_made(tmp_path, capsys):
    path, output = str(releases(tmp_path)), tmp_path / "f"
    given = ["figures", "--corpus", path, "--to", str(output)]
    for wrong in (
        ["--event", "Tampa"],
        ["--between", "2017", "1977"],
        ["--who", "bodies"],
        ["--every", "day"],
    ):
        assert cli.main([*given, *wrong]) == 2
        assert wrong[1] in capsys.readouterr().err
    assert not output.exists()
    with pytest.raises(SystemExit):
        cli.main(["figures", "--help"])
    shown = capsys.readouterr().out
    for one in (
        "--question",
        "--event",
        "--around",
        "--every",
        "--between",
        "--who",
        "--audit",
        "--notebooks",
    ):
        assert one in shown


def test_a_question_is_answered_by_one_command(tmp_path, capsys):
    path = releases(tmp_path, 12)
    bodies = tmp_path / "bodies.csv"
    bodies.write_text("issuer,who\nEURO*,The office\n")
    output = tmp_path / "page"
    options = [
        "--question",
        "trust=mutual trust",
        "--event",
        "A summit=2012-05-01",
        "--between",
        "2009",
        "2018",
    ]
    options += ["--who", str(bodies), "--notebooks", "02_terms", "--every", "year"]
    assert cli.main(["figures", "--corpus", str(path), "--to", str(output), *options]) == 0
    assert "1 name of issuers put together in 1 body" in capsys.readouterr().out
    page = (output / "index.html").read_text("utf-8")
    assert "Trust is mentioned in 10 of 10 dated releases" in page  # 2009 to 2018, of 2008 to 2019
    assert "1 occurrence in 1 release, as many as counted" in page
    assert "The office" in page
    assert not list(output.glob("corpus-*"))
    assert cli.main(["check", str(output), "--corpus", str(path), *options]) == 0


def test_an_interrupt_is_a_sentence_and_exit_code_130(monkeypatch, capsys, tmp_path):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(od, "load_corpus", interrupted)
    assert cli.main(["load", "x", "-o", str(tmp_path / "c.parquet")]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_the_version_and_no_command(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"octadisc {metadata.version('octadisc')}\n"
    with pytest.raises(SystemExit) as stop:
        cli.main([])
    assert stop.value.code == 2


def test_the_command_starts_without_loading_what_it_does_not_need():
    code = (
        "import sys, octadisc.cli; print([m for m in ('pandas', 'matplotlib', 'numpy') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "[]"
