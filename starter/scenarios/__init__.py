"""A practice from a file: read and checked (`file`), lived through (`run`), its answers written (`answers`),
and held against what the file expects (`outcome`). The format is documented in docs/scenarios.md."""

from starter.scenarios.command import main

__all__ = ["main"]
