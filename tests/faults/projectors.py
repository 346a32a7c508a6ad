"""Processes that project a log, to be killed; one of them is broken on purpose, the control of the checker."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import appends
from attrs import evolve

from oplog import OpLog, Pending, events
from oplog import views as views_module
from oplog.store.views import StoredViews

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def project_on_and_on(where: Any, said: Connection) -> None:
    """Append what is counted, catch up and rebuild, in small steps, until killed; say so after each."""
    views_module.STEP, views_module.CHUNK = 2, 1
    chance = Random()
    with OpLog.open(where) as log:
        while True:
            stream = chance.choice(appends.STREAMS)
            held = Pending(stream=stream, event=events.OccurrenceHeld(count=2, attendance=5))
            log.append(held, *appends.parts(str(uuid4()), chance.randint(1, 3)))
            if chance.random() < 0.2:
                log.rebuild(chance.choice(("figures", "register", "calendar")))
            else:
                log.project()
            said.send_bytes(b"projected")


def project_by_half(where: Any, said: Connection) -> None:
    """Broken: store the rows in one transaction and how far they reach in another, and stand still in between."""
    whole = StoredViews.advance

    def advance(self: StoredViews, at: Any, step: Any) -> Any:
        made = whole(self, at, evolve(step, position=at.position))
        if step.position > at.position:
            said.send_bytes(b"by half")
            time.sleep(60)
        return whole(self, at, step) if made else None

    with OpLog.open(where) as log:
        log.project()
        log.append(Pending(stream=appends.STREAMS[0], event=events.OccurrenceHeld(count=2)))
        StoredViews.advance = advance  # type: ignore[method-assign]
        log.project()
