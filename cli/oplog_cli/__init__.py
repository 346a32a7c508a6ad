"""The `oplog` command: a log at the shell, over the public API of `oplog` and nothing else."""
