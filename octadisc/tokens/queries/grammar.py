"""The query language: a query's text read into a tree.

    query    = sequence ("|" sequence)* ["within" ("s" | "p" | "release")]
    sequence = (item [quantifier])+
    item     = words | "a phrase" | {lemma} | /regular expression/ | ( query ) | [ conditions ]

Words may have wildcards; a quantifier (``? * + {n} {n,m}``) stands directly behind a closing sign.
What stands in brackets is the part of CQL, the language of the Corpus Workbench, that fits here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NoReturn

from octadisc.errors import InputError, did_you_mean
from octadisc.tokens.queries.tree import (
    Both,
    Choice,
    Condition,
    Either,
    Match,
    Node,
    Not,
    Parsed,
    Repeat,
    Sequence,
    Token,
    Words,
)

__all__ = ["ATTRIBUTES", "has_word", "parse"]

# What a condition may ask for, and what it is called here.
ATTRIBUTES = {
    "word": "word",
    "form": "form",
    "lemma": "lemma",
    **dict.fromkeys(("tag", "pos", "upos", "xpos", "msd"), "tag"),
}
_MOST = 64  # repetitions; as many places as an automaton can have
_SPECIAL = re.compile(r'[|()\[\]"]')
_QUANTIFIER = re.compile(r"[?*+]|\{\s*(\d*)\s*(,?)\s*(\d*)\s*\}")
_REGEX = re.compile(r"/((?:[^/\\\n]|\\.)+)/(?=[\s|()?*+{]|$)")
_LEMMA = re.compile(r"\{([^{}|\d,]*[^\W\d_][^{}|]*)\}")
_WITHIN = re.compile(r"\s+within\s+(s|p|release)\s*$")
_OTHER_WITHIN = re.compile(r"\swithin\s+(sentence|paragraph|text|[SP]|\d+)\s*$")
_OPERATOR = re.compile(r"(?<!\S)(?:OR|AND|NOT|NEAR)(?!\S)")
_TEST = re.compile(
    r"""(?P<attribute>\w+)\s*(?P<operator>!=|=)\s*
        (?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)')(?:\s*%(?P<flags>\w+))?""",
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def parse(text: str) -> Parsed:
    r"""Read a query.

    Raises
    ------
    InputError
        If it cannot be read; the message marks the place.

    Examples
    --------
    >>> parse("mutual trust").tree
    Words(text='mutual trust')
    >>> parse("(joint)? investigat* within p").tree.parts
    (Repeat(part=Words(text='joint'), least=0, most=1), Words(text='investigat*'))
    >>> parse('[word="organi[sz]ed"] []{0,3} [lemma="crime"').tree
    Traceback (most recent call last):
    octadisc.errors.InputError: The query cannot be read: a bracket [ is not closed.
    [word="organi[sz]ed"] []{0,3} [lemma="crime"
                                  ^
    """
    within = _WITHIN.search(text)
    return _Reader(text, within.start() if within else len(text)).read(within[1] if within else "s")


class _Reader:
    """Reads one query from left to right."""

    def __init__(self, text: str, stop: int) -> None:
        self.text = text
        self.stop = stop
        self.at = 0

    def read(self, within: str) -> Parsed:
        if other := _OTHER_WITHIN.search(self.text):
            self.fail("expected within s (a sentence), within p (a paragraph) or release", other.start(1))
        tree = self.choice()
        if self.at < self.stop:
            self.fail("a parenthesis ) closes nothing", self.at)
        return Parsed(tree, within)

    def fail(self, what: str, at: int) -> NoReturn:
        end = "" if what.endswith("?") else "."
        raise InputError(f"The query cannot be read: {what}{end}\n{self.text}\n{' ' * at}^")

    def peek(self) -> str:
        return self.text[self.at] if self.at < self.stop else ""

    def choice(self) -> Node:
        parts = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self) -> Node:
        begin, parts = self.at, []
        while (item := self.item()) is not None:
            parts.append(item)
        if not parts:
            self.fail("a wording is empty; expected words, for example 'mutual trust'", begin)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def item(self) -> Node | None:
        sign = self.next_sign()
        if sign in ("", "|", ")"):
            return None
        if sign == "(":
            return self.quantified(self.group())
        if sign == "[":
            return self.quantified(self.token())
        if sign == "]":
            self.fail("a bracket ] closes nothing", self.at)
        if sign == '"':
            return self.quantified(self.phrase())
        if sign == "/" and (found := _REGEX.match(self.text, self.at, self.stop)):
            _check_expression(found[1], lambda what: self.fail(what, found.start()))
            self.check_blank(found[1], found.start())
            self.at = found.end()
            return self.quantified(Token(Match("word", found[1], written=found[0])))
        if sign == "{" and (found := _LEMMA.match(self.text, self.at, self.stop)):
            self.check_blank(found[1].strip(), found.start())
            self.at = found.end()
            return self.quantified(Token(Match("lemma", _as_pattern(found[1].strip()), written=found[0])))
        return self.words()

    def check_blank(self, pattern: str, at: int) -> None:
        if re.search(r"(?<!\\)\s", pattern):
            self.fail("a token has no blank in it; write one after the other", at)

    def group(self) -> Node:
        begin = self.at
        self.at += 1
        inside = self.choice()
        if self.peek() != ")":
            self.fail("a parenthesis ( is not closed", begin)
        self.at += 1
        return inside

    def phrase(self) -> Node:
        begin = self.at
        end = self.text.find('"', begin + 1, self.stop)
        if end < 0:
            self.fail('a quotation mark " is not closed', begin)
        if not has_word(self.text[begin:end]):
            self.fail("there is no word between the quotation marks", begin)
        self.at = end + 1
        return Words(self.text[begin + 1 : end])

    def words(self) -> Node | None:
        begin = self.at
        while True:  # up to the next sign, or a lemma or regular expression at a word's beginning
            found = _SPECIAL.search(self.text, self.at, self.stop)
            end = found.start() if found else self.stop
            other = re.compile(r"(?<=\s)(?:[{/])").search(self.text, self.at + 1, end)
            if other is None:
                break
            self.at = other.start()
            if (_LEMMA if other[0] == "{" else _REGEX).match(self.text, self.at, self.stop):
                end = self.at
                break
        self.at = end
        chunk = self.text[begin:end].strip()
        if re.search(r"</?\w+>", chunk):
            self.fail("tags such as <s> are not offered; there is `within s`, `within p`", begin)
        if chunk.endswith(":") and self.peek() == "[":
            self.fail("labels before a bracket are not offered", begin)
        brace = re.search(r"[{}]", chunk)
        if brace or chunk.startswith("+"):
            at = begin + (brace.start() if brace else 0)
            self.fail("a quantifier stands directly behind ), ], a quotation mark, {lemma} or /…/", at)
        operator = _OPERATOR.search(chunk)
        if operator and chunk != chunk.upper():
            self.fail(f"{operator[0]} is no operator; alternatives have | between them", begin)
        if has_word(chunk):
            return Words(chunk)
        return self.item()  # punctuation alone says nothing

    def quantified(self, node: Node) -> Node:
        found = _QUANTIFIER.match(self.text, self.at, self.stop)
        if not found:
            return node
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(found[0], (-1, None))
        if least < 0:
            low, comma, high = found.groups()
            if not low and not high:
                self.fail("a quantifier has no number; expected {n}, {n,m}, {n,} or {,m}", self.at)
            least = int(low or 0)
            most = int(high) if high else (None if comma else least)
            if most is not None and most < max(1, least):
                self.fail("a quantifier's upper bound is below its lower one, or nothing at all", self.at)
            if max(least, most or 0) > _MOST:
                self.fail(f"more than {_MOST} repetitions; expected fewer, or {{n,}} for any number", self.at)
        self.at = found.end()
        if _QUANTIFIER.match(self.text, self.at, self.stop):
            self.fail("two quantifiers stand one behind the other", self.at)
        return Repeat(node, least, most)

    def token(self) -> Node:
        begin = self.at
        self.at += 1
        condition = None if self.next_sign() == "]" else self.either(begin)
        if self.next_sign() != "]":
            self.fail("a bracket [ is not closed", begin)
        self.at += 1
        return Token(condition)

    def next_sign(self) -> str:
        while self.peek().isspace():
            self.at += 1
        return self.peek()

    def either(self, begin: int) -> Condition:
        parts = [self.both(begin)]
        while self.next_sign() == "|":
            self.at += 1
            parts.append(self.both(begin))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, begin: int) -> Condition:
        parts = [self.single(begin)]
        while self.next_sign() == "&":
            self.at += 1
            parts.append(self.single(begin))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def single(self, begin: int) -> Condition:
        if self.next_sign() == "!":
            self.at += 1
            return Not(self.single(begin))
        if self.peek() == "(":
            opened = self.at
            self.at += 1
            inside = self.either(begin)
            if self.next_sign() != ")":
                self.fail("a parenthesis ( is not closed", opened)
            self.at += 1
            return inside
        found = _TEST.match(self.text, self.at, self.stop)
        if not found:
            if not self.peek() or "]" not in self.text[self.at : self.stop]:
                self.fail("a bracket [ is not closed", begin)
            self.fail('a condition is not readable; expected for example word="organi[sz]ed"', self.at)
        return self.test(found)

    def test(self, found: re.Match[str]) -> Match:
        name, flags = found["attribute"], found["flags"] or ""
        if name not in ATTRIBUTES:
            hint = did_you_mean(name, ATTRIBUTES)
            self.fail(f"tokens have no attribute {name!r}.{hint.removesuffix('.')}", found.start())
        if set(flags) - set("cdl"):
            self.fail(f"flags are c (case), d (diacritics) and l (literally), not %{flags}", found.start())
        pattern = found["double"] if found["double"] is not None else found["single"]
        if "l" in flags:
            pattern = re.escape(pattern)
        _check_expression(pattern, lambda what: self.fail(what, found.start()))
        if ATTRIBUTES[name] != "tag":
            self.check_blank(pattern, found.start())
        self.at = found.end()
        return Match(
            ATTRIBUTES[name], pattern, found["operator"] == "!=", "d" in flags, "c" in flags, found[0]
        )


def has_word(text: str) -> bool:
    """Say whether a text has a letter, a digit, a combining mark or a wildcard in it."""
    return any(one.isalnum() or one in "*?_" or unicodedata.category(one)[0] == "M" for one in text)


def _check_expression(pattern: str, fail: object) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        assert callable(fail)
        fail(f"{pattern!r} is no regular expression ({error.msg})")


def _as_pattern(word: str) -> str:
    """Give the regular expression for a word with wildcards."""
    return re.escape(word).replace(r"\*", ".*").replace(r"\?", ".")
