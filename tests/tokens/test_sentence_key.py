"""Sentences against the key in sentences/, which was written by someone who had not seen the rules.

The rules were tuned on tuned/ alone. unseen/ is for measuring: look at figures, not at its texts.
"""

import re
from functools import cache
from pathlib import Path

import pytest

import octadisc as od

KEY = Path(__file__).parent / "sentences"
NAMES = sorted(path.stem for path in (KEY / "tuned").glob("*.txt"))


@cache
def read_key(folder, name):
    """Give the text of a file and where its sentences end, the blanks before a mark not counted."""
    marked = (KEY / folder / f"{name}.txt").read_text(encoding="utf-8").split("\n\n", 1)[1]
    parts = marked.split("¦")
    text, ends, at = "".join(parts), set(), 0
    for part in parts[:-1]:
        at += len(part)
        ends.add(len(text[:at].rstrip()))
    assert parts[-1].strip() == ""
    return text, ends


@cache
def cut(folder, name):
    """Give the sentences octadisc finds in a file that is a corpus of its own."""
    text, _ = read_key(folder, name)
    corpus = od.Corpus.from_frame([{"text": text, "language": name.split("_")[0]}])
    assert corpus.texts == [text]
    return od.tokenize(corpus).sentences_of(0).tolist()


def ends_of(folder, name):
    text, _ = read_key(folder, name)
    return {len(text[:end].rstrip()) for _, end in cut(folder, name)}


def ends_by_a_simple_rule(folder, name):
    """The plain twin that shows what the rules add: a stop, a blank and a capital; a blank line."""
    text, _ = read_key(folder, name)
    stop = r"[.!?…](?:\s?[»”]|[\"“”»’')\]])*(?=\s+[\"“„«»‘‚(\[]*\s?([^\W\d_]))|(?=\n\s*\n)|\Z"
    found = [one for one in re.finditer(stop, text) if one[1] is None or one[1].isupper()]
    return {len(text[: one.end()].rstrip()) for one in found}


def measure(find, folder, names):
    """Give precision, recall and F1 of the sentences' ends in some files together."""
    right = wrong = missed = 0
    for name in names:
        found, expected = find(folder, name), read_key(folder, name)[1]
        right += len(found & expected)
        wrong += len(found - expected)
        missed += len(expected - found)
    return right / (right + wrong), right / (right + missed), 2 * right / (2 * right + wrong + missed)


def test_the_key_is_read_as_its_guide_says():
    text, ends = read_key("tuned", "en")
    assert "¦" not in text
    assert "#" not in text
    headline = "Ministers agree joint action against firearms trafficking"
    assert min(ends) == len(headline)
    assert text.startswith(headline + "\n\n")


@pytest.mark.parametrize("folder", ["tuned", "unseen"])
@pytest.mark.parametrize("name", NAMES)
def test_each_language(folder, name):
    precision, recall, f1 = measure(ends_of, folder, [name])
    assert f1 >= 0.97, f"precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}"


def test_unseen_together_and_what_the_rules_add():
    _, _, ours = measure(ends_of, "unseen", NAMES)
    _, _, simple = measure(ends_by_a_simple_rule, "unseen", NAMES)
    assert ours >= 0.97
    assert 1 - ours <= (1 - simple) / 3


@pytest.mark.parametrize("folder", ["tuned", "unseen"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_blanks_is_outside_sentences(folder, name):
    text, _ = read_key(folder, name)
    at = 0
    for start, end in cut(folder, name):
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        at = end
    assert not text[at:].strip()
