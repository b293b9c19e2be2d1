"""Claims for payers on paper: the CMS-1500 of a claim, drawn from the file it stands in, so that both say the same."""

import json
from dataclasses import asdict

import typst
from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.documents import TEMPLATES
from models.errors import Refused
from models.rules.paper_claim import Form, forms
from models.tables import Claim, Interchange, Submission
from models.x12.claim_837p import read
from models.x12.envelope import decoded


def cms1500_of(engine: Engine, number: str) -> bytes:
    """The newest edition of a claim as CMS-1500; Refused while it has not been written with a batch."""
    with Database(engine) as db:
        claim = db.get(Claim, number)
        if claim is None:
            raise Refused(f"there is no claim {number}")
        query = (
            select(Interchange)
            .join(Submission, col(Submission.interchange_id) == Interchange.id)
            .where(Submission.claim_number == number, Submission.edition == claim.edition)
        )
        file = db.exec(query).first()
        if file is None:
            raise Refused(f"claim {number} is {claim.status}: it can be printed once a batch has written it")
        written = [
            sheet
            for each in read(decoded(file.content))
            for one in each.claims
            if one.number == number
            for sheet in forms(each, one)
        ]
        return cms1500_pdf(written, file.created_at.date().isoformat())


def cms1500_pdf(sheets: list[Form], made_on: str) -> bytes:
    """The sheets as PDF, one form a page."""
    data = {"made_on": made_on, "forms": [asdict(sheet) for sheet in sheets]}
    pdf: bytes = typst.compile(
        TEMPLATES / "cms1500.typ", root=TEMPLATES, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )
    return pdf
