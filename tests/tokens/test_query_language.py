"""The query language, held to a plain matcher that tries everything."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, WrongKindError
from octadisc.tokens import why_nothing
from octadisc.tokens.queries import grammar
from octadisc.tokens.queries.search import Index


def tokens_of(text, language="en", **columns):
    return od.tokenize(od.Corpus.from_frame([{"text": text, "language": language, **columns}]))


def found(tokens, query):
    texts = tokens.corpus.texts
    hits = tokens.find(query)
    return [texts[row][a:b] for row, a, b in zip(hits.rows, hits.starts, hits.ends, strict=True)]


TEXT = (
    "Police of both countries, and customs, met. The joint investigation team praised the joint team. "
    "Crimes were organised or organized; crime pays little in the US, they told us."
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("joint (investigation)? team", ["joint investigation team", "joint team"]),
        ('"joint investigation"? team', ["joint investigation team", "team"]),
        ("(police | customs) *", ["Police of", "customs, met"]),
        ("joint []{0,3} team", ["joint investigation team", "joint team"]),
        ("police []{2,4} customs", ["Police of both countries, and customs"]),
        ("police []{0,2} customs", []),
        ("countries customs", []),
        ("countries [] customs", ["countries, and customs"]),  # a gap may have a comma in it
        ("countries []{0,2} and", ["countries, and"]),  # also one of no word
        ("countries, and customs", ["countries, and customs"]),  # as the query has it
        ("customs []* praised", []),  # but it does not reach into the next sentence
        ("customs []* praised within p", ["customs, met. The joint investigation team praised"]),
        ("{crime}", ["Crimes", "crime"]),
        ('[lemma="crime"]', ["Crimes", "crime"]),
        ("/organi[sz]ed/", ["organised", "organized"]),
        ('[word="organi[sz]ed"]', ["organised", "organized"]),
        ("[word='ORGANISED']", ["organised"]),  # case does not matter
        ('[form="US"]', ["US"]),
        ('[form="us"]', ["us"]),
        ('[word="us" & form!="US"]', ["us"]),
        ('[!form="US" & word="us"]', ["us"]),
        ('[word="us" & (form="US" | form="us")]', ["US", "us"]),
        ('the [word!="joint"]', ["the US"]),
        ('[word="organi.*"%d] (or)?', ["organised or", "organized"]),
        ('[word="."%l]', []),
        ('[form="us"%c]', ["US", "us"]),
        ('[form="[^a-z]+"]', ["US"]),
        ("(a0 | " + " | ".join(f"a{i}" for i in range(1, 90)) + " | crime) pays", ["crime pays"]),
        ("(joint (investigation)? team | team) praised", ["joint investigation team praised"]),
        ("(joint){1,2} team", ["joint team"]),
        ("([]){3} within release", None),
    ],
)
def test_what_a_query_finds(query, expected):
    made = found(tokens_of(TEXT), query)
    if expected is None:  # in threes, from the first word on, whatever stands between
        words = re.findall(r"\w+", TEXT)
        assert [re.findall(r"\w+", one) for one in made] == [
            words[i : i + 3] for i in range(0, len(words) - 2, 3)
        ]
    else:
        assert made == expected


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("(joint team", "( is not closed"),
        ("joint) team", ") closes nothing"),
        ("joint] team", "] closes nothing"),
        ('[word="joint"', "[ is not closed"),
        ("[word=joint]", "not readable"),
        ('[wrod="joint"]', "Did you mean 'word'"),
        ('[word="("]', "no regular expression"),
        ("/(/ x", "no regular expression"),
        ('"joint team', '" is not closed'),
        ('[word="joint team"]', "no blank in it"),
        ("team {2}", "directly behind"),
        ("(team){3,2}", "upper bound"),
        ("(team){0}", "upper bound"),
        ("(team){,}", "no number"),
        ("(team){200}", "more than 64"),
        ("(team)? (joint)?", "without a word"),
        ("a | ", "empty"),
        ('<s> [word="joint"]', "within s"),
        ('a:[word="joint"]', "labels"),
        ('[word="a"%x]', "flags are"),
        ("(a b c d e){20}", "at most 64"),
        ('[tag="N.*"]', "no tags"),
        ("(joint)+? team", "two quantifiers"),
        ("{joint team}", "no blank in it"),
        ("/joint team/", "no blank in it"),
        ("joint team within paragraph", "within p"),
        ("trust OR crime", "no operator"),
        ({"en": {"fr": "team"}}, "has a mapping"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_in_words(query, said):
    with pytest.raises(InputError) as caught:
        tokens_of(TEXT).find(query)
    assert said in str(caught.value)


def test_the_place_of_a_mistake_is_marked():
    with pytest.raises(InputError) as caught:
        grammar.parse('joint [wrod="team"]')
    _, query, mark = str(caught.value).split("\n")
    assert query[mark.index("^") :].startswith("wrod")


# Small trees of queries, their texts, and what they match by trying everything.

LETTERS = st.sampled_from(["a", "b", "c"])
LEAVES = st.one_of(
    LETTERS.map(lambda one: (one, ("is", {one}))),
    st.just(("[]", ("any",))),
    st.sets(LETTERS, min_size=1, max_size=2).map(
        lambda some: (f'[word="{"|".join(sorted(some))}"]', ("is", some))
    ),
    LETTERS.map(lambda one: (f'[word!="{one}"]', ("is", {"a", "b", "c"} - {one}))),
)


def grown(children):
    some = st.lists(children, min_size=1, max_size=3)
    bounds = st.sampled_from([("?", 0, 1), ("*", 0, 99), ("+", 1, 99), ("{2}", 2, 2), ("{1,2}", 1, 2)])
    return st.one_of(
        some.map(
            lambda parts: (
                " ".join(one[0] for one in parts),
                ("one after the other", [one[1] for one in parts]),
            )
        ),
        some.map(
            lambda parts: (f"({' | '.join(one[0] for one in parts)})", ("one of", [one[1] for one in parts]))
        ),
        st.tuples(children, bounds).map(
            lambda pair: (f"({pair[0][0]}){pair[1][0]}", ("repeat", pair[0][1], *pair[1][1:]))
        ),
    )


QUERIES = st.recursive(LEAVES, grown, max_leaves=5)


def reach(tree, words, commas, at, behind):
    """Give every (end, what stood last) that a tree reaches from a word; `behind` is what stood before."""
    if tree[0] in ("is", "any"):
        if at == len(words):
            return set()
        loose = tree[0] == "any"
        if behind is not None and commas[at - 1] and not (loose or behind == "any"):
            return set()
        return {(at + 1, tree[0])} if loose or words[at] in tree[1] else set()
    if tree[0] == "one of":
        return set().union(*(reach(one, words, commas, at, behind) for one in tree[1]))
    if tree[0] == "one after the other":
        states = {(at, behind)}
        for part in tree[1]:
            states = set().union(*(reach(part, words, commas, *one) for one in states))
        return states
    _, part, least, most = tree
    states, done = {(at, behind)}, set()
    for n in range(most + 1):
        if n >= least:
            # of a gap that is left out a comma may remain
            left_out = {(at, "any")} if n == 0 and behind is not None and is_gap(part) else states
            if left_out <= done:
                break
            done |= left_out
        states = set().union(*(reach(part, words, commas, *one) for one in states)) if states else set()
    return done


def is_gap(tree):
    if tree[0] in ("is", "any"):
        return tree[0] == "any"
    return all(map(is_gap, tree[1])) if isinstance(tree[1], list) else is_gap(tree[1])


def hits_by_hand(trees, sentences):
    made = []
    for words, commas, offset in sentences:
        at = 0
        while at < len(words):
            ends = [end for tree in trees for end, _ in reach(tree, words, commas, at, None) if end > at]
            if ends:
                made.append((offset + at, offset + max(ends) - 1))
            at = max(ends, default=at + 1)
    return made


def can_be_nothing(tree):
    if tree[0] in ("is", "any"):
        return False
    if tree[0] == "one of":
        return any(map(can_be_nothing, tree[1]))
    if tree[0] == "one after the other":
        return all(map(can_be_nothing, tree[1]))
    return tree[2] == 0 or can_be_nothing(tree[1])


SENTENCE = st.lists(st.tuples(LETTERS, st.booleans()), min_size=1, max_size=9)


@settings(max_examples=400, deadline=None)
@given(st.lists(QUERIES, min_size=1, max_size=2), st.lists(SENTENCE, min_size=1, max_size=3), st.booleans())
def test_a_query_finds_what_a_plain_matcher_finds(queries, sentences, with_index):
    text, laid, offset = "", [], 0
    for pairs in sentences:
        words, commas = [one for one, _ in pairs], [comma for _, comma in pairs]
        text += " ".join(one + "," * comma for one, comma in pairs[:-1]) + f" {words[-1]}! "
        laid.append((words, commas, offset))
        offset += len(words)
    text = re.sub(r"(?<=! )\s*(\w)", lambda match: match[1].upper(), text)  # a sentence begins with a capital
    tokens = tokens_of(text, language=None)
    trees = [tree for _, tree in queries]
    wordings = [wording for wording, _ in queries]
    if any(map(can_be_nothing, trees)):
        with pytest.raises(InputError, match="without a word"):
            tokens.find(wordings)
        return
    kept = Index.worth
    Index.worth = staticmethod(lambda tokens: with_index)
    try:
        hits = tokens.find(wordings)
    finally:
        Index.worth = kept
    assert list(zip(hits.first.tolist(), hits.last.tolist(), strict=True)) == hits_by_hand(trees, laid)


def test_annotated_words_are_found_by_lemma_and_tag():
    text = "The police saw saws."
    words = [
        (0, 3, "the", "DET"),
        (4, 10, "police", "NOUN"),
        (11, 14, "see", "VERB"),
        (15, 19, "saw", "NOUN"),
    ]
    corpus = od.Corpus.from_frame(
        [{"text": text, "language": "en", "annotation": words}, {"text": "police saw"}]
    )
    tokens = od.tokenize(corpus)
    assert found(tokens, '[tag="N.*"]') == ["police", "saws"]
    assert found(tokens, '[pos="NOUN"] [pos="VERB"]') == ["police saw"]
    assert found(tokens, '[tag="NOUN" & lemma="saw"]') == ["saws"]
    assert found(tokens, '[lemma="see"]')[0] == "saw"  # as supplied; a dictionary alone could not tell
    assert found(tokens, '[tag!="NOUN"] []') == ["The police", "saw saws", "police saw"]
    assert found(tokens, "{police} [tag='V.*']") == ["police saw"]


def test_languages_are_looked_up_each_by_its_own_lemmas():
    corpus = od.Corpus.from_frame(
        {"text": ["Dying dies.", "Die Behörden der Behörde."], "language": ["en", "de"]}
    )
    assert found(od.tokenize(corpus), {"en": "{die}", "de": "{Behörde}"}) == [
        *["Dying", "dies", "Behörden", "Behörde"]
    ]


def test_folded_tokens_are_found_in_either_script_by_regular_expressions():
    corpus = od.Corpus.from_frame({"text": ["Безбедност", "bezbednosti"], "language": ["hbs", "hbs"]})
    folded = od.tokenize(corpus).with_forms("folded")
    assert found(folded, "/bezbednosti?/") == ["Безбедност", "bezbednosti"]
    assert found(folded, "/безбедност/") == ["Безбедност"]


def test_many_alternatives_are_found_as_one_by_one():
    words = [f"w{i}" for i in range(200)]
    text = " ".join(words)
    phrases = [f"{words[i]} {words[i + 1]}" for i in range(0, 199, 2)]  # more than one automaton holds
    tokens = tokens_of(text)
    assert found(tokens, phrases) == phrases
    assert found(tokens, words) == words
    assert found(tokens, " | ".join(words)) == words


def test_overlaps_of_alternatives_that_stand_in_different_automata():
    # a b begins first, so that b c is not counted; c d then is, although b c was in its way
    filler = [f"x{i} y{i}" for i in range(40)]
    tokens = tokens_of("a b c d")
    assert found(tokens, ["a b", *filler, "b c", "c d"]) == ["a b", "c d"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("investigaton", "near in spelling: investigation"),
        ("team joint", "Up to 10 words apart: 1; write team []{0,10} joint"),
        ("customs praised", "Try them singly"),
        ("zzyzx*", "not in the corpus"),
        ('[word="us" & form="Us"]', "no token meets"),
        ({"sl": "ekipa"}, "its languages are not those of the corpus (en)"),
        ("crime | zzyzx", None),
    ],
)
def test_why_nothing_is_found(query, said):
    tokens = tokens_of(TEXT)
    if said is None:
        assert len(tokens.find(query)) > 0
    else:
        assert len(tokens.find(query)) == 0
        assert said in why_nothing(tokens, query)


def test_another_script_or_missing_diacritics_are_named():
    tokens = tokens_of("Полиција", "hbs")
    assert "the corpus writes полиција" in why_nothing(tokens, "policija")
    assert "diacritics=True" in why_nothing(tokens_of("është", "sq"), "eshte")


def test_the_index_does_not_change_what_is_found(monkeypatch):
    rng = np.random.default_rng(7)
    texts = [" ".join(rng.choice(list("abcdefghij"), 300)) for _ in range(8)]
    tokens = od.tokenize(od.Corpus.from_frame(pd.DataFrame({"text": texts})))
    queries = ["a b c", "a", "a* b", "j | a b", "b []{0,2} c", "[] a a"]
    with_index = [tokens.find(one) for one in queries]
    monkeypatch.setattr(Index, "worth", staticmethod(lambda tokens: False))
    for one, query in zip(with_index, queries, strict=True):
        other = tokens.find(query)
        assert np.array_equal(one.first, other.first)
        assert np.array_equal(one.last, other.last)
        assert np.array_equal(one.rows, other.rows)


def test_a_concept_asks_each_language_for_its_own():
    texts = ["US us here. us US here."] * 2
    corpus = od.Corpus.from_frame({"text": texts, "language": ["sl", "hbs"]})
    tokens = od.tokenize(corpus)
    concept = {"sl": '[form="US"] us', "hbs": 'us [form="US"]'}
    assert found(tokens, concept) == ["US us", "us US"]
    both = {"hr": '[form="US"] us', "sr": 'us [form="US"]'}
    assert found(tokens, both) == ["US us", "us US"]


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ({"diacritics": True}, "{središče}"),
        ({"diacritics": True}, "{sredisce}"),
        ({"forms": "lemma", "diacritics": True}, "{središče}"),
        ({"forms": "lemma", "variants": {"sl": {"center": ["središče"]}}}, "{središče}"),
        ({"forms": "folded", "variants": {"sl": {"center": ["središče"]}}}, "{center}"),
        ({"forms": "folded"}, '[lemma="sredi.*"]'),
    ],
)
def test_lemmas_are_found_whatever_the_forms(options, query):
    tokens = tokens_of("Poročalo je Središče o zaupanju.", "sl").with_forms(**options)
    assert found(tokens, query) == ["Središče"]


def test_lemmas_are_found_in_stems():
    assert found(tokens_of("The policies and studies").with_forms("stem"), "{policy}") == ["policies"]


def test_supplied_lemmas_are_found_in_either_script():
    rows = [
        {"text": "Злочини", "language": "hbs", "annotation": [(0, 7, "злочин", "NOUN")]},
        {"text": "Zločini", "language": "hbs", "annotation": [(0, 7, "zločin", "NOUN")]},
    ]
    for forms in ("folded", "lemma"):
        tokens = od.tokenize(od.Corpus.from_frame(rows)).with_forms(forms)
        for query in ("{zločin}", "{злочин}"):
            assert found(tokens, query) == ["Злочини", "Zločini"]


def test_forms_are_compared_without_what_the_scanner_passes_over():
    text = "O’Brien and po\u200blice met the cafe\u0301 owner."
    tokens = tokens_of(text)
    for query in ('[form="O’Brien"]', '[form="O\'Brien"]', '[word="O’Brien"]'):
        assert found(tokens, query) == ["O’Brien"]
    assert len(tokens.find('[form="police"]')) == len(tokens.find('[form="café"]')) == 1


def test_a_mark_that_ends_sentences_parts_a_phrase_too():
    tokens = tokens_of("They asked: trust? police did not say.")
    assert found(tokens, "trust police") == []
    assert found(tokens, "trust []{0,2} police") == ["trust? police"]


def test_patterns_without_word_edges_are_the_same_runs():
    tokens = {
        one: od.tokenize(od.Corpus.from_frame([{"text": "Law-enforcement and trust's end"}]), one)
        for one in (r"\w+", r"\b\w+\b", r"[a-z]+")
    }
    for one in tokens.values():
        assert found(one, "law-enforcement") == found(one, "law enforcement") == ["Law-enforcement"]


def test_a_word_of_another_language_only_is_said_to_be():
    corpus = od.Corpus.from_frame({"text": ["mutual", "x"], "language": ["en", "sl"]})
    assert "other languages only" in why_nothing(od.tokenize(corpus), {"sl": "mutual"})


@pytest.mark.parametrize("query", [["team", None], b"team", 5, None])
def test_what_is_no_query_is_refused(query):
    with pytest.raises(WrongKindError, match="the query"):
        tokens_of(TEXT).find(query)
