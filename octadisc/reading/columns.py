"""Columns: which of a table's columns holds the text, the date, the headline, the issuer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from octadisc.errors import UnknownNameError, did_you_mean
from octadisc.reading.words import fold

__all__ = ["FIELDS", "is_modified", "plain_value", "recognise", "role_of"]

FIELDS = ("text", "date", "title", "issuer", "language", "url", "release")
# Each name folded; what comes first wins where a table has several.
_USUAL = {
    "text": "text body full_text fulltext article_text release_text body_text content article story message "
    "statement texte corps contenu besedilo vsebina volltext inhalt tekst sadrzaj tekst_saopstenja "
    "testo contenuto corpo текст садржај содржина съдържание continut textul teksti permbajtja "
    "κειμενο περιεχομενο szoveg tartalom html body_html raw_html transcript maintext main_text "
    "plain_text",
    "date": "date article_date release_date publication_date date_published publishdate publish_date "
    "published_date pub_date pubdate published published_at published_on published_time "
    "datepublished issued issue_date posted posted_on date_posted datum datum_objave "
    "datum_objavljivanja veroffentlicht veroffentlichungsdatum objavljeno date_de_publication data "
    "data_publicarii data_pubblicazione датум дата датум_објаве ημερομηνια date_time datetime "
    "timestamp day listing_date created created_at date_created sent gesendet poslano поcлaно megjelenes "
    "kozzeteve objava objavljeno_dana data_emiterii data_comunicatului data_e_publikimit ημ/νια kelt",
    "title": "title headline heading titre naslov titel uberschrift schlagzeile titolo titlu titulli titull "
    "τιτλος наслов заглавие cim subject betreff objet oggetto predmet zadeva subiect subjekti θεμα "
    "targy тема предмет onderwerp name",
    "issuer": "issuer publisher source organisation organization institution issuing_body agency office "
    "ministry department body_name sender outlet herausgeber quelle izdajatelj vir izvor "
    "institucija izdavac izdavatelj издавач извор институција институция източник emitent "
    "institutie institutia sursa burimi institucioni εκδοτης φορεας πηγη emetteur ente fonte site "
    "organ орган emitatori kiado "
    "site_name author",
    "language": "language lang langue jezik sprache език јазик језик limba gjuha γλωσσα lingua nyelv",
    "url": "url link permalink article_url page_url source_url weblink web_address address uri href "
    "canonical_url",
    "release": "release",
}
_NAMES = {field: names.split() for field, names in _USUAL.items()}
_MODIFIED = frozenset(
    "modified date_modified modified_at last_modified updated updated_at last_updated date_updated".split()
)


def _key(name: Any) -> str:
    return "_".join(fold(str(name)).strip(" \ufeff\"'").replace("-", " ").replace("_", " ").split())


def recognise(columns: Iterable[Any], given: Mapping[str, str | None], where: str) -> dict[str, list[str]]:
    """Tell which columns serve which field.

    Parameters
    ----------
    columns : iterable of str
        The names that the table has.
    given : mapping
        Field to the name that the caller gave; these must exist.
    where : str
        The file, for the error.

    Returns
    -------
    dict
        Field to its columns, the best first (further date columns serve where the first is empty).

    Raises
    ------
    UnknownNameError
        If a column that the caller named is not there.

    Examples
    --------
    >>> recognise(["Date", "Reference", "Texte", "Type"], {}, "x.csv")
    {'text': ['Texte'], 'date': ['Date']}
    """
    names = [str(column) for column in columns]
    keys: dict[str, str] = {}
    for name in names:
        keys.setdefault(_key(name), name)
    found: dict[str, list[str]] = {}
    taken: set[str] = set()
    for field in FIELDS:
        wanted = given.get(field)
        if wanted is None:
            continue
        actual = wanted if wanted in names else keys.get(_key(wanted))
        if actual is None:
            raise UnknownNameError(
                f"{where}: there is no column {wanted!r}, which {field}= names.{did_you_mean(wanted, names)} "
                f"Nothing was loaded; give {field}= one of these names."
            )
        found[field] = [actual]
        taken.add(actual)
    for field in FIELDS:
        if field in found:
            continue
        fitting = [keys[name] for name in _NAMES[field] if name in keys and keys[name] not in taken]
        if field == "date":
            found[field] = fitting
            taken.update(fitting)
        elif fitting:
            found[field] = fitting[:1]
            taken.add(fitting[0])
    return {field: names for field, names in ((field, found.get(field, [])) for field in FIELDS) if names}


def role_of(name: str) -> str | None:
    """Tell which field a name usually stands for.

    Examples
    --------
    >>> role_of("Naslov"), role_of("Text"), role_of("Chapter")
    ('title', 'text', None)
    """
    key = _key(name)
    return next((field for field, names in _NAMES.items() if key in names), None)


def is_modified(name: str) -> bool:
    """Tell whether a column holds days on which something was changed."""
    return _key(name) in _MODIFIED


_DEEP = 20  # lists in lists, and the like, of which more are no words


def plain_value(value: Any, depth: int = 0) -> Any:
    """Turn a cell into something a table can hold: a list is joined by semicolons, an empty cell is None.

    Examples
    --------
    >>> plain_value(["a", "b"]), plain_value("  "), plain_value(3), plain_value({"rendered": "<p>Text.</p>"})
    ('a; b', None, 3, '<p>Text.</p>')
    """
    if value is None or depth > _DEEP or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, Mapping):
        for name in ("rendered", "name", "label", "value", "text", "title"):
            if isinstance(value.get(name), str):
                return value[name]
        return "; ".join(f"{name}: {plain_value(one, depth + 1)}" for name, one in value.items())
    if isinstance(value, (list, tuple, set)) or (hasattr(value, "tolist") and getattr(value, "ndim", 0) > 0):
        parts = [plain_value(one, depth + 1) for one in value]
        return "; ".join(str(one) for one in parts if one is not None) or None
    return value
