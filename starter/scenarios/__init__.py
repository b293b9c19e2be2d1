"""A practice from a file, lived through with time skipped. The format is documented in docs/scenarios.md.

schema, source, file   what a file may hold; reading it, with key and line of what is wrong
rows, run        moving in; living through the events in order of time
answers          what payers and the clearinghouse answer, as real files
outcome          what came out, held against what the file expects
command          `persession scenario`
"""

from starter.scenarios.command import main

__all__ = ["main"]
