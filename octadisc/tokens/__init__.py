"""Tokens: the compiled scanner, sentences, queries and concordances."""

from octadisc.tokens.concordance import concordance
from octadisc.tokens.nearness import nearest_types, why_nothing
from octadisc.tokens.query import Hits, Query
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
    "why_nothing",
]
