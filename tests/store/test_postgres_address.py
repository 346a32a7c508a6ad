"""Addresses of PostgreSQL that were typed wrongly: refused, and no part that may be a password is shown."""

from __future__ import annotations

import pytest

from oplog import CannotOpen, OpLog


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:p@s3cret@nohost.invalid/db",
        "postgresql://u:p/s3cret@nohost.invalid/db",
        "postgresql:/u:s3cret@nohost.invalid/db",
    ],
)
def test_a_password_with_signs_of_an_address_is_never_shown(address: str) -> None:
    """An @ or / that was not written as %40 or %2F, or a slash too few, is refused before anybody is asked."""
    with pytest.raises(CannotOpen, match="the address cannot be read") as refused:
        OpLog.open(address)
    assert "s3cret" not in str(refused.value)
