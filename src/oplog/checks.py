"""`Checks`: whether a log is sound, and what it is: the part of `OpLog` that audits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

from oplog.errors import CannotOpen, NoSuchStream
from oplog.folding import fold_of
from oplog.projections.silence import SILENCE, Listening
from oplog.reading import Clocks, Reading
from oplog.views import projection_named

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from oplog.audit import Audit
    from oplog.findings import Finding
    from oplog.integrity.checkpoint import SignedCheckpoint
    from oplog.integrity.signing import VerifierKey
    from oplog.narrative.sections import Builder
    from oplog.projections import Projection
    from oplog.projections.silence import SilenceLimits, SilenceRule
    from oplog.store.store import Store
    from oplog.views import Views


class Checks:
    """The part of `OpLog` that audits."""

    _store: Store
    _views: Views

    def replay(
        self,
        *,
        until: int | None = None,
        streams: Collection[str] = (),
        rules: Collection[str] = (),
        projections: Collection[Projection] = (),
        silence: Collection[SilenceRule] = SILENCE,
        limits: SilenceLimits | None = None,
        sections: Sequence[Builder] | None = None,
        progress: Callable[[int], None] = lambda _position: None,
        **clocks: Unpack[Clocks],
    ) -> tuple[Finding, ...]:
        """Fold the log from scratch and hold it against its rules and kept states; none when it is sound.

        For the arguments see `audit`, which tells besides what was looked at.
        """
        audit = self.audit(
            until=until, streams=streams, rules=rules, projections=projections, silence=silence, limits=limits,
            sections=sections, progress=progress, **clocks,
        )  # fmt: skip
        return audit.findings

    def audit(
        self,
        *,
        until: int | None = None,
        streams: Collection[str] = (),
        rules: Collection[str] = (),
        projections: Collection[Projection] = (),
        silence: Collection[SilenceRule] = SILENCE,
        limits: SilenceLimits | None = None,
        sections: Sequence[Builder] | None = None,
        progress: Callable[[int], None] = lambda _position: None,
        **clocks: Unpack[Clocks],
    ) -> Audit:
        """What `replay` finds, and how many events of how many streams it looked at.

        `until` (a position, inclusive) and `known_at` audit the beginning of the log; what is kept beside later events
        is then not compared. With `valid_at`, the rules on what the log tells see only what had come about by then.
        `streams` and `rules` give only what was found of these streams and by these rules, all if there are none; the
        names of rules are those in the findings. `projections` are yours whose stored views are to be held against the
        events as ours are. `silence` and `limits` are as `rules` and `limits` for `OpLog.silence`; a rule of yours goes
        by the name of its function, with dashes, as ours do. `sections` are the builders of the reports that were
        published with sections of your own, None for those of oplog. `progress` is told each position, twice: when it
        is folded, and when it is verified. Of events that cannot all be read, what verifying finds. Raises
        `NoSuchStream`, and `InvalidValue` for a rule that there is not, and for a projection that cannot be stored.
        """
        from oplog.replaying import replay

        for stream in streams:
            if self._store.version(stream) == 0:
                raise NoSuchStream(f"there is no stream {stream} in this log")
        others = [projection_named(one) for one in projections]
        for one in others:
            fold_of(one)  # raises where it cannot be stored
        return replay(
            self._store, lambda: self._views.held(others), Reading(**clocks), until=until, streams=streams, rules=rules,
            silence=Listening(tuple(silence), limits), sections=sections, progress=progress,
        )  # fmt: skip

    def check_audience(self, configuration: Any = None, **clocks: Unpack[Clocks]) -> tuple[Finding, ...]:
        """What the readers of a report could learn of what they may not see, or would be told otherwise than it is.

        `configuration` is the report's `ReportConfiguration`, None for the default one, which is for the public. The
        report leaves no trace of what is hidden; what it shows can give it away all the same, and that is found: by the
        rules `subtraction` (faults), `named-elsewhere`, `hidden-change` and `unknown-marking` (observations). `clocks`
        are those of `Reading`. None are found where everything can be seen and every marking is known.
        """
        from oplog.audience import seen_by
        from oplog.leaks import leaks
        from oplog.narrative import ReportConfiguration

        configuration = configuration or ReportConfiguration()
        reading = Reading(**clocks)
        history, passed_over, later = self._store.around(reading.known_at)
        seen = seen_by(configuration.readers, history, passed_over, later)
        return leaks(configuration.readers, configuration.known_markings, history, seen, reading)

    @property
    def origin(self) -> str:
        """The name under which the checkpoints of this log are signed; no other log has it.

        Raises `CannotOpen` when the database was damaged or changed, and does not say it any more.
        """
        origin = self._store.about().get("origin")
        if origin is None:
            raise CannotOpen("the log does not say its origin any more: it was damaged or changed; restore a backup")
        return origin

    def about(self) -> dict[str, str]:
        """What was said of the log when it was made: its `origin`, and when it was `created_at` (RFC 3339, UTC)."""
        return self._store.about()

    def leaves(self, until: int | None = None) -> Iterator[bytes]:
        """The leaves of the tree over the events, in order, up to a position (inclusive) or all; 32 bytes each."""
        return self._store.leaves(until)

    def verify(
        self,
        checkpoints: Iterable[SignedCheckpoint] | Mapping[str, SignedCheckpoint] = (),
        keys: Iterable[VerifierKey] = (),
        progress: Callable[[int], None] = lambda _position: None,
    ) -> tuple[Finding, ...]:
        """Hold what is stored against itself, the tree over it, and checkpoints that were kept elsewhere.

        Findings name checkpoints as the mapping does, else by number. Each must be signed by one of the `keys` for this
        log's origin: `NotSigned` is raised otherwise, for it then says nothing. `progress` is told each position that
        was read. Gives all findings; none when nothing was changed since the checkpoints, or, without any, when what is
        stored is consistent with itself.
        """
        from oplog.replaying import verified
        from oplog.verify import SignedTree

        keys = tuple(keys)
        if not isinstance(checkpoints, Mapping):
            checkpoints = {f"checkpoint {number}": one for number, one in enumerate(checkpoints, 1)}
        signed = []
        for name, one in checkpoints.items():
            one.verify(origin=self.origin, log_keys=keys)
            signed.append(SignedTree(one.checkpoint.size, one.checkpoint.root, name))
        return verified(self._store, signed, progress)
