"""What Telegram refuses in a message: from https://core.telegram.org/bots/api, apart from the bot's own rules."""

from __future__ import annotations

import json
from html.parser import HTMLParser

ALIASES = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s"}
KNOWN = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler", "span", "tg-emoji"}


class Refusal(Exception):
    """A 400: what Telegram says behind "Bad Request: "."""


class _Entities(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in KNOWN and tag not in ALIASES:
            raise Refusal(f'can\'t parse entities: Unsupported start tag "{tag}"')
        if tag == "span" and ("class", "tg-spoiler") not in attrs:
            raise Refusal('can\'t parse entities: Tag "span" must have class "tg-spoiler"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refusal(f'can\'t parse entities: Unmatched end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise Refusal("can't parse entities: Unsupported start tag")
        self.text += data

    def handle_entityref(self, name: str) -> None:
        self.text += {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}.get(name, f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text += chr(int(name[1:], 16) if name[:1] in "xX" else int(name))


def plain(html: str) -> str:
    """The text without its markup. Raises Refusal."""
    parser = _Entities()
    parser.feed(html)
    parser.close()
    if parser.open:
        raise Refusal(f"can't parse entities: Can't find end tag corresponding to start tag \"{parser.open[-1]}\"")
    return parser.text


def text(value: str, mode: str) -> str:
    """A message's text as people read it. Raises Refusal."""
    read = (plain(value) if mode == "HTML" else value).strip()
    if not read:
        raise Refusal("message text is empty")
    if len(read.encode("utf-16-le", "surrogatepass")) // 2 > 4096:
        raise Refusal("message is too long")
    return read


def keyboard(value: str | None) -> list[list[dict[str, str]]]:
    """The rows of a reply_markup. Raises Refusal."""
    if not value:
        return []
    try:
        rows = json.loads(value)["inline_keyboard"]
    except (ValueError, KeyError, TypeError):
        raise Refusal("can't parse reply keyboard markup JSON object") from None
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100:
        raise Refusal("reply markup is too long")
    for button in buttons:
        if not str(button.get("text", "")).strip():
            raise Refusal("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise Refusal("BUTTON_DATA_INVALID")
    return rows  # type: ignore[no-any-return]
