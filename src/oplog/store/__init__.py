"""Where events are kept. This package is the only importer of the `eventsourcing` library."""
