import json
import re
from importlib import resources

import pytest

import octadisc as od
from octadisc.figures.report.methods import describe_methods, read_works, write_methods
from octadisc.figures.report.steps import METHODS, STEPS
from octadisc.figures.save import save_figure


def recipe(function, inputs=(), **parameters):
    return {"function": function, "parameters": parameters, "inputs": list(inputs)}


def test_every_work_that_is_cited_is_known_and_every_known_work_is_cited():
    cited = {one for step in STEPS.values() for one in step.works} | {
        one for many in METHODS.values() for one in many
    }
    assert cited == set(read_works())


def test_steps_stand_in_the_order_of_the_work_and_each_once():
    load = recipe("load_corpus", duplicates=True)
    counts = recipe(
        "count_terms", [recipe("tokenize", [load])], min_documents=3, max_share=1.0, stop_words="auto"
    )
    model = recipe("fit_topics", [counts], method="nmf", n_topics=7)
    trend = recipe("TopicModel.over_time", [model], every="year")
    parts, works = describe_methods([{"results": [model]}, {"results": [trend, model]}])
    assert list(parts) == ["The corpus", "Counting", "Topics"]
    assert "in at least 3 releases or units, without stop words" in " ".join(parts["Counting"])
    assert "100%" not in " ".join(parts["Counting"])
    assert len(parts["Topics"]) == 2
    assert "non-negative matrix factorisation with 7 topics [2]." in parts["Topics"][0]
    assert works[1].startswith("Lee, D. D.")


def test_each_model_is_told_with_its_own_parameters():
    fits = [
        recipe("fit_topics", method="structural", n_topics=k, prevalence="~ issuer", n_starts=5)
        for k in (9, 12)
    ]
    parts, _ = describe_methods([{"results": fits}])
    said = parts["Topics"][0]
    assert "with 9 topics and the prevalence formula “~ issuer” (the best of 5 starts)" in said
    assert "with 12 topics" in said


def test_functions_without_a_sentence_are_named_and_not_passed_over():
    parts, _ = describe_methods([{"results": [recipe("load_corpus"), recipe("count_pigeons")]}])
    assert "count_pigeons" in parts["Further steps"][0]


def test_what_is_drawn_by_hand_alone_has_no_methods():
    assert write_methods([{"results": [recipe("releases by hand")]}], None) == ""


def test_texts_in_recipes_are_escaped():
    queries = {"<b>trust</b>": {"en": ["<script>alert(1)</script>"]}}
    page = write_methods([{"results": [recipe("track_terms", queries=queries, every="year")]}], None)
    assert "<script>" not in page
    assert "<b>trust" not in page
    assert "&lt;script&gt;" in page


def test_a_saved_figure_is_described_with_its_wordings_and_versions(tmp_path):
    corpus = od.Corpus.from_frame(
        [{"date": f"{y}-05-01", "text": "Trust.", "language": "en"} for y in range(2003, 2009)]
    )
    trend = od.track_terms(od.tokenize(corpus), {"trust": {"en": "trust*", "sl": "zaupanj*"}})
    save_figure(trend.plot().figure, "trust", alt="A line.", data=trend, folder=tmp_path)
    page = write_methods([json.loads((tmp_path / "trust.json").read_text("utf-8"))], {"fingerprint": "ab12"})
    for words in (
        "1 query (trust)",
        "by year",
        "English: trust*; Slovenian: zaupanj*",
        "fingerprint ab12",
        "numpy",
    ):
        assert words in page
    assert re.search(r"<li id=\"work-1\">Wilson", page)


def test_works_have_authors_a_year_and_a_place():
    for name, citation in read_works().items():
        assert re.match(r"[A-Z][^(]+ \(\d{4}\)\. \S", citation), name
        assert citation.endswith(".")
        assert re.search(r"\((\d{4})\)", citation)[1] in name


@pytest.mark.parametrize("name", ["page.js", "page.css"])
def test_the_page_s_own_files_are_packaged(name):
    assert (resources.files("octadisc") / "figures" / "report" / name).is_file()
