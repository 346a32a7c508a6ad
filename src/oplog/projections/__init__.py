"""Projections: pure folds from recorded events to views, registered in one tuple.

To add one, write a file with its fold and add a line to `PROJECTIONS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.projections import calendar, figures, register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from oplog.recorded import Recorded


@frozen
class Projection:
    """A fold with a name and a version.

    `begin` makes an empty draft, `apply` takes one event into it (in order of position), `finish` makes the view, an
    immutable value that shares nothing with the draft. `view` does all three.
    """

    name: str
    version: int
    begin: Callable[[], Any]
    apply: Callable[[Any, Recorded], None]
    finish: Callable[[Any], Any]

    def view(self, events: Iterable[Recorded]) -> Any:
        """The view of these events."""
        draft = self.begin()
        for recorded in events:
            self.apply(draft, recorded)
        return self.finish(draft)


PROJECTIONS = (
    Projection("register", 1, dict, register.apply, register.finish),
    Projection("figures", 1, dict, figures.apply, figures.finish),
    Projection("calendar", 1, calendar.begin, calendar.apply, calendar.finish),
)
