"""Texts that have broken other programs: fifty that speak to a database, fifty that speak to a file system."""

from __future__ import annotations

SQL = (
    "'", '"', "`", "''", "\\'", "'--", "' OR '1'='1", "' OR 1=1--", "\" OR \"\"=\"", "') OR ('1'='1",
    "'; DROP TABLE stored_events; --", "'; DELETE FROM stored_events WHERE 1=1; --", "1; DROP TABLE log_tree",
    "x'; UPDATE stored_events SET state=x'00'; --", "'); INSERT INTO stored_events DEFAULT VALUES; --",
    "' UNION SELECT name FROM sqlite_master--", "' UNION ALL SELECT NULL,NULL,NULL--", "1 AND 1=0 UNION SELECT 1,2,3",
    "admin'--", "admin' #", "admin'/*", "' HAVING 1=1--", "' GROUP BY stream HAVING 1=1--", "' ORDER BY 100--",
    "1' AND SLEEP(5)--", "'; SELECT pg_sleep(5); --", "'; WAITFOR DELAY '0:0:5'--", "1 OR randomblob(1000000000)",
    "'; ATTACH DATABASE 'evil.db' AS evil; --", "'; PRAGMA writable_schema=1; --", "'; PRAGMA user_version=9; --",
    "'; VACUUM INTO 'copy.db'; --", "load_extension('evil')", "' || (SELECT state FROM stored_events) || '",
    "%' OR '%'='", "_%", "%", "\\", "\\\\", "$1", "?1", ":name", "@name", "%s", "%(name)s", "{0}", "{stream}",
    "E'\\047'", "$$; DROP TABLE oplog; $$", "1e309; SELECT 1",
)  # fmt: skip

PATHS = (
    "..", "../", "../..", "../../..", "../x", "../../x", "../../../x", "./../x", "a/../../x", "../a/../x", "..//x",
    "....//....//x", "..././x", "..\\x", "..\\..\\x", "..\\/x", "%2e%2e/x", "%2e%2e%2fx", "..%2fx", "..%5cx",
    "%252e%252e%252fx", "..%c0%afx", "..%00/x", "..;/x", ".../x", "~", "~/x", "~root/x", "$HOME/x", "${HOME}",
    "`pwd`/x", "$(pwd)/x", "file:x",
    "file:../x?mode=rwc", "file:///etc/passwd", "x?mode=memory", "x?mode=ro&cache=shared",
    "x#y", "/dev/null/x", "../" * 50 + "dev/null/x", "/proc/self/environ", "/proc/self/fd/0", "/dev/full",
    "//dev//null//x", "\\\\server\\share", "C:\\x", "x\n../y", "x\x00.jsonl", ":memory:", "-",
)  # fmt: skip

HOSTILE = (*SQL, *PATHS)
STORED = tuple(text for text in HOSTILE if "\x00" not in text)
"""Those that a log can hold, and that an argument of a process can be."""
