from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from octadisc.reading.duplicates import find_duplicates

STORY = " ".join(f"word{n} and the police of town {n * 7 % 13}" for n in range(60))


def test_exact_near_and_other() -> None:
    near = STORY.replace("word30", "changed")
    cluster, original, kind = find_duplicates([STORY, "Another text altogether.", near, f"  {STORY}\n"])
    assert cluster.tolist() == [0, -1, 0, 0]
    assert original.tolist() == [-1, -1, 0, 0]
    assert kind == [None, None, "near", "exact"]


def test_the_first_in_time_is_the_original() -> None:
    _, original, _ = find_duplicates([STORY, STORY, STORY], order=[3, 1, 2])
    assert original.tolist() == [1, -1, 1]


def test_half_a_text_is_no_copy() -> None:
    cluster, _, _ = find_duplicates([STORY, STORY[: len(STORY) // 2]])
    assert cluster.tolist() == [-1, -1]


@given(st.lists(st.sampled_from(["a b c", "a  b c", "d", "", STORY]), max_size=8))
def test_equal_texts_share_a_cluster(texts: list[str]) -> None:
    cluster, original, _ = find_duplicates(texts)
    plain = [" ".join(text.split()) for text in texts]
    for i, one in enumerate(plain):
        for j, two in enumerate(plain):
            if i != j and one == two:
                assert cluster[i] == cluster[j] >= 0
    assert all(original[i] < i for i in range(len(texts)))
