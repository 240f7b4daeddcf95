"""Languages and scripts: Bosnian, Croatian, Montenegrin and Serbian are one, `hbs`, in two scripts."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from octadisc.reading.paragraphs import without_spans
from octadisc.reading.words import fold

if TYPE_CHECKING:
    from octadisc.reading.formats import Draft

__all__ = ["Told", "language_of", "other_language", "read_language", "script_of", "tell_language"]

Told = tuple[str | None, str | None, str | None, str | None]  # language, variety, script, other language
_JOINED = dict.fromkeys(("sr", "hr", "bs", "sh", "cnr", "me", "hbs", "srp", "hrv", "bos"), "hbs")
_NAMES = {
    "english": "en", "eng": "en", "german": "de", "deutsch": "de", "deu": "de", "ger": "de", "french": "fr",
    "francais": "fr",
    "fra": "fr", "fre": "fr", "italian": "it", "italiano": "it", "ita": "it", "slovenian": "sl",
    "slovene": "sl",
    "slovenscina": "sl", "slv": "sl", "serbian": "hbs", "srpski": "hbs", "српски": "hbs", "croatian": "hbs",
    "hrvatski": "hbs",
    "bosnian": "hbs", "bosanski": "hbs", "montenegrin": "hbs", "crnogorski": "hbs", "serbo-croatian": "hbs",
    "macedonian": "mk",
    "македонски": "mk", "mkd": "mk", "mac": "mk", "bulgarian": "bg", "български": "bg", "bul": "bg",
    "romanian": "ro", "romana": "ro",
    "ron": "ro", "rum": "ro", "albanian": "sq", "shqip": "sq", "sqi": "sq", "alb": "sq", "greek": "el",
    "ελληνικα": "el",
    "ell": "el", "gre": "el", "hungarian": "hu", "magyar": "hu", "hun": "hu", "moldovan": "ro", "gr": "el",
    "al": "sq",
}  # fmt: skip
_OURS = "en de sl bs hr sr ro sq mk bg el hu fr it es pt nl pl cs sk tr ru uk".split()
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+")
_CYRILLIC = re.compile(r"[\u0400-\u052f]+")
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]+")
_TWO = 1200  # characters from which on a release may be in two languages
_HARDLY = 0.08  # share of function words; running text has .2 and more
_NOT_LATIN = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u1f00-\u1fff]")
_VARIETIES = {"sr": "sr", "hr": "hr", "bs": "bs", "cnr": "cnr", "me": "cnr", "srp": "sr", "hrv": "hr",
              "bos": "bs",
              "serbian": "sr", "srpski": "sr", "српски": "sr", "croatian": "hr", "hrvatski": "hr",
              "bosnian": "bs",
              "bosanski": "bs", "montenegrin": "cnr", "crnogorski": "cnr"}  # fmt: skip


def read_language(value: Any) -> tuple[str | None, str | None]:
    """Read a declared language; give its code and, for `hbs`, the declared variety.

    Examples
    --------
    >>> read_language("sr-Latn-RS"), read_language("English"), read_language("en_GB"), read_language("?")
    (('hbs', 'sr'), ('en', None), ('en', None), (None, None))
    """
    name = fold(str(value)).strip()
    first = re.split(r"[-_ ,;/(]", name)[0]
    code = _NAMES.get(name) or _NAMES.get(first) or _JOINED.get(first)
    if code is None and len(first) == 2 and first.isascii() and first.isalpha():
        code = first
    return code, _VARIETIES.get(first) if code == "hbs" else None


def script_of(text: str) -> str | None:
    """Give Latn, Cyrl or Grek, whichever most letters belong to.

    Examples
    --------
    >>> script_of("Полиција и Europol"), script_of("Europol"), script_of("2008")
    ('Cyrl', 'Latn', None)
    """
    head = text[:20_000]
    if head.isascii():
        return "Latn" if _LATIN.search(head) else None
    if not _NOT_LATIN.search(head):
        return "Latn" if _LATIN.search(head) else None
    counts = {
        name: sum(map(len, pattern.findall(head)))
        for name, pattern in (("Latn", _LATIN), ("Cyrl", _CYRILLIC), ("Grek", _GREEK))
    }
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([one for one in _OURS if one in set(identifier.nb_classes)])
    return identifier


def language_of(text: str, declared: str | None = None, title: str = "") -> str | None:
    """Tell the language of a text by 500 characters of it.

    Parameters
    ----------
    text : str
        The release's text.
    declared : str, optional
        What the page declares; believed where the text is too short to tell.
    title : str
        The headline; it decides where the text was s p a c e d by bad character recognition.

    Returns
    -------
    str or None
        ISO 639-1 code, or ``hbs``.

    Examples
    --------
    >>> language_of("Policija i carina zajednički su zaplijenile oružje i uhapsile pet osoba u Sarajevu.")
    'hbs'
    >>> language_of("")
    """
    middle = text[200:] if len(text) > 1200 else text
    words = middle[:900].split()
    if len(words) > 60 and sum(len(one) <= 2 for one in words) > 0.6 * len(words):
        words = [*title.split(), *(one for one in text[:20_000].split() if len(one) > 4)] or words
    sample = " ".join(words)[:500]
    letters = sum(map(str.isalpha, sample))
    script = script_of(sample)
    if letters < 12 or script is None:
        return declared
    if script == "Grek":
        return "el"
    code, certainty = _identifier().classify(
        sample.lower() if 2 * sum(map(str.isupper, sample)) > letters else sample
    )
    code = _JOINED.get(code, code)
    if script == "Cyrl":
        code = _settle_cyrillic(sample, code)
    if declared and code != declared and (letters < 60 or certainty < 0.7):
        return declared
    return str(code)


def other_language(text: str, code: str | None) -> str | None:
    """Give the language of a text's end, where it is not that of the whole: a release in two languages.

    The end is only looked at more closely if hardly any of its words are the language's function words.

    Examples
    --------
    >>> english = "The police and the customs of the region agreed on joint teams for the border. " * 9
    >>> german = "Die Polizei und der Zoll der Region haben sich auf gemeinsame Teams geeinigt. " * 9
    >>> other_language(english + german, "en"), other_language(english, "en")
    ('de', None)
    """
    if code is None or len(text) < _TWO or not (common := _function_words(code)):
        return None
    end = text[-600:-40].casefold().split()[1:-1]
    if len(end) < 40 or sum(one.strip(".,;:") in common for one in end) > _HARDLY * len(end):
        return None
    sample = " ".join(end)[:500]
    other, certainty = _identifier().classify(sample)
    other = "el" if script_of(sample) == "Grek" else _JOINED.get(other, other)
    if script_of(sample) == "Cyrl":
        other = _settle_cyrillic(sample, other)
    known = bool(_function_words(other))
    return str(other) if other != code and certainty > 0.95 and known else None


@cache
def _function_words(code: str) -> frozenset[str]:
    """Give the function words of a language, empty where there is no list of them."""
    place = resources.files("octadisc").joinpath("facts", "stop_words", f"{code}.txt")
    lines = place.read_text(encoding="utf-8").splitlines() if place.is_file() else []
    return frozenset(one.strip() for one in lines if one.strip() and not one.startswith("#"))


def _settle_cyrillic(sample: str, code: str) -> str:
    """Letters that only one of the languages has decide."""
    low = sample.lower()
    own = {
        "mk": sum(map(low.count, "ѓќѕ")),
        "hbs": sum(map(low.count, "ђћ")),
        "bg": sum(map(low.count, "щъьюяй")),
    }
    best = max(own, key=lambda name: own[name])
    return (
        best
        if own[best]
        and code in ("mk", "hbs", "bg", "ru", "uk")
        and not (code in ("ru", "uk") and best == "bg")
        else code
    )


def tell_language(draft: Draft) -> Told:
    """Tell a release's language, the variety it declares, and its script."""
    text = without_spans(draft.page, draft.spans)
    script = script_of(text)
    if draft.language:
        code, variety = read_language(draft.language)
        if code:
            return code, variety, script, other_language(text, code)
    declared, variety = read_language(draft.declared) if draft.declared else (None, None)
    code = language_of(text if text.strip() else draft.title or "", declared, draft.title or "")
    return code, variety if code == "hbs" else None, script, other_language(text, code)
