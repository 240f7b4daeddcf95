import csv
import unicodedata
from importlib import import_module, resources
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, OctadiscWarning
from octadisc.tokens import nearest_types, why_nothing
from octadisc.tokens.forms.annotation import annotation_layer
from octadisc.tokens.forms.folding import Folding

FOLDED = Folding()
CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split()
TO_LATIN = dict(zip(CYRILLIC, LATIN, strict=True))
TO_LATIN |= {one.upper(): other.capitalize() for one, other in TO_LATIN.items()}


def to_latin(text):
    return "".join(TO_LATIN.get(one, one) for one in text)


def tokens_of(texts, languages="hbs", pattern=None):
    languages = [languages] * len(texts) if isinstance(languages, str) else languages
    dates = [f"{2001 + i % 4}-05-09" for i in range(len(texts))]
    return od.tokenize(
        od.Corpus.from_frame({"text": texts, "language": languages, "date": dates, "issuer": "MUP"}), pattern
    )


def table():
    text = resources.files("octadisc").joinpath("facts/variants.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(one for one in text.splitlines() if not one.startswith("#")))


# The table


def test_the_table_is_in_the_letters_of_the_forms_and_says_where_each_row_is_from():
    for row in table():
        assert list(row) == ["language", "form", "variant", "source"]
        assert all(row.values()), row
        for one in (row["form"], row["variant"]):
            assert FOLDED.spell(one, row["language"]) == one == one.lower()
        assert row["form"].endswith("*") == row["variant"].endswith("*"), row
    names = [(row["language"], row["variant"]) for row in table()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("folding", [Folding(), Folding(diacritics=True)])
@pytest.mark.parametrize("language", ["hbs", "ro"])
def test_no_ending_leads_from_one_row_to_another(language, folding):
    rows = [row for row in table() if row["language"] == language]
    pairs = [tuple(folding.spell(row[one], language) for one in ("form", "variant")) for row in rows]
    variants = [variant for _, variant in pairs]
    for form, variant in pairs:
        stem = form.rstrip("*")
        assert stem not in variants
        assert not any(one.endswith("*") and stem.startswith(one[:-1]) for one in variants), form
        for other in variants:
            if form.endswith("*") and other.startswith(stem):  # bezbjed* and bezbjednost*
                whole = other.rstrip("*")
                assert folding.form(variant[:-1] + whole[len(stem) :], language) == folding.form(
                    whole, language
                )


@pytest.mark.parametrize(
    "spellings",
    [
        "organizirani organizovani организовани",
        "sigurnosti bezbjednosti bezbednosti безбједности безбедности",
        "sigurnošću bezbjednošću bezbednošću",
        "suradnju saradnju сарадњу",
        "predsjedništvo predsedništvo председништво предсједништво",
        "sjednica sednica śednica с\u0301едница",
        "mjere mere",
        "rješenja rešenja",
        "povjerenje poverenje поверење",
        "izvještaj izveštaj izvješće",
        "tužiteljstvo tužilaštvo",
        "tužitelja tužioca",
        "općinski opštinski",
        "priopćenje saopćenje saopštenje",
        "europskog evropskog",
        "tisuća hiljada",
        "siječnja januara",
        "zamjenik zamenik",
        "zamijeniti zameniti",
        "prijevoz prevoz",
        "sudac sudija",
        "uhićenje hapšenje",
    ],
)
def test_spellings_of_one_word_are_one_form(spellings):
    assert len({FOLDED.form(one, "hbs") for one in spellings.split()}) == 1


@pytest.mark.parametrize(
    "word",
    "europol decembar travnjak točkovi merkel mesnica delegacija procenata rešetka dečani vijeće veće "
    "lek svet dela prevoziti vrednovanje kolovoza premijer".split(),
)
def test_words_that_only_look_like_a_variant_stay(word):
    assert FOLDED.form(word, "hbs") == word


# Letters


def test_every_cyrillic_letter_is_transliterated():
    assert [FOLDED.form(one, "hbs") for one in CYRILLIC] == LATIN
    assert FOLDED.form("ǆamija", "hbs") == FOLDED.form("џамија", "sr") == "džamija"


@pytest.mark.parametrize(
    ("word", "language", "form"),
    [
        ("poliţişti", "ro", "polițiști"),
        ("cînd", "ro", "când"),
        ("hotărî", "ro", "hotărî"),
        ("işçi", "tr", "işçi"),
        ("безбедност", "mk", "безбедност"),
        ("bezbednost", "sl", "bezbednost"),
        ("është", "sq", "është"),
        ("c\u030cas", "sl", "čas"),
        ("bezbednost", "", "bezbednost"),
    ],
)
def test_each_language_is_folded_in_its_own_way(word, language, form):
    assert FOLDED.form(word, language) == form


def test_diacritics_go_where_that_is_asked_for():
    folding = Folding(diacritics=True)
    given = [("është", "sq"), ("međunarodni", "hbs"), ("ετήσια", "el"), ("größe", "de"), ("žrtev", "sl")]
    assert [folding.form(*one) for one in given] == ["eshte", "medjunarodni", "ετησια", "große", "zrtev"]
    joined = {folding.form(one, "hbs") for one in ("opštine", "opstine", "opcine", "општине")}
    assert len(joined) == 1


# Properties

words = st.text(CYRILLIC, min_size=2, max_size=7).flatmap(
    lambda one: st.sampled_from([one, one.capitalize(), one.upper()])
)
words |= st.sampled_from("безбедност Безбједности сигурност организованог мере Његош џеп вест вести".split())
texts = st.lists(
    st.lists(
        st.tuples(words, st.sampled_from([" ", ", ", ". ", "-", "\n\n", "! "])), min_size=1, max_size=8
    ).map(lambda pairs: "".join(part for pair in pairs for part in pair)),
    min_size=1,
    max_size=5,
)


@given(texts)
@settings(deadline=None)
def test_cyrillic_and_latin_copies_have_equal_counts(cyrillic):
    one, other = (
        od.count_terms(tokens_of(given).with_forms("folded"), stop_words=None)
        for given in (cyrillic, [to_latin(text) for text in cyrillic])
    )
    assert one.terms == other.terms
    assert (one.matrix != other.matrix).nnz == 0


@given(texts)
@settings(deadline=None, max_examples=20)
@pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")
def test_cyrillic_and_latin_copies_have_equal_trends(cyrillic):
    latin = [to_latin(text) for text in cyrillic]
    word = tokens_of(cyrillic).vocabulary[0]
    frames = [
        od.track_terms(tokens_of(given).with_forms("folded"), {"word": query}).to_frame()
        for given in (cyrillic, latin)
        for query in (word, to_latin(word))
    ]
    assert frames[0]["count"].sum() > 0
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0])


@given(texts)
@settings(deadline=None)
def test_places_are_those_of_the_text(given):
    tokens = tokens_of(given)
    folded = tokens.with_forms("folded")
    assert folded.vocabulary == sorted(set(folded.vocabulary))
    for one, other in zip(tokens.shards, folded.shards, strict=True):
        assert one.starts is other.starts
        assert one.sentences is other.sentences
        for row, text in enumerate(given):
            for i in range(other.rows[row], other.rows[row + 1]):
                written = text[other.starts[i] : other.ends[i]].lower()
                assert folded.vocabulary[other.ids[i]] == FOLDED.form(written, "hbs")
    word = folded.vocabulary[0]
    hits = folded.find(word)
    assert len(hits)
    for row, start, end in zip(hits.rows, hits.starts, hits.ends, strict=True):
        assert FOLDED.form(given[row][start:end].lower(), "hbs") == word


stems = st.sampled_from([row["variant"].rstrip("*") for row in table() if row["language"] == "hbs"])
endings = st.text("abcčćdđeijklmnoprstuvzžš", max_size=5)


@given(
    st.tuples(stems, endings).map("".join) | st.text(), st.sampled_from(["hbs", "ro", "en"]), st.booleans()
)
def test_folding_again_changes_nothing(word, language, diacritics):
    folding = Folding(diacritics=diacritics)
    form = folding.form(word.lower(), language)
    assert folding.form(form, language) == form
    assert unicodedata.is_normalized("NFC", form)


@given(stems, endings)
def test_what_is_joined_has_one_lemma(stem, ending):
    lemma = Folding("lemma")
    assert lemma.form(stem + ending, "hbs") == lemma.form(FOLDED.form(stem + ending, "hbs"), "hbs")


def test_forms_are_made_from_the_text_whatever_came_before():
    tokens = tokens_of(["Полиција је у Београду.", "Policije rade."])
    once = tokens.with_forms("folded")
    again = once.with_forms("lemma").with_forms("folded")
    assert once.surface is again.surface is tokens
    assert once.vocabulary == again.vocabulary
    assert once.spec.to_dict() == again.spec.to_dict()
    assert np.array_equal(once.shards[0].ids, again.shards[0].ids)


def test_the_number_of_threads_does_not_matter(monkeypatch):
    texts = ["Безбедност и сарадња. Bezbjednost!", "trust in security", ""] * 20
    languages = ["hbs", "en", "hbs"] * 20
    whole = tokens_of(texts, languages).with_forms(n_threads=1)
    monkeypatch.setattr(import_module("octadisc.tokens.scan.scanning"), "_SHARD", 100)
    parts = tokens_of(texts, languages).with_forms(n_threads=4)
    assert len(parts.shards) > 4
    assert parts.vocabulary == whole.vocabulary
    assert np.array_equal(np.concatenate([one.ids for one in parts.shards]), whole.shards[0].ids)
    assert np.array_equal(parts.find("sigurnost").rows, whole.find("sigurnost").rows)


# Queries

FOUR = ["Bezbednost građana", "Безбједност грађана", "sigurnost građana", "безбедност на граѓаните"]
LANGUAGES = ["hbs", "hbs", "hbs", "mk"]


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("bezbednost", [1, 1, 1, 0]),
        ("безбедност", [1, 1, 1, 1]),  # in Macedonian as it stands
        ("SIGURNOST", [1, 1, 1, 0]),
        ("bezbednost građana", [1, 1, 1, 0]),
        ("безбједност грађана | граѓаните", [1, 1, 1, 1]),
        ({"sr": "безбедност"}, [1, 1, 1, 0]),
        ("bezbednos*", [1, 1, 1, 0]),  # the stem of the table, and shorter and longer ones
        ("bezb*", [1, 1, 1, 0]),
        ("безб?дност", [1, 1, 1, 1]),
        ("sig*", [1, 1, 1, 0]),
        ("*dnost gra*", [1, 1, 1, 0]),
        ("bezbedni*", [0, 0, 0, 0]),
        ("kriminal", [0, 0, 0, 0]),
    ],
)
def test_queries_are_folded_as_the_text_was(query, counts):
    assert tokens_of(FOUR, LANGUAGES).with_forms("folded").find(query).counts.tolist() == counts


def test_what_a_query_on_folded_tokens_does_not_find():
    folded = tokens_of(FOUR, LANGUAGES).with_forms("folded")
    assert why_nothing(folded, "bezbednos") == "near in spelling: bezbednost."
    assert nearest_types(folded, "bezbednos") == ["bezbednost"]  # as written, and found


def test_tokens_of_a_pattern_are_folded_too():
    folded = tokens_of(FOUR, LANGUAGES, r"(?u)\b\w\w+\b").with_forms("folded")
    assert folded.find("безбедност грађана").counts.tolist() == [1, 1, 1, 0]


def test_an_empty_corpus_has_no_forms():
    assert tokens_of([""]).with_forms("folded").vocabulary == []
    assert tokens_of([]).with_forms("lemma").vocabulary == []


def test_the_recipe_says_which_forms():
    tokens = tokens_of(FOUR, LANGUAGES)
    made = tokens.with_forms("folded", diacritics=True).spec
    assert made.function == "Tokens.with_forms"
    assert made.parameters == {"forms": "folded", "diacritics": True}
    assert made.inputs == (tokens.spec,)


def test_other_forms_are_refused():
    with pytest.raises(InputError, match="Did you mean 'lemma'"):
        tokens_of(FOUR).with_forms("lemmas")


# Lemmas


@pytest.mark.parametrize(
    ("word", "language", "lemma"),
    [
        ("meetings", "en", "meeting"),
        ("polizisten", "de", "polizist"),
        ("ljudmi", "sl", "človek"),
        ("полицијом", "hbs", "policija"),
        ("bezbednosti", "hbs", "sigurnost"),
        ("bezbjednosti", "hbs", "sigurnost"),  # which simplemma does not know
        ("siguranţei", "ro", "siguranță"),
        ("полицијата", "mk", "полиција"),
        ("αστυνομίας", "el", "αστυνομία"),
        ("policia", "sq", "polici"),
        ("2008", "en", "2008"),
        ("meetings", "", "meetings"),
        ("meetings", "xx", "meetings"),
    ],
)
def test_lemmas(word, language, lemma):
    assert Folding("lemma").form(word, language) == lemma


def test_a_query_on_lemmas_stands_for_its_lemma():
    texts = ["They found a network", "they find it", "it was founded", "the founding"]
    lemmas = tokens_of(texts, "en").with_forms("lemma")
    assert lemmas.find("finds").counts.tolist() == [1, 1, 0, 0]
    # found is a form of find, and the lemma of founded: whoever looks for it means one or the other
    assert lemmas.find("found").counts.tolist()[:3] == [1, 1, 1]
    for lemma in lemmas.vocabulary:  # what the table of counts lists can be looked for
        assert len(lemmas.find(lemma)), lemma


def test_coverage_is_a_share_of_running_words():
    texts = ["The police met the police of Xyzzyx in 2008.", "Policia zzzq", "Полиција", "whoever", ""]
    coverage = tokens_of(texts, ["en", "sq", "hbs", None, "mk"]).lemma_coverage()
    assert list(coverage.columns) == ["language", "tokens", "known", "coverage", "note"]
    rows = {
        None if pd.isna(row.language) else row.language: (row.tokens, row.known, row.coverage)
        for row in coverage.itertuples()
    }
    # the, police, met, the, police, of, in are known, Xyzzyx is not, and 2008 is no word
    assert rows == {"en": (8, 7, 7 / 8), "sq": (2, 1, 0.5), "hbs": (1, 1, 1.0), None: (1, 0, 0.0)} | {
        "mk": (0, 0, rows["mk"][2])
    }
    assert np.isnan(rows["mk"][2])
    notes = dict(zip(coverage["language"].fillna(""), coverage["note"], strict=True))
    assert notes["en"] == ""
    assert notes["sq"].startswith("thin")
    assert notes[""].startswith("language unknown")


def test_thin_lemmas_are_announced():
    tokens = tokens_of(["Policia zzzq zzzw", "the police"], ["sq", "en"])
    with pytest.warns(OctadiscWarning, match=r"33% of 3 words in sq\. ") as caught:
        lemmas = tokens.with_forms("lemma")
    assert caught[0].filename == __file__
    assert lemmas.find("zzzq").counts.tolist() == [1, 0]


# Variants of one's own


def test_variants_of_ones_own_are_joined_on_top_of_ours():
    texts = ["bezbednost organised Advisors", "sigurnost organized adviser", "kooperacija organisation"]
    own = {"en": {"organiz*": "organis*", "adviser": ["advisor"]}, "sr": {"suradnja": ["kooperacija"]}}
    english = tokens_of(texts, "en").with_forms("folded", variants=own)
    assert english.find("organized").counts.tolist() == [1, 1, 0]
    assert english.find("organis*").counts.tolist() == [1, 1, 1]
    assert english.find("advisor").counts.tolist() == [0, 1, 0]  # of a full form, no ending is kept
    serbian = tokens_of(texts, "hbs").with_forms("folded", variants=own)
    assert serbian.find("sigurnost").counts.tolist() == [1, 1, 0]
    assert serbian.find("saradnja").counts.tolist() == [0, 0, 1]


def test_a_table_is_a_mapping_rows_a_frame_or_a_file(tmp_path):
    rows = [("en", "organiz*", "organis*"), ("hbs", "suradnja", "кооперација")]
    frame = pd.DataFrame(rows, columns=["language", "form", "variant"]).assign(source="ours")
    path = tmp_path / "variants.csv"
    path.write_text("# our own\n" + frame.to_csv(index=False), encoding="utf-8-sig")
    tokens = tokens_of(["organised", "kooperacija"], ["en", "hbs"])
    mapping = {"en": {"organiz*": "organis*"}, "hbs": {"suradnja": ["кооперација"]}}
    made = [tokens.with_forms(variants=one) for one in (rows, frame, path, str(path), mapping)]
    for one in made:
        assert one.vocabulary == ["organized", "suradnja"]
        assert one.spec.to_dict() == made[0].spec.to_dict()
    wanted = [["en", "organiz*", "organis*"], ["hbs", "suradnja", "kooperacija"]]
    assert made[0].spec.parameters["variants"] == wanted


def test_ones_own_rows_count_before_ours_and_lead_on_to_an_end():
    form = Folding(variants=(("hbs", "bezbednost", "bezbednost"), ("hbs", "security", "sigurnosti"))).form
    assert form("bezbednost", "hbs") == "bezbednost"  # a row that joins a word to itself keeps it
    assert form("bezbednosti", "hbs") == "security"  # by octadisc's table to sigurnosti, and on
    assert form("bezbednošću", "hbs") == "sigurnošću"
    assert Folding(variants=(("hbs", "bezbednost", "zaštićenost"),)).form("zaštićenost", "hbs") == "sigurnost"
    tokens = tokens_of(["a b c d"], "en").with_forms(variants={"en": {"b": "a", "c": "b", "d": "c"}})
    assert tokens.vocabulary == ["d"]
    assert tokens.find("a | b").counts.tolist() == [4]


def test_lemmas_are_taken_of_what_ones_own_rows_join():
    tokens = tokens_of(["the coppers met", "policemen"], "en")
    lemmas = tokens.with_forms("lemma", variants={"en": {"policemen": "coppers"}})
    assert lemmas.find("policeman").counts.tolist() == [1, 1]
    coverage = tokens.with_forms("folded", variants={"en": {"police": "zzzq"}}).lemma_coverage()
    assert coverage["known"].tolist() == [4]


stems_of = st.text("abč", min_size=1, max_size=3)


@given(st.lists(st.tuples(stems_of, stems_of, st.booleans()), max_size=5), st.text("abč", max_size=6))
@settings(deadline=None)
def test_folding_by_ones_own_rows_again_changes_nothing(pairs, word):
    rows = [("hbs", form + "*" * star, variant + "*" * star) for form, variant, star in pairs]
    try:
        folded = tokens_of([word or "a"]).with_forms(variants=rows)
    except InputError as error:
        refused = str(error)
    else:
        refused = ""
    if refused:
        assert "circle" in refused or "is joined to" in refused
        return
    for one in folded.vocabulary:
        if not any(star for _, _, star in pairs):  # endings may lead in circles that no row does
            assert folded.folding.form(one, "hbs") == one
        assert len(folded.find(one))
    assert len(folded.find(word or "a"))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([("en", "organized")], r"variants, row 1: \('en', 'organized'\)\. Expected a language, a form"),
        ([("en", "a", "b"), ("en", "", "c")], "variants, row 2"),
        ([("en", "a", None)], "variants, row 1"),
        ([("en", "human rights", "rights")], "'human rights'. Expected one word"),
        ([("en", "*ing", "*ings")], r"'\*ing'. Expected one word, with \* at its end or nowhere"),
        ([("en", "organiz*", "organise")], r"Expected \* at the end of both or of neither"),
        ([("en", "a", "c"), ("en", "b", "c")], "rows 1 and 2: 'c' is joined to 'a' and to 'b'"),
        ([("en", "a", "b"), ("en", "b", "a")], "row 1: from 'a' the rows lead in a circle"),
        ([("en", "a", "b"), ("en", "b", "c"), ("en", "c", "a")], "lead in a circle"),
        ([("hbs", "bezbednost", "sigurnost")], "lead in a circle.*choose its form"),
        (["en"], "variants, row 1: 'en'"),
        ({"en": ["organised"]}, r"variants\['en'\] is a list"),
        (pd.DataFrame({"language": ["en"], "from": ["a"], "variant": ["b"]}), "no column 'form'"),
    ],
)
def test_a_bad_table_is_refused_with_its_row(table, message):
    with pytest.raises(InputError, match=message):
        tokens_of(["a"]).with_forms(variants=table)


def test_a_bad_file_is_refused_by_its_name(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing\.csv: there is no such file"):
        tokens_of(["a"]).with_forms(variants=tmp_path / "missing.csv")
    path = tmp_path / "mine.csv"
    path.write_text("language,form,variant\nen,a,b c\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.csv, row 1: 'b c'"):
        tokens_of(["a"]).with_forms(variants=path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"mine\.csv: cannot be read as a CSV file in UTF-8"):
        tokens_of(["a"]).with_forms(variants=path)
    path.write_text("language,form,variant\nen,a\nen,a,b,c,d\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.csv"):
        tokens_of(["a"]).with_forms(variants=path)


# Supplied annotation


def annotated(text, *words, language="en"):
    """Give a release with the annotation of words (form, lemma, tag), found one after the other."""
    entries, at = [], 0
    for form, lemma, tag in words:
        at = text.index(form, at)
        entries.append((at, at + len(form), lemma, tag))
    return {"text": text, "language": language, "annotation": entries}


def layer_of(tokens, kind):
    layer = annotation_layer(tokens, kind)
    return [[layer.values[one] if one >= 0 else None for one in shard] for shard in layer.shards]


def test_a_token_has_the_annotation_of_the_word_it_begins_in():
    text = "Europol's liaison-officers met, re-met"
    words = [
        ("Europol's", "Europol", "PROPN"),
        ("liaison-officers", "Liaison-Officer", "NOUN"),
        ("met", "meet", ""),
    ]
    tokens = od.tokenize(od.Corpus.from_frame([annotated(text, *words)]))
    assert tokens.vocabulary == ["'s", "europol", "liaison", "met", "officers", "re"]
    lemmas = ["europol", "europol", "liaison-officer", "liaison-officer", "meet", None, None]
    assert layer_of(tokens, "lemma") == [lemmas]
    tags = ["PROPN", "PROPN", "NOUN", "NOUN", None, None, None]
    assert layer_of(tokens, "tag") == [tags]
    folded = tokens.with_forms("folded")
    assert annotation_layer(folded, "tag") is annotation_layer(tokens, "tag")  # made once
    joined = tokens.with_phrases(["liaison officers"])
    assert layer_of(joined, "tag") == [["PROPN", "PROPN", "NOUN", None, None, None]]


def test_of_several_entries_the_first_that_says_something_holds():
    row = {
        "text": "del jefe",
        "language": "es",
        "annotation": [(4, 8, "_", "N"), (0, 3, "", "P"), (0, 3, "el", "D")],
    }
    tokens = od.tokenize(od.Corpus.from_frame([row]))
    assert layer_of(tokens, "lemma") == [["el", None]]
    assert layer_of(tokens, "tag") == [["P", "N"]]


def test_without_the_column_there_is_no_layer_and_without_entries_nothing():
    assert annotation_layer(tokens_of(["a b"]), "lemma") is None
    rows = [{"text": "a b"}, annotated("c", ("c", "see", "V")), {"text": ""}, {"text": "d", "annotation": []}]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    assert layer_of(tokens, "tag") == [[None, None, "V", None]]
    with pytest.raises(InputError, match="Did you mean 'lemma'"):
        annotation_layer(tokens, "lemmas")


@pytest.mark.parametrize(
    "entry", [(0, 1, "a"), (0, 9, "a", "b"), (-1, 1, "a", "b"), ("x", 1, "a", "b"), 7, (1, 0, "a", "b")]
)
def test_an_entry_that_is_none_is_refused_with_its_release(entry):
    row = {"release": "r7", "text": "a b", "annotation": [(0, 1, "a", "X"), entry]}
    tokens = od.tokenize(od.Corpus.from_frame([row]))
    with pytest.raises(InputError, match="r7: entry 2 of the column annotation is"):
        annotation_layer(tokens, "tag")


spans = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 8), st.sampled_from(["a", "B", "", "_"])), max_size=8
)


@given(st.lists(st.tuples(st.text("ab -.", max_size=30), spans), min_size=1, max_size=4))
@settings(deadline=None)
def test_layers_equal_a_plain_look_up(given_):
    rows = []
    for text, places in given_:
        entries = [(i, min(i + n, len(text)), one, one) for i, n, one in places if i < len(text)]
        rows.append({"text": text, "language": "en", "annotation": entries})
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    found = annotation_layer(tokens, "tag")
    for shard, layer in zip(tokens.shards, found.shards, strict=True):
        for row in range(shard.n_releases):
            entries = [one for one in rows[row]["annotation"] if one[3] not in ("", "_")]
            for i in range(shard.rows[row], shard.rows[row + 1]):
                start = shard.starts[i]
                # the word that begins last at or before the token, and of those the first
                before = [one for one in entries if one[0] <= start]
                latest = [one for one in before if one[0] == max(place for place, *_ in before)]
                wanted = latest[0][3] if latest and start < latest[0][1] else None
                assert (found.values[layer[i]] if layer[i] >= 0 else None) == wanted


def test_supplied_lemmas_are_used_token_by_token():
    rows = [
        annotated("They found it", ("found", "Find", "VERB")),
        annotated("They found it", ("found", "found", "VERB")),
        annotated("finds and founded", ("finds", "_", "VERB")),
        annotated("a find-spot", ("find-spot", "findspot", "NOUN")),  # two tokens: simplemma's
    ]
    lemmas = od.tokenize(od.Corpus.from_frame(rows)).with_forms("lemma")
    shard = lemmas.shards[0]
    types = [[lemmas.vocabulary[one] for one in shard.ids[low:high]] for low, high in pairwise(shard.rows)]
    assert types == [
        ["they", "find", "it"],
        ["they", "found", "it"],
        ["find", "and", "found"],
        ["a", "find", "spot"],
    ]
    assert lemmas.find("found").counts.tolist() == [1, 1, 2, 1]  # whoever looks for it means one or the other
    assert lemmas.find("finds").counts.tolist() == [1, 0, 1, 1]
    assert od.count_terms(lemmas).matrix.sum() == lemmas.n_tokens


def test_supplied_lemmas_are_known_folded_and_found_by_the_words_of_the_text():
    rows = [
        annotated("Policisë zzzq", ("Policisë", "Polici", "N"), language="sq"),
        annotated("безбедносни xxyyq", ("безбедносни", "Безбедност", "N"), language="hbs"),
    ]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    coverage = tokens.lemma_coverage().set_index("language")
    assert coverage.loc["sq", ["tokens", "known"]].tolist() == [2, 1]
    assert coverage.loc["hbs", ["tokens", "known"]].tolist() == [2, 1]
    with pytest.warns(OctadiscWarning, match="50% of 2 words in hbs, 50% of 2 words in sq"):
        lemmas = tokens.with_forms("lemma")
    assert lemmas.vocabulary == ["polici", "sigurnost", "xxyyq", "zzzq"]
    assert lemmas.find("policisë").counts.tolist() == [1, 0]
    assert lemmas.find("безбедносни").counts.tolist() == [0, 1]
    assert "безбедност" not in tokens.with_forms("folded").vocabulary


def test_annotated_shards_and_threads_make_no_difference(monkeypatch):
    rows = [annotated(f"police found {i}", ("found", "find" if i % 3 else "found", "V")) for i in range(60)]
    rows[5]["annotation"] = None
    whole = od.tokenize(od.Corpus.from_frame(rows)).with_forms("lemma", n_threads=1)
    monkeypatch.setattr(import_module("octadisc.tokens.scan.scanning"), "_SHARD", 100)
    parts = od.tokenize(od.Corpus.from_frame(rows)).with_forms("lemma", n_threads=4)
    assert len(parts.shards) > 4
    assert parts.vocabulary == whole.vocabulary
    assert np.array_equal(np.concatenate([one.ids for one in parts.shards]), whole.shards[0].ids)
