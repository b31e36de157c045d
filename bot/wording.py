"""A text -> its words as they are looked at: without case, accents, tricks of spelling, each with its place. Pure.

Linear in the length of the text, whatever it holds. Nothing of a text outlives the call.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from operator import eq

LONGEST = 32
"""Letters of a word that are looked at."""
GUESSES = 8
"""Words of one text that are guessed at: letters starred out ("d*e"), and words run together."""
JOINED = 10
"""Letters from which on an unknown word may be several that were run together."""
END, PART = ".", ","
"""What stands for the end of a sentence, and for a mark inside one."""
MARKED = {"end": END, "part": PART, "sign": ""}
"""What a piece of a text that is no word stands for; a sign for the word that it spells."""

_INNER = "'’‘`´ʼ*@$\u00ad\u200b-\u200f\u2060\ufeff\u0300-\u036f"
_PIECE = (
    # Single letters drawn apart ("k i l l", "d-i-e"), then words, then marks; signs that rules name (emoji) follow.
    rf"(?P<apart>(?<![\w'’])[^\W_](?:[ .\-_*][^\W_]){{2,40}}(?![\w'’]))"
    rf"|(?P<word>[\w@$][\w{_INNER}]*)"
    r"|(?P<dots>\.\.+|…)"
    r"|(?P<end>[.!?¡¿;\n\r]+)"
    r"|(?P<part>[,:()\[\]\"“”«»—–/]|\s-\s)"
)
_ALIKE = str.maketrans(
    {
        **dict(zip("авеиікмнорстухуё", "abeiikmhopctyxye", strict=True)),
        **dict(zip("αβεικνορτυχ", "abeikvoptux", strict=True)),
        **dict(zip("ıłøđß", "ilods", strict=True)),
    }
)
_DIGITS = str.maketrans("013457@$", "oleast" + "as")
_ODD = re.compile(r"(.)\1|[^a-z]")
_DRAWN, _DOUBLED = re.compile(r"(.)\1{2,}"), re.compile(r"(.)\1+")
_DROPPED = re.compile(r"['’‘`´ʼ_]")


Word = tuple[str, int, int]
"""A word as it is looked at, and where it stood in the text (characters, the end not included)."""


class Lexicon:
    """All words that rules name, and other spellings of them."""

    def __init__(self, known: Collection[str], spelled: Mapping[str, str]) -> None:
        self.known, self.spelled = frozenset(known), dict(spelled)
        self.pairs: dict[str, dict[str, str]] = {}
        self.shapes: dict[tuple[int, str], list[str]] = {}
        signs = sorted(re.escape(word) for word in {*known, *spelled} if re.fullmatch(r"[^\w\s]", word))
        self.pieces = re.compile(rf"{_PIECE}|(?P<sign>{'|'.join(signs) or '(?!)'})")
        for written, word in spelled.items():
            first, _, second = written.partition(" ")
            if second:
                self.pairs.setdefault(second, {})[first] = word
        self.plain = self.known.difference(self.pairs)
        for word in sorted(known):
            self.shapes.setdefault((len(word), word[:1]), []).append(word)


def words(text: str, lexicon: Lexicon) -> list[Word]:
    """The words of a text, with `END` and `PART` between its parts. Tricks of spelling are undone where a word comes
    out that is known."""
    known, spelled, pairs, plain = lexicon.known, lexicon.spelled, lexicon.pairs, lexicon.plain
    found: list[Word] = []
    guesses = GUESSES
    last = ""
    met: dict[str, str] = {}
    for match in lexicon.pieces.finditer(text):
        piece, (start, end) = match[0], match.span()
        if piece in plain or piece in met:
            last = met.get(piece, piece)
            found.append((last, start, end))
            continue
        kind = match.lastgroup
        if kind != "word":
            last = last if kind == "dots" else ""
            if kind == "apart":
                found += _joined(piece, start, known)
            elif kind in MARKED:
                found.append((MARKED[kind] or spelled[piece], start, end))
            continue
        bare = (piece.lower() if piece.isascii() and piece.isalnum() else fold(piece))[:LONGEST]
        whole = pairs[bare].get(last) if bare in pairs else last + bare if bare == "t" and last[-1:] == "n" else None
        if whole:
            last = spelled.get(whole, whole)
            found[-1] = (last, found[-1][1], end)
            continue
        guesses -= guesses > 0 and "*" in bare
        last = bare if bare in known else spelled.get(bare) or _guessed(bare, lexicon, guesses)
        if len(last) >= JOINED and guesses and last not in known:
            guesses -= 1
            found += _parted(last, start, end, known)
        elif last:
            found.append((last, start, end))
            if bare not in pairs and bare != "t":
                met[piece] = last
    return found


def _guessed(bare: str, lexicon: Lexicon, guesses: int) -> str:
    """The known word that is meant: letters drawn out ("diiie"), digits for letters ("su1c1de") or stars ("d*e")
    undone; as it stands when that gives none."""
    if not _ODD.search(bare):
        return bare
    if "*" in bare:
        bare = (_unmasked(bare, lexicon) if guesses else bare).replace("*", "")
    if bare.isdigit():
        return bare
    for guess in _guesses(bare):
        if guess in lexicon.spelled:
            return lexicon.spelled[guess]
        if guess in lexicon.known:
            return guess
    return bare


def fold(word: str) -> str:
    """A word without case, accents, apostrophes and look-alike letters."""
    if word.isascii():
        word = word.lower()
        return word if word.isalnum() else _DROPPED.sub("", word)
    open_letters = unicodedata.normalize("NFKD", word.casefold()).translate(_ALIKE)
    return "".join(letter for letter in open_letters if letter.isalnum() or letter in "*@$")


def _guesses(bare: str) -> Iterator[str]:
    plain = bare if bare.isalpha() else bare.translate(_DIGITS)
    if plain != bare:
        yield plain
        yield plain.replace("l", "i")
    if any(map(eq, plain, plain[1:])):
        yield _DRAWN.sub(r"\1\1", plain)
        yield _DOUBLED.sub(r"\1", plain)
        yield _DRAWN.sub(r"\1", plain)


def _unmasked(bare: str, lexicon: Lexicon) -> str:
    """The known word whose letters, but for the first, a * hides."""
    if len(bare) < 3 or bare.count("*") > len(bare) // 2:
        return bare
    alike = lexicon.shapes.get((len(bare), bare[:1]), ())
    return next((word for word in alike if all(a in ("*", b) for a, b in zip(bare, word, strict=True))), bare)


def _parted(word: str, start: int, end: int, known: Collection[str]) -> list[Word]:
    """A word as the known words that were run together in it; as it stands when it is no such thing."""
    ends: dict[int, int] = {0: 0}
    for at in range(1, len(word) + 1):
        before = next((b for b in range(max(0, at - 12), at) if b in ends and _short(word[b:at], known)), None)
        if before is not None:
            ends[at] = before
    if len(word) not in ends:
        return [(word, start, end)]
    parts: list[Word] = []
    at = len(word)
    while at:
        parts.insert(0, (word[ends[at] : at], start, end))
        at = ends[at]
    return parts


def _short(part: str, known: Collection[str]) -> bool:
    return part == "i" or (len(part) > 1 and part in known)


def _joined(text: str, start: int, known: Collection[str]) -> list[Word]:
    """Letters drawn apart, joined to known words; as they stand when that gives none."""
    letters = [fold(letter) for letter in text[::2]]
    found: list[Word] = []
    at = 0
    while at < len(letters):
        sizes = range(min(len(letters) - at, 12), 2, -1)
        size = next((size for size in sizes if "".join(letters[at : at + size]) in known), 1)
        if word := "".join(letters[at : at + size]):
            found.append((word, start + 2 * at, start + 2 * (at + size) - 1))
        at += size
    return found
