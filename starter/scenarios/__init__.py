"""A practice from a file, lived through with time skipped. The format is documented in docs/scenarios.md.

values, schema, source, file   how values are written, what a file may hold; reading it, with what is wrong where
rows, run, paying   moving in; living through the events in order of time; those about pay
answers          what payers and the clearinghouse answer, as real files
lean             what a simulation leaves away, for it moves no money
outcome          what came out, held against what the file expects
command          `persession scenario`
"""

from starter.scenarios.command import main

__all__ = ["main"]
