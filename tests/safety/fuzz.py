"""Ten minutes of anything, looked at: `make safety-fuzz` (MINUTES=1 for less). No exception, and nothing slow."""

from __future__ import annotations

import csv
import os
import sys
import time
from random import Random

from bot.safety import look

from .measure import ROOT, RULES

SLOW = 5.0
"""Milliseconds of CPU that no look may take. A slow one is looked at again at the end, so that what counts is the text
and not what else the machine was doing."""
AGAIN = 5
LONGEST = 4096
"""Characters of a message of Telegram."""


def texts() -> list[str]:
    """Where the fuzz begins: our own cases, all words that rules name, and letters that break things."""
    found = []
    for language in ("en", "es"):
        with (ROOT / "tests" / "safety" / f"{language}.csv").open(encoding="utf-8", newline="") as file:
            found += [row["text"] for row in csv.DictReader(file)]
    return found + sorted(RULES.lexicon.known)


def one(dice: Random, seeds: list[str]) -> str:
    """A text: pieces of the seeds, repeated, cut, joined with and without spaces, sprinkled with odd letters."""
    kind = dice.randrange(6)
    if kind == 0:
        return "".join(
            chr(dice.choice((dice.randrange(128), dice.randrange(0x3000), dice.randrange(0x110000))))
            for _ in range(dice.randrange(LONGEST))
        )[:LONGEST]
    joint = dice.choice((" ", " ", " ", "", ", ", ". ", "\n", " … ", "*", "-", "\u200b", "  "))
    pieces = [dice.choice(seeds) for _ in range(dice.randrange(1, 400))]
    if kind == 1:
        pieces = pieces[:1] * dice.randrange(1, 800)
    text = joint.join(pieces)[:LONGEST]
    if kind == 2:
        text = " ".join(text)[:LONGEST]
    if kind == 3:
        letters = list(text)
        for _ in range(dice.randrange(200)):
            if letters:
                letters[dice.randrange(len(letters))] = dice.choice("*@$013457'’.!?\u0301\u200d🔪💊éñ")
        text = "".join(letters)
    return text


def timed(text: str) -> float:
    """Milliseconds of CPU of one look."""
    started = time.process_time()
    look(RULES, text)
    return (time.process_time() - started) * 1000


def main() -> int:
    """Fuzz; 0 when nothing broke and nothing was slow."""
    seed, minutes = int(os.environ.get("SEED", "1")), float(os.environ.get("MINUTES", "10"))
    dice = Random(seed)
    seeds, count, worst = texts(), 0, 0.0
    slow: dict[int, str] = {}
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until:
        count, text = count + 1, one(dice, seeds)
        took = timed(text)
        if took > SLOW:
            slow[count] = text
        else:
            worst = max(worst, took)
    rounds = [{number: timed(text) for number, text in slow.items()} for _ in range(AGAIN)]
    again = {number: min(one_round[number] for one_round in rounds) for number in slow}
    for number, took in again.items():
        if took > SLOW:
            print(f"slow: {took:.1f} ms, {len(slow[number])} characters, seed {seed}, text {number}")
    still = sum(took > SLOW for took in again.values())
    worst = max([worst, *again.values()])
    print(f"{count} texts, the slowest took {worst:.2f} ms; {len(slow)} were slower than {SLOW} ms once, {still} again")
    return 1 if still else 0


if __name__ == "__main__":
    sys.exit(main())
