"""Tokens on disk: the same as in memory, whole or not there, and clear about what is damaged."""

import json
import os
import shutil
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, MissingFileError, OctadiscError, UnreadableError, WrongKindError
from octadisc.tokens.files import storage
from octadisc.tokens.scan import scanning, types

KINDS = ("ids", "starts", "ends", "gaps", "rows", "sentences")
WORDS = [
    "police",
    "Полиција",
    "trust",
    "Trust",
    "č",
    "c\u030c",
    "28.",
    "\n\n",
    "Mr.",
    "ΟΔΟΣ",
    "🚔",
    "don’t",
    "İzmir",
]


def invent(n, seed=5, **columns):
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, rng.integers(0, 30))) for _ in range(n)]
    return od.Corpus.from_frame({"text": texts, "language": rng.choice(["en", "hbs", "el"], n), **columns})


def same(one, two):
    """Hold that two tokens are the same, with all that they were made from."""
    assert one.vocabulary == two.vocabulary
    assert one.spec == two.spec
    assert one.folding == two.folding
    for kind in KINDS:
        left, right = (np.concatenate([getattr(shard, kind) for shard in each.shards]) for each in (one, two))
        assert left.dtype == right.dtype, kind
        np.testing.assert_array_equal(left, right, err_msg=kind)
    assert [shard.first for shard in one.shards] == [shard.first for shard in two.shards]
    pd.testing.assert_frame_equal(one.corpus.frame, two.corpus.frame)
    pd.testing.assert_frame_equal(one.corpus.issues, two.corpus.issues)
    pd.testing.assert_frame_equal(one.corpus.dates, two.corpus.dates)
    assert one.corpus.spec.to_dict() == two.corpus.spec.to_dict()
    for name in ("surface", "words"):
        assert (getattr(one, name) is None) == (getattr(two, name) is None)
        if getattr(one, name) is not None:
            same(getattr(one, name), getattr(two, name))


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(scanning, "_SHARD", 300)
    monkeypatch.setattr(types, "_ROOM", 3)


def test_saved_tokens_are_the_same_when_opened(tmp_path, small_shards):
    page = "Home | Print\nPolice met."
    rows = [
        {
            "date": "2008-03-28",
            "issuer": "Europol",
            "page": page,
            "text": "Police met.",
            "spans": [(0, 13, "furniture")],
            "annotation": [(0, 6, "police", "NOUN"), (7, 10, "meet", "VERB")],
            "duplicate_cluster": 3,
            "score": 0.5,
        },
        {
            "date": None,
            "page": "Trust.",
            "text": "Trust.",
            "language": "en",
            "title": "No date",
            "spans": [],
            "annotation": [],
        },
    ]
    issues = pd.DataFrame([{"release": "1", "what": "no title", "found": "", "done": "left empty"}])
    frame = pd.DataFrame(rows).astype({"duplicate_cluster": "Int64"})
    corpus = od.Corpus.from_frame(frame, issues=issues)
    tokens = od.tokenize(corpus)
    folder = tokens.save(tmp_path / "tokens")
    again = od.load_tokens(folder)
    same(tokens, again)
    assert again.corpus.frame["spans"].tolist() == [[(0, 13, "furniture")], []]
    assert again.corpus.frame["annotation"][0] == corpus.frame["annotation"][0]
    assert again.corpus.to_page("1", 0, 6) == (13, 19)
    assert again.corpus.fingerprint == corpus.fingerprint
    same(tokens, od.load_tokens(again.save(tmp_path / "copy")))


def test_what_is_found_and_counted_is_the_same_from_disk(tmp_path, small_shards):
    tokens = od.tokenize(invent(60))
    again = od.load_tokens(tokens.save(tmp_path / "tokens"))
    assert len(again.shards) > 5
    for query in ("police", "trust trust", "po*", ["trust", "odos"]):
        pd.testing.assert_frame_equal(
            od.concordance(again, query).to_frame(), od.concordance(tokens, query).to_frame()
        )
    a, b = od.count_terms(tokens), od.count_terms(again)
    assert a.terms == b.terms
    assert (a.matrix != b.matrix).nnz == 0


def test_kernels_are_not_compiled_again_for_tokens_from_disk(tmp_path):
    from octadisc.tokens.scan import kernels

    tokens = od.tokenize(invent(5))
    od.count_terms(tokens)
    before = len(kernels.count_in_releases.signatures)
    od.count_terms(od.load_tokens(tokens.save(tmp_path / "tokens")))
    assert len(kernels.count_in_releases.signatures) == before


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("pattern", [None, r"(?u)\b\w\w+\b", r"[a-zč]+\s[a-zč]+"])
def test_tokens_made_on_disk_are_those_made_in_memory(tmp_path, small_shards, pattern, n_threads):
    corpus = invent(60)
    inside = od.tokenize(corpus, pattern)
    same(inside, od.tokenize(corpus, pattern, folder=tmp_path / "made", n_threads=n_threads))
    path = corpus.save(tmp_path / "corpus.parquet")
    from_file = od.tokenize(path, pattern, folder=tmp_path / "from_file", n_threads=n_threads)
    same(inside, from_file)
    same(inside, od.load_tokens(tmp_path / "from_file"))
    same(inside, od.tokenize(str(path), pattern))
    assert {one.name for one in tmp_path.iterdir()} == {"made", "corpus.parquet", "from_file"}


@pytest.mark.parametrize(
    "texts",
    [[], [""], ["", "", ""], ["", "trust", ""], ["police " * 500], ["", "police " * 500, "a"], ["x" * 5_000]],
    ids=[
        "no releases",
        "an empty one",
        "empty ones",
        "one word",
        "one giant",
        "giant and small",
        "giant word",
    ],
)
def test_corpora_at_the_edge(tmp_path, small_shards, texts):
    corpus = od.Corpus.from_frame([{"text": one, "date": "2008-01-01"} for one in texts or ["a"]])
    if not texts:
        corpus = corpus.between(1990, 1991)
    tokens = od.tokenize(corpus)
    assert tokens.n_tokens == sum(len(one.split()) for one in texts)
    same(tokens, od.load_tokens(tokens.save(tmp_path / "saved")))
    same(tokens, od.tokenize(corpus, folder=tmp_path / "made"))
    same(tokens, od.tokenize(corpus.save(tmp_path / "corpus.parquet"), folder=tmp_path / "from_file"))


def test_lone_surrogates_are_mended_before_they_are_cut():
    corpus = od.Corpus.from_frame([{"text": "po\ud83dlice trust"}])
    tokens = od.tokenize(corpus)
    shard = tokens.shards[0]
    found = [corpus.texts[0][a:b] for a, b in zip(shard.starts, shard.ends, strict=True)]
    assert found == ["po", "lice", "trust"]
    assert tokens.find("trust\ud83d").counts.tolist() == [1]


def test_forms_and_phrases_are_saved_with_what_they_were_made_from(tmp_path):
    texts = ["Безбедност и сарадња", "Sigurnost i suradnja", "mutual trust in mutual trust"]
    corpus = od.Corpus.from_frame({"text": texts, "language": ["hbs", "hbs", "en"]})
    tokens = od.tokenize(corpus)
    folded = tokens.with_forms("folded", variants=[("en", "trust", "confidence")])
    again = od.load_tokens(folded.save(tmp_path / "folded"))
    same(folded, again)
    assert again.find("bezbednost").counts.tolist() == [1, 1, 0]
    assert again.find("confidence").counts.tolist() == [0, 0, 2]
    # places are those of the tokens as written, and stand on disk once
    names = {one.name for one in (tmp_path / "folded").glob("*.npy")}
    assert {name for name in names if name.startswith(("starts", "ends", "gaps", "rows"))} == {
        "starts.npy", "ends.npy", "gaps.npy", "rows.npy"
    }  # fmt: skip
    joined = folded.with_phrases(["mutual trust"])
    again = od.load_tokens(joined.save(tmp_path / "joined"))
    same(joined, again)
    assert again.lengths.tolist() == joined.lengths.tolist() == [3, 3, 5]


def test_fields_without_a_place_are_refused_not_lost(tmp_path, monkeypatch):
    tokens = od.tokenize(invent(3))
    assert {one.name for one in fields(tokens)} >= {"surface", "words"}
    monkeypatch.setattr(storage, "_LINKS", ("surface",))
    with pytest.raises(InputError, match="have words, which a folder has no place for"):
        replace(tokens, words=od.tokenize(tokens.corpus)).save(tmp_path / "tokens")
    assert list(tmp_path.iterdir()) == []


def test_units_are_saved_too(tmp_path):
    corpus = od.Corpus.from_frame([{"text": "Police met. Trust grows.", "language": "en"}])
    units = od.tokenize(corpus).with_forms("folded").units("sentence")
    same(units, od.load_tokens(units.save(tmp_path / "units")))


def test_a_folder_of_tokens_is_replaced_and_nothing_else_is(tmp_path):
    target = tmp_path / "tokens"
    tokens = od.tokenize(invent(3))
    tokens.save(target)
    other = od.tokenize(invent(4, seed=6))
    opened = od.load_tokens(target)
    other.save(target)
    same(od.load_tokens(target), other)
    same(opened, tokens)  # what was opened before stays what it was
    od.load_tokens(target).save(target)
    same(od.load_tokens(target), other)
    assert [one.name for one in tmp_path.iterdir()] == ["tokens"]
    (tmp_path / "empty").mkdir()
    tokens.save(tmp_path / "empty")
    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "chapter.txt").write_text("years of work")
    (tmp_path / "file").write_text("")
    for place in (foreign, tmp_path / "file"):
        with pytest.raises(InputError, match="is there already, and holds no tokens that octadisc saved"):
            tokens.save(place)
        with pytest.raises(InputError, match="is there already"):
            od.tokenize(tokens.corpus, folder=place)
    assert (foreign / "chapter.txt").read_text() == "years of work"


def test_an_interruption_leaves_nothing_and_what_was_there(tmp_path, monkeypatch):
    target = tmp_path / "tokens"
    tokens = od.tokenize(invent(3))
    tokens.save(target)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(storage, "save_layers", stop)
    with pytest.raises(KeyboardInterrupt):
        od.tokenize(invent(4)).save(target)
    assert [one.name for one in tmp_path.iterdir()] == ["tokens"]
    same(od.load_tokens(target), tokens)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="every folder can be written to")
def test_a_place_that_cannot_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UnreadableError, match="cannot be written"):
        od.tokenize(invent(1)).save(tmp_path / "tokens")


def edit_recipe(folder, **changes):
    path = folder / "tokens.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-1])


def scribble(path):
    path.write_bytes(b"\0" * path.stat().st_size)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (shutil.rmtree, "tokens: there is no such folder"),
        (lambda folder: (folder / "tokens.json").unlink(), "it was not written to its end"),
        (lambda folder: [one.unlink() for one in folder.iterdir()], "tokens: holds no tokens"),
        (lambda folder: (folder / "tokens.json").write_text("{"), "tokens.json: is damaged"),
        (lambda folder: (folder / "tokens.json").write_text("[]"), "tokens.json: is not the recipe"),
        (lambda folder: edit_recipe(folder, format="corpus"), "tokens.json: is not the recipe"),
        (lambda folder: edit_recipe(folder, version=99), "newer octadisc .format 99.*Update octadisc"),
        (lambda folder: edit_recipe(folder, version="?"), "tokens.json: is damaged"),
        (lambda folder: edit_recipe(folder, layers=None), "tokens: is damaged"),
        (lambda folder: edit_recipe(folder, layers=[]), "tokens: is damaged"),
        (lambda folder: (folder / "starts.npy").unlink(), "starts.npy: is missing"),
        (lambda folder: cut_short(folder / "ids.npy"), "ids.npy: has .* bytes where .* were written"),
        (lambda folder: cut_short(folder / "corpus.arrow"), "corpus.arrow: has .* bytes where"),
        (lambda folder: scribble(folder / "gaps.npy"), "gaps.npy: is damaged"),
        (lambda folder: scribble(folder / "types.json"), "types.json: is damaged"),
        (lambda folder: scribble(folder / "corpus.arrow"), "corpus.arrow: is damaged"),
        (lambda folder: scribble(folder / "dates.arrow"), "dates.arrow: is damaged"),
        (lambda folder: shutil.copy(folder / "gaps.npy", folder / "ids.npy"), "ids.npy: has"),
    ],
)
def test_a_damaged_folder_says_which_file_and_what_next(tmp_path, damage, message):
    folder = od.tokenize(invent(5)).save(tmp_path / "tokens")
    damage(folder)
    with pytest.raises((UnreadableError, MissingFileError), match=message):
        od.load_tokens(folder)


def test_a_file_is_no_folder_and_a_corpus_that_is_not_there_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnreadableError, match="file: is a file, not a folder of tokens"):
        od.load_tokens(tmp_path / "file")
    with pytest.raises(MissingFileError, match=r"gone.parquet: there is no such file"):
        od.tokenize(tmp_path / "gone.parquet", folder=tmp_path / "tokens")
    with pytest.raises(InputError, match="file: is not a readable Parquet file"):
        od.tokenize(tmp_path / "file", folder=tmp_path / "tokens")
    pd.DataFrame({"text": ["a"]}).to_parquet(tmp_path / "table.parquet")
    with pytest.raises(InputError, match=r"table.parquet: .* no corpus that octadisc saved"):
        od.tokenize(tmp_path / "table.parquet", folder=tmp_path / "tokens")
    with pytest.raises(OctadiscError, match="corpus is a list"):
        od.tokenize(["a"], folder=tmp_path / "tokens")
    with pytest.raises(InputError, match="no regular expression"):
        od.tokenize(invent(1), "(", folder=tmp_path / "tokens")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "table.parquet"]


def test_a_corpus_is_saved_in_parts_that_can_be_read_one_by_one(tmp_path, monkeypatch):
    import pyarrow.parquet as pq

    from octadisc import corpus as module

    monkeypatch.setattr(module, "_GROUP", 2_000)
    corpus = invent(60)
    path = corpus.save(tmp_path / "corpus.parquet")
    assert pq.ParquetFile(path).num_row_groups > 3
    assert od.Corpus.open(path).texts == corpus.texts
    same(od.tokenize(corpus), od.tokenize(path, folder=tmp_path / "tokens"))


def test_texts_are_a_list_that_makes_each_when_it_is_asked_for():
    texts = ["a", "", "č", "🚔"] * 200
    made = od.Corpus.from_frame({"text": texts}).texts
    assert made == texts
    assert texts == made
    assert made != texts[1:]
    assert list(made) == texts
    assert (made[2], made[-1], made[np.int64(3)]) == ("č", "🚔", "🚔")
    assert made[1:3] == ["", "č"]
    assert made[::-1] == texts[::-1]
    assert len(made) == 800
    assert "č" in made
    assert "x" not in made
    assert repr(made) == repr(texts)
    with pytest.raises(IndexError):
        made[800]


def write_into(folder, kind, place, value):
    """Change one number of an array, and nothing else of the folder."""
    array = np.load(folder / f"{kind}.npy", mmap_mode="r+")
    array[place] = value
    array.flush()


@pytest.mark.parametrize(
    ("kind", "place", "value", "message"),
    [
        ("ids", 3, 2**30, "not one of the 5 types"),
        ("ids", 3, 5, "not one of the 5 types"),
        ("ids", 3, -1, "not one of the 5 types"),
        ("rows", 0, 1, "releases do not follow"),
        ("rows", 1, 2**40, "releases do not follow"),
        ("rows", 2, 2, "releases do not follow"),
        ("rows", 3, 7, "releases do not follow"),
        ("sentences", 0, -1, "sentences do not follow"),
        ("sentences", 1, 0, "sentences do not follow"),
        ("sentences", 3, 8, "sentences do not follow"),
        ("starts", 0, -1, "begins before its text"),
        ("starts", 2, 2**30, "ends before it begins"),
        ("ends", 2, 18, "ends behind its text"),  # of 17 characters, which are 18 bytes
        ("ends", 7, 2**30, "ends behind its text"),
    ],
)
def test_numbers_that_lead_astray_are_refused_before_they_are_used(tmp_path, kind, place, value, message):
    texts = ["Trust. Čuvaj trust", "", "Mutual trust grows. Trust, trust"]
    texts[0] = texts[0][:17]
    tokens = od.tokenize(od.Corpus.from_frame({"text": texts}))
    assert (tokens.n_tokens, len(tokens.vocabulary)) == (8, 5)
    assert (np.concatenate([one.sentences for one in tokens.shards]).size, len(texts[0])) == (4, 17)
    folder = tokens.save(tmp_path / "tokens")
    write_into(folder, kind, place, value)
    opened = od.load_tokens(folder)
    for use in (
        lambda: opened.find("trust"),
        lambda: od.count_terms(opened),
        lambda: opened.lengths,
        lambda: opened.sentences_of(0),
        lambda: opened.units("sentence"),
        lambda: opened.save(tmp_path / "again"),
    ):
        with pytest.raises(UnreadableError, match=rf"{kind}\.npy.*: is damaged .*{message}"):
            use()
    assert not (tmp_path / "again").exists()


def test_the_last_token_may_end_where_its_text_ends(tmp_path):
    tokens = od.tokenize(od.Corpus.from_frame({"text": ["Čuvaj čč", "", "trust"]}))
    opened = od.load_tokens(tokens.save(tmp_path / "tokens"))
    assert opened.find("čč").ends.tolist() == [8]
    assert opened.find("trust").ends.tolist() == [5]


def test_each_part_is_looked_through_when_it_is_asked_for(tmp_path, small_shards):
    tokens = od.tokenize(invent(60))
    folder = tokens.save(tmp_path / "tokens")
    write_into(folder, "ids", -1, 2**30)  # in the last part
    shards = od.load_tokens(folder).shards
    assert len(shards) == len(tokens.shards) > 5
    assert shards[0].first == 0
    assert [one.first for one in shards[:-1]] == [one.first for one in tokens.shards[:-1]]
    for use in (lambda: shards[-1], lambda: shards[-2:], lambda: list(shards), lambda: [*shards]):
        with pytest.raises(UnreadableError, match=r"ids\.npy: is damaged"):
            use()


def test_forms_are_held_to_their_own_types(tmp_path):
    tokens = od.tokenize(od.Corpus.from_frame([{"text": "meetings meeting meet", "language": "en"}]))
    stems = tokens.with_forms("stem")
    folder = stems.save(tmp_path / "tokens")
    names = json.loads((folder / "tokens.json").read_text())["layers"]
    number = next(one["arrays"]["ids"] for one in names if one["made_from"])
    write_into(folder, number.removesuffix(".npy"), 0, len(stems.vocabulary))
    opened = od.load_tokens(folder)
    assert opened.surface.find("meeting").counts.tolist() == [1]
    with pytest.raises(UnreadableError, match=f"{number}: is damaged .*not one of the 1 types"):
        opened.find("meet")


def test_a_copy_of_opened_tokens_is_in_memory(tmp_path):
    import pickle

    opened = od.load_tokens(od.tokenize(invent(5)).save(tmp_path / "tokens"))
    same(pickle.loads(pickle.dumps(opened)), opened)


@pytest.mark.parametrize("given", [5, None, b"tokens", ["tokens"]])
def test_what_is_no_path_is_refused_in_words(given):
    tokens = od.tokenize(invent(1))
    uses = [tokens.save, od.load_tokens, type(tokens).open]
    if given is not None:
        uses.append(lambda one: od.tokenize(tokens.corpus, folder=one))
    for use in uses:
        with pytest.raises(WrongKindError, match=rf"folder is a {type(given).__name__}\. Expected a path"):
            use(given)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ("a", WrongKindError, "n_threads is a str"),
        (1.5, WrongKindError, "n_threads is a float"),
        (True, WrongKindError, "n_threads is a bool"),
        (0, InputError, "n_threads=0: expected 1 or more, or None"),
        (-1, InputError, "n_threads=-1: expected 1 or more, or None"),
    ],
)
def test_what_is_no_number_of_threads_is_refused(tmp_path, given, error, message):
    tokens = od.tokenize(invent(3))
    for use in (
        lambda: od.tokenize(tokens.corpus, n_threads=given),
        lambda: od.tokenize(tokens.corpus, r"\S+", n_threads=given),
        lambda: od.tokenize(tokens.corpus, folder=tmp_path / "tokens", n_threads=given),
        lambda: tokens.with_forms("folded", n_threads=given),
        lambda: tokens.with_phrases(["police trust"], n_threads=given),
        lambda: tokens.units("sentence", n_threads=given),
    ):
        with pytest.raises(error, match=message):
            use()
    assert list(tmp_path.iterdir()) == []


def test_arguments_of_another_kind_are_refused_in_words():
    tokens = od.tokenize(od.Corpus.from_frame([{"text": "Trust grows."}]))
    with pytest.raises(WrongKindError, match=r"pattern is a int\. Expected str"):
        od.tokenize(tokens.corpus, pattern=5)
    with pytest.raises(WrongKindError, match=r"variants is a int\. Expected a mapping"):
        tokens.with_forms(variants=5)
    with pytest.raises(InputError, match=r"variants\['en'\]\['trust'\] is a int"):
        tokens.with_forms(variants={"en": {"trust": 5}})
    with pytest.raises(InputError, match=r"variants, row 1: 5\. Expected a language, a form"):
        tokens.with_forms(variants=[5])
    for row in (99, 1, -1):
        with pytest.raises(InputError, match=f"row={row}: expected 0 to 0"):
            tokens.sentences_of(row)
    with pytest.raises(WrongKindError, match="row is a str"):
        tokens.sentences_of("1")
    assert tokens.sentences_of(np.int64(0)).tolist() == [[0, 12]]
