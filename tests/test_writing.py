import pytest

from octadisc.errors import UnreadableError
from octadisc.writing import write_whole


def test_a_file_is_whole_or_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "new folder" / "a b.bin"
    assert write_whole(path, b"first").read_bytes() == b"first"

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"
    assert [one.name for one in path.parent.iterdir()] == ["a b.bin"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnreadableError, match="cannot be written"):
        write_whole(tmp_path / "file" / "below.bin", b"")
