"""Concepts from files: what they become, and what is said of a mistake."""

import pytest

import octadisc as od
from octadisc.errors import InputError, MissingFileError


def written(tmp_path, text, name="concepts.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


YAML = """
mutual trust:
  en: [mutual trust, 'trust []{0,3} each other']
  sl: medsebojn* zaupanj*
  no: gjensidig tillit      # Norwegian, not false
operations:
  raids: [raid*, '{search} of premises']
  years: 2008
"""


def test_concepts_from_yaml(tmp_path):
    assert od.load_concepts(written(tmp_path, YAML)) == {
        "mutual trust": {
            "en": ["mutual trust", "trust []{0,3} each other"],
            "sl": ["medsebojn* zaupanj*"],
            "no": ["gjensidig tillit"],
        },
        "operations / raids": ["raid*", "{search} of premises"],
        "operations / years": ["2008"],
    }


def test_concepts_from_csv(tmp_path):
    text = "# mine\nconcept,language,query\ntrust,en,trust|mutual trust\ntrust,sl,zaupanj*\n"
    text += '"a, b",,"(x | y) z"\n'
    assert od.load_concepts(written(tmp_path, text, "concepts.csv")) == {
        "trust": {"en": ["trust", "mutual trust"], "sl": ["zaupanj*"]},
        "a, b": ["(x | y) z"],
    }


def test_concepts_are_tracked(tmp_path):
    corpus = od.Corpus.from_frame(
        [
            {"text": "Mutual trust, and a search of premises.", "language": "en", "date": "2008-01-01"},
            {"text": "Medsebojno zaupanje.", "language": "sl", "date": "2008-02-01"},
        ]
    )
    trend = od.track_terms(
        od.tokenize(corpus), od.load_concepts(written(tmp_path, YAML.replace("years: 2008", "")))
    )
    counts = trend.to_frame().set_index("query")["count"]
    assert counts["mutual trust"] == 2
    assert counts["operations / raids"] == 1


def test_the_own_list_is_given_and_can_be_changed():
    mine = od.load_concepts()
    mine["mutual trust"]["en"].append("reliance")
    assert "reliance" not in od.load_concepts()["mutual trust"]["en"]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "a.yaml", "expected names"),
        ("- trust", "a.yaml", "expected names"),
        ("trust: [a]\ntrust: [b]", "a.yaml", "line 2: 'trust' stands twice"),
        ("trust: []", "a.yaml", "expected a query"),
        ("trust:\n  en: ''", "a.yaml", r"trust \(en\): expected a query"),
        ("trust: [a, [b]]", "a.yaml", "expected a query"),
        ("trust:\n  en: '(a'", "a.yaml", r"a.yaml: trust \(en\): The query cannot be read"),
        ("trust: [a", "a.yaml", "line 1"),
        ("trust: *mutual", "a.yaml", "quotation marks"),
        ("trust: {}", "a.yaml", "no concept"),
        ("term,query\na,b", "a.csv", "Expected concept,language,query"),
        ("concept,language,query\ntrust,en", "a.csv", "row 2"),
        ("concept,language,query\ntrust,en,a\ntrust,en,b", "a.csv", "twice"),
        ("concept,language,query\ntrust,en,a\ntrust,,b", "a.csv", "all languages"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, text, name, said):
    with pytest.raises(InputError, match=said):
        od.load_concepts(written(tmp_path, text, name))


def test_a_missing_file_and_one_that_is_no_text(tmp_path):
    with pytest.raises(MissingFileError, match=r"nowhere\.yaml"):
        od.load_concepts(tmp_path / "nowhere.yaml")
    (tmp_path / "a.yaml").write_bytes(b"trust: [\xff]")
    with pytest.raises(InputError, match="UTF-8"):
        od.load_concepts(tmp_path / "a.yaml")
