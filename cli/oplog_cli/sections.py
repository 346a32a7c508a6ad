"""Commands whose help page groups the options under headings, so that forty of them can be read."""

from __future__ import annotations

from typing import Any

import click

LAST = "Options"


class SectionOption(click.Option):
    """An option that stands under a heading of the help page."""

    def __init__(self, declarations: list[str], *, section: str, **settings: Any) -> None:
        """Make the option; `section` is the heading."""
        super().__init__(declarations, **settings)
        self.section = section


class SectionCommand(click.Command):
    """A command whose options are listed by heading; those without one come last. Its help speaks of its arguments."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the lists of options."""
        sections: dict[str, list[tuple[str, str]]] = {}
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        for option in options:
            record = option.get_help_record(ctx)
            if record is not None:
                sections.setdefault(getattr(option, "section", LAST), []).append(record)
        for heading, records in sorted(sections.items(), key=lambda item: item[0] == LAST):
            with formatter.section(heading):
                formatter.write_dl(records)
