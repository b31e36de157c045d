"""A companion after a betrayal: dialogues written in YAML, run as state machines, spoken on Telegram."""

__version__ = "0.1.0"
