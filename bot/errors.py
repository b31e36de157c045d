"""Every error of ours, on one base. A message says what happened and what to do; none holds a person's words."""

from __future__ import annotations


class BotError(Exception):
    """The base of all errors raised by this package."""


class SettingError(BotError):
    """A setting cannot be used. Reads as `key: value: what is wrong; the fix`."""

    def __init__(self, key: str, problem: str, fix: str, value: object = None) -> None:
        shown = "" if value is None else f" is {value!r}"
        super().__init__(f"{key}{shown}: {problem}; {fix}")
        self.key = key


class FlowError(BotError):
    """The flows have errors, so the bot does not start. Holds the same lines that `check` prints."""


class StoreError(BotError):
    """The database cannot be used: it is newer than this program, damaged, or not ours. It was left untouched."""


class Conflict(BotError):
    """Somebody else committed a turn of this chat since it was loaded: load it again and repeat the turn."""


class Unread(BotError):
    """The turn needs what the person gathered over time (`bot.archive`): read it, and repeat the turn with it."""


class ConditionError(BotError):
    """An author's expression failed while a person was talking. Names the place in the file, never a value."""


class PhraseError(BotError):
    """A phrase of the safety rules cannot be read. `fix` says what to write instead."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.fix = fix


class TokenRefused(BotError):
    """Telegram does not know this token (401 or 404): ask @BotFather for the present one."""


class DeliveryError(BotError):
    """The base of what a channel may raise when it sends. Its text goes to the log: none of what the far side said."""


class Later(DeliveryError):
    """The channel asks to wait (429). `seconds` is how long, as it was named."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to wait {seconds} s")
        self.seconds = seconds


class Unreachable(DeliveryError):
    """The network or the far side failed (connection, timeout, 5xx): try again, with growing pauses."""


class Refused(DeliveryError):
    """The far side will never take this message (400): mark it and go on."""


class Gone(DeliveryError):
    """The person blocked the bot or left (403): mark the message and go on."""
