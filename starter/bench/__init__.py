"""What this machine does in a second, and what things cost: `persession bench NAME [--json]`.

| module | what it does |
|---|---|
| `lifecycle` | the whole measurement, one after the other on one server |
| `reports`, `pay_period` | every report beside its SQL, after one year and after ten; a large pay period |
| `simulate` | a generated practice lived through with time skipped |
| `practice` | a practice whose hours of notice are seconds, on a throwaway database |
| `lives` | sessions lived from booking to the last cent |
| `bare` | a workflow of the same size that does nothing |
| `counting` | events and billable actions, from histories and from the server's own metric |
| `claims`, `claims_practice` | claims scrubbed, written and judged; an 835 read and posted |
| `bulk` | a database that is thrown away after, and much written into it at once |
| `memory` | a worker process with many open sessions |
| `web` | pages beside bare routes that run the same SQL |
| `web_practice` | a practice with years behind it, on a throwaway database |
| `web_sessions`, `web_money` | those years in SQL: who came, what it cost and who paid |
| `web_pages` | which pages are asked for, and who asks |
| `web_server` | the pages in a process of their own, with a bare route for each |

Nothing is imported here: Temporal's sandbox imports this package for each bare workflow.
"""


def main(name: str, as_json: bool, sessions: int | None = None) -> int:
    """Measure; the exit code of the command."""
    from starter.bench.command import run

    return run(name, as_json, sessions)
