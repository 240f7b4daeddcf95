"""What all tests share: no cache of figures, no time limits, the corpora beside the repository."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OCTADISC_CACHE", "")  # tests neither fill the user's cache nor take figures from it

ROOT = Path(__file__).parents[1]

# Kernels compile on first use, so the first example of a property may take seconds.
settings.register_profile("octadisc", deadline=None)
settings.load_profile("octadisc")


@pytest.fixture(scope="session")
def sample() -> Path:
    """Give the folder of the embedded corpus."""
    return ROOT / "data" / "sample"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of corpora and references beside the repository; skip without it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the corpora beside the repository")
    return folder
