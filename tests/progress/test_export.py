"""A person's data for themselves: a page that anybody can read, and JSON that is complete."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import UTC, date, datetime, time
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import Browser

from bot.export import STYLE, Belongings, Keepsake, Page, html_page, json_text
from tests.progress.belongings import HOSTILE, WORDS, belongings, hostile
from tests.progress.invented import NOW
from tests.progress.test_chart import contrast, light

VOID = {"meta"}
"""Elements that have no end."""
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "article"),
    *("h1", "h2", "h3", "h4", "p", "ul", "li", "a", "dl", "div", "dt", "dd", "blockquote", "time"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "span"),
}
"""The elements that the page is made of."""


class Reading(HTMLParser):
    """A page as a parser sees it: its elements, their attributes, and all words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("mine", [Belongings(), belongings(), hostile()], ids=["empty", "usual", "hostile"])
def test_the_page_is_sound(mine: Belongings, language: str) -> None:
    """Every element is closed in its place, ids are used once, and each link leads to something on the page."""
    read = Reading(html_page(mine, WORDS[language]))
    ids = [named["id"] for _, named in read.seen if "id" in named]
    assert read.open == []
    assert {tag for tag, _ in read.seen} <= TAGS
    assert len(ids) == len(set(ids))
    assert read.seen[0] == ("html", {"lang": language})
    for tag, named in read.seen:
        assert not any(name.startswith("on") for name in named)
        if tag == "a":
            assert str(named["href"]).removeprefix("#") in ids


@pytest.mark.parametrize("mine", [belongings(), hostile()], ids=["usual", "hostile"])
def test_nothing_is_loaded(mine: Belongings) -> None:
    """The page has no script, loads nothing from anywhere, and forbids itself to."""
    page = html_page(mine, WORDS["en"])
    read = Reading(page)
    policy = next(named for _, named in read.seen if named.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert not {"script", "img", "link", "iframe", "object", "form", "base"} & {tag for tag, _ in read.seen}
    assert not any({"src", "srcset", "action", "data", "ping"} & set(named) for _, named in read.seen)
    assert not any("://" in str(value) for _, named in read.seen for value in named.values())
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_every_word_is_there() -> None:
    """All that was given is on the page as it was written."""
    mine, words = belongings(), WORDS["en"]
    text = "\n".join(Reading(html_page(mine, words)).texts)
    pages = [*mine.practices, *mine.journal]
    asked = [one for page in pages for line in page.lines for one in line]
    kept = [one for keepsake in mine.keepsakes for one in (keepsake.practice, keepsake.name, keepsake.text)]
    for one in [*asked, *kept, *(page.title for page in mine.practices), *sum(mine.known + mine.checkins, ())]:
        assert one in text
    for field in fields(words):
        if field.name not in ("language", "nothing"):
            assert getattr(words, field.name) in text, field.name
    assert "21 March 2026, 20:05" in text
    assert len(re.findall(r"<tbody>.*?</tbody>", html_page(mine, words), re.S)) == 4


def test_hostile_words_stay_words() -> None:
    """Markup, templates, scripts of any direction and very long words are shown as what was typed."""
    text = "\n".join(Reading(html_page(hostile(), WORDS["es"])).texts)
    for one in HOSTILE:
        assert text.count(one) >= 8, one[:40]


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_words(text: str) -> None:
    """Whatever was typed, page and JSON can be written as UTF-8 and read back; only control characters go."""
    page = html_page(Belongings(practices=(Page(text, NOW, ((text, text),)),)), WORDS["en"])
    read = Reading(page.encode().decode())
    shown = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", "", re.sub("[\ud800-\udfff]", "\ufffd", text))
    assert read.open == []
    assert shown.replace("\r\n", "\n") in "\n".join(read.texts)
    data = json.loads(json_text({"words": text, "list": [text]}).encode().decode())
    assert data["words"] == data["list"][0] == re.sub("[\ud800-\udfff]", "\ufffd", text)


def test_empty_parts_say_so() -> None:
    """Where nothing is kept, the page says that nothing is there."""
    assert "".join(Reading(html_page(Belongings(), WORDS["es"])).texts).count("Aquí no hay nada.") == 6


def test_headings_lead_down() -> None:
    """Headings begin with one title and never leave out a level, so that a screen reader can walk them."""
    levels = [
        int(tag[1]) for tag, _ in Reading(html_page(belongings(), WORDS["en"])).seen if re.fullmatch("h[1-6]", tag)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(new <= old + 1 for old, new in pairwise(levels))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast_of_the_page(theme: int) -> None:
    """Words and links stand out from both grounds by 4.5 to 1 or more, in light and in dark."""
    colors = dict(re.findall(r"--(\w+): (#\w+)", STYLE.split("@media")[theme]))
    grounds = [light(one if len(one) == 7 else "#" + one[1:] * 2) for one in (colors["ground"], colors["card"])]
    for name in ("ink", "soft", "link"):
        assert all(contrast(light(colors[name]), ground) >= 4.5 for ground in grounds), name


def test_json_is_complete() -> None:
    """The JSON has every value of every part, the version of its format first, and times with their zone."""
    text = json_text({"person": {"name": "Robin", "about": None}, "belongings": belongings()})
    data = json.loads(text)
    assert text.startswith('{\n  "format": 1,\n')
    assert list(data) == ["format", "belongings", "person"]
    assert data["belongings"]["keepsakes"][0] == {
        "practice": "Set a boundary",
        "name": "My boundary",
        "at": "2026-03-21T20:05:00+01:00",
        "text": "When my phone is read, I feel small. I need it to be mine.",
    }
    assert len(data["belongings"]["moods"]) == len(belongings().moods)
    assert data["person"] == {"about": None, "name": "Robin"}


def test_json_is_the_same_every_time() -> None:
    """The same data makes the same text, in whatever order it was gathered."""
    one = json_text({"b": {"y": 1, "x": {3, 1, 2}}, "a": (True, 0.5)})
    assert one == json_text({"a": (True, 0.5), "b": {"x": {2, 3, 1}, "y": 1}})
    assert json.loads(one) == {"format": 1, "a": [True, 0.5], "b": {"x": [1, 2, 3], "y": 1}}


def test_json_knows_times() -> None:
    """Days, hours and moments are written in ISO."""
    data = {"day": date(2026, 5, 3), "hour": time(19, 30), "at": datetime(2026, 5, 3, 18, 0, tzinfo=UTC)}
    assert json.loads(json_text(data)) == {
        "format": 1,
        "day": "2026-05-03",
        "hour": "19:30:00",
        "at": "2026-05-03T18:00:00+00:00",
    }


@pytest.mark.parametrize("value", [datetime(2026, 5, 3), object(), float("nan"), Belongings, b"bytes"])  # noqa: DTZ001
def test_json_guesses_nothing(value: object) -> None:
    """What has no sure meaning is an error of the program, never a guess in somebody's data."""
    with pytest.raises(TypeError, match="no place in the export"):
        json_text({"one": value})


# --- in a browser -------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_the_page_fits(browser: Browser, tmp_path: Path, width: int) -> None:
    """On a phone and on a desk nothing runs out of the page, whatever was typed, nothing is asked of any server, and no
    word runs as a script."""
    place = tmp_path / "page.html"
    place.write_text(html_page(hostile(), WORDS["en"]), "utf-8")
    page = await browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    spoken: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("dialog", lambda one: spoken.append(one.message))
    await page.goto(place.as_uri())
    wide = await page.evaluate(
        "Math.max(...[...document.querySelectorAll('body *')].map(e => e.getBoundingClientRect().right))"
    )
    assert wide <= width
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    assert asked == [place.as_uri()]
    assert spoken == []


def test_keepsakes_by_practice() -> None:
    """Keepsakes and runs stand under their practice, the older first, in whatever order they came."""
    kept = [Keepsake("A", "n", NOW.replace(day=3), "third"), Keepsake("A", "n", NOW.replace(day=1), "first")]
    text = "\n".join(Reading(html_page(Belongings(keepsakes=tuple(kept)), WORDS["en"])).texts)
    assert text.index("first") < text.index("third")
