"""How much an experiment tries: a little in `make test`, all in `make faults`. The one place that reads the switch."""

from __future__ import annotations

import os

from hypothesis import settings

PROFILES = ("short", "full")
PROFILE = os.environ.get("OPLOG_FAULTS", "short")
if PROFILE not in PROFILES:
    raise ValueError(f"OPLOG_FAULTS is {PROFILE!r}; expected one of {', '.join(PROFILES)}")


def tries(*, short: int, full: int) -> int:
    """How often to try in this profile."""
    return full if PROFILE == "full" else short


def at_least(number: int) -> int:
    """How many examples a property is tried on that was promised so many: more where the profile has more.

    A profile that is briefer than that of `make test` stays brief.
    """
    chosen = settings.default.max_examples
    return chosen if chosen < settings.get_profile("same").max_examples else max(chosen, number)


def measured(experiment: str, **counts: object) -> None:
    """Print what an experiment counted; `make faults` shows it, docs/explanation/faults.md tells it."""
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    print(f"\n{experiment} ({PROFILE}): {told}")  # noqa: T201 - pytest shows it with -s, and keeps it otherwise
