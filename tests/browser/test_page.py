"""The page of figures in a real Chromium, where there is one: clicks, keys, axe-core, hostile texts."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.drawing.marks import draw_bars
from octadisc.drawing.style import new_figure
from octadisc.figures.evidence import Evidence
from octadisc.figures.gallery import build_report
from octadisc.figures.save import Table, save_figure
from octadisc.spec import Spec

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
axe = pytest.importorskip("axe_playwright_python", reason="and axe-core")

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("OCTADISC_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
QUIET += ["--disable-component-update", "--disable-sync"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # playwright's, of asyncio
]

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "=HYPERLINK(\"http://example.org\";\"x\")",
    "\u202eevil \u2066right to left\u2069",
    "{{7*7}} ${7*7} <!-- --> ]]>",
)  # fmt: skip


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """Make a page of a trend with twelve years, and of bars of hostile names."""
    folder = tmp_path_factory.mktemp("page")
    rng = np.random.default_rng(0)
    rows = []
    for i in range(90):
        day = pd.Timestamp(2003 + i % 12, 1 + i % 11, 3)
        says = "Mutual trust grew. " * int(rng.integers(1, 4)) + HOSTILE[i % len(HOSTILE)] + " mutual trust."
        rows.append({"date": day, "issuer": HOSTILE[i % 3], "text": says, "title": HOSTILE[(i + 1) % 5]})
    corpus = od.Corpus.from_frame(rows)
    trend = od.track_terms(od.tokenize(corpus), {"mutual trust": "mutual trust"})
    fig = trend.plot().figure
    save_figure(fig, "b-trend", alt="A line.", caption="By year.", data=trend, folder=folder)
    fig, (ax,) = new_figure(width="single", height=30)
    draw_bars(ax, list(HOSTILE[:3]), [3, 2, 1], keys=[{"issuer": one} for one in HOSTILE[:3]])
    table = Table.of(pd.DataFrame({"issuer": HOSTILE[:3]}), "t", Spec("load", fingerprint="f"))
    found = od.coverage(corpus).evidence()

    def ask(key):
        return Evidence("", found[found["issuer"] == key["issuer"]])

    save_figure(
        fig,
        "a-bars",
        alt=HOSTILE[1],
        caption=HOSTILE[0],
        title=HOSTILE[1],
        data=table,
        ask=ask,
        folder=folder,
    )
    return build_report(folder)


@pytest.fixture(scope="module")
def browser():
    """Start Chromium once."""
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield made
        made.close()


@pytest.fixture
def opened(browser, page_file, request):
    """Open the page; afterwards nothing may have gone wrong in it."""
    width, height, scheme = getattr(request, "param", (1280, 900, "light"))
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    wrong = []
    page.on("console", lambda one: wrong.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda one: wrong.append(str(one)))
    page.on("dialog", lambda one: (wrong.append(f"dialog: {one.message}"), one.dismiss()))
    page.on(
        "request",
        lambda one: None if one.url.startswith(("file:", "data:", "blob:")) else wrong.append(one.url),
    )
    page.goto(page_file.as_uri())
    yield page
    assert not wrong
    context.close()


def figure_of(page, name):
    article = page.locator(f"#figure-{name}")
    article.scroll_into_view_if_needed()
    article.locator("button.hit").first.wait_for(state="attached")
    return article


def test_a_click_shows_as_many_sentences_as_are_counted(opened):
    article = figure_of(opened, "b-trend")
    hits = article.locator("button.hit")
    assert hits.count() == 12
    table = pd.read_csv(Path(opened.url.removeprefix("file://")).with_name("b-trend.csv"))
    for place in (0, 7):
        hits.nth(place).click()
        assert article.locator("h4").inner_text().startswith(f"mutual trust, {2003 + place}")
        assert article.locator(".evidence tbody tr").count() == table["count"][place]
        assert "as many as counted" in article.locator(".evidence p").first.inner_text()
    marks = article.locator(".evidence mark").all_inner_texts()
    assert {one.lower() for one in marks} == {"mutual trust"}


def test_it_works_by_keyboard_alone(opened):
    article = figure_of(opened, "b-trend")
    article.locator(".paper").focus()
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.getAttribute('aria-label')").startswith(
        "mutual trust, 2003"
    )
    for _ in range(3):
        opened.keyboard.press("ArrowRight")
    label = opened.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label.startswith("mutual trust, 2006")
    opened.keyboard.press("Enter")
    assert article.locator(".evidence").is_visible()
    assert opened.evaluate("document.activeElement.tagName") == "H4"
    opened.keyboard.press("Escape")
    assert article.locator(".evidence").is_hidden()
    assert opened.evaluate("document.activeElement.getAttribute('aria-label')") == label


def test_sentences_are_searched_sorted_and_saved(opened, tmp_path):
    article = figure_of(opened, "b-trend")
    article.locator(".ask select").select_option(index=3)
    rows = article.locator(".evidence tbody tr")
    before = rows.count()
    article.locator("input[type=search]").fill("right to LEFT")
    assert 0 < rows.count() < before
    assert all("right to left" in one for one in article.locator("td.sentence").all_inner_texts())
    article.locator("input[type=search]").fill("")
    head = article.locator("th", has_text="date")
    head.locator("button").click()
    head.locator("button").click()
    days = article.locator("td.date").all_inner_texts()
    assert days == sorted(days, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    with opened.expect_download() as caught:
        article.get_by_role("button", name="Save these").click()
    caught.value.save_as(tmp_path / "saved.csv")
    saved = pd.read_csv(tmp_path / "saved.csv")
    assert len(saved) == before
    assert not saved["issuer"].str.startswith("=").any()


@pytest.mark.parametrize(
    ("kind", "begin"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("json", b"{")]
)
def test_downloads_are_in_the_page(opened, tmp_path, kind, begin):
    article = figure_of(opened, "b-trend")
    with opened.expect_download() as caught:
        article.locator(f"a[data-kind={kind}]").click()
    caught.value.save_as(tmp_path / "saved")
    assert caught.value.suggested_filename == f"b-trend.{kind}"
    assert (tmp_path / "saved").read_bytes().startswith(begin)


def test_hostile_texts_are_shown_as_they_are(opened):
    article = figure_of(opened, "a-bars")
    article.locator("button.hit").first.click()
    shown = article.locator("td.issuer").all_inner_texts()
    assert set(shown) == {HOSTILE[0]}
    assert article.locator("h3").inner_text().endswith(HOSTILE[1])
    assert opened.locator("img").count() == 0


@pytest.mark.parametrize(
    "opened", [(1280, 900, "light"), (1280, 900, "dark"), (390, 844, "light")], indirect=True
)
def test_axe_finds_no_barrier(opened):
    for name in ("a-bars", "b-trend"):
        figure_of(opened, name).locator("button.hit").first.click()
    for one in opened.locator("summary").all():
        one.click()
    opened.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8"))
    found = opened.evaluate("() => axe.run(document)")
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found["violations"]] == []
    assert len(found["passes"]) > 20
    across = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert across == 0  # nothing sticks out at the side


def test_without_a_script_the_page_says_where_the_sentences_are(browser, page_file):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert "behind 12 numbers: the table beside this page" in page.locator("#figure-b-trend").inner_text()
    context.close()
