"""The names that scripts rely on, and what importing them costs."""

import subprocess
import sys

import pytest

import octadisc as od

PUBLIC = {
    "Corpus",
    "OctadiscError",
    "OctadiscWarning",
    "Spec",
    "StructuralTopicModel",
    "TermCounts",
    "TermVectorizer",
    "TopicModel",
    "align_languages",
    "align_topics",
    "audit",
    "audit_sample",
    "build_report",
    "check_residuals",
    "check_stability",
    "coding_sheet",
    "compare",
    "compare_effects",
    "compare_models",
    "compare_preparations",
    "compare_tags",
    "compare_topics",
    "concordance",
    "correct_shares",
    "correlate_topics",
    "count_terms",
    "coverage",
    "draw_intrusion",
    "draw_share_sample",
    "estimate_effect",
    "find_bursts",
    "find_changes",
    "find_collocates",
    "find_examples",
    "find_originals",
    "find_phrases",
    "find_topics",
    "fit_topics",
    "fix_colours",
    "format_table",
    "interrupted",
    "load_concepts",
    "load_corpus",
    "load_model",
    "load_tokens",
    "make_periods",
    "map_topics",
    "measure_coherence",
    "measure_dispersion",
    "measure_diversity",
    "measure_drift",
    "merge_topics",
    "open_study",
    "permute_covariate",
    "power",
    "read_codes",
    "read_events",
    "rising_terms",
    "save_figure",
    "score_intrusion",
    "simulate_releases",
    "split_change",
    "tokenize",
    "track_terms",
    "use_style",
    "use_translation",
}


def test_the_public_names_are_these_and_all_exist():
    assert set(od.__all__) == PUBLIC
    for name in PUBLIC:
        assert getattr(od, name).__name__ == name


def test_an_unknown_name_is_answered_with_the_likely_one():
    with pytest.raises(AttributeError, match="Did you mean 'load_corpus'"):
        od.load_corpora  # noqa: B018


def test_importing_octadisc_loads_no_library():
    heavy = "{'numpy', 'pandas', 'numba', 'sklearn', 'matplotlib', 'scipy'}"
    code = f"import sys, octadisc; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
