"""The benchmarks: oplog beside plain `eventsourcing` and bare SQLite. `make bench` runs them; docs/performance.md."""
