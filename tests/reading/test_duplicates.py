from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from octadisc.reading.duplicates import find_duplicates
from octadisc.reading.shingles import candidates, count_shared, shingle, shingles

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


def test_half_a_text_stands_inside_the_whole_but_a_sentence_of_it_is_no_copy() -> None:
    assert find_duplicates([STORY, STORY[: len(STORY) // 2]])[2] == [None, "partial"]
    assert find_duplicates([STORY, " ".join(STORY.split()[:20])])[0].tolist() == [-1, -1]


STATEMENT = " ".join(f"minister{n} agreed with state{n} upon the plan{n} of both" for n in range(20))


def around(one: str, text: str = STATEMENT) -> str:
    before, after = (" ".join(f"{one}{n} {word}" for n in range(15)) for word in ("began", "ended"))
    return f"{before} {text} {after}"


def test_a_statement_inside_what_two_offices_write_around_it() -> None:
    texts = [around("first"), "Another text altogether.", around("second")]
    cluster, original, kind = find_duplicates(texts, issuers=["A", "A", "B"])
    assert cluster.tolist() == [0, -1, 0]
    assert original.tolist() == [-1, -1, 0]
    assert kind == [None, None, "partial"]


def test_what_stands_in_a_much_longer_release_repeats_it_whatever_the_days() -> None:
    longer = STATEMENT + " " + " ".join(f"more{n} was said of other things" for n in range(200))
    _, original, kind = find_duplicates([STATEMENT, longer])
    assert original.tolist() == [1, -1]
    assert kind == ["partial", None]


def test_a_digest_does_not_join_what_it_gathers() -> None:
    stories = [" ".join(f"story{k} has word{n} and no other" for n in range(40)) for k in range(3)]
    cluster, original, _ = find_duplicates([*stories, " ".join(stories)])
    assert (cluster >= 0).sum() == 2
    assert set(original.tolist()) == {-1, 3}


def test_one_text_for_several_places_is_several_releases() -> None:
    places = ["Queensland", "Tasmania", "Victoria"]
    texts = [STATEMENT + f" in {place} as {place} wanted" for place in places]
    titles = [f"New services launched in {place}" for place in places]
    assert find_duplicates(texts, titles=titles)[0].tolist() == [-1, -1, -1]
    assert find_duplicates(texts)[0].tolist() == [0, 0, 0]
    # a correction of the same headline is a copy, and versions stay apart even where one text is near to all
    assert find_duplicates(texts[:2], titles=["New services", "New services (updated)"])[2] == [None, "near"]
    kinds = find_duplicates([*texts, STATEMENT], titles=[*titles, "New services launched"])[2]
    assert sum(kind is not None for kind in kinds) == 1


def test_a_row_of_many_copies_is_one_cluster() -> None:
    texts = [f"{STORY} copy number {n}" for n in range(100)]
    assert set(find_duplicates(texts)[0].tolist()) == {0}


words = st.lists(
    st.sampled_from(["Vienna", "met", "às", "ščit", "полиција", "3.200", "–", "😀x", "a"]), max_size=30
)


@given(words, words)
def test_shingles_are_those_of_a_plain_count(one: list[str], two: list[str]) -> None:
    def plain(text: str) -> set[tuple[str, ...]]:
        found = re.findall(r"[^\W_]+", text.lower().replace("à", "a").replace("š", "s").replace("č", "c"))
        return {tuple(found[i : i + 5]) for i in range(max(1, len(found) - 4))} if found else set()

    a, b = " ".join(one), " ".join(two)
    assert shingles(a).size == len(plain(a))
    assert np.intersect1d(shingles(a), shingles(b)).size == len(plain(a) & plain(b))


def test_candidates_share_a_passage() -> None:
    texts = [STATEMENT, STORY, around("x"), ""]
    assert list(candidates(texts, 4)) == [(0, 2)]
    assert list(candidates([], 0)) == []


def test_words_in_shared_passages() -> None:
    one = "a b c d e f g h X i j k l m Y"
    other = shingles("a b c d e f g h i j k l m")
    assert count_shared(shingle(one), other, 6) == (8, 15)
    assert count_shared(shingle(one), other, 5) == (13, 15)
    assert count_shared(shingle(one), shingles(""), 5) == (0, 15)


@given(st.lists(st.sampled_from(["a b c", "a  b c", "d", "", STORY]), max_size=8))
def test_equal_texts_share_a_cluster(texts: list[str]) -> None:
    cluster, original, _ = find_duplicates(texts)
    plain = [" ".join(text.split()) for text in texts]
    for i, one in enumerate(plain):
        for j, two in enumerate(plain):
            if i != j and one == two:
                assert cluster[i] == cluster[j] >= 0
    assert all(original[i] < i for i in range(len(texts)))
