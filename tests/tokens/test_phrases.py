import math
import random
import re
from collections import Counter
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nltk.collocations import BigramCollocationFinder
from nltk.metrics.association import BigramAssocMeasures
from scipy import stats

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, UnknownNameError, WrongKindError
from octadisc.statistics import association
from octadisc.tokens import Tokens


def tokens_of(texts, languages="en", pattern=None, **columns):
    languages = [languages] * len(texts) if isinstance(languages, str) else languages
    return od.tokenize(od.Corpus.from_frame({"text": texts, "language": languages, **columns}), pattern)


def types_of(tokens):
    """Give the types of each release, in the order of the text."""
    return [
        [tokens.vocabulary[one] for one in shard.ids[shard.rows[row] : shard.rows[row + 1]]]
        for shard in tokens.shards
        for row in range(shard.n_releases)
    ]


def places_of(tokens, typed):
    return [
        (shard.first + row, int(shard.starts[i]), int(shard.ends[i]))
        for shard in tokens.shards
        for row in range(shard.n_releases)
        for i in range(shard.rows[row], shard.rows[row + 1])
        if typed(tokens.vocabulary[shard.ids[i]])
    ]


# Phrases from a list


@pytest.mark.parametrize(
    ("text", "phrases", "types"),
    [
        ("Organised crime pays.", ["organised crime"], ["organised_crime", "pays"]),
        ("ORGANISED-crime pays", ["Organised Crime"], ["organised_crime", "pays"]),
        ("law-enforcement agencies", ["law-enforcement"], ["law_enforcement", "agencies"]),
        ("organised, crime", ["organised crime"], ["organised", "crime"]),
        ("It is organised. Crime pays.", ["organised crime"], ["it", "is", "organised", "crime", "pays"]),
        ("joint police team met", ["joint police", "joint police team"], ["joint_police_team", "met"]),
        ("a joint police team", ["police team", "joint police"], ["a", "joint_police", "team"]),
        ("go go go", ["go go"], ["go_go", "go"]),
        ("trafficked, traffickers met", ["traffick* met"], ["trafficked", "traffickers_met"]),
        ("a trust in b", ["* trust"], ["a_trust", "in", "b"]),
        ("joint border police", ["(joint|common) border"], ["joint_border", "police"]),
        ("trust in the police", ["trust []{0,2} police"], ["trust_in_the_police"]),
        ("trust, or so, police", ["trust []{0,2} police"], ["trust_or_so_police"]),
        ("Europol's view, Europol's work", ["Europol's work"], ["europol", "'s", "view", "europol_'s_work"]),
        ("rule of law", {"en": ["rule of law"], "sl": ["of law"]}, ["rule_of_law"]),
        ("rule of law", {"sl": ["rule of law"], "en": ["no phrase"]}, ["rule", "of", "law"]),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:None of the phrases:octadisc.errors.OctadiscWarning")
def test_each_occurrence_of_a_phrase_is_one_token(text, phrases, types):
    assert types_of(tokens_of([text]).with_phrases(phrases)) == [types]


def test_a_joined_token_stands_where_its_words_stand():
    text = "They fight “organised  crime”, and crime that is organised."
    tokens = tokens_of(["", text]).with_phrases(["organised crime"])
    assert places_of(tokens, lambda one: "_" in one) == [(1, 12, 28)]
    assert text[12:28] == "organised  crime"
    shard = tokens.shards[0]
    assert shard.rows.tolist() == [0, 0, 8]
    assert [tokens.vocabulary[one] for one in shard.ids[shard.sentences]] == ["they"]


WORDS = ["crime", "organised", "organized", "police", "the", "of", "Europol's", "don't", "2008"]
BETWEEN = [" ", " ", " ", "-", ", ", ". ", "\n\n", " “", "” "]
texts_of = st.lists(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BETWEEN)), max_size=12).map(
        lambda pairs: "".join(part for pair in pairs for part in pair)
    ),
    min_size=1,
    max_size=5,
)
phrases_of = st.lists(
    st.lists(st.sampled_from([*WORDS, "organi?ed", "po*"]), min_size=2, max_size=4).map(" ".join),
    min_size=1,
    max_size=5,
)


@pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")
@given(texts_of, phrases_of, st.sampled_from([None, "folded", "stem"]), st.booleans())
@settings(deadline=None, max_examples=150)
def test_phrases_are_those_that_queries_find(texts, phrases, forms, english_only):
    languages = ["en" if i % 2 else "" for i in range(len(texts))]
    words = tokens_of(texts, languages)
    if forms:
        words = words.with_forms(forms)
    given_ = {"en": phrases} if english_only else phrases
    hits = words.find(given_)
    several = hits.last > hits.first
    joined = words.with_phrases(given_, joiner="+")
    wanted = list(
        zip(
            hits.rows[several].tolist(),
            hits.starts[several].tolist(),
            hits.ends[several].tolist(),
            strict=True,
        )
    )
    assert places_of(joined, lambda one: "+" in one) == wanted
    # what is joined, taken apart again, are the words
    assert [[part for one in row for part in one.split("+")] for row in types_of(joined)] == types_of(words)
    assert joined.vocabulary == sorted({one for row in types_of(joined) for one in row})
    assert joined.lengths.tolist() == words.lengths.tolist()


def test_queries_sentences_and_rates_go_by_words():
    texts = ["Organised crime pays. Crime is organised.", "Nothing."]
    words = tokens_of(texts, date=["2008-03-28", "2009-03-28"])
    joined = words.with_phrases(["organised crime"])
    assert joined.words is words
    assert joined.find("crime").counts.tolist() == [2, 0]
    assert joined.find("organised crime").counts.tolist() == [1, 0]
    assert joined.n_tokens == words.n_tokens == 7
    assert np.array_equal(joined.sentences_of(0), words.sentences_of(0))
    one, other = (od.track_terms(tokens, "crime").to_frame() for tokens in (joined, words))
    pd.testing.assert_frame_equal(one, other)
    assert od.concordance(joined, "crime")["match"].tolist() == ["crime", "Crime"]
    assert od.track_terms(joined, "crime").evidence("crime")["sentence"].tolist() == [
        "Organised crime pays.",
        "Crime is organised.",
    ]


def test_phrases_are_counted_and_are_no_stop_words():
    tokens = tokens_of(["The rule of law and the law of the sea."]).with_phrases(["rule of law", "the law"])
    counts = od.count_terms(tokens, stop_words="auto")
    assert counts.terms == ["rule_of_law", "sea", "the_law"]
    assert counts.releases["tokens"].tolist() == [10]


def test_phrases_of_folded_words_and_lemmas():
    folded = tokens_of(["Организовани криминал", "organizirani kriminal"], "hbs").with_forms("folded")
    joined = folded.with_phrases(["organizovani kriminal"])
    assert types_of(joined) == [["organizirani_kriminal"]] * 2
    assert joined.find("kriminal").counts.tolist() == [1, 1]
    lemmas = tokens_of(["Joint teams met; a joint team meets."]).with_forms("lemma")
    joined = lemmas.with_phrases(["joint teams"])
    assert "joint_team" in joined.vocabulary
    assert od.count_terms(joined, stop_words="auto").terms == ["joint_team", "meet"]


def test_other_phrases_replace_those_before_and_forms_come_first():
    tokens = tokens_of(["organised crime and mutual trust"])
    again = tokens.with_phrases(["organised crime"]).with_phrases(["mutual trust"])
    assert again.vocabulary == ["and", "crime", "mutual_trust", "organised"]
    with pytest.raises(InputError, match="Choose the forms first"):
        again.with_forms("lemma")


@pytest.mark.parametrize(
    "phrases", [["crime of the police"], ["po* crime", "of the"], ["po* crime", "(of|the) the"]]
)
@pytest.mark.filterwarnings("ignore:None of the phrases:octadisc.errors.OctadiscWarning")
def test_the_number_of_threads_and_shards_does_not_matter(monkeypatch, phrases):
    rng = random.Random(0)
    texts = [" ".join(rng.choices(["police", "crime", "of", "the"], k=30)) for _ in range(40)]
    whole = tokens_of(texts).with_phrases(phrases, n_threads=1)
    monkeypatch.setattr(import_module("octadisc.tokens.scan.scanning"), "_SHARD", 300)
    parts = tokens_of(texts).with_phrases(phrases, n_threads=4)
    assert len(parts.shards) > 4
    assert parts.vocabulary == whole.vocabulary
    assert types_of(parts) == types_of(whole)
    sentences = [one for shard in parts.shards for one in (shard.sentences[:1] - shard.rows[0]).tolist()]
    assert sentences == [0] * len(parts.shards)


def test_the_recipe_has_the_phrases():
    tokens = tokens_of(["organised crime"])
    spec = tokens.with_phrases({"en": ["organised crime"], "sr": "organizovani kriminal"}, joiner=" ").spec
    assert spec.function == "Tokens.with_phrases"
    assert spec.parameters == {
        "phrases": {"en": ["organised crime"], "hbs": ["organizovani kriminal"]},
        "joiner": " ",
    }
    assert spec.inputs == (tokens.spec,)


@pytest.mark.parametrize(
    ("phrases", "error", "message"),
    [
        (["crime"], InputError, "'crime' is one word"),
        (["mutual trust", "crime*"], InputError, r"'crime\*' is one word"),
        ([], InputError, "there is none"),
        ({}, InputError, "empty mapping"),
        ({"en": ["crime"]}, InputError, "'crime' is one word"),
        (7, WrongKindError, "phrases is a int"),
    ],
)
def test_what_is_no_list_of_phrases_is_refused(phrases, error, message):
    with pytest.raises(error, match=message):
        tokens_of(["organised crime"]).with_phrases(phrases)


def test_an_empty_joiner_is_refused_and_phrases_that_do_not_occur_are_announced():
    tokens = tokens_of(["organised crime"])
    with pytest.raises(InputError, match="joiner is empty"):
        tokens.with_phrases(["organised crime"], joiner="")
    with pytest.warns(OctadiscWarning, match="None of the phrases occurs") as caught:
        joined = tokens.with_phrases(["mutual trust"])
    assert caught[0].filename == __file__
    assert types_of(joined) == [["organised", "crime"]]


# Association


@pytest.mark.parametrize(
    ("both", "one", "other", "total"),
    [(20, 42, 20, 14307668), (110, 2552, 221, 31777), (2, 15334, 2, 191998)],
)
def test_association_is_nltk_s(both, one, other, total):
    given_ = (both, (one, other), total)
    assert association.t_score(*_flat(given_)) == pytest.approx(BigramAssocMeasures.student_t(*given_))
    assert association.log_likelihood(*_flat(given_)) == pytest.approx(
        BigramAssocMeasures.likelihood_ratio(*given_), rel=1e-9
    )
    pmi = BigramAssocMeasures.pmi(*given_)
    assert association.npmi(*_flat(given_)) == pytest.approx(pmi / -math.log2(both / total))
    assert association.log_dice(both, one, other) == pytest.approx(
        14 + math.log2(BigramAssocMeasures.dice(*given_))
    )


def _flat(given_):
    both, (one, other), total = given_
    return both, one, other, total


def test_published_values():
    # NLTK's documentation, and f=2, f1=15,334, f2=2, N=191,998 of a paper
    assert association.log_likelihood(110, 2552, 221, 31777) == pytest.approx(270.72, abs=0.005)
    assert association.t_score(20, 42, 20, 14307668) == pytest.approx(4.4721228, abs=1e-7)
    assert association.log_likelihood(2, 15334, 2, 191998) == pytest.approx(10.1098895, abs=1e-7)
    assert association.t_score(2, 15334, 2, 191998) == pytest.approx(1.3012671, abs=1e-6)
    # target 7 of 10, reference 2 of 9: 9 of 19 are the word, 10 of 19 the target
    assert association.log_likelihood(7, 10, 9, 19) == pytest.approx(4.5349393, abs=1e-7)


def test_association_by_chance_is_none_and_never_together_is_not_known():
    assert association.log_likelihood(10, 100, 100, 1000) == pytest.approx(0, abs=1e-12)
    assert np.isnan(association.npmi(0, 10, 10, 100))
    value, variance = association.log_odds(10, 100, 100, 1000)
    # cells 10, 90, 90, 810, each ½ more
    assert value == pytest.approx(math.log(10.5 * 810.5 / 90.5**2))
    assert variance == pytest.approx(1 / 10.5 + 2 / 90.5 + 1 / 810.5)


# Phrases found

ACTORS = ["Police", "Prosecutors", "Customs", "Ministers", "Experts"]
VERBS = ["fight", "discuss", "watch", "study", "counter", "know"]
THINGS = ["fraud", "corruption", "money", "borders", "cases", "drugs"]


def planted(n=60, seed=0):
    """Give releases of words at random, and two phrases planted in them."""
    rng = random.Random(seed)
    texts = []
    for i in range(n):
        parts = [f"{rng.choice(ACTORS)} {rng.choice(VERBS)} {rng.choice(THINGS)}." for _ in range(6)]
        if i % 2:
            parts.append(f"{rng.choice(ACTORS)} {rng.choice(VERBS)} trafficking in human beings.")
        if i % 3 == 0:
            parts.append(f"{rng.choice(VERBS).capitalize()} organised crime, {rng.choice(THINGS)}.")
        rng.shuffle(parts)
        texts.append(" ".join(parts))
    return texts


def test_planted_phrases_are_found_and_parts_know_their_whole():
    frame = od.find_phrases(tokens_of(planted())).to_frame()
    assert (frame["q_value"].head(4) < 1e-3).all()
    assert set(frame["phrase"].head(4)) == {
        "trafficking in human beings",
        "trafficking in human",
        "human beings",
        "organised crime",
    }
    rows = frame.set_index("phrase")
    assert rows.loc["trafficking in human beings", "count"] == 30
    assert rows.loc["organised crime", "releases"] == 20
    for part in ("human beings", "trafficking in human"):
        assert rows.loc[part, "part_of"] == "trafficking in human beings"
    assert pd.isna(rows.loc["organised crime", "part_of"])
    assert (frame["count"] > frame["expected"]).all()


def test_every_number_of_a_small_text_can_be_redone():
    # 8 texts of 4 words: N = 32; "joint team" 6 times in 6 texts, joint 7, team 7
    texts = ["a joint team met"] * 5 + ["the joint team, met", "joint: team met here", "old team, new joint"]
    texts[6] = "joint, team met here"
    found = od.find_phrases(tokens_of(texts, issuer=list("aabbccdd")), stop_words=None, max_length=2)
    row = found.to_frame().set_index("phrase").loc["joint team"]
    assert (row["count"], row["releases"], row["issuers"], row["words"]) == (6, 6, 3, 2)
    assert row["weakest"] == "joint | team"
    both, one, other, total = 6, 8, 8, 32
    assert row["expected"] == 8 * 8 / 32
    assert row["npmi"] == pytest.approx(math.log(6 / 2) / -math.log(6 / 32))
    assert row["log_dice"] == pytest.approx(14 + math.log2(2 * 6 / 16))
    assert row["t"] == pytest.approx((6 - 2) / math.sqrt(6))
    assert row["log_likelihood"] == pytest.approx(
        BigramAssocMeasures.likelihood_ratio(both, (one, other), total)
    )
    value = math.log(6.5 * 22.5 / 2.5**2)
    assert row["log_odds"] == pytest.approx(value)
    # between releases: six with both, 1 and 2 times the half cells; two with one of each, apart
    cells = np.array([6, 2, 2, 22]) + 0.5
    influence = [1 / 6.5 + 3 / 22.5] * 6 + [-1 / 2.5 - 1 / 2.5 + 2 / 22.5] * 2
    variance = max((1 / cells).sum(), 8 / 7 * sum(one**2 for one in influence))
    half = stats.t.ppf(0.975, 5) * math.sqrt(variance)
    assert (row["low"], row["high"]) == (pytest.approx(value - half), pytest.approx(value + half))
    assert row["p_value"] == pytest.approx(stats.t.sf(value / math.sqrt(variance), 5))


def plain(texts, max_length, min_count):
    """Count sequences and measure them by lists and dictionaries, as slowly as you like."""
    releases = [[re.findall(r"\w+", one) for one in re.split(r"[.,]", text.lower())] for text in texts]
    counts = {}
    for row, pieces in enumerate(releases):
        for piece in pieces:
            free = Counter()
            for n in range(1, max_length + 1):
                for i in range(len(piece) - n + 1):
                    words = tuple(piece[i : i + n])
                    if i >= free[words]:
                        free[words] = i + n
                        counts.setdefault(words, Counter())[row] += 1
    lengths = np.array([sum(map(len, pieces)) for pieces in releases], float)
    size, n = int(lengths.sum()), int((lengths > 0).sum())
    total = {words: one.total() for words, one in counts.items()}
    rows = {}
    for words, both in total.items():
        if len(words) < 2 or both < min_count:
            continue
        cut = max(range(1, len(words)), key=lambda i, w=words: total[w[:i]] * total[w[i:]])
        one, other = total[words[:cut]], total[words[cut:]]
        whole = max(size, one + other - both)
        cells = np.array([both, one - both, other - both, whole - one - other + both]) + 0.5
        o, left, right = (
            np.array([counts[part][row] for row in range(len(texts))], float)
            for part in (words, words[:cut], words[cut:])
        )
        parts = np.stack([o, left - o, right - o, lengths - left - right + o])
        influence = (np.array([1, -1, -1, 1]) / cells) @ parts
        variance = max((1 / cells).sum(), n / max(n - 1, 1) * (influence**2).sum())
        value = math.log(cells[0] * cells[3] / cells[1] / cells[2])
        table = (both, one - both, other - both, whole - one - other + both)
        rows[" ".join(words)] = {
            "count": both,
            "releases": len(counts[words]),
            "expected": one * other / size,
            "log_likelihood": BigramAssocMeasures.likelihood_ratio(both, (one, other), whole)
            if min(table) > 0
            else None,
            "log_odds": value,
            "error": math.sqrt(variance),
        }
    return rows


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([" ", " ", " ", ", "])), max_size=25).map(
            lambda pairs: "".join(part for pair in pairs for part in pair)
        ),
        min_size=2,
        max_size=6,
    )
)
@example(["a a a a a", "a a a a"])
@settings(deadline=None, max_examples=80)
def test_all_measures_equal_a_plain_count(texts):
    wanted = plain(texts, 4, 2)
    chosen = {one: row for one, row in wanted.items() if row["count"] > row["expected"]}
    try:
        found = od.find_phrases(
            tokens_of(texts), min_count=2, min_releases=1, min_length=1, stop_words=None, top=None
        )
    except NotEnoughDataError:
        assert not chosen
        return
    frame = found.to_frame().set_index("phrase")
    assert set(frame.index) == set(chosen)
    for phrase, row in chosen.items():
        mine = frame.loc[phrase]
        assert (mine["count"], mine["releases"]) == (row["count"], row["releases"])
        assert mine["expected"] == pytest.approx(row["expected"])
        assert mine["log_odds"] == pytest.approx(row["log_odds"])
        if row["log_likelihood"] is not None:
            assert mine["log_likelihood"] == pytest.approx(row["log_likelihood"], abs=1e-9)
        if row["releases"] == 1:
            assert np.isnan(mine["low"])
        else:
            half = stats.t.ppf(0.975, row["releases"] - 1) * row["error"]
            assert mine["high"] - mine["log_odds"] == pytest.approx(half, rel=1e-6)
        assert len(found.evidence(phrase)) == row["count"]


def test_pairs_are_measured_as_nltk_does():
    """One release without a full stop or comma: then NLTK's finder sees the same pairs."""
    rng = random.Random(3)
    words = rng.choices(["police", "crime", "border", "trust", "fraud"], [5, 3, 2, 2, 1], k=400)
    words = [one for one, before in zip(words, ["", *words], strict=False) if one != before]
    finder = BigramCollocationFinder.from_words(words)
    finder.apply_freq_filter(5)
    scores = dict(finder.score_ngrams(BigramAssocMeasures().likelihood_ratio))
    found = od.find_phrases(tokens_of([" ".join(words)]), max_length=2, min_releases=1, stop_words=None)
    frame = found.to_frame()
    assert len(frame) > 5
    for phrase, value in zip(frame["phrase"], frame["log_likelihood"], strict=True):
        assert value == pytest.approx(scores[tuple(phrase.split())], rel=1e-9)


def test_a_phrase_that_one_release_repeats_rests_on_one_release():
    filler = planted(30, seed=1)
    spread = [f"{text} Mutual trust." for text in filler]
    burst = [*filler[:-2], f"{filler[-2]} Mutual trust.", filler[-1] + " Mutual trust." * 29]
    rows = [
        od.find_phrases(tokens_of(texts), min_releases=1).to_frame().set_index("phrase").loc["mutual trust"]
        for texts in (spread, burst)
    ]
    assert rows[0]["count"] == rows[1]["count"] == 30
    assert rows[0]["log_likelihood"] == pytest.approx(rows[1]["log_likelihood"])
    assert rows[0]["low"] > rows[1]["low"] + 5
    one = [*filler[:-1], filler[-1] + " Mutual trust." * 30]
    row = od.find_phrases(tokens_of(one), min_releases=1).to_frame().set_index("phrase").loc["mutual trust"]
    assert row[["low", "high", "p_value", "q_value"]].isna().all()


def test_issuers_that_differ_widen_the_interval_where_there_are_eight():
    texts = [
        f"{text} Mutual trust." if i < 20 else f"{text} Mutual. Trust." for i, text in enumerate(planted(80))
    ]
    by_issuer = [f"Office {i // 10}" for i in range(80)]  # the phrase is the habit of two offices
    mixed = [f"Office {i % 10}" for i in range(80)]
    few = ["North", "South"] * 40
    low = [
        od.find_phrases(tokens_of(texts, issuer=issuers))
        .to_frame()
        .set_index("phrase")
        .loc["mutual trust", "low"]
        for issuers in (by_issuer, mixed, few, [None] * 80)
    ]
    assert low[0] < low[1] - 0.5
    assert low[1] == pytest.approx(low[2]) == pytest.approx(low[3])


def test_false_alarms_are_as_many_as_promised():
    """Words drawn one by one, with texts that have their own favourites: nothing attracts anything."""
    rng = np.random.default_rng(1)
    words = np.array(["police", "crime", "border", "trust", "fraud", "money", "court", "law"])
    alarms, tests = 0, 0
    for _ in range(40):
        texts = [" ".join(rng.choice(words, 30, p=rng.dirichlet(np.full(8, 50.0)))) for _ in range(40)]
        found = od.find_phrases(tokens_of(texts), max_length=2, stop_words=None, top=None).to_frame()
        alarms += int((found["p_value"] < 0.05).sum())
        tests += 64
    assert alarms / tests < 0.07


def test_languages_are_never_mixed():
    texts = [f"{one} police {other} trust" for one in ("old", "new") for other in ("see", "has")] * 3
    french = [f"{one} police {other} confiance" for one in ("la", "une") for other in ("voit", "a")] * 3
    frame = od.find_phrases(
        tokens_of(texts + french, ["en"] * 12 + ["fr"] * 12),
        stop_words=None,
        min_count=4,
        min_length=1,
        top=None,
    ).to_frame()
    alone = od.find_phrases(tokens_of(texts), stop_words=None, min_count=4, min_length=1, top=None).to_frame()
    mine = frame[frame["language"] == "en"].sort_values("phrase").reset_index(drop=True)
    alone = alone.sort_values("phrase").reset_index(drop=True)
    pd.testing.assert_frame_equal(mine.drop(columns="q_value"), alone.drop(columns="q_value"))


def test_a_phrase_of_two_languages_has_two_rows_and_evidence_of_each():
    texts = (
        ["Interpol Lyon works", "we see Interpol Lyon"] * 3
        + ["voici Interpol Lyon ce matin"] * 3
        + ["Interpol Lyon"] * 3
    )
    tokens = tokens_of(texts, ["en"] * 6 + ["fr"] * 3 + [None] * 3)
    found = od.find_phrases(tokens, min_count=3)
    rows = found.to_frame()[lambda frame: frame["phrase"] == "interpol lyon"]
    counts = dict(zip(rows["language"].fillna(""), rows["count"], strict=True))
    assert counts == {"en": 6, "fr": 3, "": 3}
    assert len(found.evidence("interpol lyon")) == 12
    assert len(found.evidence("interpol lyon", "fr")) == 3
    assert found.evidence("interpol lyon", "fr")["sentence"].tolist() == ["voici Interpol Lyon ce matin"] * 3
    with pytest.raises(UnknownNameError, match="was not found in 'sl'"):
        found.evidence("interpol lyon", "sl")
    with pytest.raises(UnknownNameError, match="Did you mean 'interpol lyon'"):
        found.evidence("interpol lion")


@pytest.mark.parametrize(
    ("options", "present", "absent"),
    [
        ({}, ["rule of law"], ["the rule", "of law", "the rule of law", "28 march", "law j", "march 2008"]),
        ({"stop_words": None}, ["the rule", "rule of law", "the rule of law"], ["28 march"]),
        ({"stop_words": ["law"]}, ["the rule"], ["rule of law", "of law"]),
        ({"numbers": True}, ["28 march", "28 march 2008"], ["the rule"]),
        ({"min_length": 1}, ["law j"], ["law j 28"]),
        ({"max_length": 2, "stop_words": None}, ["the rule"], ["rule of law"]),
    ],
)
def test_what_may_bound_a_phrase(options, present, absent):
    texts = [f"{one} the rule of law j 28 March 2008" for one in ("See", "Hear", "Know", "Want", "Uphold")]
    phrases = set(od.find_phrases(tokens_of(texts), **{"max_length": 4} | options).to_frame()["phrase"])
    assert set(present) <= phrases
    assert not set(absent) & phrases


def test_minima_top_and_order():
    texts = planted()
    tokens = tokens_of(texts, issuer=[f"Office {i % 12}" for i in range(60)])
    everything = od.find_phrases(tokens, top=None).to_frame()
    for measure, column in (("npmi", "npmi"), ("log_odds", "low"), ("t", "t"), ("log_dice", "log_dice")):
        best = od.find_phrases(tokens, measure=measure, top=3).to_frame()
        assert best[column].tolist() == everything[column].nlargest(3).tolist()
    assert everything["log_likelihood"].is_monotonic_decreasing
    few = od.find_phrases(tokens, min_count=25, min_releases=25, min_issuers=6, top=None).to_frame()
    wanted = everything[
        (everything["count"] >= 25) & (everything["releases"] >= 25) & (everything["issuers"] >= 6)
    ]
    assert set(few["phrase"]) == set(wanted["phrase"])
    q = everything["q_value"]
    assert (q >= everything["p_value"]).all()


def test_reissues_count_once_where_that_is_asked_for():
    texts = [
        "Joint investigation teams met.",
        *["They praised mutual trust again."] * 5,
        "Mutual trust and joint investigation teams.",
    ]
    clusters = [None, 0, 0, 0, 0, 0, None]
    tokens = tokens_of(texts, duplicate_cluster=clusters)
    counts = {
        way: dict(found.to_frame()[["phrase", "count"]].itertuples(index=False))
        for way in ("keep", "first")
        for found in [od.find_phrases(tokens, reissues=way, min_count=2, min_releases=2)]
    }
    assert counts["keep"]["mutual trust"] == 6
    assert counts["first"]["mutual trust"] == 2
    assert counts["first"]["joint investigation"] == 2
    found = od.find_phrases(tokens, reissues="first", min_count=2, min_releases=2)
    assert len(found.evidence("mutual trust")) == 2
    with pytest.raises(InputError, match="phrases are counted whole"):
        od.find_phrases(tokens, reissues="share")


def test_the_number_of_threads_and_shards_changes_nothing_found(monkeypatch):
    texts = planted(80)
    whole = od.find_phrases(tokens_of(texts), n_threads=1, top=None)
    monkeypatch.setattr(import_module("octadisc.tokens.scan.scanning"), "_SHARD", 1000)
    tokens = tokens_of(texts)
    assert len(tokens.shards) > 4
    parts = od.find_phrases(tokens, n_threads=3, top=None)
    pd.testing.assert_frame_equal(whole.to_frame(), parts.to_frame())
    assert len(parts.evidence("organised crime")) == 27


def test_sentences_of_a_release_are_one_release():
    tokens = tokens_of(
        ["Mutual trust matters. We praise mutual trust. See mutual trust."] * 2 + ["Nothing else."]
    )
    by_release, by_sentence = (
        od.find_phrases(one, min_releases=1, min_count=3).to_frame().set_index("phrase").loc["mutual trust"]
        for one in (tokens, tokens.units("sentence"))
    )
    assert by_sentence["releases"] == by_release["releases"] == 2
    assert by_sentence["low"] == pytest.approx(by_release["low"])


def test_what_was_found_can_be_joined():
    tokens = tokens_of(planted()).with_forms("lemma")
    found = od.find_phrases(tokens, min_count=10, top=4)
    joined = tokens.with_phrases(found)
    whole = od.count_terms(joined, stop_words="auto")
    frame = found.to_frame()
    assert frame["part_of"].notna().sum() == 2
    for phrase, count in frame.loc[frame["part_of"].isna(), ["phrase", "count"]].itertuples(index=False):
        column = whole.matrix[:, whole.terms.index(phrase.replace(" ", "_"))]
        assert column.sum() == count
    assert joined.spec.inputs == (tokens.spec, found.spec)
    listed = tokens.with_phrases(frame["phrase"])
    assert types_of(listed) == types_of(joined)
    assert types_of(joined.with_phrases(found)) == types_of(joined)
    again = od.find_phrases(joined, min_count=10, top=4).to_frame()
    pd.testing.assert_frame_equal(again, frame)  # phrases are found in words


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"measure": "pmi"}, "Did you mean 'npmi'"),
        ({"min_count": 1}, "min_count=1: expected a whole number of at least 2"),
        ({"min_count": 2.5}, "min_count=2.5"),
        ({"max_length": 1}, "max_length=1"),
        ({"max_length": 11}, "2 to 10 words"),
        ({"min_releases": 0}, "min_releases=0"),
        ({"top": 0}, "top=0"),
        ({"level": 95}, "level=95 is no coverage"),
        ({"stop_words": "english"}, "'auto', a list of words, or None"),
        ({"reissues": "none"}, "expected 'keep', 'first' or 'share'"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(options, message):
    with pytest.raises(InputError, match=re.escape(message)):
        od.find_phrases(tokens_of(["mutual trust"]), **options)


@pytest.mark.parametrize("texts", [[], [""], ["mutual trust"], ["a. b. c. d"] * 9])
def test_too_little_text_is_said_in_words(texts):
    with pytest.raises(NotEnoughDataError, match=r"No phrase stands 5 times and in 3 releases"):
        od.find_phrases(tokens_of(texts))
    with pytest.raises(WrongKindError, match=r"what od\.tokenize\(corpus\) gives"):
        od.find_phrases(texts)


def test_the_three_faces():
    tokens = tokens_of([f"{text} <b>AT&T phones</b>." for text in planted()])
    found = od.find_phrases(tokens, measure="log_odds")
    assert repr(found) == f"Phrases({len(found)} phrases in 1 language)"
    html = found._repr_html_()
    assert "trafficking in human beings" in html
    assert "<b>AT" not in html
    frame = found.to_frame()
    frame.loc[0, "phrase"] = "spoilt"
    assert found.to_frame().loc[0, "phrase"] != "spoilt"
    assert found.spec.function == "find_phrases"
    assert found.spec.parameters["min_count"] == 5


@pytest.mark.parametrize("measure", ["log_odds", "npmi"])
def test_the_plot_has_a_point_a_phrase_and_its_count(measure):
    from matplotlib.figure import Figure

    found = od.find_phrases(tokens_of(planted()), measure=measure)
    ax = Figure().subplots()
    assert found.plot(ax, n=3) is ax
    frame = found.to_frame().head(3)
    assert ax.lines[0].get_xdata().tolist() == frame[measure].tolist()
    assert [one.get_text() for one in ax.get_yticklabels()] == frame["phrase"].tolist()
    written = [one.get_text() for one in ax.texts]
    assert [one for one in written if one.isdigit()] == [
        str(one) for row in frame[["count", "releases"]].to_numpy() for one in row
    ]
    if measure == "log_odds":
        segments = ax.collections[0].get_segments()
        assert [one[:, 0].tolist() for one in segments] == frame[["low", "high"]].to_numpy().tolist()
    with pytest.raises(InputError, match="at least one phrase"):
        found.plot(ax, n=0)


@pytest.mark.parametrize(
    "phrase", ["joint, team", "joint,team", "mutual trust; joint team", "what now!", "mutual trust: joint"]
)
def test_punctuation_in_a_phrase_is_refused_not_passed_over(phrase):
    tokens = tokens_of(["They sent a joint, team of mutual trust."])
    for phrases in ([phrase], {"en": ["organised crime", phrase]}):
        with pytest.raises(InputError, match="never reaches over punctuation"):
            tokens.with_phrases(phrases)


def test_signs_of_numbers_and_of_other_tokens_are_no_punctuation():
    joined = tokens_of(["All 1,000 officers met."]).with_phrases(["1,000 officers"])
    assert types_of(joined) == [["all", "1,000_officers", "met"]]
    words = Tokens.from_words([["joint", ",", "team"]])
    assert types_of(words.with_phrases(["joint , team"])) == [["joint_,_team"]]
