"""A byte of anything that figures depend on changes the key; what does not matter leaves it."""

import json
import os
import shutil
from types import SimpleNamespace

import nbformat
import pytest

from octadisc.figures.remade import keys
from octadisc.figures.remade.keys import hash_package, ingredients_of, name_key


def write_notebook(path, sources=("x = 1",), outputs=(), tags=(), first="p"):
    cells = [nbformat.v4.new_code_cell("CORPUS = 'x'", metadata={"tags": ["parameters"]}, id=first)]
    for i, source in enumerate(sources):
        cells.append(
            nbformat.v4.new_code_cell(
                source, id=f"c{i}", outputs=list(outputs), metadata={"tags": list(tags)} if tags else {}
            )
        )
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=cells)), "utf-8")


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Give a study, and what gives its key."""
    for name in list(os.environ):
        if name.startswith(keys._HEEDED):
            monkeypatch.delenv(name)
    monkeypatch.setattr("matplotlib.get_configdir", lambda: str(tmp_path / "settings"))
    (tmp_path / "settings").mkdir(exist_ok=True)
    (tmp_path / "corpus.parquet").write_bytes(b"corpus")
    (tmp_path / "bodies.csv").write_bytes(b"issuer,who\n")
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "one.xlsx").write_bytes(b"one")
    (tmp_path / "extra.csv").write_bytes(b"a,b\n")
    write_notebook(tmp_path / "own.ipynb", ["frame = read('extra.csv')"])
    given = {"WHO": str(tmp_path / "bodies.csv"), "AUDIT": str(tmp_path / "audit"), "SEED": 0}

    def key(own=True, **changed):
        made = ingredients_of(
            tmp_path / "own.ipynb", {**given, **changed}, tmp_path / "corpus.parquet", own=own
        )
        return name_key(made)

    return SimpleNamespace(folder=tmp_path, key=key)


def append(path):
    path.write_bytes(path.read_bytes() + b" ")


CHANGES = {
    "a byte of the corpus": lambda at: append(at / "corpus.parquet"),
    "a cell": lambda at: write_notebook(at / "own.ipynb", ["frame = read('extra.csv') "]),
    "a cell's id": lambda at: write_notebook(at / "own.ipynb", ["frame = read('extra.csv')"], first="q"),
    "a cell's tags": lambda at: write_notebook(
        at / "own.ipynb", ["frame = read('extra.csv')"], tags=["skip-execution"]
    ),
    "a cell more": lambda at: write_notebook(at / "own.ipynb", ["frame = read('extra.csv')", ""]),
    "a byte of a table that a parameter names": lambda at: append(at / "bodies.csv"),
    "a byte of a file in a folder that a parameter names": lambda at: append(at / "audit" / "one.xlsx"),
    "a file more in that folder": lambda at: (at / "audit" / "two.xlsx").write_bytes(b""),
    "another name of a file in that folder": lambda at: (at / "audit" / "one.xlsx").rename(
        at / "audit" / "1.xlsx"
    ),
    "a byte of a file that a cell names": lambda at: append(at / "extra.csv"),
    "a file that a cell names gone": lambda at: (at / "extra.csv").unlink(),
    "settings of matplotlib's": lambda at: (at / "settings" / "matplotlibrc").write_text("font.size: 20"),
    "the same in the notebook's folder": lambda at: (at / "matplotlibrc").write_text("font.size: 20"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_byte_of_each_ingredient_changes_the_key(study, change):
    before = study.key()
    assert study.key() == before
    CHANGES[change](study.folder)
    assert study.key() != before


def test_parameters_change_the_key(study):
    assert len({study.key(), study.key(SEED=1), study.key(SEED="0"), study.key(EVERY="year")}) == 4


@pytest.mark.parametrize(
    "name", ["LANG", "LC_ALL", "TZ", "OMP_NUM_THREADS", "NUMBA_CPU_NAME", "OCTADISC_STYLE", "PYTHONPATH"]
)
def test_the_environment_that_matters_changes_the_key(study, monkeypatch, name):
    before = study.key()
    monkeypatch.setenv(name, "other")
    assert study.key() != before


def test_the_environment_that_does_not_matter_leaves_it(study, monkeypatch):
    before = study.key()
    for name in ("PYTHONHASHSEED", "OCTADISC_CACHE", "TERM", "SHLVL", "KMP_INIT_AT_FORK"):
        monkeypatch.setenv(name, "7")
    assert study.key() == before


def test_python_and_machine_and_whatever_is_installed_change_the_key(study, monkeypatch):
    seen = [study.key()]
    with monkeypatch.context() as patch:
        patch.setattr("sys.version", "3.99")
        seen.append(study.key())
    for name in ("_distributions", "_machine"):
        with monkeypatch.context() as patch:
            patch.setattr(keys, name, lambda: ["another 1.0"])
            seen.append(study.key())
    assert len(set(seen)) == 4
    assert any(one.startswith("pandas ") for one in keys._distributions())


def test_outputs_that_jupyterlab_has_saved_leave_the_key(study):
    before = study.key()
    shown = nbformat.v4.new_output("stream", text="hello")
    write_notebook(study.folder / "own.ipynb", ["frame = read('extra.csv')"], outputs=[shown])
    assert study.key() == before


def test_a_study_in_another_place_has_another_key(study, tmp_path):
    before = study.key()
    place = tmp_path / "elsewhere"
    place.mkdir()
    for one in ("own.ipynb", "extra.csv"):
        shutil.copy(study.folder / one, place / one)
    given = {"WHO": str(tmp_path / "bodies.csv"), "AUDIT": str(tmp_path / "audit"), "SEED": 0}
    assert (
        name_key(ingredients_of(place / "own.ipynb", given, tmp_path / "corpus.parquet", own=True)) != before
    )


def test_any_byte_and_name_in_the_package_changes_its_hash_and_compiled_code_does_not(tmp_path):
    (tmp_path / "facts" / "__pycache__").mkdir(parents=True)
    (tmp_path / "code.py").write_text("x = 1")
    (tmp_path / "facts" / "events.csv").write_text("a\n")
    seen = [hash_package(tmp_path)]
    (tmp_path / "code.py").write_text("x = 2")
    seen.append(hash_package(tmp_path))
    (tmp_path / "facts" / "events.csv").write_text("b\n")
    seen.append(hash_package(tmp_path))
    (tmp_path / "code.py").rename(tmp_path / "core.py")
    seen.append(hash_package(tmp_path))
    (tmp_path / "empty.py").touch()
    seen.append(hash_package(tmp_path))
    assert len(set(seen)) == 5
    (tmp_path / "facts" / "__pycache__" / "code.pyc").write_bytes(b"1")
    (tmp_path / "code.py-1.py311.nbi").write_bytes(b"1")
    assert hash_package(tmp_path) == seen[-1]
    assert hash_package() == hash_package()
