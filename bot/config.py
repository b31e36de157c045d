"""Settings: the environment over a file over the defaults. Whatever cannot be used is one SettingError.

The law of this file: nothing is read behind the caller's back (the environment is an argument), and no message holds
the token, wherever it was written by mistake.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from .access import Mode
from .errors import SettingError
from .secret import FITS, hidden, key_of
from .source import Node, Pairs, Text, parse

PREFIX = "BOT_"
ALIASES = {"TELEGRAM_BOT_TOKEN": "BOT_TELEGRAM__TOKEN"}
"""Other names of the same variables; the name on the right wins where both are set."""
READABLE_BY_OTHERS = 0o044


def _one_word(token: SecretStr) -> SecretStr:
    if re.search(r"[\s/]", token.get_secret_value()):
        raise ValueError("a token has neither spaces nor slashes")
    return token


def _a_key(key: SecretStr) -> SecretStr:
    if key.get_secret_value() and key_of(key.get_secret_value()) is None:
        raise ValueError("this is no key")
    return key


Key = Annotated[SecretStr, BeforeValidator(lambda key: str(key).strip()), AfterValidator(_a_key)]
SomePath = Annotated[Path | None, BeforeValidator(lambda path: path or None)]
SECRETS = ("telegram.token", "store.key", "store.new_key")


def _long_enough(days: int) -> int:
    if days < 0 or 0 < days < 14:
        raise ValueError("people are told 7 days before, which takes 14 days or more")
    return days


class _Section(BaseModel):
    """Unknown keys are refused; `description` of a field is what its error tells to write."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Telegram(_Section):
    """How to reach Telegram, and how fast to speak there."""

    token: Annotated[SecretStr, BeforeValidator(lambda token: str(token).strip()), AfterValidator(_one_word)] = Field(
        SecretStr(""), description="the token that @BotFather gave you"
    )
    base_url: Annotated[str, BeforeValidator(lambda url: str(url).rstrip("/"))] = Field(
        "https://api.telegram.org",
        pattern=r"^https?://[^\s/]+(/[^\s/]+)*$",
        description="the address of a Bot API server, such as http://127.0.0.1:8081",
    )
    pace: float = Field(
        1.0, ge=0, le=10, allow_inf_nan=False, description="a number from 0 (at once) to 10; 1 is a human pace"
    )
    rate: float = Field(
        30.0, ge=0, allow_inf_nan=False, description="a number of messages a second; 0 lifts the limits"
    )
    access: Mode = Field("open", description="open, invite or list")
    people: Annotated[str, BeforeValidator(lambda chats: str(chats).strip())] = Field(
        "",
        pattern=r"^([1-9]\d{0,18}(\s*,\s*[1-9]\d{0,18})*)?$",
        description="the numbers of people's chats, parted by commas, such as 4711, 4712",
    )


class Store(_Section):
    """Where sessions and keepsakes are kept, and the keys that they are sealed with."""

    path: Path = Field(Path("data/kintsugi.db"), description="the name of a file on a local disk")
    keys: SomePath = Field(None, description="the name of a file on a local disk, or nothing for one beside store.path")
    key: Key = Field(SecretStr(""), description=f"{FITS}, or nothing for a file that holds it (store.key_file)")
    key_file: SomePath = Field(None, description="the name of a file, or nothing for one beside store.path")
    new_key: Key = Field(SecretStr(""), description=f"{FITS}, or nothing while the key is not replaced")

    @property
    def keys_path(self) -> Path:
        """The file of people's keys."""
        return self.keys or self.path.with_suffix(".keys")

    @property
    def key_path(self) -> Path:
        """The file of the operator's key, when it is not a setting."""
        return self.key_file or self.path.with_suffix(".key")


class Flows(_Section):
    """Which conversations are led. `path` None: those that come with the program."""

    path: SomePath = Field(
        None, description="the name of a folder of flow files, or nothing for those that come with the bot"
    )


class Safety(_Section):
    """Whom to call in danger, and who is told. `notify` empty: nobody."""

    country: Annotated[str, BeforeValidator(lambda code: str(code).strip().upper())] = Field(
        "", pattern="^([A-Z]{2})?$", description="the two letters of a country, such as ES, or nothing"
    )
    notify: Annotated[str, BeforeValidator(lambda chat: str(chat).strip())] = Field(
        "", pattern=r"^(-?\d{1,20})?$", description="the number of a Telegram chat of yours, or nothing"
    )


class Privacy(_Section):
    """Whom people can ask about their data, and how long it is kept. `days` 0: until they erase it."""

    contact: str = Field("", max_length=200, description="how you can be reached, such as an address, or nothing")
    days: Annotated[int, AfterValidator(_long_enough)] = Field(
        0, description="a whole number of days, 14 or more, or 0 (until they erase it)"
    )


class Limits(_Section):
    """How much one person may send."""

    per_minute: float = Field(
        20.0, ge=0, allow_inf_nan=False, description="a number of messages a minute for each person; 0 lifts the limit"
    )


class Web(_Section):
    """The chat page. `enabled` "auto": only while there is no token."""

    enabled: bool | Literal["auto"] = Field("auto", description="true, false, or auto (only while there is no token)")
    host: str = Field("127.0.0.1", min_length=1, description="127.0.0.1, unless others shall reach the page")
    port: int = Field(8080, ge=0, le=65535, description="a whole number from 0 (any free port) to 65535")


class Settings(BaseSettings):
    """Everything an operator can set. Made by `load_settings`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    telegram: Telegram = Telegram()
    store: Store = Store()
    flows: Flows = Flows()
    safety: Safety = Safety()
    privacy: Privacy = Privacy()
    limits: Limits = Limits()
    web: Web = Web()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` hands over."""
        return (init_settings,)

    @property
    def token(self) -> str:
        """The bot's token at Telegram; empty: none."""
        return self.telegram.token.get_secret_value()

    @property
    def people(self) -> frozenset[str]:
        """The chats that may talk with the bot where `telegram.access` is list."""
        return frozenset(re.findall(r"\d+", self.telegram.people))

    @property
    def page(self) -> bool:
        """Whether the chat page is served."""
        return not self.token if self.web.enabled == "auto" else self.web.enabled


def load_settings(file: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of a YAML file (None: no file) and an environment. Raises SettingError."""
    written = _read(file) if file else {}
    variables = _variables(environ)
    try:
        settings = Settings.model_validate(_nested(written, variables))
    except ValidationError as error:
        raise _first(error, written, environ) from None
    if file and any((secret := written.get(name)) and secret.text for name in SECRETS):
        _refuse_open(file)
    _refuse_same(settings.store)
    if settings.telegram.access == "list" and not settings.people:
        raise SettingError("telegram.people", "nobody is on the list", "write the numbers of their chats", "")
    if not (settings.token or settings.page):
        fix = "set telegram.token, or web.enabled to true"
        raise SettingError("web.enabled", "with neither page nor token nobody could talk to the bot", fix, False)
    return settings


def names() -> dict[str, str]:
    """Every setting as `section.name`, and its environment variable."""
    return {
        f"{section}.{name}": f"{PREFIX}{section}__{name}".upper()
        for section, kind in _sections().items()
        for name in kind.model_fields
    }


def _sections() -> dict[str, type[BaseModel]]:
    kinds = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {name: kind for name, kind in kinds.items() if isinstance(kind, type) and issubclass(kind, BaseModel)}


def _nested(written: Mapping[str, Text], variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Values by section and name, the environment's over the file's."""
    values: dict[str, dict[str, Any]] = {}
    for key, value in written.items():
        section, _, name = key.partition(".")
        values.setdefault(section, {})[name] = value.text
    environment = EnvSettingsSource(Settings)
    environment.env_vars = {name.lower(): value for name, value in variables.items()}
    for section, given in environment().items():
        values[section] = values.get(section, {}) | given
    return values


# --- the environment ---


def _variables(environ: Mapping[str, str]) -> dict[str, str]:
    """Our variables that are set, under their first names. An empty one counts as not set."""
    known = list(names().values())
    for variable in environ:
        if variable.startswith(PREFIX) and variable not in known:
            raise _error(variable, None, "there is no such setting", _did_you_mean(variable, known))
    aliases = {known: environ[alias] for alias, known in ALIASES.items() if environ.get(alias)}
    return aliases | {name: environ[name] for name in known if environ.get(name)}


# --- the file ---


def _read(file: Path) -> dict[str, Text]:
    """What the file sets, as `section.name`. Raises SettingError."""
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingError(str(file), "the file is not text in UTF-8", "save it as UTF-8") from None
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise SettingError(str(file), problem, "look at its name and rights") from None
    if all(line.strip()[:1] in {"", "#"} for line in text.splitlines()):
        return {}
    root, problems = parse(file.name, text)
    for found in problems:
        raise _error(str(found.place), None, found.message, found.fix)
    return dict(_settings(root))


def _settings(root: Node | None) -> Iterator[tuple[str, Text]]:
    """The values of all sections. Raises SettingError where the shape is another one."""
    fix = "write sections with settings below them, as config.example.yaml does"
    if not isinstance(root, Pairs):
        raise _error("settings", None, "the file has no sections", fix)
    for section, fields in root.pairs:
        if section.text not in Settings.model_fields:
            problem = "there is no such section"
            raise _error(section.text, section.place, problem, _did_you_mean(section.text, Settings.model_fields))
        if isinstance(fields, Text) and not fields.text:
            continue
        if not isinstance(fields, Pairs):
            raise _error(section.text, fields.place, "this is a section, not a setting", fix)
        for name, value in fields.pairs:
            yield from _setting(section.text, name, value)


def _setting(section: str, name: Text, value: Node) -> Iterator[tuple[str, Text]]:
    key = f"{section}.{name.text}"
    known = [one for one in names() if one.startswith(f"{section}.")]
    if key not in known:
        raise _error(key, name.place, "there is no such setting", _did_you_mean(key, known))
    if not isinstance(value, Text):
        raise _error(key, value.place, "this is a list or a section", "write one value")
    yield key, value


def _refuse_same(store: Store) -> None:
    """Three files, three names: none of them may overwrite another."""
    paths = [path.absolute() for path in (store.path, store.keys_path, store.key_path)]
    if len(set(paths)) < len(paths):
        problem = "the database, people's keys and the operator's key are to be three files"
        raise _error("store.path", None, problem, "give store.path, store.keys and store.key_file other names")


def _refuse_open(file: Path) -> None:
    """A file that holds the token or a key is for its owner alone."""
    mode = file.stat().st_mode & 0o777
    if os.name == "posix" and mode & READABLE_BY_OTHERS:
        problem = "the file holds a secret and others on this machine may read it"
        raise SettingError(str(file), problem, f"run: chmod 600 {file}", f"mode {mode:o}")


# --- what is wrong ---


def _error(key: str, origin: object, problem: str, fix: str, value: object = None) -> SettingError:
    """An error without token and keys: a misplaced one is as secret as one in its place."""
    where = f"{key} ({origin})" if origin else key
    shown = None if value is None else hidden(str(value))[:100]
    return SettingError(hidden(where), hidden(problem), hidden(fix), shown)


def _first(error: ValidationError, written: Mapping[str, Text], environ: Mapping[str, str]) -> SettingError:
    """The first of pydantic's complaints, in our words."""
    fault = error.errors()[0]
    section, name = (str(part) for part in fault["loc"][:2])
    key = f"{section}.{name}"
    field = _sections()[section].model_fields[name]
    aliases = [alias for alias, known in ALIASES.items() if known == names()[key]]
    origin = next((one for one in [names()[key], *aliases] if environ.get(one)), None) or written[key].place
    secret = field.annotation is SecretStr
    problem = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else "this does not fit"
    return _error(key, origin, problem, f"write {field.description}", None if secret else fault["input"])


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"remove it; there are {', '.join(known)}"
