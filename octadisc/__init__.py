"""octadisc: how regional crime cooperation is talked about, in press releases and over time.

>>> import octadisc as od
>>> corpus = od.Corpus.from_frame([{"date": "2008-03-28", "text": "Police agreed to build mutual trust."}])
>>> od.track_terms(od.tokenize(corpus), "mutual trust").to_frame()["count"].tolist()
[1]
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from octadisc.corpus import Corpus
    from octadisc.drawing.styles import fix_colours, use_style
    from octadisc.errors import OctadiscError, OctadiscWarning
    from octadisc.figures.gallery import build_report
    from octadisc.figures.save import save_figure
    from octadisc.figures.study.study import open_study
    from octadisc.figures.tables.paper_table import format_table
    from octadisc.periods import make_periods
    from octadisc.reading.load import load_corpus
    from octadisc.spec import Spec
    from octadisc.terms.audits.audit import audit
    from octadisc.terms.audits.audit_sample import audit_sample
    from octadisc.terms.bursts.bursts import find_bursts
    from octadisc.terms.changes.changes import find_changes
    from octadisc.terms.collocations.collocations import find_collocates
    from octadisc.terms.composition.composition import split_change
    from octadisc.terms.counting import count_terms
    from octadisc.terms.counts import TermCounts
    from octadisc.terms.coverage import coverage
    from octadisc.terms.drift.drift import measure_drift
    from octadisc.terms.events.events import read_events
    from octadisc.terms.events.interrupted import interrupted
    from octadisc.terms.keyness.keyness import compare
    from octadisc.terms.rising.rising import rising_terms
    from octadisc.terms.spread.dispersion import measure_dispersion
    from octadisc.terms.spread.diversity import measure_diversity
    from octadisc.terms.trends import track_terms
    from octadisc.terms.vectorizer import TermVectorizer
    from octadisc.tokens import coding_sheet, concordance, read_codes, tokenize
    from octadisc.tokens.files.storage import load_tokens
    from octadisc.tokens.phrases.phrase_finding import find_phrases
    from octadisc.tokens.queries.concepts import load_concepts
    from octadisc.topics import TopicModel, compare_effects, estimate_effect, fit_topics, load_model
    from octadisc.topics.alignment.alignment import align_topics
    from octadisc.topics.alignment.permuted import permute_covariate
    from octadisc.topics.alignment.preparations import compare_preparations
    from octadisc.topics.alignment.refits import check_stability
    from octadisc.topics.estimator import StructuralTopicModel
    from octadisc.topics.finding import find_topics
    from octadisc.topics.judged.intrusion.draw import draw_intrusion
    from octadisc.topics.judged.intrusion.scores import score_intrusion
    from octadisc.topics.judged.shares.corrected import correct_shares
    from octadisc.topics.judged.shares.sample import draw_share_sample
    from octadisc.topics.languages.aligned import align_languages
    from octadisc.topics.languages.translations import find_originals, use_translation
    from octadisc.topics.planning.power import power
    from octadisc.topics.planning.simulated import simulate_releases
    from octadisc.topics.quality.measuring import measure_coherence
    from octadisc.topics.relations.comparison import compare_topics
    from octadisc.topics.relations.correlations import correlate_topics
    from octadisc.topics.relations.examples import find_examples
    from octadisc.topics.relations.maps import map_topics
    from octadisc.topics.relations.merging import merge_topics
    from octadisc.topics.relations.tags import compare_tags
    from octadisc.topics.selection.compare import compare_models
    from octadisc.topics.selection.residuals import check_residuals

# Where each public name lives; loaded when it is first used, so that importing octadisc costs nothing.
_HOMES = {
    "Corpus": "octadisc.corpus",
    "OctadiscError": "octadisc.errors",
    "OctadiscWarning": "octadisc.errors",
    "Spec": "octadisc.spec",
    "StructuralTopicModel": "octadisc.topics.estimator",
    "TermCounts": "octadisc.terms.counts",
    "TermVectorizer": "octadisc.terms.vectorizer",
    "TopicModel": "octadisc.topics",
    "align_languages": "octadisc.topics.languages.aligned",
    "align_topics": "octadisc.topics.alignment.alignment",
    "audit": "octadisc.terms.audits.audit",
    "audit_sample": "octadisc.terms.audits.audit_sample",
    "build_report": "octadisc.figures.gallery",
    "check_residuals": "octadisc.topics.selection.residuals",
    "check_stability": "octadisc.topics.alignment.refits",
    "coding_sheet": "octadisc.tokens",
    "compare": "octadisc.terms.keyness.keyness",
    "compare_effects": "octadisc.topics",
    "compare_models": "octadisc.topics.selection.compare",
    "compare_preparations": "octadisc.topics.alignment.preparations",
    "compare_tags": "octadisc.topics.relations.tags",
    "compare_topics": "octadisc.topics.relations.comparison",
    "concordance": "octadisc.tokens",
    "correct_shares": "octadisc.topics.judged.shares.corrected",
    "correlate_topics": "octadisc.topics.relations.correlations",
    "count_terms": "octadisc.terms.counting",
    "coverage": "octadisc.terms.coverage",
    "draw_intrusion": "octadisc.topics.judged.intrusion.draw",
    "draw_share_sample": "octadisc.topics.judged.shares.sample",
    "estimate_effect": "octadisc.topics",
    "find_bursts": "octadisc.terms.bursts.bursts",
    "find_changes": "octadisc.terms.changes.changes",
    "find_collocates": "octadisc.terms.collocations.collocations",
    "find_examples": "octadisc.topics.relations.examples",
    "find_originals": "octadisc.topics.languages.translations",
    "find_phrases": "octadisc.tokens.phrases.phrase_finding",
    "find_topics": "octadisc.topics.finding",
    "fit_topics": "octadisc.topics",
    "fix_colours": "octadisc.drawing.styles",
    "format_table": "octadisc.figures.tables.paper_table",
    "interrupted": "octadisc.terms.events.interrupted",
    "load_concepts": "octadisc.tokens.queries.concepts",
    "load_corpus": "octadisc.reading.load",
    "load_model": "octadisc.topics",
    "load_tokens": "octadisc.tokens.files.storage",
    "make_periods": "octadisc.periods",
    "map_topics": "octadisc.topics.relations.maps",
    "measure_coherence": "octadisc.topics.quality.measuring",
    "measure_dispersion": "octadisc.terms.spread.dispersion",
    "measure_diversity": "octadisc.terms.spread.diversity",
    "measure_drift": "octadisc.terms.drift.drift",
    "merge_topics": "octadisc.topics.relations.merging",
    "open_study": "octadisc.figures.study.study",
    "permute_covariate": "octadisc.topics.alignment.permuted",
    "power": "octadisc.topics.planning.power",
    "read_codes": "octadisc.tokens",
    "read_events": "octadisc.terms.events.events",
    "rising_terms": "octadisc.terms.rising.rising",
    "save_figure": "octadisc.figures.save",
    "score_intrusion": "octadisc.topics.judged.intrusion.scores",
    "simulate_releases": "octadisc.topics.planning.simulated",
    "split_change": "octadisc.terms.composition.composition",
    "tokenize": "octadisc.tokens",
    "track_terms": "octadisc.terms.trends",
    "use_style": "octadisc.drawing.styles",
    "use_translation": "octadisc.topics.languages.translations",
}

__all__ = [
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
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return metadata.version("octadisc")
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    from octadisc.errors import did_you_mean

    raise AttributeError(f"octadisc has no name {name!r}.{did_you_mean(name, __all__)}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
