"""Replay: what an audit finds, *all* of it, in the order of its rules (`rules.RULES`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.errors import InvalidValue
from oplog.rules import RULES, names_of, rule_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from oplog.findings import Finding
    from oplog.material import Material
    from oplog.projections.silence import Listening
    from oplog.rules import Rule


@frozen(kw_only=True)
class Audit:
    """What an audit looked at, and what it found: how many events of how many streams, and the last position.

    The three are None where the events of a damaged log cannot all be read.
    """

    events: int | None
    streams: int | None
    head: int | None
    findings: tuple[Finding, ...]


def findings(
    material: Material, rules: Collection[str] = (), streams: Collection[str] = (), of: Iterable[Rule] | None = None
) -> tuple[Finding, ...]:
    """All findings, in the order of the rules and then of position; those of some rules or streams, if any are named.

    `of` are the rules that are asked, None for all. Raises `InvalidValue` for a rule that there is not.
    """
    check_rules(rules, material.silence)
    asked = [
        rule
        for rule in (RULES if of is None else of)
        if not rules or set(rules) & set(names_of(rule, material.silence))
    ]
    return chosen((finding for rule in asked for finding in rule(material)), rules, streams)


def chosen(found: Iterable[Finding], rules: Collection[str], streams: Collection[str]) -> tuple[Finding, ...]:
    """The findings by these rules and of these streams; all where there are none."""
    return tuple(f for f in found if (not rules or f.rule in rules) and (not streams or f.stream in streams))


def check_rules(rules: Collection[str], silence: Listening) -> None:
    """Raise `InvalidValue` for a rule that there is not, with the list of all."""
    known = rule_names(silence)
    if unknown := sorted(set(rules) - set(known)):
        raise InvalidValue(f"no rule {unknown[0]!r}; expected one of {', '.join(known)}")
