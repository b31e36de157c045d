"""The way so far as a picture: moods as soft dots, a gentle line, and the practices along the bottom.

The only importer of matplotlib, which is loaded when the first picture is drawn. Everything is placed in pixels, from
top to bottom, on a figure of its own: no pyplot and no global state, so that it may run in any thread. The ground is
the picture's own and reads the same in a light and in a dark chat; gold mends, and no colour says good or bad.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from .axis import Axis, Tick, axis, lanes, ticks
from .events import Picture
from .languages import span
from .progress import Done, Mood, Way, way

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

WIDTH, SQUARE = 1080, 1080
"""The width of the picture, and the height that it has if it can. All lengths here are its pixels; a phone shows it at
about a third."""
LOWEST, HIGHEST = 370, 620
"""How low and how high the part with the moods may be."""
MARGIN, INSET = 60, 30
"""From the edge to what is drawn, and from there to the first and last day, so that a mark at either end has room."""
TITLE, TEXT, SMALL = 48, 30, 28
"""Heights of letters. On a phone `SMALL` is about 10 points."""
LEADING = 1.36
"""From one line of text to the next, in heights of letters."""
MARK, LANE, ROW = 46, 54, 58
"""Across a mark, from one row of marks to the next, and from one row of the list to the next."""
LANES, BEAD, THREAD = 3, 16, 38
"""The most rows of marks with a number in each. Where it takes more, each practice has a row of its own with beads:
across one, and from one row to the next."""
GAP = 30
"""Between parts."""
LINES = 3
"""The most lines that a title has."""
COLUMNS = 3
"""The list has two columns if it has more entries than this."""
DOTS, GRAINS, MOST = 16.0, 10.0, 24.0
"""The least across a dot, the same where there is a crowd of them, and the most."""
CROWD = 60
"""More days than this are a crowd. Where its dots hide most of each other they are strewn a little; fewer would seem to
go up and down by it."""

GROUND, INK, SOFT = "#22303d", "#f3ede3", "#bcc7d0"
"""The ground; the text; the quieter text."""
GOLD, DOT, HAIR, BUBBLE = "#e6bd73", "#9fc0d3", "#4d5d6c", "#3b4c5c"
"""The line; a day; the lines that frame; the ground of a mark's number."""


@dataclass(frozen=True, slots=True)
class ChartWords:
    """All that is written in the picture, in the person's language: a title, the time it spans, the two ends of the
    moods, the heading of the list of practices, and the days along the axis (`axis.ticks`)."""

    title: str
    span: str
    high: str
    low: str
    practices: str
    ticks: tuple[Tick, ...]


def drawn(asked: Picture) -> bytes:
    """The picture that somebody asked for, as a PNG."""
    moods = [Mood(at, value) for at, value in asked.moods]
    seen = way(moods, [Done(at, title) for at, title in asked.dones], asked.now)
    over = span(seen.first, seen.last, asked.language)
    title, high, low, practices = asked.written
    words = ChartWords(title, over, high, low, practices, ticks(seen, asked.language))
    return draw(seen, words)


def draw(way: Way, words: ChartWords) -> bytes:
    """The picture as a PNG: the same bytes for the same way and words."""
    from matplotlib.backend_bases import FigureCanvasBase

    made = BytesIO()
    figure = picture(way, words)
    # Without the version of matplotlib in it, which says nothing to anybody.
    figure.savefig(made, format="png", facecolor=GROUND, metadata={"Software": None})
    # A figure is full of circles: cleared, and with its canvas of many pixels taken off, it is freed at once.
    FigureCanvasBase(figure)
    figure.clear()
    return made.getvalue()


def picture(way: Way, words: ChartWords) -> Figure:
    """The picture before it is turned into bytes."""
    pen = Pen()
    along = axis(way, MARGIN + INSET, WIDTH - MARGIN - INSET)
    rows = lanes(way.marks, along, MARK + 2)
    threads = len(rows) > LANES
    marks = len(way.practices) * THREAD + GAP / 2 if threads else len(rows) * LANE
    listed = _listed(pen, way)
    y = _heading(pen, words)
    # What stands below the moods is as high as it is; they take what is left of the square.
    below = marks + _axis_height(words) + _list_height(listed)
    if way.days:
        y = _moods(pen, way, words, along, y, SQUARE - MARGIN + 14 - below)
    (_threads(pen, way, along, y) if threads else _marks(pen, rows, y + marks))
    y += marks
    y = _days(pen, words, along, y)
    return pen.finish(_list(pen, words, listed, y) + MARGIN - 14)


# --- from top to bottom: each draws from `y` on and returns where it ended ----------------------------------------


def _heading(pen: Pen, words: ChartWords) -> float:
    y = float(MARGIN - 8)
    for size, text, color in ((TITLE, words.title, INK), (TEXT, words.span, SOFT)):
        for line in pen.wrap(text, WIDTH - 2 * MARGIN, size):
            pen.write(MARGIN, y, line, size, color)
            y += size * LEADING
    return y + GAP


def _moods(pen: Pen, way: Way, words: ChartWords, along: Axis, y: float, end: float) -> float:
    """The days and the line, between two quiet lines that say in words what is up and what is down."""
    end_words = SMALL * LEADING
    top = y + end_words + 6
    bottom = top + min(HIGHEST, max(LOWEST, end - top - end_words - GAP))
    pen.write(MARGIN, y, words.high, SMALL, SOFT)
    pen.write(MARGIN, bottom + 10, words.low, SMALL, SOFT)
    for level in (top, bottom):
        pen.line((MARGIN, WIDTH - MARGIN), (level, level), HAIR, 2)

    def height(mood: float) -> float:
        # The dots at 0 and 10 lie inside the lines.
        return bottom - INSET - mood / 10 * (bottom - top - 2 * INSET)

    xs = [along.x(one.day) for one in way.days]
    across, strewn = _dots(xs)
    ys = [height(one.mood + (_strewn(at) if strewn else 0)) for at, one in enumerate(way.days)]
    pen.dots(xs, ys, DOT, across, 0.55 if way.trend else 0.85)
    for piece in way.trend:
        pen.line([along.x(one.day) for one in piece], [height(one.mood) for one in piece], GOLD, 8)
    return bottom + 10 + end_words + GAP


def _dots(xs: Sequence[float]) -> tuple[float, bool]:
    """How large the dots at these places are, by the usual gap between two, and whether they are strewn."""
    crowd = len(xs) > CROWD
    gap = median(other - one for one, other in pairwise(xs)) if len(xs) > 1 else MOST
    across = min(MOST, max(GRAINS if crowd else DOTS, gap * 1.3))
    return across, crowd and gap < across / 3


def _strewn(number: int) -> float:
    """By how much a dot leaves its height, in points of mood: evenly around it for any few that follow each other,
    whatever days they are, so that no pattern comes of it."""
    return 0.7 * (number * 0.618034 % 1 - 0.5)


def _marks(pen: Pen, rows: Sequence[Sequence[tuple[float, int]]], end: float) -> None:
    """The practices with their numbers, from the axis upwards."""
    for at, row in enumerate(rows):
        for x, number in row:
            _mark(pen, x, end - at * LANE - LANE / 2, number)


def _threads(pen: Pen, way: Way, along: Axis, y: float) -> None:
    """A row for each practice with its number at the left, for more marks than there is room for numbers."""
    for number in range(1, len(way.practices) + 1):
        middle = y + (number - 0.5) * THREAD
        pen.write(MARGIN / 2, middle, str(number), SMALL, SOFT, place="center")
        pen.line((MARGIN, WIDTH - MARGIN), (middle, middle), BUBBLE, 2)
        xs = [along.x(mark.day) for mark in way.marks if mark.number == number]
        pen.dots(xs, [middle] * len(xs), SOFT, BEAD, 0.8)


def _mark(pen: Pen, x: float, y: float, number: int) -> None:
    pen.dots([x], [y], BUBBLE, MARK)
    pen.write(x, y, str(number), SMALL, place="center")


def _axis_height(words: ChartWords) -> float:
    lines = max((tick.label.count("\n") + 1 for tick in words.ticks), default=1)
    return 24 + lines * SMALL * LEADING


def _days(pen: Pen, words: ChartWords, along: Axis, y: float) -> float:
    """The axis with a notch for each week, or month, and the names of some."""
    pen.line((MARGIN, WIDTH - MARGIN), (y, y), HAIR, 2)
    for day in along.mondays() if along.step > 4 else along.months():
        pen.line((along.x(day), along.x(day)), (y, y + 8), HAIR, 2)
    free = 0.0
    for tick in words.ticks:
        wide = max(pen.wide(line, SMALL) for line in tick.label.split("\n"))
        x = min(WIDTH - MARGIN / 2 - wide / 2, max(MARGIN / 2 + wide / 2, along.x(tick.day)))
        if x - wide / 2 >= free:
            pen.line((along.x(tick.day), along.x(tick.day)), (y, y + 14), SOFT, 2)
            for at, line in enumerate(tick.label.split("\n")):
                pen.write(x, y + 22 + at * SMALL * LEADING, line, SMALL, SOFT, place="middle")
            free = x + wide / 2 + 16
    return y + _axis_height(words)


Entry = tuple[int, list[str]]
"""A practice's number and its title in lines."""


def _listed(pen: Pen, way: Way) -> list[list[Entry]]:
    """The columns of the list: each practice with its number and how often."""
    columns = 2 if len(way.practices) > COLUMNS else 1
    wide = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns - MARK - 16
    titles = [one.title if one.times == 1 else f"{one.title}\u00a0×\u00a0{one.times}" for one in way.practices]
    entries = [(number, pen.wrap(title, wide)) for number, title in enumerate(titles, 1)]
    long = -(-len(entries) // columns)
    return [entries[at * long : (at + 1) * long] for at in range(columns)]


def _entry_height(entry: Entry) -> float:
    return ROW + max(0, len(entry[1]) - 1) * TEXT * LEADING


def _list_height(columns: Sequence[Sequence[Entry]]) -> float:
    rows = max(sum(map(_entry_height, column)) for column in columns)
    return GAP + SMALL * LEADING + 14 + rows if rows else 0


def _list(pen: Pen, words: ChartWords, columns: Sequence[Sequence[Entry]], y: float) -> float:
    end = y + _list_height(columns)
    if end > y:
        pen.write(MARGIN, y + GAP, words.practices, SMALL, SOFT)
    for at, column in enumerate(columns):
        x = MARGIN + at * (WIDTH - 2 * MARGIN + GAP) / 2
        row = y + GAP + SMALL * LEADING + 14
        for entry in column:
            _mark(pen, x + MARK / 2, row + MARK / 2, entry[0])
            for line_at, line in enumerate(entry[1]):
                pen.write(x + MARK + 16, row + MARK / 2 + line_at * TEXT * LEADING, line, place="beside")
            row += _entry_height(entry)
    return end


# --- the pen ------------------------------------------------------------------------------------------------------


PLACES: dict[str, dict[str, Any]] = {
    "left": {"ha": "left", "va": "top"},
    "middle": {"ha": "center", "va": "top"},
    "beside": {"ha": "left", "va": "center_baseline"},
    "center": {"ha": "center", "va": "center_baseline"},
}
"""Where words stand: to the right of x and below y, below it, to the right of it, upon it."""


class Pen:
    """Writes and draws at pixels, y downwards, and knows how wide words are."""

    def __init__(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        # At 72 dots an inch a point is a pixel. It begins small: to measure words takes no ground.
        self.figure = Figure(figsize=(1, 1), dpi=72)
        canvas: Any = FigureCanvasAgg(self.figure)
        self.renderer = canvas.get_renderer()
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()

    def finish(self, height: float) -> Figure:
        """The picture, as high as it came to be."""
        self.figure.set_size_inches(WIDTH / 72, round(height) / 72)
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(round(height), 0)
        return self.figure

    def wide(self, text: str, size: float) -> float:
        """The width of words in one line."""
        return float(self.renderer.get_text_width_height_descent(_known(text), _font(size), False)[0])

    def write(self, x: float, y: float, text: str, size: float = TEXT, color: str = INK, place: str = "left") -> None:
        """One line of words in its `PLACES` at x and y."""
        plain: dict[str, Any] = {"color": color, "fontproperties": _font(size)}
        # A dollar sign is a dollar sign, and begins no formula.
        self.axes.text(x, y, _known(text), **PLACES[place], **plain, parse_math=False)

    def line(self, xs: Sequence[float], ys: Sequence[float], color: str, width: float, fade: float = 1.0) -> None:
        """A line with round ends."""
        ends: dict[str, Any] = {"solid_capstyle": "round", "solid_joinstyle": "round"}
        self.axes.plot(xs, ys, color=color, linewidth=width, alpha=fade, **ends)

    def dots(self, xs: Sequence[float], ys: Sequence[float], color: str, across: float, fade: float = 1.0) -> None:
        """Round dots, all of one size."""
        self.axes.plot(xs, ys, "o", color=color, markersize=across, alpha=fade, markeredgewidth=0)

    def wrap(self, text: str, width: float, size: float = TEXT) -> list[str]:
        """Words in `LINES` or fewer that are no wider than this; a word that is wider goes on in the next one."""
        lines = [""]
        for word in _known(text).split(" "):
            for piece in self._pieces(word, width, size):
                longer = f"{lines[-1]} {piece}".strip()
                if self.wide(longer, size) <= width:
                    lines[-1] = longer
                else:
                    lines.append(piece)
                if len(lines) > LINES:
                    return [*lines[: LINES - 1], f"{lines[LINES - 1][:-2]}…"]
        return [one for one in lines if one]

    def _pieces(self, word: str, width: float, size: float) -> Iterator[str]:
        while self.wide(word, size) > width and len(word) > 1:
            end = bisect_right(range(2, len(word)), width, key=lambda at: self.wide(word[:at], size)) + 1
            yield word[:end]
            word = word[end:]
        yield word


def _path() -> Path:
    from matplotlib import get_data_path

    return Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")


@lru_cache(maxsize=8)
def _font(size: float) -> FontProperties:
    """The font that comes with matplotlib, by its file: the picture is the same on every machine."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=_path(), size=size)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(_path())).get_charmap())


def _known(text: str) -> str:
    """The words without what the font has no letter for (an emoji), in one line."""
    return "".join(one if ord(one) in _letters() else " " for one in text).strip()
