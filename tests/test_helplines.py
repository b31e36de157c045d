"""The help lines: which there are, and how they read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.cli import main
from bot.explore import START
from bot.helplines import HelpLines, months
from bot.helplines_reader import read_helplines
from bot.languages import FIRST, countries
from bot.names import home_country
from bot.numbers import Numbers
from bot.session import Fact
from tests.books import ROOT, shipped

LINES, PROBLEMS = read_helplines(ROOT / "flows")


def test_many_countries() -> None:
    """There are sixty countries and more, each row with a source and a date, and each with somebody to call."""
    assert PROBLEMS == []
    assert len(LINES.countries) >= 60
    for country in LINES.countries.values():
        assert country.code in countries(FIRST)
        assert country.lines
        for _, _, row in country.rows():
            assert row.source
            assert date(2021, 1, 1) <= row.checked <= date(2026, 11, 25)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_line_reads(language: str) -> None:
    """Every line of every country reads in every language, with its number and the country beside it, and no gap."""
    book = shipped().speaking(language)
    for code in LINES.countries:
        found = Numbers(book, code)
        for name in ("suicide", "violence", "youth", "emergency"):
            text = str(found[name])
            assert text
            assert ", ," not in text
            assert "None" not in text
            assert "{" not in text
        known = LINES.countries[code]
        whole = [line for line in known.lines if line.kind == "suicide" and not line.region][:3]
        assert all(line.phone in str(found["suicide"]) for line in whole)
        assert known.emergency is None or countries(language)[code] in str(found["emergency"])


def test_the_country_stands_beside_the_number() -> None:
    """113 is suicide help in the Netherlands and an ambulance in Norway, so the country is always said."""
    book = shipped()
    assert "in Netherlands" in str(Numbers(book, "NL")["suicide"])
    assert "113" in str(Numbers(book, "NL")["suicide"])
    assert str(Numbers(book, "NO")["emergency"]).endswith("(Norway)")


def test_languages_and_hours() -> None:
    """Hours are said in the person's language, and the language of a line where it is another than theirs."""
    english, spanish = shipped(), shipped().speaking("es")
    assert "day and night, in Spanish" in str(Numbers(english, "ES")["suicide"])
    assert "de día y de noche" in str(Numbers(spanish, "ES")["suicide"])
    assert "en español" not in str(Numbers(spanish, "ES")["suicide"])
    assert "mon" not in str(Numbers(spanish, "GB")["violence"]).replace("Demon", "")
    assert "lun-vie 10:00-17:00" in str(Numbers(spanish, "GB")["violence"])


def test_unknown_country() -> None:
    """Where the country is not known, or has no lines here, a directory and both big emergency numbers are named."""
    for code in (None, "AQ"):
        found = Numbers(shipped(), code)
        assert "findahelpline.com" in str(found["suicide"])
        assert "112" in str(found["emergency"])
        assert "911" in str(found["emergency"])


def test_where_the_country_comes_from() -> None:
    """A country is what the person said, else that of their time zone, else the operator's setting."""
    book = shipped()
    zone = {"zone": Fact("America/Bogota", START)}
    assert home_country(book, {"country": Fact("CL", START), **zone}) == "CL"
    assert home_country(book, zone) == "CO"
    assert home_country(book, {}) is None


def test_ages() -> None:
    """Ages read as days, months and years, and rows past them are found, the oldest first."""
    assert months("180d") == timedelta(days=180)
    assert months("2y") == timedelta(days=730.5)
    assert months("soon") is None
    found = list(LINES.older(timedelta(days=180), date(2026, 11, 25)))
    assert found
    assert [row.checked for *_, row in found] == sorted(row.checked for *_, row in found)
    assert list(HelpLines().older(timedelta(0), date(2026, 11, 25))) == []


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`helplines --older-than` lists the rows with date, country, kind, name and place; an age that is none is told."""
    assert main(["helplines", "--older-than", "1d"]) == 0
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == sum(1 for one in LINES.countries.values() for _ in one.rows())
    assert "ES  suicide   Línea 024  (helplines.yaml:" in printed.out
    assert main(["helplines", "--older-than", "soon"]) == 2
    assert "'soon'" in capsys.readouterr().err
