"""The picture of the way so far: readable on a phone, calm, the same every time."""

from __future__ import annotations

import gc
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from bot import chart
from bot.axis import axis, lanes, ticks
from bot.chart import draw, picture
from bot.progress import Done, Mark, Mood, Way, alt, way
from tests.books import ROOT
from tests.progress import invented
from tests.progress.invented import NOW, ago, moods, practices, words

Time = Callable[[str], Way]


def one_day(language: str) -> Way:
    """A single mood."""
    return way(moods([4]), [], NOW)


def week(language: str) -> Way:
    """A week, a mood and the same practice on each day, at both ends of what can be told."""
    return way(moods([0, 10, 0, 10, 5, 0, 10]), practices(8, 1, 1, language), NOW)


def ten_years(language: str) -> Way:
    """Ten years of moods."""
    return way(moods(invented.curve(3650, missing=0.3)), practices(3650, 40, 6, language), NOW)


def hostile(language: str) -> Way:
    """Practices whose titles are anything but titles."""
    titles = [
        "$x^2$ {{ x }} <b>",
        "💔 ¿qué ñandú?",
        "x" * 4000,
        "\u202eabc\nd\te",
        "قلبي مكسور",
        "",
        "a " * 60,
        "长" * 20,
    ]
    return way(moods([4, 6] * 20), [Done(ago(9 - at), title) for at, title in enumerate(titles)], NOW)


TIMES: list[Time] = [
    invented.months,
    invented.few,
    invented.years,
    invented.nine,
    invented.busy,
    invented.only_practices,
    one_day,
    week,
    ten_years,
    hostile,
]
PICTURES = [
    pytest.param(made, language, id=f"{made.__name__}-{language}") for made in TIMES for language in ("en", "es")
]


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """All that is written, and where, in pixels from the lower left."""
    figure.canvas.draw()
    return [(one.get_text(), one.get_window_extent()) for axes in figure.axes for one in axes.texts if one.get_text()]


@pytest.mark.parametrize(("made", "language"), PICTURES)
def test_nothing_is_cut_off_or_covered(made: Time, language: str) -> None:
    """All words lie inside the picture, and none on another."""
    seen = made(language)
    figure = picture(seen, words(seen, language))
    height = figure.get_figheight() * figure.dpi
    written = boxes(figure)
    for text, box in written:
        assert box.x0 >= 8, text
        assert box.x1 <= chart.WIDTH - 8, text
        assert box.y0 >= 8, text
        assert box.y1 <= height - 8, text
    for (text, box), (other_text, other) in combinations(written, 2):
        apart = box.x1 <= other.x0 or other.x1 <= box.x0 or box.y1 <= other.y0 or other.y1 <= box.y0
        assert apart, (text, other_text)


@pytest.mark.parametrize(("made", "language"), PICTURES[:6])
def test_all_that_was_given_is_written(made: Time, language: str) -> None:
    """The title, the time, the ends, and every practice with how often are there to read."""
    seen = made(language)
    said = words(seen, language)
    text = " ".join(text for text, _ in boxes(picture(seen, said)))
    for one in (said.title, said.span, said.high, said.low, said.practices):
        assert one in text
    for practice in seen.practices:
        assert practice.title in text
        assert practice.times == 1 or f"×\u00a0{practice.times}" in text


@pytest.mark.parametrize("made", TIMES)
def test_letters_are_large(made: Time) -> None:
    """No letters are smaller than 28 pixels, so that a phone shows them at ten points or more."""
    seen = made("en")
    figure = picture(seen, words(seen))
    assert all(one.get_fontsize() >= 28 for axes in figure.axes for one in axes.texts)
    assert figure.dpi == 72


def light(color: str, under: str = "#000000", share: float = 1.0) -> float:
    """The relative luminance of a colour (WCAG 2), laid with this share over another."""
    parts = []
    for at in (1, 3, 5):
        value = (share * int(color[at : at + 2], 16) + (1 - share) * int(under[at : at + 2], 16)) / 255
        parts.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: float, other: float) -> float:
    """The contrast between two luminances (WCAG 2)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def test_contrast() -> None:
    """Words stand out from the ground by 4.5 to 1 or more; dots and the line by 3 to 1."""
    ground = light(chart.GROUND)
    assert contrast(light(chart.INK), ground) >= 4.5
    assert contrast(light(chart.SOFT), ground) >= 4.5
    assert contrast(light(chart.INK), light(chart.BUBBLE)) >= 4.5
    assert contrast(light(chart.GOLD), ground) >= 3
    assert contrast(light(chart.DOT, chart.GROUND, 0.55), ground) >= 3


def test_no_colour_judges() -> None:
    """No colour is a signal's red or green: the three parts of a quiet colour are near each other, and gold is gold."""
    for color in (chart.GROUND, chart.INK, chart.SOFT, chart.DOT, chart.HAIR, chart.BUBBLE):
        parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
        assert max(parts) - min(parts) < 60


def test_the_same_every_time_and_in_threads() -> None:
    """The same way and words make the same bytes, in several threads at once too."""
    seen = invented.months("es")
    first = draw(seen, words(seen, "es"))
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: draw(seen, words(seen, "es")), range(8))) == {first}


@pytest.mark.parametrize("made", TIMES)
def test_the_size(made: Time) -> None:
    """The picture is 1080 wide, at most twice as high, and goes out in well under a megabyte."""
    seen = made("es")
    png = draw(seen, words(seen, "es"))
    wide, high = struct.unpack(">II", png[16:24])
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert wide == 1080
    assert high <= 2160
    assert len(png) < 600_000


@pytest.mark.parametrize("language", ["en", "es"])
def test_usual_pictures_are_nearly_square(language: str) -> None:
    """Three months with four practices fit into 1080 by 1200."""
    seen = invented.months(language)
    assert struct.unpack(">II", draw(seen, words(seen, language))[16:24])[1] <= 1200


def test_a_long_title_is_shortened() -> None:
    """A title of four thousand letters takes three lines, and says that it goes on."""
    seen = way(moods([5] * 9), [Done(ago(2), "x" * 4000)], NOW)
    lines = [text for text, _ in boxes(picture(seen, words(seen))) if text.startswith("xx")]
    assert len(lines) == 3
    assert lines[-1].endswith("…")


def test_letters_of_our_languages() -> None:
    """The font has the letters that our languages need."""
    assert chart._known("áéíóúñü¿¡ÁÉÑ äöß çã «–» “” × …") == "áéíóúñü¿¡ÁÉÑ äöß çã «–» “” × …"
    assert chart._known("a💔b\nc") == "a b c"


def test_the_library_is_loaded_when_it_is_needed() -> None:
    """To start the bot costs nothing for pictures that nobody asked for."""
    code = "import sys, bot.chart; sys.exit('matplotlib' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def dots(seen: Way) -> tuple[float, list[float]]:
    """How large the dots of the days are, and how far each is from the top."""
    days = picture(seen, words(seen)).axes[0].lines[2]
    assert days.get_marker() == "o"
    return float(days.get_markersize()), [float(y) for y in np.asarray(days.get_ydata())]


def even(days: int, apart: int) -> Way:
    """So many days that were all the same, so far apart."""
    return way([Mood(ago(at * apart), 5) for at in range(days)], [], NOW)


@pytest.mark.parametrize(("days", "apart"), [(2, 400), (20, 1), (60, 40), (101, 30), (101, 1), (190, 1), (250, 7)])
def test_even_days_are_level(days: int, apart: int) -> None:
    """Days that were all the same are dots at one height."""
    assert len(set(dots(even(days, apart))[1])) == 1


@pytest.mark.parametrize(("days", "apart"), [(400, 1), (520, 7), (1000, 2), (300, 13), (2000, 1)])
def test_a_crowd_has_no_pattern(days: int, apart: int) -> None:
    """Where dots are too many to be seen one by one, they are strewn, and any few that follow each other lie around
    where they belong: no ups and downs come of it."""
    _, heights = dots(even(days, apart))
    assert max(heights) - min(heights) > 10
    around = [fmean(heights[at : at + 13]) for at in range(len(heights) - 12)]
    assert max(around) - min(around) < chart.GRAINS / 2


@pytest.mark.parametrize(
    "back", [[130, 100, 70, 45, 20, 0], [0], [3000, 0], list(range(0, 600, 10)), [700, *range(20)]]
)
def test_few_days_are_no_specks(back: list[int]) -> None:
    """Sixty days or fewer are dots of 16 pixels or more, over however long a time."""
    across, heights = dots(way([Mood(ago(at), 5) for at in back], [], NOW))
    assert 16 <= across <= 24
    assert len(heights) == len(back)


def test_no_pyplot() -> None:
    """Drawing leaves no global state of matplotlib behind."""
    seen = invented.few()
    draw(seen, words(seen))
    assert "matplotlib.pyplot" not in sys.modules


def test_nothing_stays_in_memory() -> None:
    """The pixels of a picture that was sent are freed at once, and do not wait for the collector."""
    seen = invented.months()
    gc.collect()
    gc.disable()
    try:
        draw(seen, words(seen))
        left = [one for one in gc.get_objects() if isinstance(one, RendererAgg)]
    finally:
        gc.enable()
    assert left == []


@pytest.mark.parametrize("days", [1, 3, 7, 10, 11, 30, 92, 190, 191, 400, 730, 2000, 2900])
def test_named_days(days: int) -> None:
    """The axis names two to nine days, in order, within itself."""
    seen = way(moods([5] * days), [], NOW)
    named = ticks(seen, "en")
    along = axis(seen)
    assert 2 <= len(named) <= 9
    assert all(one.day < other.day for one, other in pairwise(named))
    assert along.first <= named[0].day <= named[-1].day <= along.last == NOW.date()


def test_days_in_the_persons_language() -> None:
    """Days along the axis are written as the person's language writes them."""
    month = way(moods([5] * 30), [], NOW)
    years = invented.years()
    assert [one.label for one in ticks(month, "es")] == ["27 abr", "4 may", "11 may", "18 may"]
    assert [one.label for one in ticks(years, "en")][:4] == ["Jul\n2024", "Oct", "Jan\n2025", "Apr"]


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 9)), max_size=80))
def test_marks_keep_clear(given_marks: list[tuple[int, int]]) -> None:
    """Marks in one row keep clear of each other, there are no more rows than practices, and none is left out."""
    start = date(2025, 1, 1)
    marks = [Mark(start + timedelta(days=at), number) for at, number in sorted(given_marks)]
    along = replace(axis(invented.few(), 90, 990), first=start, last=start + timedelta(days=400))
    rows = lanes(marks, along, 48)
    numbers = {number for row in rows for _, number in row}
    assert numbers == {mark.number for mark in marks}
    assert len(rows) <= len(numbers)
    assert all(other[0] - one[0] >= 48 for row in rows for one, other in pairwise(row))


def test_the_picture_in_words() -> None:
    """Who can't see the picture is told what it shows: the days, the line's ends, the practices."""
    moods_said, practices_said = alt(invented.months())
    assert moods_said.key == "alt_line"
    assert set(moods_said.numbers) == {"days", "low", "high", "several", "start", "end"}
    assert (practices_said.key, practices_said.numbers) == ("alt_practices", {"times": 12, "practices": 4})
    assert [one.key for one in alt(invented.few())] == ["alt_moods", "alt_practices"]
    assert [one.key for one in alt(invented.only_practices())] == ["alt_practices"]
    assert alt(way([], [], NOW)) == ()
