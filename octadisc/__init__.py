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
    from octadisc.errors import OctadiscError, OctadiscWarning
    from octadisc.figures.save import save_figure
    from octadisc.periods import make_periods
    from octadisc.reading.load import load_corpus
    from octadisc.spec import Spec
    from octadisc.terms.changes import find_changes
    from octadisc.terms.composition import split_change
    from octadisc.terms.counts import TermCounts, count_terms
    from octadisc.terms.coverage import coverage
    from octadisc.terms.trends import track_terms
    from octadisc.tokens import concordance, tokenize
    from octadisc.topics import TopicModel, fit_topics, load_model

# Where each public name lives; loaded when it is first used, so that importing octadisc costs nothing.
_HOMES = {
    "Corpus": "octadisc.corpus",
    "OctadiscError": "octadisc.errors",
    "OctadiscWarning": "octadisc.errors",
    "Spec": "octadisc.spec",
    "TermCounts": "octadisc.terms.counts",
    "TopicModel": "octadisc.topics",
    "concordance": "octadisc.tokens",
    "count_terms": "octadisc.terms.counts",
    "coverage": "octadisc.terms.coverage",
    "find_changes": "octadisc.terms.changes",
    "fit_topics": "octadisc.topics",
    "load_corpus": "octadisc.reading.load",
    "load_model": "octadisc.topics",
    "make_periods": "octadisc.periods",
    "save_figure": "octadisc.figures.save",
    "split_change": "octadisc.terms.composition",
    "tokenize": "octadisc.tokens",
    "track_terms": "octadisc.terms.trends",
}

__all__ = [
    "Corpus",
    "OctadiscError",
    "OctadiscWarning",
    "Spec",
    "TermCounts",
    "TopicModel",
    "concordance",
    "count_terms",
    "coverage",
    "find_changes",
    "fit_topics",
    "load_corpus",
    "load_model",
    "make_periods",
    "save_figure",
    "split_change",
    "tokenize",
    "track_terms",
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
