"""Real servers for the tests, started from the binaries that lie in packages of PyPI.

Each server runs under a keeper (`keeper.py`), which ends it when the last process that uses it has ended, however that
came: no crash of a test leaves a server behind.
"""
