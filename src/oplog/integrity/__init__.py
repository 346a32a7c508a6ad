"""Tamper evidence, pure: the leaves and the tree (RFC 6962), and the notes, checkpoints and proofs of C2SP."""
