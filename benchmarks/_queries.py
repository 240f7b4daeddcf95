"""The queries of benchmarks/engine.py, and what octadisc's rules make of them as plain expressions.

The expressions are for texts as they are, without soft hyphens and the like, and with one kind of line end;
matched with `re.IGNORECASE`. They take a full stop for the end of a sentence unless a small letter follows.
"""

from __future__ import annotations

from typing import Any

LETTER = "(?:[^\\W_]|[\u0300-\u036f])"
ALONE = r"[^\W\d_]"  # a letter, not a digit
APOSTROPHE = "['\u2019\u02bc\u02b9]"
POSSESSIVE = f"{APOSTROPHE}s(?!{LETTER})"  # a token of its own
INSIDE = (
    rf"(?:{LETTER}|(?<=\d)[.,:/](?=\d)|(?<={ALONE})(?!{POSSESSIVE}){APOSTROPHE}(?={ALONE})"
    rf"|(?<![^\W_][^\W_])(?<={ALONE})\.(?={ALONE}(?!{LETTER})))"
)
START = (  # no letter before, and no apostrophe that joins the word to one
    f"(?<![^\\W_])(?<![\u0300-\u036f])"
    f"(?:(?<!{ALONE}{APOSTROPHE})|(?=\\d)|(?<={ALONE}{APOSTROPHE}s{APOSTROPHE}))"
)
END = f"(?!{LETTER})(?!(?!{POSSESSIVE}){APOSTROPHE}{ALONE})"
QUOTE = "['\u02bc\u02b9\"\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a`\u00b4]"
HYPHEN = "[-\u2010\u2011]"
STOP = "[.!?\u2026\u203c]"
BLANK = r"(?:[^\S\n]|\n(?![^\S\n]*\n))"  # no blank line
SMALL = "(?=(?-i:[a-z\u00df-\u00f6\u00f8-\u00ff]))"
GAP = (
    f"(?:(?={QUOTE}|{HYPHEN}|\\s|{STOP})(?:"
    f"(?:{QUOTE}|{HYPHEN})*(?:{QUOTE}|{BLANK})*"  # no end of a sentence
    f"|(?:{QUOTE}|{HYPHEN})*(?:{QUOTE}|\\s)*{SMALL}"  # nor at a blank line before a small letter
    f"|(?:{QUOTE}|{HYPHEN}|{STOP})*(?:{QUOTE}|{STOP}|{BLANK})*{SMALL}"  # nor at a stop before one
    f"|(?:{HYPHEN}|{STOP})*))"  # nor without a blank
)
OTHER = rf"(?:(?!{LETTER})(?!{STOP})\S)"
WIDE_GAP = (  # the same with any punctuation, as beside a word that may be any
    f"(?:(?:{OTHER}|{BLANK})+|(?:{OTHER}|\\s)+{SMALL}|(?:{OTHER}|{STOP}|{BLANK})+{SMALL}"
    f"|(?:(?!{QUOTE}){OTHER}|{STOP})+)"
)
ANY_WORD = f"(?:{WIDE_GAP}{START}{INSIDE}++|{POSSESSIVE})"


def as_expression(words: list[str]) -> str:
    """Write a phrase as a plain expression; ``*`` is any letters, ``{1,3}`` so many words between.

    ``{0,3}`` has to be an alternative of its own, since no punctuation may stand where no word does.
    """
    made, gap = "", ""
    for word in words:
        if word == "*":
            made, gap = made + ANY_WORD, WIDE_GAP
        elif word.startswith("{0,"):
            made, gap = f"{made}(?:{ANY_WORD}{word.replace('0', '1')}{WIDE_GAP}|{GAP})", ""
        else:
            start, end = word.startswith("*"), word.endswith("*")
            left = f"{INSIDE}*" * (start and made != "")  # a word of its own ends only once
            right = f"{INSIDE}*+" if end else END
            made += gap + ("" if start and not made else START) + left + word.strip("*") + right
            gap = GAP
    return made


def as_simple_expression(words: list[str]) -> str:
    """Write a phrase as one would at first: for lower case, with blanks or hyphens between."""
    made = r"\b" + words[0].replace("*", r"\w*")
    for word in words[1:]:
        if word.startswith("{"):
            made += rf"(?:[\s-]+\w+){word}"
        else:
            made += r"[\s-]+" + (r"\w+" if word == "*" else word.replace("*", r"\w*"))
    return made + r"\b"


def query(octadisc: str, words: str, example: str, expected: int) -> dict[str, Any]:
    """Describe a query; the example is a text in which octadisc must find it so many times."""
    cut = words.split()
    return {
        "name": octadisc,
        "octadisc": octadisc,
        "words": cut,
        "expression": as_expression(cut),
        "simple": as_simple_expression(cut),
        "example": [example, expected],
        "wild": any(one in words for one in "*{["),
    }


QUERIES = [
    query("trafficking", "trafficking", "Trafficking, said the minister, is trafficking.", 2),
    query("immigra*", "immigra*", "Immigrants and immigration, not migrants.", 2),
    query("*migration", "*migration", "Migration, immigration and migrations.", 2),
    query("of the australian", "of the australian", "One of the Australian. One of the, Australian.", 1),
    query("mutual legal assistance", "mutual legal assistance", "Mutual legal-assistance treaties.", 1),
    query("people smuggl* *", "people smuggl* *", "People smuggling rings; people smugglers.", 1),
    query(
        '[word="organi[sz]ed"] [word="crime"]', "organi[sz]ed crime", "Organised crime, organized crime.", 2,
    ),
    query(
        '[word="people"] []{0,3} [word="smuggling"]', "people {0,3} smuggling",
        "People smuggling. People who pay for smuggling. People who pay far more for smuggling.", 2,
    ),
]  # fmt: skip
