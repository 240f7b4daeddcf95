"""The same bytes twice, on one machine: whatever the folder, the hash seed and the time zone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def make(folder, sample, *options, **environment):
    folder.mkdir(parents=True)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "octadisc",
            "figures",
            "--corpus",
            sample,
            "--to",
            folder / "figures",
            *options,
        ],
        cwd=folder,
        env={**os.environ, "OCTADISC_CACHE": "", "PYTHONPATH": str(ROOT), **environment},
        check=True,
    )
    return {one.name: one.read_bytes() for one in (folder / "figures").iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("notebook", ["01_corpus", "02_terms", "03_topics", "04_effects"])
def test_the_samples_figures_are_the_same_bytes_twice(notebook, tmp_path, sample):
    options = ("--no-cache", "--notebooks", notebook)
    one = make(tmp_path / "one", sample, *options, PYTHONHASHSEED="1", TZ="UTC")
    other = make(tmp_path / "two" / "deeper", sample, *options, PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert one.keys() == other.keys()
    assert len(one) > 10
    assert [name for name in one if one[name] != other[name]] == []
