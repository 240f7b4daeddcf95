"""Tokens: the compiled scanner, sentences, queries and concordances."""

from octadisc.tokens.code_reader import read_codes
from octadisc.tokens.codes import Codes
from octadisc.tokens.coding import CodingSheet, coding_sheet
from octadisc.tokens.concordance import Concordance, concordance
from octadisc.tokens.nearness import nearest_types, why_nothing
from octadisc.tokens.query import Hits, Query
from octadisc.tokens.scanning import tokenize
from octadisc.tokens.tokens import Shard, Tokens

__all__ = [
    "Codes",
    "CodingSheet",
    "Concordance",
    "Hits",
    "Query",
    "Shard",
    "Tokens",
    "coding_sheet",
    "concordance",
    "nearest_types",
    "read_codes",
    "tokenize",
    "why_nothing",
]
