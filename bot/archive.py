"""What a person gathered over time: too much for every turn, so it is read where a turn needs it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .events import Drop, Effect, Keep, Note


@dataclass(frozen=True, slots=True)
class Archive:
    """All keepsakes and all notes of a person, each oldest first."""

    keepsakes: tuple[Keep, ...] = ()
    notes: tuple[Note, ...] = ()

    def after(self, effects: Iterable[Effect]) -> Archive:
        """The archive once these effects were stored."""
        kept, noted = {keep.id: keep for keep in self.keepsakes}, {note.id: note for note in self.notes}
        for effect in effects:
            if isinstance(effect, Keep):
                kept[effect.id] = effect
            elif isinstance(effect, Note):
                noted[effect.id] = effect
            elif isinstance(effect, Drop):
                kept.pop(effect.id, None)
                noted.pop(effect.id, None)
        return Archive(tuple(kept.values()), tuple(noted.values()))
