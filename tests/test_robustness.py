"""The whole path where machines and corpora are not as they should be: no foreign traceback, no harm."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import octadisc as od

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="uses what Linux offers")
RELEASES = [
    f"Release number {i} says that trust between the services grew and that drugs were seized at the border."
    for i in range(40)
]


def octadisc(*given: object, cwd: Path, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, with variables of the environment set or (None) taken away."""
    variables = {**os.environ, **{k: v for k, v in environment.items() if v is not None}}
    for name, value in environment.items():
        if value is None:
            variables.pop(name, None)
    return subprocess.run(
        [sys.executable, "-m", "octadisc", *map(str, given)],
        cwd=cwd,
        env=variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
    )


def digest(folder: Path) -> dict[str, str]:
    """Give a hash for each file of a folder."""
    files = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return {str(one): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """Make a folder of releases whose names are hard on programs."""
    folder = tmp_path / 'моји извори, \'a "b" #1'
    folder.mkdir()
    names = [
        "саопштење 1.txt",
        "ανακοίνωση.txt",
        "it's.txt",
        "a;b|c.txt",
        "čšž đ.txt",
        "%20.txt",
        "-dash.txt",
    ]
    for i, name in enumerate(names):
        (folder / name).write_text(
            f"Headline {i}\n\n{RELEASES[i]}\n\nDate: {i + 1:02d}.03.2008\n", encoding="utf-8"
        )
    return folder


def test_hard_names_are_ids_and_inputs_stay_as_they_were(releases: Path, tmp_path: Path) -> None:
    before = digest(releases)
    done = octadisc("load", releases, "-o", tmp_path / "out put" / "c.parquet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    corpus = od.load_corpus(tmp_path / "out put" / "c.parquet")
    assert set(corpus.frame["release"]) == {one.name for one in releases.iterdir()}
    assert corpus.frame["date"].dt.strftime("%Y-%m").eq("2008-03").all()
    assert digest(releases) == before


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"TZ": "America/Los_Angeles"},
        pytest.param({"TZ": "Pacific/Kiritimati"}, marks=pytest.mark.slow),
        {"HOME": None, "USERPROFILE": None, "XDG_CACHE_HOME": None},
        pytest.param({"HOME": "/nonexistent"}, marks=pytest.mark.slow),
        {"PYTHONHASHSEED": "1"},
        pytest.param({"COLUMNS": "20", "TERM": "dumb"}, marks=pytest.mark.slow),
    ],
    ids=lambda one: ",".join(one),
)
def test_the_surroundings_change_no_result(
    releases: Path, tmp_path: Path, environment: dict[str, str | None]
) -> None:
    plain = octadisc("load", releases, "-o", tmp_path / "plain.parquet", cwd=tmp_path)
    done = octadisc("load", releases, "-o", tmp_path / "other.parquet", cwd=tmp_path, **environment)
    assert (plain.returncode, done.returncode) == (0, 0), done.stderr
    one, other = (od.load_corpus(tmp_path / f"{name}.parquet") for name in ("plain", "other"))
    assert one.frame["date"].tolist() == other.frame["date"].tolist()
    assert one.fingerprint == other.fingerprint


@LINUX
def test_two_runs_at_once_do_not_meet(releases: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "octadisc", "load", str(releases), "-o", str(tmp_path / "c.parquet")]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    assert [run.wait(120) for run in runs] == [0, 0, 0]
    for run in runs:
        run.communicate()
    assert len(od.load_corpus(tmp_path / "c.parquet")) == 7
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["c.parquet"]


@LINUX
def test_a_place_that_cannot_be_written_is_one_paragraph(releases: Path, tmp_path: Path) -> None:
    done = octadisc("load", releases, "-o", "/proc/none/c.parquet", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "cannot be written" in done.stderr


@LINUX
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting takes root")
def test_a_full_disk_leaves_what_was_there(releases: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        (disk / "figures").mkdir()
        (disk / "figures" / "old.txt").write_text("old")
        (disk / "ballast").write_bytes(b"x" * 50_000)
        for given in (
            ("load", releases, "-o", disk / "c.parquet"),
            ("figures", "--corpus", releases, "--output", disk / "figures", "--notebooks", "01_corpus"),
        ):
            done = octadisc(*given, cwd=tmp_path)
            assert done.returncode == 2, done.stderr
            assert "Traceback" not in done.stderr
        assert sorted(one.name for one in disk.rglob("*")) == ["ballast", "figures", "old.txt"]
    finally:
        subprocess.run(["umount", disk], check=False)


@LINUX
@pytest.mark.parametrize(
    "wait", [0.2, 1.0, *(pytest.param(one, marks=pytest.mark.slow) for one in (3.0, 5.0))]
)
def test_ctrl_c_at_any_moment_leaves_nothing(releases: Path, tmp_path: Path, wait: float) -> None:
    output = tmp_path / "figures"
    command = [
        sys.executable,
        "-m",
        "octadisc",
        "figures",
        "--corpus",
        str(releases),
        "--output",
        str(output),
    ]
    run = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(wait)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    if run.returncode == 0:
        pytest.skip("it was done before the interruption")
    assert run.returncode in (130, -signal.SIGINT)
    assert wait < 1 or "Traceback" not in said, said  # before its first line runs, Python itself answers
    assert not output.exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == [releases.name]


LOPSIDED = {
    "one release": [("2008-03-28", "A", RELEASES[0])],
    "one day": [("2008-03-28", "A", one) for one in RELEASES],
    "one issuer": [(f"20{i:02d}-03-28", "A", one) for i, one in enumerate(RELEASES)],
    "no dates and no issuers": [("", "", one) for one in RELEASES],
    "no words": [("2008-03-28", "A", "")] * 3,
}


# the notebooks themselves are run on the others' like in test_notebooks.py
@pytest.mark.slow
@pytest.mark.parametrize("rows", LOPSIDED.values(), ids=LOPSIDED)
def test_small_and_lopsided_corpora_give_a_page_of_figures(
    rows: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    table = "date;issuer;text\n" + "".join(f"{day};{issuer};{text}\n" for day, issuer, text in rows)
    (tmp_path / "releases.csv").write_text(table, encoding="utf-8")
    done = octadisc("figures", "--corpus", "releases.csv", "--output", "figures", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "figures" / "index.html").exists()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Without a date")  # the sample has two undated releases, and says so
def test_twenty_thousand_copies_of_the_sample(sample: Path, tmp_path: Path) -> None:
    one = od.load_corpus(sample)
    frame = one.to_frame()[["date", "issuer", "title", "text", "language"]]
    many = od.Corpus.from_frame(frame.loc[frame.index.repeat(65)].reset_index(drop=True))
    assert len(many) > 20_000
    tokens = od.tokenize(many)
    trend = od.track_terms(tokens, "mutual trust", every="year").to_frame()
    single = od.track_terms(
        od.tokenize(one.where(language=[*frame["language"].unique()])), "mutual trust"
    ).to_frame()
    assert (trend["count"] == 65 * single["count"]).all()
    english = od.tokenize(many.where(language="en"))
    model = od.fit_topics(od.count_terms(english, min_documents=100, stop_words="auto"), 5)
    assert model.shares.shape == (65 * int((frame["language"] == "en").sum()), 5)


def test_inputs_may_be_read_only(releases: Path, tmp_path: Path) -> None:
    copy = tmp_path / "read-only"
    shutil.copytree(releases, copy)
    for one in [*copy.iterdir(), copy]:
        one.chmod(0o555 if one.is_dir() else 0o444)
    try:
        assert len(od.load_corpus(copy)) == 7
    finally:
        copy.chmod(0o755)
