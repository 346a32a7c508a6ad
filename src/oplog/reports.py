"""`Reports`: published reports, the part of `OpLog` that publishes and tells again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.domain.aggregates import decider_of
from oplog.domain.report import REPORTS, Published
from oplog.errors import InvalidValue, NoSuchStream, Refused
from oplog.life import live
from oplog.store.recorder import Span
from oplog.writing import ATTEMPTS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from oplog.narrative.configuration import ReportConfiguration
    from oplog.narrative.document import Document
    from oplog.narrative.restatement import Restatement
    from oplog.narrative.sections import Builder
    from oplog.recorded import Recorded
    from oplog.retelling import Retold
    from oplog.store.store import Store
    from oplog.writing import Writer


@frozen(kw_only=True)
class Publication:
    """A published report: its name, the event that published it, and all formats that it came in so far.

    The event is as it is to be read: with its corrections. `formats` has the SHA-256 (hex) of the bytes of each.
    """

    ref: str
    recorded: Recorded
    formats: dict[str, str]


class Reports:
    """The part of `OpLog` that publishes reports and tells them again."""

    _store: Store
    _writer: Writer

    def publish(
        self,
        ref: str,
        configuration: ReportConfiguration | None = None,
        *,
        formats: Collection[str] = (),
        sections: Sequence[Builder] | None = None,
        **context: Any,
    ) -> tuple[Document, tuple[Recorded, ...]]:
        """Publish the report of all that the log holds now; give it, and the event that pins it.

        `ref` is its name for ever: lower-case letters, digits, dots, dashes and underscores, such as "pol-57-17".
        `formats` are those that are given to its readers, as `render_bytes` makes them. The event, in the stream
        `report/REF`, holds the position up to which the log was read and the root of its tree there, the configuration,
        the fingerprints of the code, and digests of the document, its statements and formats; none of its text.
        `context` is as for `execute`, `sections` as for `narrative`. Without a `marking` the event has the most closed
        one that the report's readers may see, or none where that is the most open: who may not read the report does
        not learn of it, nor by which configuration it was made.

        The same report in the same formats is published once, also by two at a time: then there is no event. Under
        another name it is another publication. Raises `Refused` when another was published under this name,
        `InvalidValue` for a bad name or format, and what `narrative` raises.
        """
        from oplog.narrative.configuration import ReportConfiguration
        from oplog.narrative.sections import SECTIONS
        from oplog.retelling import marking_for, publication

        configuration = configuration or ReportConfiguration()
        context = {"marking": marking_for(configuration), **context}
        stream = self._stream_of(ref)
        history = list(self._store.events())
        root = self._root(history[-1].position) if history else None
        salt = self._salt(stream)

        def published(salt: str) -> tuple[Document, tuple[Recorded, ...]]:
            command, document = publication(history, configuration, formats, sections or SECTIONS, root=root, salt=salt)
            return document, self._writer.execute(stream, command, expected=None, attempts=ATTEMPTS, **context)

        try:
            return published(salt)
        except Refused:
            pinned = self._pinned(stream)
            if salt in pinned or not pinned:
                raise
            # Somebody else published under this name meanwhile: only with their salt can it be told to be the same.
            return published(pinned[0])

    def publications(self) -> tuple[Publication, ...]:
        """The published reports, the oldest first; those whose publication was retracted are left out."""
        found = []
        for stream in self._store.streams():
            if stream.startswith(REPORTS):
                events = [r for r in live(stream, self._store.stream(stream)).events if isinstance(r.event, Published)]
                if events:
                    formats = {one.form: one.digest for r in reversed(events) for one in r.event.formats}
                    ordered = dict(sorted(formats.items()))
                    found.append(Publication(ref=stream.removeprefix(REPORTS), recorded=events[0], formats=ordered))
        return tuple(sorted(found, key=lambda one: one.recorded.position))

    def publication(self, ref: str) -> Publication:
        """A published report. Raises `NoSuchStream` when none was published under this name, or it was retracted."""
        stream = self._stream_of(ref)
        for one in self.publications():
            if REPORTS + one.ref == stream:
                return one
        known = ", ".join(one.ref for one in self.publications()) or "none"
        raise NoSuchStream(f"no report {stream.removeprefix(REPORTS)} was published from this log; published: {known}")

    def as_published(self, ref: str, *, sections: Sequence[Builder] | None = None) -> Retold:
        """A published report, made again from the events that it knew, and held against what was pinned.

        Its `document` is the very one that was published when there are no `reasons` why it is not. Raises
        `NoSuchStream`, and `InvalidValue` when it cannot be made at all.
        """
        from oplog.narrative.sections import SECTIONS
        from oplog.retelling import retell

        recorded = self.publication(ref).recorded
        up_to = recorded.event.up_to
        self._all_known(up_to)
        history = list(self._store.events(Span(None, up_to)))
        return retell(recorded, history, self._root(up_to), sections or SECTIONS)

    def restatement(self, ref: str, *, sections: Sequence[Builder] | None = None) -> Restatement:
        """What has changed in what a published report told, statement by statement, and why.

        Raises `NoSuchStream`, and `InvalidValue` when the report cannot be made again, or when the publication was
        marked so that the report's readers may not see it: mark it otherwise, for the restatement cites it.
        """
        from oplog.narrative.sections import SECTIONS
        from oplog.restating import restate

        recorded = self.publication(ref).recorded
        self._all_known(self._store.head())
        history = list(self._store.events())
        return restate(recorded, history, self._root(recorded.event.up_to), sections or SECTIONS)

    def _stream_of(self, ref: str) -> str:
        stream = ref if ref.startswith(REPORTS) else REPORTS + ref
        decider_of(stream)
        return stream

    def _salt(self, stream: str) -> str:
        """The salt that was pinned, so that the same report is known again; a new one where there is none."""
        pinned = self._pinned(stream)
        return pinned[0] if pinned else os.urandom(16).hex()

    def _pinned(self, stream: str) -> list[str]:
        """The salts of the publications in a stream that stand: one, or none."""
        events = live(stream, self._store.stream(stream)).events
        return [r.event.salt for r in events if isinstance(r.event, Published)]

    def _all_known(self, up_to: int) -> None:
        for position in sorted(self._store.passed_over or {}):
            if position <= up_to:
                raise InvalidValue(
                    f"the report cannot be made again: the event at position {position} is one that this release of"
                    " oplog does not know, or follows such a one"
                )

    def _root(self, size: int) -> str | None:
        from oplog.retelling import roots_at

        return roots_at(self._store.leaves(size), (size,)).get(size)
