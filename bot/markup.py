"""Telegram's HTML: what its parser takes. Source: the section "HTML style" of the Bot API's documentation."""

from __future__ import annotations

import re

TAGS = {
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "code",
    "pre",
    "blockquote",
    "tg-spoiler",
    "a",
    "span",
}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:=\"[^\"<>]*\")?)*)\s*>")
ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


def fault(text: str) -> str:
    """Why Telegram would refuse a text as HTML; nothing if it takes it."""
    opened: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "<":
            found = TAG.match(text, at)
            if not found:
                return f"a bare < before {text[at + 1 : at + 13]!r}"
            if reason := _tag(found, opened):
                return reason
            at = found.end()
        elif text[at] == "&" and not ENTITY.match(text, at):
            return f"a bare & before {text[at + 1 : at + 13]!r}"
        else:
            at += 1
    return f"<{opened[-1]}> is not closed" if opened else ""


def _tag(found: re.Match[str], opened: list[str]) -> str:
    closing, name, attributes = found[1], found[2].lower(), found[3].strip()
    if name not in TAGS:
        return f"Telegram has no <{name}>"
    if closing:
        if not opened or opened[-1] != name:
            return f"</{name}> closes <{opened[-1]}>" if opened else f"</{name}> closes nothing"
        opened.pop()
        return ""
    if name == "a" and not re.fullmatch(r'href="(?:https?|tg|mailto|tel):[^"]+"', attributes):
        return '<a> needs href="https://…"'
    if name == "span" and attributes != 'class="tg-spoiler"':
        return '<span> needs class="tg-spoiler"'
    if name in opened and name in {"a", "blockquote", "pre", "code"}:
        return f"<{name}> inside <{name}>"
    opened.append(name)
    return ""
