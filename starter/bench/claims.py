"""Claims out and remittances in, measured side by side in one run on a throwaway database.

| key | meaning |
|---|---|
| `build_scrub_ratio` | (building + scrubbing + pyx12's validation) / that validation alone, of one file of all claims |
| `read_835_ratio_to_pyx12` | time of our reading of an 835 / time of pyx12's loop reader over the same text |
| `read_835_ratio_to_split` | the same / time of splitting the text at its separators |
| `post_ratio_to_bulk` | claims a second posted with their ledger entries / a bare bulk insert of as many rows |
| `peak_mb` | the most memory this process had |

Building and scrubbing begin at the rows of the database. Posting is the very step that a remittance's workflow asks
for, one transaction a batch; the bulk insert writes as many entries and postings in one.
"""

import asyncio
import math
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from pyx12.error_handler import errh_null
from pyx12.params import params
from pyx12.x12context import X12ContextReader
from sqlalchemy import Engine, func, insert
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import claim_files, clearinghouse, remittances, scrubbing
from activities.adapters.folder import OUTBOX, FolderClearinghouse
from activities.database import Tx, World
from activities.ports import Cards, Mailer
from activities.relay import Relay
from activities.vault import Vault
from models.messages import PostingWish
from models.tables import Claim, Entry, Posting
from models.x12 import remittance_835
from models.x12.envelope import Envelope
from models.x12.judge import judge
from models.x12.parties import Adjustment, Payer
from models.x12.remittances import ClaimPayment, LinePayment, Remittance
from starter.bench.bulk import database
from starter.bench.claims_practice import CHARGE, CODE, NOW, PAYER, furnish
from workflows.remittance import CLAIMS_A_BATCH

Say = Callable[[str], None]
FIGURES = 2
NOBODY: Any = None
"""Neighbours that nothing here speaks to."""


@dataclass(frozen=True)
class Amount:
    """How many claims go out, and how many come back answered."""

    sent: int = 5000
    answered: int = 10_000
    posted: int = 2000


async def measure(amount: Amount, say: Say) -> dict[str, Any]:
    """Everything, one after the other."""
    with TemporaryDirectory(prefix="persession-bench-") as home:
        return await asyncio.to_thread(_measured, Path(home), amount, say)


def _measured(home: Path, amount: Amount, say: Say) -> dict[str, Any]:
    with database(home) as engine:
        world = World(
            engine,
            cast(Relay, NOBODY),
            cast(Mailer, NOBODY),
            FolderClearinghouse(home),
            cast(Cards, NOBODY),
            Vault(None),
        )
        say(f"{max(amount.sent, amount.posted)} held, signed sessions of insured clients")
        furnish(engine, max(amount.sent, amount.posted))
        found = _out(world, amount.sent, say) | _read(amount.answered, say) | _posted(world, home, amount.posted, say)
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def _out(world: World, count: int, say: Say) -> dict[str, Any]:
    """Claims scrubbed, written and judged."""
    with Database(world.engine) as db, db.begin():
        tx = Tx(db, NOW, world)
        claims = db.exec(select(Claim).order_by(col(Claim.number)).limit(count)).all()
        scrub, found = timed(lambda: scrubbing.look(tx, claims))
        assert not any(found.values()), "the bench's claims are clean"
        build, content = timed(lambda: claim_files.write(tx, claims, 1))
        validation, problems = timed(lambda: judge(content))
        assert not problems, problems[:3]
    say(f"{count} claims: scrub {scrub:.2f} s, build {build:.2f} s, validation {validation:.2f} s")
    return {
        "build_scrub_ratio": round((build + scrub + validation) / validation, FIGURES),
        "scrub_s": round(scrub, FIGURES),
        "build_s": round(build, FIGURES),
        "validation_s": round(validation, FIGURES),
    }


def _read(count: int, say: Say) -> dict[str, Any]:
    """An 835 read by us, by pyx12's loop reader, and merely split."""
    text = an_835([f"C{number:07d}" for number in range(count)], "T0")
    ours, payments = timed(lambda: remittance_835.read(text), 3)
    assert len(payments[0].claims) == count
    loops, _ = timed(lambda: _looped(text))
    cut, _ = timed(lambda: [segment.split("*") for segment in text.split("~")], 3)
    say(f"an 835 of {count} claims: ours {ours:.2f} s, pyx12's loops {loops:.2f} s, splitting {cut:.3f} s")
    return {
        "read_835_ratio_to_pyx12": round(ours / loops, 4),
        "read_835_ratio_to_split": round(ours / cut, FIGURES),
        "read_835_claims_per_s": round(count / ours),
    }


def _posted(world: World, home: Path, count: int, say: Say) -> dict[str, Any]:
    """A remittance posted claim by claim, then as many rows inserted in one go."""
    with Database(world.engine) as db:
        numbers = list(db.exec(select(Claim.number).order_by(col(Claim.number)).limit(count)).all())
    (home / OUTBOX).mkdir(exist_ok=True)
    (home / OUTBOX / "bench.835").write_text(an_835(numbers, "T1"))
    taking, remittance_id = timed(lambda: _take_in(world, "bench.835"))
    before = _count(world.engine)
    posting_s, _ = timed(lambda: _post(world, remittance_id))
    entries, postings = (after - was for after, was in zip(_count(world.engine), before, strict=True))
    bulk, _ = timed(lambda: _bulk(world.engine, entries, postings))
    say(f"{count} claims: kept in {taking:.2f} s, posted in {posting_s:.2f} s ({entries} entries), bare {bulk:.2f} s")
    return {
        "post_ratio_to_bulk": round(bulk / posting_s, 3),
        "posted_claims_per_s": round(count / posting_s),
        "bulk_claims_per_s": round(count / bulk),
    }


def _take_in(world: World, name: str) -> int:
    """The file read and kept, as the inbox does it; its remittance."""
    with Database(world.engine) as db, db.begin():
        [remittance_id] = clearinghouse.read.work(Tx(db, NOW, world), name).remittances
    return remittance_id


def _post(world: World, remittance_id: int) -> None:
    """Batch by batch, each in a transaction of its own, as the remittance's workflow asks."""
    left = 1
    while left:
        with Database(world.engine) as db, db.begin():
            left = remittances.post_batch.work(Tx(db, NOW, world), PostingWish(remittance_id, CLAIMS_A_BATCH)).left


def _bulk(engine: Engine, entries: int, postings: int) -> None:
    """As many rows as posting wrote, in two statements and one transaction."""
    each = postings // entries
    with Database(engine) as db, db.begin():
        rows = [
            {
                "key": f"bulk/{n}",
                "at": NOW,
                "on_day": NOW.date(),
                "event": "opening balance",
                "rule": "bench",
                "why": "",
            }
            for n in range(entries)
        ]
        ids = db.execute(insert(Entry).returning(col(Entry.id)), rows).scalars().all()
        sides = [(CHARGE if n % 2 else -CHARGE) for n in range(each)]
        db.execute(
            insert(Posting), [{"entry_id": i, "account": "equity:opening", "amount": a} for i in ids for a in sides]
        )


def _count(engine: Engine) -> tuple[int, int]:
    with Database(engine) as db:
        entries = db.exec(select(func.count()).select_from(Entry)).one()
        return entries, db.exec(select(func.count()).select_from(Posting)).one()


def an_835(numbers: list[str], trace: str) -> str:
    """A remittance that pays each claim in part: contractual, copay and the rest."""
    told = (Adjustment("CO", "45", Decimal("30.00")), Adjustment("PR", "3", Decimal("20.00")))
    paid, on = CHARGE - Decimal("50.00"), date(2026, 3, 20)
    claims = tuple(
        ClaimPayment(
            number,
            "1",
            CHARGE,
            paid,
            Decimal("20.00"),
            f"ICN{number}",
            lines=(LinePayment(CODE, (), f"{number}L1", on, CHARGE, paid, Decimal(1), told),),
        )
        for number in numbers
    )
    one = Remittance(
        payer=Payer("Bench Health", PAYER),
        payee_npi="1999999984",
        payee_name="Bench",
        payment=paid * len(numbers),
        method="ACH",
        trace=trace,
        date=on,
        claims=claims,
    )
    return remittance_835.write(Envelope("CLEARINGHOUSE", "PERSESSION", 7, NOW), [one])


def _looped(text: str) -> int:
    """pyx12's loop-aware reader, asked for each loop of a claim."""
    reader = X12ContextReader(params(), errh_null(), StringIO(text))
    return sum(1 for _ in reader.iter_segments("2100"))


def timed(work: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """Seconds, the fewest of so many times, and what came of it."""
    fewest = math.inf
    for _ in range(times):
        began = time.perf_counter()
        found = work()
        fewest = min(fewest, time.perf_counter() - began)
    return fewest, found
