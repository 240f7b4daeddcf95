from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from octadisc.statistics.diversity import (
    Pieces,
    moving_ttr,
    rarefy,
    ratio_of_windows,
    windows_of,
    yule_k,
)


def test_published_windows():
    assert moving_ttr([0, 0, 1, 0, 0, 1, 0], 2) == pytest.approx(5 / 6)  # one one two one one two one
    assert moving_ttr([0, 1, 2], 3) == 1
    assert np.isnan(moving_ttr([0, 1], 3))


@given(st.lists(st.lists(st.integers(0, 5), max_size=14), min_size=1, max_size=5), st.integers(1, 6))
def test_windows_are_those_of_a_plain_count(texts, window):
    edges = np.cumsum([0, *[len(one) for one in texts]]).astype(np.int64)
    ids = np.array([one for text in texts for one in text], np.int32)
    types, windows = windows_of(ids, edges, window, 6)
    for i, text in enumerate(texts):
        ratios = [len(set(text[j : j + window])) for j in range(len(text) - window + 1)]
        assert (types[i], windows[i]) == (sum(ratios), len(ratios))


def test_yules_characteristic():
    # ten words once: nothing repeats; one word ten times: 10,000 (100 - 10) / 100
    assert yule_k([1] * 10) == 0
    assert yule_k([10]) == 9000
    assert np.isnan(yule_k([]))


def pieces_of(texts, owners=None):
    edges = np.cumsum([0, *[len(one) for one in texts]]).astype(np.int64)
    ids = np.array([one for text in texts for one in text], np.int32)
    return Pieces(ids, edges, np.arange(len(texts)) if owners is None else np.array(owners))


def test_a_sample_of_all_words_has_what_the_whole_has():
    texts = [[0, 1, 2, 2], [3, 3, 4], [0, 5]]
    found = rarefy(pieces_of(texts), 9, 6, 20, np.random.default_rng(0), 0.95)
    counts = Counter(one for text in texts for one in text)
    once = sum(one == 1 for one in counts.values())
    assert found.value.tolist() == pytest.approx([len(counts), once, yule_k(list(counts.values()))])
    assert np.isnan(found.low).all()  # one sample tells nothing of how they differ


def test_equal_sizes_compare_where_plain_counts_do_not():
    rng = np.random.default_rng(1)
    chance = 1 / np.arange(1, 2001)
    chance /= chance.sum()

    def texts(n):
        return [rng.choice(2000, 100, p=chance).tolist() for _ in range(n)]

    small, large = texts(20), texts(400)
    plain = [len({one for text in some for one in text}) for some in (small, large)]
    assert plain[1] > 2 * plain[0]
    few, many = (rarefy(pieces_of(some), 800, 2000, 100, rng, 0.95) for some in (small, large))
    assert few.low[0] < many.value[0] < few.high[0]
    assert few.high[0] - few.low[0] > 3 * (many.high[0] - many.low[0])


def test_samples_take_releases_whole():
    # Ten releases, each with five times a word of its own, in two pieces: ten tokens are two releases.
    texts = [[i] * part for i in range(10) for part in (2, 3)]
    owners = [i for i in range(10) for _ in range(2)]
    found = rarefy(pieces_of(texts, owners), 10, 10, 20, np.random.default_rng(0), 0.95)
    assert found.value[:2].tolist() == [2, 0]
    assert found.low[0] == found.high[0] == 2


def test_intervals_take_releases_as_units():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(300):
        windows = rng.integers(20, 200, 25)
        own = rng.normal(0.7, 0.05, 25)  # a release's own ratio
        found = ratio_of_windows(own * windows, windows, np.arange(25), 0.95)
        held += found.low <= 0.7 <= found.high
    assert 0.91 <= held / 300 <= 0.985
    assert ratio_of_windows(np.array([0.0, 3.0]), np.array([0, 4]), np.array([0, 1]), 0.95)[:2] == (1, 0.75)
    # two texts of one release are one
    assert ratio_of_windows(np.array([1.0, 3.0]), np.array([4, 4]), np.array([0, 0]), 0.95)[:2] == (1, 0.5)
