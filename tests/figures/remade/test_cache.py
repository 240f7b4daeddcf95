"""What earlier runs have kept is whole, or it is not there; and it goes again."""

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octadisc.figures.remade import cache as module
from octadisc.figures.remade.cache import Cache, Entry, cache_folder
from octadisc.figures.remade.guard import state_of

KEY = "ab" * 32
FILES = {"a-1.json": b'{"name": "a-1"}', "a-1.png": bytes(range(256)) * 3, "empty.csv": b""}


def test_what_is_kept_comes_back(tmp_path):
    cache = Cache(tmp_path / "not" / "there" / "yet")
    assert cache.take(KEY) is None
    cache.put(KEY, Entry(FILES))
    assert cache.take(KEY).files == FILES
    assert cache.take("cd" * 32) is None


def test_without_a_folder_nothing_is_kept():
    cache = Cache(None)
    cache.put(KEY, Entry(FILES))
    assert cache.take(KEY) is None


@given(st.data())
def test_an_entry_with_any_byte_changed_or_missing_is_as_it_was_or_not_there(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("cache")
    cache = Cache(folder)
    cache.put(KEY, Entry(FILES))
    (place,) = folder.iterdir()
    content = bytearray(place.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at] ^= data.draw(st.integers(1, 255))
    else:
        del content[at:]
    place.write_bytes(bytes(content))
    found = cache.take(KEY)
    assert found is None or found.files == FILES


def test_an_entry_under_another_name_does_not_count(tmp_path):
    cache = Cache(tmp_path)
    cache.put(KEY, Entry(FILES))
    (place,) = tmp_path.iterdir()
    place.rename(cache._place("cd" * 32))
    assert cache.take("cd" * 32) is None


def test_an_entry_whose_files_would_go_elsewhere_does_not_count(tmp_path):
    cache = Cache(tmp_path)
    cache.put(KEY, Entry({"../a.json": b"1"}))
    assert cache.take(KEY) is None


def test_an_entry_counts_while_what_was_read_is_unchanged(tmp_path):
    extra = tmp_path / "extra.csv"
    extra.write_text("a,b\n")
    cache = Cache(tmp_path / "cache")
    cache.put(KEY, Entry(FILES, {str(extra): ["contents", state_of(str(extra))]}))
    assert cache.take(KEY) is not None
    seen = os.stat(extra)
    extra.write_text("a,c\n")
    os.utime(extra, ns=(seen.st_atime_ns, seen.st_mtime_ns))  # the same size and time
    assert cache.take(KEY) is None
    extra.write_text("a,b\n")
    assert cache.take(KEY) is not None
    extra.unlink()
    assert cache.take(KEY) is None


def test_a_run_that_is_interrupted_while_it_writes_leaves_no_half_entry(tmp_path, monkeypatch):
    cache = Cache(tmp_path)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("octadisc.writing.os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cache.put(KEY, Entry(FILES))
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_the_run_goes_on(tmp_path):
    (tmp_path / "file").touch()
    Cache(tmp_path / "file").put(KEY, Entry(FILES))
    assert Cache(tmp_path / "file").take(KEY) is None


def test_the_least_used_go_when_they_are_too_many(tmp_path):
    content = os.urandom(1000)
    cache = Cache(tmp_path, most=3500)
    for i in range(3):
        cache.put(f"{i}" * 64, Entry({"a.json": content}))
        place = cache._place(f"{i}" * 64)
        if place.exists():
            os.utime(place, (time.time() - 100 + i, time.time() - 100 + i))
    assert cache.take("0" * 64) is None  # two and a bit fit
    assert cache.take("1" * 64) is not None
    cache.put("3" * 64, Entry({"a.json": content}))
    assert cache.take("1" * 64) is not None  # it was used since
    assert cache.take("2" * 64) is None
    cache.put("4" * 64, Entry({"a.json": os.urandom(5000)}))
    assert cache.take("4" * 64) is None
    assert cache.take("3" * 64) is not None


def test_what_nobody_used_for_long_goes(tmp_path):
    cache = Cache(tmp_path, old=1000)
    cache.put(KEY, Entry(FILES))
    os.utime(cache._place(KEY), (time.time() - 2000, time.time() - 2000))
    cache.put("cd" * 32, Entry(FILES))
    assert cache.take(KEY) is None
    assert cache.take("cd" * 32) is not None


def test_where_it_is_kept_can_be_set(tmp_path, monkeypatch):
    monkeypatch.setenv("OCTADISC_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / "figures"
    monkeypatch.setenv("OCTADISC_CACHE", " ")
    assert cache_folder() is None
    monkeypatch.delenv("OCTADISC_CACHE")
    assert cache_folder().name == "figures"
    assert module._MOST == 500_000_000
