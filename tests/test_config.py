"""Settings: what an operator writes, and what they are told when it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load_settings
from bot.errors import SettingError
from tests.books import ROOT

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOpp"


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    """A settings file."""
    path = folder / "config.yaml"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_defaults() -> None:
    """Without a file and without a variable the bot runs on its page at 127.0.0.1:8080."""
    settings = load_settings(None, {})
    assert settings.token == ""
    assert settings.page
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8080)
    assert str(settings.store.path) == "data/kintsugi.db"
    assert (settings.telegram.pace, settings.telegram.rate) == (1, 30)


def test_example_is_the_defaults() -> None:
    """config.example.yaml, as it is, sets what is set anyway."""
    assert load_settings(ROOT / "config.example.yaml", {}) == load_settings(None, {})


def test_environment_goes_over_the_file(tmp_path: Path) -> None:
    """A variable goes over the file, the file over the default, setting by setting."""
    path = written(tmp_path, f"telegram:\n  token: {TOKEN}\n  pace: 0.5\nweb: {{port: 81}}\n")
    settings = load_settings(path, {"BOT_WEB__PORT": "82", "BOT_TELEGRAM__RATE": "0", "PATH": "/bin"})
    assert settings.token == TOKEN
    assert (settings.telegram.pace, settings.telegram.rate, settings.web.port) == (0.5, 0, 82)
    assert not settings.page


def test_both_names_of_the_token() -> None:
    """TELEGRAM_BOT_TOKEN and BOT_TELEGRAM__TOKEN both set the token, and the longer name wins."""
    assert load_settings(None, {"TELEGRAM_BOT_TOKEN": f" {TOKEN}\n"}).token == TOKEN
    both = {"TELEGRAM_BOT_TOKEN": "1:other", "BOT_TELEGRAM__TOKEN": TOKEN}
    assert load_settings(None, both).token == TOKEN


def test_base_url_loses_its_last_slash() -> None:
    """The address of a Bot API server may end with a slash."""
    settings = load_settings(None, {"BOT_TELEGRAM__BASE_URL": "http://127.0.0.1:8081/"})
    assert settings.telegram.base_url == "http://127.0.0.1:8081"


@pytest.mark.parametrize(
    ("text", "variables", "line"),
    [
        ("webb: {port: 1}", {}, "webb (config.yaml:1:1): there is no such section; did you mean web?"),
        ("web: {prot: 1}", {}, "web.prot (config.yaml:1:7): there is no such setting; did you mean web.port?"),
        ("web:\n  port: high", {}, "web.port (config.yaml:2:9) is 'high': this does not fit; write a whole number"),
        ("web:\n  port: 70000", {}, "web.port (config.yaml:2:9) is '70000': this does not fit; write a whole number"),
        ("web: 8080", {}, "web (config.yaml:1:6): this is a section, not a setting"),
        ("- web", {}, "settings: the file has no sections"),
        ("web: {port: [1]}", {}, "web.port (config.yaml:1:13): this is a list or a section; write one value"),
        ("web: {port: 1, port: 2}", {}, "config.yaml:1:16: 'port' is there twice"),
        ("web: {port: 1", {}, "YAML cannot be read"),
        ("telegram: {pace: .nan}", {}, "telegram.pace"),
        ("", {"BOT_WEB__PORT": "x"}, "web.port (BOT_WEB__PORT) is 'x': this does not fit; write a whole number"),
        ("", {"BOT_WEB__PROT": "1"}, "BOT_WEB__PROT: there is no such setting; did you mean BOT_WEB__PORT?"),
        ("", {"BOT_TELEGRAM__PACE": "-1"}, "telegram.pace (BOT_TELEGRAM__PACE) is '-1'"),
        ("", {"BOT_TELEGRAM__BASE_URL": "ftp://x"}, "telegram.base_url (BOT_TELEGRAM__BASE_URL) is 'ftp://x'"),
        (
            "",
            {"BOT_STORE__KEY": "swordfish"},
            "store.key (BOT_STORE__KEY): this is no key; write 32 random bytes in hex",
        ),
        ("store:\n  new_key: x", {}, "store.new_key (config.yaml:2:12): this is no key; write 32 random bytes in hex"),
        ("store: {keys: data/kintsugi.db}", {}, "store.path: the database, people's keys and the operator's key are"),
        ("telegram: {access: closed}", {}, "'closed': this does not fit; write open, invite or list"),
        (
            "telegram: {people: ana}",
            {},
            "telegram.people (config.yaml:1:20) is 'ana': this does not fit; write the num",
        ),
        ("", {"BOT_TELEGRAM__PEOPLE": "1,,2"}, "telegram.people (BOT_TELEGRAM__PEOPLE) is '1,,2': this does not fit"),
        ("", {"BOT_TELEGRAM__PEOPLE": "-100"}, "telegram.people (BOT_TELEGRAM__PEOPLE) is '-100': this does not fit"),
        ("", {"BOT_TELEGRAM__ACCESS": "list"}, "telegram.people is '': nobody is on the list; write the numbers"),
        ("", {"BOT_LIMITS__PER_MINUTE": "-1"}, "limits.per_minute (BOT_LIMITS__PER_MINUTE) is '-1'"),
        ("", {"BOT_WEB__ENABLED": "false"}, "web.enabled is False: with neither page nor token nobody could talk"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, text: str, variables: dict[str, str], line: str) -> None:
    """What cannot be used is one line with the setting, where it stands, its value and the fix."""
    with pytest.raises(SettingError) as caught:
        load_settings(written(tmp_path, text), variables)
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_people(tmp_path: Path) -> None:
    """The people of a list are numbers parted by commas, in the file and in the environment."""
    path = written(tmp_path, "telegram:\n  access: list\n  people: 4711, 4712\n")
    assert load_settings(path, {}).people == {"4711", "4712"}
    assert load_settings(path, {"BOT_TELEGRAM__PEOPLE": " 5 ,6"}).people == {"5", "6"}
    assert load_settings(None, {"BOT_TELEGRAM__ACCESS": "invite"}).people == frozenset()


def test_unreadable_file(tmp_path: Path) -> None:
    """A file that is not there, or is not text, is told by its name."""
    with pytest.raises(SettingError, match=r"none\.yaml: the file cannot be read"):
        load_settings(tmp_path / "none.yaml", {})
    (tmp_path / "latin.yaml").write_bytes(b"web:\n  host: caf\xe9\n")
    with pytest.raises(SettingError, match="not text in UTF-8"):
        load_settings(tmp_path / "latin.yaml", {})


def test_token_is_never_shown(tmp_path: Path) -> None:
    """No message holds the token, wherever it was written by mistake, and settings do not print it."""
    for text in (f"telegram: {{token: [{TOKEN}]}}", f"telegram: {{pace: '{TOKEN}'}}", f"{TOKEN}: x"):
        with pytest.raises(SettingError) as caught:
            load_settings(written(tmp_path, text), {})
        assert "AAbbCC" not in str(caught.value)
    with pytest.raises(SettingError) as caught:
        load_settings(None, {"TELEGRAM_BOT_TOKEN": f"{TOKEN} {TOKEN}"})
    assert "AAbbCC" not in str(caught.value)
    assert "AAbbCC" not in repr(load_settings(None, {"TELEGRAM_BOT_TOKEN": TOKEN}))


def test_files_beside_the_database() -> None:
    """The files of keys stand beside the database, wherever that is, unless they are given places of their own."""
    store = load_settings(None, {"BOT_STORE__PATH": "/srv/a.db"}).store
    assert (store.keys_path, store.key_path) == (Path("/srv/a.keys"), Path("/srv/a.key"))
    store = load_settings(None, {"BOT_STORE__KEYS": "/b/keys", "BOT_STORE__KEY_FILE": "/c/key"}).store
    assert (store.keys_path, store.key_path) == (Path("/b/keys"), Path("/c/key"))


@pytest.mark.parametrize("key", ["0123456789abcdef" * 4, "q_83" * 10 + "q-8", "q/83" * 10 + "q+8="])
def test_key_is_never_shown(tmp_path: Path, key: str) -> None:
    """No message holds a key, wherever it was written by mistake; settings do not print it; a file that holds one is
    for its owner alone."""
    for text in (f"store: {{key: [{key}]}}", f"web: {{port: '{key}'}}", f"{key}: x", f"store: {{key: '{key}{key}'}}"):
        with pytest.raises(SettingError) as caught:
            load_settings(written(tmp_path, text), {})
        assert key[:12] not in str(caught.value)
    settings = load_settings(None, {"BOT_STORE__KEY": f" {key}\n"})
    assert settings.store.key.get_secret_value() == key
    assert key not in repr(settings)
    with pytest.raises(SettingError, match="chmod 600"):
        load_settings(written(tmp_path, f"store: {{key: '{key}'}}", 0o644), {})


def test_file_with_token_is_for_its_owner(tmp_path: Path) -> None:
    """A file that holds the token and that others may read is refused, with the command that mends it."""
    path = written(tmp_path, f"telegram: {{token: '{TOKEN}'}}", 0o644)
    with pytest.raises(SettingError, match=f"run: chmod 600 {path}"):
        load_settings(path, {})
    path.chmod(0o600)
    assert load_settings(path, {}).token == TOKEN
