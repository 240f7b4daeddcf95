"""Environments for what benchmarks compare octadisc with, in the user's cache folder."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs

PEERS = Path(__file__).resolve().parent / "peers.txt"


def environments() -> dict[str, tuple[str, str, str]]:
    """Give for each peer its name with its version, its Python, and what is wrong with it ("": nothing)."""
    cache = Path(platformdirs.user_cache_dir("octadisc", appauthor=False)) / "benchmarks"
    made = {}
    for line in PEERS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            packages = line.split()
            name = packages[0].replace("==", " ")
            folder = cache / f"{name.replace(' ', '-')}-py{platform.python_version()}"
            problem = make_environment(folder, packages)
            made[name.split()[0]] = (name, str(python_of(folder)), problem)
    return made


def clean_environment() -> dict[str, str]:
    """Give the environment without what would bring in packages of another Python."""
    drop = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIREMENT"}
    return {name: value for name, value in os.environ.items() if name not in drop}


def python_of(folder: Path) -> Path:
    """Give the path of an environment's Python."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment(folder: Path, packages: list[str], base: str | None = None) -> str:
    """Make an environment with these packages, if it is not there; give what went wrong.

    `base` is the Python it is made of, this one if left out.
    """
    stamp = folder / "octadisc-peer.txt"  # written last: a folder without it is half-made
    if stamp.is_file() and stamp.read_text(encoding="utf-8").split() == packages:
        return ""
    print(f"making an environment for {packages[0]}", file=sys.stderr, flush=True)
    base = base or getattr(sys, "_base_executable", sys.executable)
    shutil.rmtree(folder, ignore_errors=True)
    options = "--no-input --only-binary=:all: --retries 1 --timeout 20 --quiet".split()
    commands = [
        [base, "-m", "venv", "--without-pip", str(folder)],
        [base, "-m", "pip", "--python", str(python_of(folder)), "install", *options, *packages],
    ]
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, text=True, env=clean_environment())
        except OSError as error:
            return str(error)
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if "ERROR" in line or "No module" in line]
            return (said or done.stderr.splitlines() or ["no message"])[-1].strip()[:160]
    stamp.write_text("\n".join(packages), encoding="utf-8")
    return ""
