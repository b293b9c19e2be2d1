"""A client's files: uploaded, opened, marked as deleted with a reason."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import files, records
from models.errors import Refused
from models.facts import FileKind
from starter.queries import clients as queries
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.client_tabs import record_page
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()


class UploadForm(BaseModel):
    title: str = Field(default="", max_length=120)


class DeleteForm(BaseModel):
    because: str = Field(max_length=200)


@router.get("/clients/{client_id:int}/documents")
def documents(client_id: int, visit: Visit = may(Do.KEEP_DOCUMENTS)) -> Response:
    return _page(visit, client_id, blank())


@router.post("/clients/{client_id:int}/documents")
def upload(client_id: int, visit: Visit = may(Do.KEEP_DOCUMENTS)) -> Response:
    visit.must_see_client(client_id)
    filled = visit.read(UploadForm)
    chosen = visit.file("file")
    if chosen is None:
        filled.refuse("choose a file", "file")
    if filled.ok and chosen is not None:
        title, content, vault = (
            filled.values.title or chosen.filename or "",
            chosen.file.read(),
            visit.office.line.vault,
        )
        try:
            visit.write(
                records.once,
                visit.wish,
                visit.now,
                lambda db: files.keep(
                    db, vault, client_id, FileKind.DOCUMENT, title, content, visit.account.id, visit.now
                ),
            )
            return visit.go(f"/clients/{client_id}/documents", told="The document is kept, sealed.")
        except Refused as no:
            filled.refuse(no, "file")
    return _page(visit, client_id, filled, 422)


@router.get("/clients/{client_id:int}/documents/{document_id:int}")
def content(client_id: int, document_id: int, visit: Visit = may(Do.KEEP_DOCUMENTS)) -> Response:
    visit.must_see_client(client_id)
    try:
        found = visit.write(files.content_of, visit.office.line.vault, document_id, client_id)
    except Refused:
        raise NotFound from None
    visit.saw(client_id, f"document {document_id}")
    return downloads.uploaded(found.content, found.media_type, found.name)


@router.post("/clients/{client_id:int}/documents/{document_id:int}/delete")
def delete(client_id: int, document_id: int, visit: Visit = may(Do.KEEP_DOCUMENTS)) -> Response:
    visit.must_see_client(client_id)
    filled = visit.read(DeleteForm)
    if not filled.ok:
        return _page(visit, client_id, Filled(errors={f"because-{document_id}": "say why it is deleted"}), 422)
    visit.write(files.delete, document_id, client_id, filled.values.because, visit.account.id, visit.now)
    visit.saw(client_id, f"document {document_id}", "deleted")
    return visit.go(f"/clients/{client_id}/documents", told="The document is deleted; who and why stays here.")


def _page(visit: Visit, client_id: int, form: Filled[UploadForm], status: int = 200) -> Response:
    visit.must_see_client(client_id)
    found = queries.documents(visit.engine, client_id)
    return record_page(visit, client_id, "desk/clients/documents.html", status, form=form, documents=found)
