"""What `run` does without a network: when it sets up, what it says, what it starts and in which order."""

import importlib.util
import json
import os
import shutil
import sys
import threading
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The script as a module, in a folder of its own with a .venv that counts as set up."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(tmp_path)  # `run` changes the working directory; the test's end brings it back
    for name in ("run", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    loader = SourceFileLoader("octadisc_run", str(tmp_path / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("octadisc_run", loader))
    loader.exec_module(module)
    monkeypatch.setattr(module, "use_a_fitting_python", lambda arguments: None)
    python = Path(module.venv_python())
    python.parent.mkdir(parents=True)
    python.touch()
    Path(module.STAMP).write_text(json.dumps(module.fingerprint()), "utf-8")
    return module


@pytest.fixture
def steps(run, monkeypatch):
    """The steps of setting up that were taken, none of them for real."""
    taken = []
    monkeypatch.setattr(run, "check_platform", lambda: None)
    monkeypatch.setattr(run, "make_environment", lambda: taken.append("packages"))
    monkeypatch.setattr(run, "install_octadisc", lambda: taken.append("project"))
    return taken


def is_a_sentence(text):
    return text.endswith(".\n") and text.count("\n") == 1


# --- when it sets up


def test_nothing_is_done_when_nothing_changed(run, steps, capsys):
    assert run.main(["setup"]) == 0
    assert steps == []
    assert capsys.readouterr().out == "run: .venv is up to date.\n"


def test_a_changed_pyproject_installs_only_the_package(run, steps):
    with open(run.PROJECT, "a", encoding="utf-8") as file:
        file.write("# edited\n")
    assert run.main(["setup"]) == 0
    assert steps == ["project"]
    assert run.what_changed() is None


def edit_lock(run):
    with open(run.LOCK, "a", encoding="utf-8") as file:
        file.write("# edited\n")


def edit_stamp(run, **changes):
    Path(run.STAMP).write_text(json.dumps({**run.fingerprint(), **changes}), "utf-8")


@pytest.mark.parametrize(
    "spoil",
    [
        edit_lock,
        lambda run: os.remove(run.STAMP),  # interrupted: the stamp is written last
        lambda run: os.remove(run.venv_python()),  # the Python it linked to was removed
        lambda run: shutil.rmtree(run.VENV),
        lambda run: edit_stamp(run, folder="/somewhere/else"),
        lambda run: edit_stamp(run, python="3.10"),
        lambda run: Path(run.STAMP).write_text("{", "utf-8"),
        lambda run: Path(run.STAMP).write_text("[]", "utf-8"),
    ],
    ids=["lock", "half-made", "python gone", "none", "moved", "other python", "bad stamp", "odd stamp"],
)
def test_an_environment_that_does_not_fit_is_made_again(run, steps, spoil):
    spoil(run)
    Path(run.VENV).mkdir(exist_ok=True)  # the steps make it, and are not taken here
    assert run.main(["setup"]) == 0
    assert steps == ["packages", "project"]


def test_newlines_changed_by_git_are_no_change(run):
    text = Path(run.LOCK).read_bytes()
    Path(run.LOCK).write_bytes(text.replace(b"\n", b"\r\n"))
    assert run.what_changed() is None


def test_a_failed_setup_is_not_taken_for_done(run, steps, monkeypatch, capsys):
    def fail():
        raise run.Problem("no.")

    monkeypatch.setattr(run, "install_octadisc", fail)
    os.remove(run.STAMP)
    assert run.main(["setup"]) == 1
    assert run.what_changed() == "packages"
    assert capsys.readouterr().err == "run: no.\n"


def test_two_setups_take_turns(run, capsys):
    entered, leave, order = threading.Event(), threading.Event(), []

    def first():
        with run.only_one():
            entered.set()
            leave.wait(10)
            order.append("first")

    def second():
        with run.only_one():
            order.append("second")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    entered.wait(10)
    threads[1].start()
    threads[1].join(0.2)
    assert order == []
    leave.set()
    for thread in threads:
        thread.join(20)
    assert order == ["first", "second"]
    assert "waiting for another ./run" in capsys.readouterr().out


def test_removing_an_environment_takes_links_and_files_too(run, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    link = tmp_path / "link"
    link.symlink_to(kept, target_is_directory=True)
    run.remove(str(link))
    run.remove(run.VENV)
    run.remove(str(tmp_path / "never there"))
    assert not link.exists()
    assert not Path(run.VENV).exists()
    assert (kept / "file").exists()


# --- what it says


def test_without_a_command_it_lists_them(run, capsys):
    assert run.main([]) == 0
    text = capsys.readouterr().out
    for command in ("setup", "figures", "test", "lab", "bench", "docs", "lock"):
        assert f"./run {command}" in text


def test_a_mistyped_command_is_answered(run, capsys):
    assert run.main(["figure"]) == 1
    text = capsys.readouterr().err
    assert text == "run: `./run figure` is not a command; did you mean `./run figures`?\n"


def test_an_interruption_says_how_to_go_on(run, monkeypatch, capsys):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "make_ready", interrupt)
    assert run.main(["figures"]) == 130
    assert "run the same command again" in capsys.readouterr().err


def test_a_python_that_is_too_old(run, monkeypatch):
    fresh = SourceFileLoader("octadisc_run", run.__file__)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("octadisc_run", fresh))
    fresh.exec_module(module)
    monkeypatch.setattr(module, "OLDEST", (3, 99))
    monkeypatch.setattr(module, "NEWEST", (3, 99))
    monkeypatch.setattr(module, "find_python", lambda: None)
    with pytest.raises(module.Problem, match=r"needs Python 3\.99 or newer and this is 3\.\d+"):
        module.use_a_fitting_python(["setup"])
    # with a fitting one beside it, it goes on there
    started = []
    monkeypatch.setattr(module, "find_python", lambda: "/opt/python3.99")
    monkeypatch.setattr(module, "go_on_in", lambda python, arguments: started.append(python) or sys.exit())
    with pytest.raises(SystemExit):
        module.use_a_fitting_python(["setup"])
    assert started == ["/opt/python3.99"]


def test_a_python_without_pip(run, monkeypatch, capsys):
    monkeypatch.setattr(run, "check_platform", lambda: None)
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    edit_lock(run)
    assert run.main(["setup"]) == 1
    text = capsys.readouterr().err
    assert is_a_sentence(text)
    assert "has no pip" in text


def test_a_python_with_ensurepip_alone_is_enough(run, monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: name == "ensurepip" or None)
    assert run.find_pip(run.VENV) == [run.venv_python(), "-m", "pip"]


def test_a_disk_without_room(run, monkeypatch, capsys):
    monkeypatch.setattr(run, "check_platform", lambda: None)
    monkeypatch.setattr(run.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 10**8))
    edit_lock(run)
    assert run.main(["setup"]) == 1
    text = capsys.readouterr().err
    assert is_a_sentence(text)
    assert "takes 1.6 GB" in text
    assert "has 0.1 GB free" in text


@pytest.mark.parametrize(
    ("name", "machine", "abi", "works"),
    [
        ("linux-x86_64", "x86_64", "cpython-311-x86_64-linux-gnu", True),
        ("linux-aarch64", "aarch64", "cpython-313-aarch64-linux-gnu", True),
        ("win-amd64", "AMD64", "", True),
        ("macosx-11.0-arm64", "arm64", "cpython-312-darwin", True),
        ("macosx-10.9-universal2", "arm64", "cpython-312-darwin", True),
        ("macosx-10.9-universal2", "x86_64", "cpython-312-darwin", False),
        ("linux-x86_64", "x86_64", "cpython-311-x86_64-linux-musl", False),
        ("linux-ppc64le", "ppc64le", "cpython-311-powerpc64le-linux-gnu", False),
        ("win32", "AMD64", "", False),
    ],
)
def test_platforms(run, monkeypatch, name, machine, abi, works):
    monkeypatch.setattr(run.sysconfig, "get_platform", lambda: name)
    monkeypatch.setattr(run.sysconfig, "get_config_var", {"SOABI": abi}.get)
    monkeypatch.setattr(run.platform, "machine", lambda: machine)
    if works:
        run.check_platform()
    else:
        with pytest.raises(run.Problem, match="runs in CPython on Linux"):
            run.check_platform()


# Lines that pip printed in these situations, shortened.
PIP_SAID = {
    "cannot be reached": (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(': Failed to "
        "establish a new connection: [Errno 111] Connection refused')': /simple/anyio/\n"
        "ERROR: Could not find a version that satisfies the requirement anyio==4.16.0 (from versions: none)\n"
        "ERROR: No matching distribution found for anyio==4.16.0"
    ),
    "file (anyio==4.16.0) is not the one": (
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the\n"
        "    anyio==4.16.0 from (-r requirements.lock (line 4)):\n"
        "        Expected sha256 0000\n"
    ),
    "disk is full": "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    "PIP_CERT": "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] verify failed",
    "numba==0.68.1 has no ready-made build": (
        "ERROR: Could not find a version that satisfies the requirement numba==0.68.1 (from versions: none)\n"
        "ERROR: No matching distribution found for numba==0.68.1"
    ),
    "ruptures has no ready-made build": "ERROR: Failed building wheel for ruptures\nerror: cc failed",
    "older than 22.3": "no such option: --python",
    "cannot be written": "ERROR: Could not install due to an OSError: [Errno 13] Permission denied: 'x'",
    "whole of what it said": "Traceback\nERROR: something new",
}


@pytest.mark.parametrize(("expected", "output"), PIP_SAID.items(), ids=PIP_SAID)
def test_what_pip_says_becomes_a_sentence(run, expected, output):
    sentence = run.explain_pip(output)
    assert expected in sentence
    assert is_a_sentence(sentence + "\n")
    assert "{" not in sentence


# --- what it starts


def test_children_see_no_modules_or_kernels_of_another_python(run, monkeypatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "JUPYTER_PATH"):
        monkeypatch.setenv(name, "/somewhere/else")
    monkeypatch.setenv("OCTADISC_KEPT", "yes")
    environment = run.child_environment()
    assert not {"PYTHONPATH", "PYTHONHOME", "JUPYTER_PATH"} & set(environment)
    assert environment["OCTADISC_KEPT"] == "yes"


def test_figures_hands_its_options_on(run, monkeypatch):
    started = []
    monkeypatch.setattr(run, "replace_process", started.append)
    run.main(["figures", "--corpus", "texts"])
    assert started == [[run.venv_python(), "-m", "octadisc", "figures", "--corpus", "texts"]]


def test_checks_run_in_order_and_stop_at_the_first_that_fails(run, monkeypatch, capsys):
    started = []

    def call(command):
        started.append(command)
        return 3 if "mypy" in command else 0

    monkeypatch.setattr(run, "call", call)
    assert run.main(["test"]) == 3
    said = capsys.readouterr()
    assert said.out.splitlines() == ["== ruff check", "== ruff format", "== mypy"]
    assert said.err == "run: mypy failed.\n"

    started.clear()
    monkeypatch.setattr(run, "call", lambda command: started.append(command) or 0)
    assert run.main(["test", "-k", "lock"]) == 0
    assert started[-1][1:3] == ["-m", "pytest"]
    assert started[-1][-2:] == ["-k", "lock"]
    assert len(started) == 5


def test_benchmarks_run_by_name(run, monkeypatch, capsys, tmp_path):
    assert run.main(["bench"]) == 1
    assert "there are no benchmarks" in capsys.readouterr().err
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    for name in ("tokens.py", "counts.py", "_common.py"):
        (folder / name).touch()
    started = []
    monkeypatch.setattr(run, "call", lambda command: started.append(Path(command[1]).name) or 0)
    assert run.main(["bench"]) == 0
    assert run.main(["bench", "tokens"]) == 0
    assert started == ["counts.py", "tokens.py", "tokens.py"]
    assert run.main(["bench", "topics"]) == 1
    assert "no benchmark is called topics; there are: counts, tokens." in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals of this kind")
def test_a_child_ended_by_a_signal_gives_the_shells_code(run):
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert run.call([sys.executable, "-c", code]) == 128 + 9
