"""Tokens: the compiled scanner, sentences, queries and concordances."""

from octadisc.tokens.concordance import concordance
from octadisc.tokens.query import Hits, Query, nearest_types, words_without_match
from octadisc.tokens.scanning import tokenize
from octadisc.tokens.tokens import Shard, Tokens

__all__ = [
    "Hits",
    "Query",
    "Shard",
    "Tokens",
    "concordance",
    "nearest_types",
    "tokenize",
    "words_without_match",
]
