"""A model on disk is the same model, whole or not there at all."""

import json
import zipfile

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, MissingFileError, UnreadableError


def test_saved_and_loaded_is_identical(fitted, tmp_path):
    renamed = fitted.rename({0: "zaupanje / поверење"})
    again = od.load_model(renamed.save(tmp_path / "deep" / "model.zip"))
    for name in ("shares", "words", "bound"):
        np.testing.assert_array_equal(getattr(again, name), getattr(renamed, name))
        assert getattr(again, name).dtype == np.float64
    pd.testing.assert_frame_equal(again.topics, renamed.topics)
    pd.testing.assert_frame_equal(again.releases, renamed.releases)
    assert again.terms == renamed.terms
    assert again.spec.to_dict() == renamed.spec.to_dict()
    assert (again.weights, again.notes) == (renamed.weights, renamed.notes)
    pd.testing.assert_frame_equal(again.over_time().frame, renamed.over_time().frame)


def test_missing_values_and_columns_of_ones_own_come_back(tmp_path):
    releases = pd.DataFrame(
        {
            "release": [7, 8, 9],
            "date": pd.to_datetime(["2008-03-28", None, "1995-01-01"]),
            "issuer": ["NA", None, ""],
            "score": [0.1, np.nan, 1 / 3],
            "kind": pd.Categorical(["x", None, "y"]),
            "held": [True, False, True],
        }
    )
    counts = od.TermCounts.from_matrix([[1, 2], [2, 0], [0, 3]], ["crime", "trust"], releases)
    model = od.fit_topics(counts, 2)
    again = od.load_model(model.save(tmp_path / "model.zip")).releases
    expected = model.releases.assign(kind=model.releases["kind"].astype("str"))
    pd.testing.assert_frame_equal(again, expected)


def test_folders_are_made_and_where_they_cannot_be_the_path_is_named(fitted, tmp_path):
    """As everywhere in octadisc: `corpus.save` and sheets make folders too."""
    assert fitted.save(tmp_path / "new" / "folder" / "model.zip").exists()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnreadableError, match=r"file.model\.zip: cannot be written"):
        fitted.save(tmp_path / "file" / "model.zip")


def test_the_same_model_gives_the_same_bytes(fitted, tmp_path):
    one, two = (fitted.save(tmp_path / f"{i}.zip").read_bytes() for i in (1, 2))
    assert one == two


def test_no_pickles_inside(fitted, tmp_path):
    with zipfile.ZipFile(fitted.save(tmp_path / "model.zip")) as archive:
        assert {name.rsplit(".")[-1] for name in archive.namelist()} == {"npy", "json"}
        record = json.loads(archive.read("model.json"))
    assert record["versions"]["numpy"] == np.__version__


def test_an_interrupted_save_leaves_the_old_file_and_no_other(fitted, tmp_path, monkeypatch):
    path = fitted.save(tmp_path / "model.zip")
    before = path.read_bytes()

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("octadisc.topics.files.os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fitted.rename({0: "other"}).save(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["model.zip"]


def test_a_path_that_cannot_be_written(fitted, tmp_path):
    with pytest.raises(UnreadableError, match="is a folder"):
        fitted.save(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnreadableError, match="cannot be written"):
        fitted.save(tmp_path / "file" / "model.zip")


def rewrite(path, **parts):
    """Replace members of a zip file."""
    with zipfile.ZipFile(path) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**old, **parts}.items():
            if data is not None:
                archive.writestr(name, data)


def test_files_that_are_no_models(fitted, tmp_path):
    with pytest.raises(MissingFileError, match="no such file"):
        od.load_model(tmp_path / "nothing.zip")
    with pytest.raises(UnreadableError, match="is a folder"):
        od.load_model(tmp_path)
    other = tmp_path / "notes.txt"
    other.write_text("not a model")
    with pytest.raises(UnreadableError, match="is not a topic model"):
        od.load_model(other)
    with zipfile.ZipFile(tmp_path / "texts.zip", "w") as archive:
        archive.writestr("a.txt", "text")
    with pytest.raises(UnreadableError, match="holds no topic model"):
        od.load_model(tmp_path / "texts.zip")


def test_damaged_and_newer_files(fitted, tmp_path):
    def fresh():
        return fitted.save(tmp_path / "model.zip")

    whole = fresh().read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableError, match="not a topic model"):
        od.load_model(tmp_path / "half.zip")
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 255
    (tmp_path / "flipped.zip").write_bytes(flipped)
    with pytest.raises(UnreadableError, match="is damaged"):
        od.load_model(tmp_path / "flipped.zip")
    path = fresh()
    with zipfile.ZipFile(path) as archive:
        record = json.loads(archive.read("model.json"))
    rewrite(path, **{"model.json": json.dumps({**record, "version": 5})})
    with pytest.raises(UnreadableError, match="newer octadisc"):
        od.load_model(path)
    rewrite(fresh(), **{"words.npy": None})
    with pytest.raises(UnreadableError, match="is damaged"):
        od.load_model(path)
    rewrite(fresh(), **{"terms.json": '["only one"]'})
    with pytest.raises(UnreadableError, match="1 terms"):
        od.load_model(path)
    with open(tmp_path / "objects.npy", "wb") as file:
        np.save(file, np.array([{}], object), allow_pickle=True)
    rewrite(fresh(), **{"bound.npy": (tmp_path / "objects.npy").read_bytes()})
    with pytest.raises(UnreadableError, match="is damaged"):
        od.load_model(path)


def test_tokens_can_be_given_back(small, tokens, tmp_path):
    path = small.save(tmp_path / "model.zip")
    with pytest.raises(InputError, match="has no tokens"):
        od.load_model(path).evidence(0)
    again = od.load_model(path, tokens=tokens)
    pd.testing.assert_frame_equal(again.evidence(0), small.evidence(0))
    other = od.tokenize(tokens.corpus.where(issuer="SELEC"))
    with pytest.raises(InputError, match="2 releases, the model 5"):
        od.load_model(path, tokens=other)
