"""Tokens: the compiled scanner, sentences, queries and concordances."""

from octadisc.tokens.lines.code_reader import read_codes
from octadisc.tokens.lines.codes import Codes
from octadisc.tokens.lines.coding import CodingSheet, coding_sheet
from octadisc.tokens.lines.concordance import Concordance, concordance
from octadisc.tokens.queries.nearness import nearest_types, why_nothing
from octadisc.tokens.queries.query import Hits, Query
from octadisc.tokens.scan.scanning import tokenize
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
