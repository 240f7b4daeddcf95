import re
from io import BytesIO

import matplotlib
import pandas as pd
import pytest
from pypdf import PdfReader

import octadisc as od
from octadisc.drawing.marks import draw_bars
from octadisc.drawing.panels import new_panels
from octadisc.drawing.style import COLOURS, cues_for, new_figure
from octadisc.drawing.styles import STYLES
from octadisc.errors import InputError, UnknownNameError
from octadisc.figures.formats import draw_formats


def sizes_of(width="single"):
    """Give the width of the finished PDF, SVG and PNG in millimetres, and the letters' size in points."""
    fig, (ax,) = new_figure(width=width, height=40)
    draw_bars(ax, ["Europol", "SELEC"], [3, 2])
    made = draw_formats(fig, "bars", "Bars", "Bars.")
    pdf = float(PdfReader(BytesIO(made["pdf"])).pages[0].mediabox.width)
    tag = re.search(r"<svg[^>]*>", made["svg"].decode()).group()
    svg, sheet = (
        float(re.search(pattern, tag)[1]) for pattern in (r'width="([\d.]+)pt"', r'viewBox="0 0 ([\d.]+)')
    )
    from PIL import Image

    with Image.open(BytesIO(made["png"])) as image:
        png = image.width / image.info["dpi"][0] * 72
    letters = {float(one) for one in re.findall(r"font-size: ([\d.]+)px", made["svg"].decode())}
    return [one / 72 * 25.4 for one in (pdf, svg, png)], max(letters) * svg / sheet


@pytest.mark.parametrize(
    ("name", "single", "letters"), [("article", 89, 7), ("report", 105, 8), ("slides", 160, 15)]
)
def test_all_formats_are_as_large_as_the_style_says(name, single, letters):
    with od.use_style(name):
        widths, points = sizes_of()
    assert widths == pytest.approx([single] * 3, abs=0.3)
    assert points == pytest.approx(letters, abs=0.2)


def test_another_width_keeps_the_letters():
    with od.use_style("report", width=120):
        widths, points = sizes_of("double")
    assert widths == pytest.approx([120] * 3, abs=0.3)
    assert points == pytest.approx(8, abs=0.2)


def test_a_style_holds_for_its_block_or_the_session_and_matplotlib_stays_as_it_is():
    before = dict(matplotlib.rcParams)
    first = od.use_style("report")
    with od.use_style("slides"):
        assert sizes_of()[0][0] == pytest.approx(160, abs=0.3)
    assert sizes_of()[0][0] == pytest.approx(105, abs=0.3)
    with first:
        pass
    assert sizes_of()[0][0] == pytest.approx(89, abs=0.3)
    assert dict(matplotlib.rcParams) == before
    assert "letters of 8.5 points" in repr(first)


def test_a_study_chooses_the_style_of_its_notebooks(monkeypatch):
    monkeypatch.setenv("OCTADISC_STYLE", "report")
    monkeypatch.setenv("OCTADISC_WIDTH", "150")
    assert sizes_of("double")[0][0] == pytest.approx(150, abs=0.3)
    monkeypatch.setenv("OCTADISC_ORDER", '["SELEC", "Europol"]')
    assert cues_for(["Europol"])["Europol"].colour == COLOURS[1]


def test_large_letters_leave_room_for_fewer_panels_across():
    for name in STYLES:
        with od.use_style(name):
            fig, axes = new_panels([f"panel number {i}" for i in range(8)])
            fig.draw_without_rendering()
            across = len({round(ax.get_position().x0, 3) for ax in axes})
        assert across == (4 if name == "article" else 3)


def test_fixed_colours_stay_with_their_names_and_no_two_are_alike():
    with od.fix_colours(["SELEC", "Europol", "SECI"]):
        cues = cues_for(["Europol", "Eurojust", "SECI", "Frontex"])
        assert [cues[one].colour for one in ("Europol", "SECI")] == [COLOURS[1], COLOURS[2]]
        assert len(set(cues.values())) == 4
        assert cues["Eurojust"].colour == COLOURS[0]  # SELEC's, who is not there
    assert cues_for(["Europol"])["Europol"].colour == COLOURS[0]


def test_colours_are_the_same_in_trends_of_some_and_of_all():
    rows = [
        {"date": f"{y}-05-01", "issuer": who, "text": "Trust."} for y in range(2003, 2008) for who in "ABC"
    ]
    corpus = od.Corpus.from_frame(rows)

    def colours(chosen):
        mine = od.Corpus.from_frame(corpus.frame[corpus.frame["issuer"].isin(list(chosen))])
        ax = od.track_terms(od.tokenize(mine), "trust", by="issuer").plot()
        return {line.get_label(): line.get_color() for line in ax.lines if len(line.get_label()) == 1}

    with od.fix_colours(["A", "B", "C"]):
        every, some = colours("ABC"), colours("BC")
    assert {name: every[name] for name in some} == some
    assert pd.Series(every).is_unique


def test_mistakes_are_answered():
    with pytest.raises(UnknownNameError, match=r"no style is called 'slide'\. Did you mean 'slides'"):
        od.use_style("slide")
    with pytest.raises(InputError, match=r"width=5\. Expected the millimetres"):
        od.use_style("report", width=5)
    with pytest.raises(InputError, match=r"found the text 'Europol'. Write \['Europol'\]"):
        od.fix_colours("Europol")
