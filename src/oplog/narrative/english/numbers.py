"""Numbers and lists in words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")


def count(value: Decimal | int) -> str:
    """A number in running text: words from no to ten, digits with thousands separators above and for fractions."""
    number = Decimal(value)
    if number == number.to_integral_value() and 0 <= number <= 10:
        return _WORDS[int(number)]
    return digits(number)


def digits(value: Decimal | int) -> str:
    """A number in digits with thousands separators: 1,555 or 87.5; a minus sign where it is negative."""
    number = Decimal(value)
    text = f"{int(number):,}" if number == number.to_integral_value() else f"{number:,f}"
    return text.replace("-", "\N{MINUS SIGN}")


def in_words(value: int) -> str:
    """A whole number from 0 to 99 in words, hyphenated; digits beyond."""
    if value <= 10:
        return _WORDS[value]
    if value < 20:
        return _TEENS[value - 10]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f"-{_WORDS[ones]}" if ones else "")
    return digits(value)


def listed(items: Sequence[str], last: str = "and") -> str:
    """Items as a list in a sentence: "a", "a and b", "a, b and c"; semicolons when an item has a comma of its own."""
    if len(items) < 2:
        return "".join(items)
    if len(items) == 2 and ", " in items[0]:
        return f"{items[0]}, {last} {items[1]}"
    comma = "; " if len(items) > 2 and any(", " in item for item in items) else ", "
    final = f"{comma}{last} " if comma == "; " else f" {last} "
    return comma.join(items[:-1]) + final + items[-1]
