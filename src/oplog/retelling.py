"""Published reports told again: from the events that they knew, by the configuration that they had.

A publication pins digests and no text: prose that was made from events must not outlive them (ADR 20). So a report is
made again, and held against what was pinned.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import attrs
from attrs import evolve, frozen

from oplog.canonical import plain
from oplog.domain.report import REPORTS, Publish, Published
from oplog.domain.values import Fingerprint, Plain, Rendering
from oplog.domain.when import When
from oplog.errors import BadConfiguration, Damaged, InvalidValue, OplogError, Undecodable
from oplog.findings import Finding, found_at
from oplog.integrity.lines import base64_text
from oplog.integrity.tree import Frontier
from oplog.kept_configuration import configuration_data, configuration_from
from oplog.narrative.document import Document
from oplog.narrative.last_report import series_of
from oplog.narrative.plan import narrate
from oplog.narrative.render import formats_of, render_bytes
from oplog.narrative.sections import SECTIONS
from oplog.narrative.told import told_in
from oplog.reporting import report_on
from oplog.sources import sources_of
from oplog.store.wire import dump
from oplog.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from oplog.audience import Seen
    from oplog.findings import Severity
    from oplog.material import Material
    from oplog.narrative.configuration import ReportConfiguration
    from oplog.narrative.sections import Builder
    from oplog.narrative.told import ToldStatement
    from oplog.recorded import Recorded

_READ_BY = ("oplog.reading", "oplog.store.codec", "oplog.store.wire")
RULE = "published-reports"


@frozen(kw_only=True)
class Retold:
    """A published report, made again.

    `ref` is its name, `publication` the event that published it, as it is to be read, `configuration` the one that it
    had, and `document` what its events give now by it, as far as its readers may have `seen` them. `causes` say why
    that is not the document that was published, in a word each: the "events" are others, or the code that reads them
    ("reading") or tells them ("telling"), the "words" of the language or "sections" of one's own have changed;
    "unexplained" when it is none of these, and "frame" when every statement is the same. There are none when it is the
    document, byte for byte. `first` is the number (from 1) of the first statement that differs, None when none does.
    """

    ref: str
    publication: Recorded
    configuration: ReportConfiguration
    document: Document
    seen: Seen
    causes: tuple[str, ...] = ()
    first: int | None = None

    @property
    def reproduced(self) -> bool:
        """Whether it is the very document that was published."""
        return not self.causes

    @property
    def code_alone(self) -> bool:
        """Whether it differs because the code or its words have changed, and for nothing else."""
        return bool(self.causes) and not {"events", "unexplained"} & {*self.causes}

    @property
    def reasons(self) -> tuple[str, ...]:
        """The causes, in whole words for whoever checks."""
        event = self.publication.event
        return tuple(
            _REASONS.get(cause, _REASONS["telling"]).format(up_to=event.up_to, release=event.release)
            for cause in self.causes
        )

    def told_first(self) -> str:
        """The first statement that differs, in words; "" when none does."""
        if self.first is None:
            return ""
        told = told_in(self.document)
        if self.first > len(told):
            return f"; the first statement that differs, number {self.first}, is not told any more"
        one = told[self.first - 1]
        return f"; the first statement that differs, number {self.first} ({one.place}), now reads: {one.text}"


def marking_for(configuration: ReportConfiguration) -> str | None:
    """The marking of a publication: that of its readers, so that others do not learn of it; None for the most open."""
    name = configuration.readers.name
    return None if name == configuration.scheme.markings[0] else name


def publication(
    history: Sequence[Recorded],
    configuration: ReportConfiguration,
    forms: Iterable[str],
    sections: Sequence[Builder],
    *,
    root: str | None,
    salt: str,
) -> tuple[Publish, Document]:
    """What is to be recorded of a report of all that a log holds, and the report. Raises what `narrate` raises.

    `salt` is that of the publication if there is one, so that the same report gives the same digests; else a new one.
    """
    reported = report_on(history, configuration, sections=sections)
    document, windows = reported.document, reported.windows
    formats = formats_of(configuration)
    command = Publish(
        up_to=history[-1].position,
        root=root,
        series=series_of(configuration),
        dated=When.of(windows.today),
        window=When.of(windows.since, windows.until),
        figures=windows.figures,
        follows=None if windows.last is None else windows.last.stream,
        configuration=Plain(configuration_data(configuration)),
        language=document.language,
        salt=salt,
        digest=digest_of(document, salt),
        marks=tuple(mark_of(told, salt) for told in told_in(document)),
        formats=tuple(
            Rendering(form, hashlib.sha256(render_bytes(document, formats.get(form, form))).hexdigest())
            for form in sorted({*forms})
        ),
        fingerprints=fingerprints(tuple(sections)),
        release=__version__,
    )
    return command, document


def digest_of(document: Document, salt: str) -> str:
    """SHA-256 (hex) of a salt and a document as canonical JSON, without what says nothing."""
    fields = [field for field in attrs.fields(Document) if field.metadata.get("data", True)]
    data = {field.name: plain(getattr(document, field.name)) for field in fields}
    return hashlib.sha256(dump([salt, _said(data)])).hexdigest()


def _said(data: object) -> object:
    """The data without nulls and empty lists: a field that a later release adds, and does not use, changes nothing."""
    if isinstance(data, dict):
        kept = {key: _said(value) for key, value in data.items()}
        return {key: value for key, value in kept.items() if value is not None and value != []}
    return [_said(item) for item in data] if isinstance(data, list) else data


def mark_of(told: ToldStatement, salt: str) -> str:
    """The first 16 digits of the SHA-256 of a salt, a statement and the positions that it rests on."""
    return hashlib.sha256(dump([salt, told.text, list(told.positions)])).hexdigest()[:16]


@cache
def fingerprints(sections: tuple[Builder, ...] = SECTIONS) -> tuple[Fingerprint, ...]:
    """What a report is made with: what reads the events, what tells them, and the files of words beside these.

    Sections that are not those of oplog have a fingerprint of their own. Raises `InvalidValue` for a builder whose
    source cannot be found.
    """
    sources = sources_of((narrate,), _READ_BY)
    events = {"oplog/domain/", "oplog/projections/", "oplog/store/"}
    reading = {name: d for name, d in sources.items() if name.rpartition("/")[0] + "/" in {*events, "oplog/"}}
    telling = {name: digest for name, digest in sources.items() if name not in reading}
    own: dict[str, object] = {}
    if sections != SECTIONS:
        own = {name: digest for name, digest in sources_of(sections).items() if name not in sources}
        own["order"] = [f"{build.__module__}.{build.__qualname__}" for build in sections]
    words = dict(_words(files("oplog") / "narrative"))
    parts = {"reading": reading, "telling": telling, "words": words, "sections": own}
    return tuple(
        Fingerprint(part, hashlib.sha256(dump(digests)).hexdigest()) for part, digests in parts.items() if digests
    )


def _words(folder: Traversable, within: str = "") -> Iterator[tuple[str, str]]:
    """The digest of each file of the narrative that is no code, by its name."""
    for item in sorted(folder.iterdir(), key=lambda one: one.name):
        if item.is_dir() and not item.name.startswith("__"):
            yield from _words(item, f"{within}{item.name}/")
        elif item.is_file() and not item.name.endswith((".py", ".pyc", ".typed")):
            yield f"{within}{item.name}", hashlib.sha256(item.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def configuration_of(event: Published) -> ReportConfiguration:
    """The configuration of a published report, with the windows that it had.

    Raises `InvalidValue` for one that this release cannot read.
    """
    try:
        kept = configuration_from(event.configuration.data)
    except (Undecodable, BadConfiguration, InvalidValue, LookupError, AttributeError, TypeError) as error:
        raise InvalidValue(f"its configuration cannot be read by this release of oplog: {error}") from None
    window = event.window
    return evolve(
        kept, date=event.dated.earliest, since=window.earliest, until=window.latest, figures=event.figures
    )  # fmt: skip


def retell(
    published: Recorded,
    history: Sequence[Recorded],
    root: str | None,
    sections: Sequence[Builder] = SECTIONS,
) -> Retold:
    """Make a published report again from the history of its log, and hold it against what was pinned.

    `root` is that of the tree over the events that it was made from, None where nobody knows it. Raises `InvalidValue`
    when it cannot be made at all.
    """
    event: Published = published.event
    known = [r for r in history if r.position <= event.up_to]
    configuration = configuration_of(event)
    try:
        reported = report_on(known, configuration, sections=sections)
    except OplogError:
        raise
    except (LookupError, AttributeError, TypeError, ValueError) as error:
        # Its words were never held against a locale file: somebody else may have written them.
        raise InvalidValue(
            f"its configuration has no words to tell it with ({type(error).__name__}: {error})"
        ) from None
    document, ref = reported.document, published.stream.removeprefix(REPORTS)
    retold = Retold(ref=ref, publication=published, configuration=configuration, document=document, seen=reported.seen)
    if digest_of(document, event.salt) == event.digest:
        return retold
    marks = tuple(mark_of(told, event.salt) for told in told_in(document))
    pairs = zip((*marks, None), (*event.marks, None), strict=False)
    first = next((n for n, (now, then) in enumerate(pairs, 1) if now != then), None)
    causes = _causes(event, root, tuple(sections))
    return evolve(retold, causes=causes if first is not None else (*causes, "frame"), first=first)


_REASONS = {
    "events": "the events up to position {up_to} are not those that it was made from",
    "reading": "the code that reads the events has changed since oplog {release} made it",
    "telling": "the code that tells them has changed since oplog {release} made it",
    "words": "the words of the language have changed since oplog {release} made it",
    "sections": "the sections that are not those of oplog are others than those that it had",
    "unexplained": "neither its events nor the code of oplog have changed; look for what was changed by hand",
    "frame": "every statement is the same; what differs stands in the title block or the sources",
}


def _causes(event: Published, root: str | None, sections: tuple[Builder, ...]) -> tuple[str, ...]:
    """Why another document is made now."""
    now = {one.part: one.digest for one in fingerprints(sections)}
    then = {one.part: one.digest for one in event.fingerprints}
    parts = [part for part in {**then, **now} if then.get(part) != now.get(part)]
    if root is not None and event.root is not None and root != event.root:
        parts.insert(0, "events")
    return tuple(parts) or ("unexplained",)


def roots_at(leaves: Iterable[bytes], positions: Iterable[int]) -> dict[int, str]:
    """The root of the tree over the first leaves, in Base64, for each of these numbers of leaves that there are."""
    tree, found = Frontier(), {}
    waiting = sorted({*positions}, reverse=True)
    stream = iter(leaves)
    while waiting:
        size = waiting.pop()
        while tree.size < size and (leaf := next(stream, None)) is not None:
            tree.append(leaf)
        if tree.size == size:
            found[size] = base64_text(tree.root())
    return found


def publications(material: Material) -> list[Recorded]:
    """The events by which the reports of a log were published, as they are to be read, in order of position."""
    lives = [life for stream, life in material.lives.items() if stream.startswith(REPORTS)]
    found = [r for life in lives for r in life.events if isinstance(r.event, Published)]
    return sorted(found, key=lambda r: r.position)


def retold_findings(
    material: Material, leaves: Callable[[int], Iterable[bytes]], sections: Sequence[Builder] = SECTIONS
) -> tuple[Finding, ...]:
    """What is found when every published report is made again; `leaves` gives so many first leaves of the tree.

    `sections` build those that were published with sections that are not those of oplog.
    """
    sizes = [published.event.up_to for published in publications(material)]
    try:
        roots = roots_at(leaves(max(sizes, default=0)), sizes)
    except (Damaged, InvalidValue, TypeError):
        roots = {}  # verifying has found what is wrong with the leaves
    return tuple(_found(material, roots, sections))


def _found(material: Material, roots: Mapping[int, str], sections: Sequence[Builder]) -> Iterator[Finding]:
    for published in publications(material):
        event: Published = published.event
        told = f"the report {published.stream.removeprefix(REPORTS)}"
        unread = next((f for f in material.broken if f.position is not None and f.position <= event.up_to), None)
        try:
            own = any(one.part == "sections" for one in event.fingerprints)
            retold = retell(published, material.history, roots.get(event.up_to), sections if own else SECTIONS)
        except OplogError as error:
            yield found_at(published, RULE, f"{told} cannot be made again: {error}")
            continue
        if retold.reproduced:
            continue
        why = "; ".join(retold.reasons) if unread is None else f"the event at position {unread.position} is broken"
        severity: Severity = "observation" if retold.code_alone and unread is None else "fault"
        message = f"{told} is not reproduced as it was published: {why}{retold.told_first()}"
        yield found_at(published, RULE, message, severity)
