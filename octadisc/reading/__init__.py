"""Reading: from press releases as they come to a Corpus."""

from octadisc.reading.load import load_corpus

__all__ = ["load_corpus"]
