"""Another policy, rate table or pay contract, tried on how people really behave. Documented in docs/guide/simulate.md.

practice behaviour   what was agreed; and beside it who comes, who moves or cancels when, who pays, what payers answer
generate habits payers   a practice that never was and behaves like one
own own_visits own_payments own_terms own_answers   the practice's own last months, ids only
changes      what is tried, from a TOML file
story contracts events   a practice in the words of a scenario      lived accounts   lived through on the real workflows
measure      what came out, as sums      parts crew   run in kept parts, to be stopped at any time; on all cores
progress     how far a run is, and how long it will take
comparison brief report   two runs beside each other; that in a minute; as a page
command      `persession simulate`
"""

from starter.simulate.changes import read_changes
from starter.simulate.command import Wish, run
from starter.simulate.generate import generate
from starter.simulate.own import read_own as own
from starter.simulate.practice import read as practice_from

__all__ = ["Wish", "generate", "own", "practice_from", "read_changes", "run"]
