"""The rules of `check`, a file for each matter. Each rule takes the case and yields problems."""

from .case import Case

__all__ = ["Case"]
