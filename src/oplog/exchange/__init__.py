"""Logs to and from files."""
