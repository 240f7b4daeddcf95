"""How Sphinx makes the site from these pages and the package's docstrings: `./run docs`."""

import inspect
import re
from typing import Any

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx import addnodes

import octadisc as od

# The version is on every page, so that a reader sees which one it speaks of.
project = "octadisc"
release = version = od.__version__
html_title = f"octadisc {release}"
copyright = "octadisc developers, MIT licence"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
templates_path = ["_templates"]

# Every page is Markdown that also reads well where it lies; what the site adds is done below.
myst_heading_anchors = 3
suppress_warnings = ["config.cache"]

# Docstrings are numpydoc; what stands in single backticks is code, as everywhere in them.
napoleon_google_docstring = False
napoleon_use_rtype = False
default_role = "code"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "inherited-members": False}
python_maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"
add_module_names = False

# A page that is read on a train: nothing from elsewhere, no fonts but the reader's own.
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
html_baseurl = ""
html_theme_options = {"footer_icons": [], "top_of_page_buttons": []}
pygments_style = "friendly"

# What a page calls the things it speaks of; `trend.smooth` is then a link to `Trend.smooth`.
_CALLED = {
    "alignment": "Alignment",
    "audit": "Audit",
    "changes": "Changes",
    "codes": "Codes",
    "corpus": "Corpus",
    "counts": "TermCounts",
    "course": "TopicTrend",
    "effect": "Effect",
    "model": "TopicModel",
    "sheet": "CodingSheet",
    "tokens": "Tokens",
    "trend": "Trend",
}
_NAME = re.compile(r"(?P<of>od|[a-z]+|[A-Z]\w+)\.(?P<name>\w+)(?P<member>\.[a-z_]+)?(?:\(.*\))?\Z", re.S)


def _link_names(app: Any, doctree: nodes.document) -> None:
    """Make a link of every `od.name` and `trend.name` in running text; pages need no markup for it."""
    for literal in list(doctree.findall(nodes.literal)):
        found = _NAME.match(literal.astext())
        target = _target_of(found) if found else None
        if target is None or _is_linked(literal):
            continue
        link = addnodes.pending_xref("", refdomain="py", reftype="obj", reftarget=target, refexplicit=True)
        link["refspecific"] = True
        link["refwarn"] = found["of"] == "od"  # a public name that is on no page of the API is an error
        literal.replace_self(link)
        link += literal


def _target_of(found: re.Match[str]) -> str | None:
    """Say what a name in running text is called on the pages of the API."""
    if found["of"] == "od":
        if found["name"] not in od.__all__:
            return None
        is_class = inspect.isclass(getattr(od, found["name"]))
        return f"octadisc.{found['name']}{(found['member'] or '') if is_class else ''}"
    kind = found["of"] if found["of"][0].isupper() else _CALLED.get(found["of"])
    return f"{kind}.{found['name']}" if kind else None


def _is_linked(node: nodes.Node) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.reference | addnodes.pending_xref | nodes.title):
            return True
    return False


_TWICE = {"Dispersion"}  # of words, and of a model's residuals: a bare name cannot tell which


def _unlink_types(app: Any, doctree: nodes.document) -> None:
    """Leave "shape (releases, terms)" as words: only names of classes are links in a parameter's type."""
    for link in list(doctree.findall(addnodes.pending_xref)):
        plain = link.get("refdomain") == "py" and not link.get("refexplicit")
        name = link["reftarget"].rpartition(".")[2]
        if plain and (not name[:1].isupper() or name in _TWICE):
            link.replace_self(link.children)


def _tidy_docstring(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Number references where they stand (two docstrings on a page may both have a [1])."""
    for i, line in enumerate(lines):
        line = re.sub(r"^\.\. \[\d\] ", "#. ", line)
        line = re.sub(r"(\[\d\])_", r"\1", line)
        lines[i] = re.sub(r"(?<![`\w])([a-z]+)_(?=…|\s+and\b)", r"\1\\_", line)


def _skip(app: Any, what: str, name: str, thing: Any, skip: bool, options: Any) -> bool | None:
    """Leave out what scikit-learn puts into its estimators' classes for its own use."""
    return True if re.fullmatch(r"set_\w+_request", name) else None


def setup(app: Any) -> None:
    """Register what this page adds to Sphinx."""
    app.add_lexer("csv", TextLexer)
    app.connect("doctree-read", _link_names)
    app.connect("doctree-read", _unlink_types)
    app.connect("autodoc-process-docstring", _tidy_docstring, priority=100)  # before napoleon
    app.connect("autodoc-skip-member", _skip)
