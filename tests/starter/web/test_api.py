"""The API: keys with scopes, each wish once, problems in words, lists in pages; every change through its workflow."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlmodel import Session as Database
from sqlmodel import select

from activities import tokens
from models.tables import ApiAnswer, ApiToken, Client, Payment, Practice, RateRow, Service, Session
from starter.web.access.permissions import Role
from starter.web.api import caller, document
from starter.web.api.caller import KeyGate, Pace, Scope
from tests.starter.web.pages import HERE, Pages
from tests.workflows.practice import ANA, DANA, INA, LONG_AGO, THERAPY


def program(pages: Pages, *scopes: Scope, days: int | None = None) -> httpx.AsyncClient:
    """Another program with a key for these scopes (all when none are named)."""
    account = pages.account(Role.OWNER)
    now = pages.site.now()
    ends = now + timedelta(days=days) if days else None
    with Database(pages.life.office.engine) as db, db.begin():
        _, key = tokens.make(db, "a program", [*(scopes or Scope)], account.id or 0, now, ends)
    transport = httpx.ASGITransport(pages.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"{HERE}/api/v1", headers={"authorization": f"Bearer {key}"})


def booking(pages: Pages, hours: int = 10, **changes: Any) -> dict[str, Any]:
    starts = pages.life.at(2, hours).isoformat()
    return {"clinician_id": DANA, "service_id": THERAPY, "client_ids": [ANA], "starts": starts, **changes}


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["type"].endswith(f"#problem-{kind}")
    assert told["status"] == status
    return told


async def test_a_session_is_booked_moved_confirmed_and_cancelled(pages: Pages) -> None:
    api = program(pages)
    booked = await api.post("/sessions", json=booking(pages))
    assert booked.status_code == 201
    session = booked.json()
    assert [a["status"] for a in session["attendances"]] == ["booked"]
    address = f"/sessions/{session['id']}"
    moved = await api.post(f"{address}/move", json={"starts": pages.life.at(3, 9).isoformat(), "by": "practice"})
    assert moved.json()["moves"] == 1
    confirmed = await api.post(f"{address}/confirm", json={"client_id": ANA})
    assert confirmed.json()["attendances"][0]["status"] == "confirmed"
    cancelled = await api.post(f"{address}/cancel", json={"by": "practice"})
    assert cancelled.json()["attendances"][0]["status"] == "cancelled"
    assert (await api.get(address)).json() == cancelled.json()


async def test_an_outcome_is_recorded_and_a_payment_settles_its_invoice(pages: Pages) -> None:
    api, life = program(pages), pages.life
    session = (await api.post("/sessions", json=booking(pages))).json()
    await life.sleep_until(life.at(2, 12))
    with Database(life.office.engine) as db, db.begin():
        beside = Service(name="Interactive complexity", code="90785", minutes=0)
        db.add(beside)
        db.flush()
        db.add(RateRow(service_id=beside.id or 0, amount=Decimal("0.00"), effective_from=LONG_AGO))
        told = {"held": "audio", "add_ons": [{"service_id": beside.id}]}
    assert (await api.post(f"/sessions/{session['id']}/detail", json=told)).status_code == 200
    attended = await api.post(f"/sessions/{session['id']}/outcome", json={"status": "attended", "minutes": 55})
    assert attended.json()["attendances"][0] == {
        "client_id": ANA,
        "status": "attended",
        "minutes": 55,
        "presumed": False,
        "held": "audio",
        "add_ons": ["90785"],
    }
    await life.office.sessions.sign(life.rows(select(Session.id))[0], "Session note", ("F41.1",))
    [invoice] = (await api.get("/invoices", params={"client_id": ANA, "open": True})).json()["data"]
    assert invoice["amount"] == "150.00"
    paid = await api.post(
        "/payments", json={"client_id": ANA, "amount": "150.00", "method": "check", "reference": "17"}
    )
    assert paid.status_code == 201
    assert (await api.get(f"/invoices/{invoice['number']}")).json()["settled_at"]
    assert (await api.get(f"/payments/{paid.json()['id']}")).json()["amount"] == "150.00"


async def test_the_same_key_is_one_wish_however_often_and_at_once(pages: Pages) -> None:
    api = program(pages)
    headers = {"idempotency-key": "order 17"}
    wish = {"client_id": ANA, "amount": "20.00", "method": "cash"}
    answers = await asyncio.gather(*(api.post("/payments", json=wish, headers=headers) for _ in range(4)))
    again = await api.post("/payments", json=wish, headers=headers)
    assert {answer.text for answer in (*answers, again)} == {again.text}
    assert again.headers["idempotency-replayed"] == "true"
    assert len(pages.life.rows(select(Payment))) == 1
    other = await api.post("/payments", json={**wish, "amount": "21.00"}, headers=headers)
    problem(other, 422, "key-reused")
    elsewhere = await api.post("/sessions", json=booking(pages), headers=headers)
    problem(elsewhere, 422, "key-reused")


async def test_a_request_cut_off_before_its_answer_was_kept_is_still_done_once(pages: Pages) -> None:
    api = program(pages)
    wish, headers = booking(pages), {"idempotency-key": str(uuid4())}
    first = await api.post("/sessions", json=wish, headers=headers)
    with Database(pages.life.office.engine) as db, db.begin():
        db.delete(db.exec(select(ApiAnswer)).one())
    again = await api.post("/sessions", json=wish, headers=headers)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert len(pages.life.rows(select(Session))) == 1


async def test_what_was_answered_is_sealed(pages: Pages) -> None:
    api = program(pages)
    await api.post("/clients", json={"first": "Zebulon"}, headers={"idempotency-key": "1"})
    [kept] = pages.life.rows(select(ApiAnswer))
    assert b"Zebulon" not in kept.body


async def test_a_refusal_says_why_and_the_same_key_may_try_again(pages: Pages) -> None:
    api = program(pages)
    first = await api.post("/sessions", json=booking(pages))
    headers = {"idempotency-key": "again"}
    wish = booking(pages, client_ids=[INA])
    told = problem(await api.post("/sessions", json=wish, headers=headers), 409, "refused")
    assert "another session" in told["detail"]
    await api.post(f"/sessions/{first.json()['id']}/cancel", json={"by": "practice"})


async def test_fields_that_are_not_understood_are_named(pages: Pages) -> None:
    api = program(pages)
    wish = booking(pages, client_ids=[], starts="2027-03-02T11:00", service_id="x")
    told = problem(await api.post("/sessions", json=wish), 422, "invalid")
    assert {error["field"] for error in told["errors"]} == {"client_ids", "starts", "service_id"}
    for amount in ("0", "-1.00", "1.001", "1e9999", "NaN"):
        answer = await api.post("/payments", json={"client_id": ANA, "amount": amount, "method": "cash"})
        assert problem(answer, 422, "invalid")["errors"][0]["field"] == "amount"
    problem(await api.post("/sessions", content=b"{"), 422, "invalid")
    problem(await api.get("/sessions", params={"cursor": "junk"}), 422, "invalid")
    problem(await api.post("/sessions", content=b" " * 300_000), 413, "invalid")


async def test_clients_are_added_and_reached_otherwise(pages: Pages) -> None:
    api = program(pages)
    added = (await api.post("/clients", json={"first": "Kim", "last": "Poe", "zip": "85201-1234"})).json()
    assert (added["first"], added["zip"], added["balance"]) == ("Kim", "852011234", "0.00")
    changed = await api.patch(f"/clients/{added['id']}", json={"email": "kim@client.example"})
    assert (changed.json()["email"], changed.json()["last"]) == ("kim@client.example", "Poe")
    told = problem(await api.patch(f"/clients/{added['id']}", json={"email": "nowhere"}), 422, "invalid")
    assert told["errors"][0]["field"] == "email"


async def test_lists_come_in_pages_without_a_row_lost_or_doubled(pages: Pages) -> None:
    api = program(pages)
    with Database(pages.life.office.engine) as db, db.begin():
        db.add_all(Client(first=f"Client {number}") for number in range(5))
    seen, cursor = [], None
    while True:
        params = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        listed = (await api.get("/clients", params=params)).json()
        seen += [client["id"] for client in listed["data"]]
        cursor = listed["next"]
        if cursor is None:
            break
    assert seen == sorted(set(seen))
    assert len(seen) == 7


@pytest.mark.parametrize(
    "address",
    ["/sessions/" + "0" * 8 + "-0000-0000-0000-000000000000", "/clients/999", "/invoices/I9", "/claims/C9", "/x"],
)
async def test_what_is_not_there_is_a_problem_too(pages: Pages, address: str) -> None:
    problem(await program(pages).get(address), 404, "missing")


async def test_no_key_an_ended_key_and_a_wrong_key_get_nowhere(pages: Pages) -> None:
    api = program(pages, days=1)
    assert (await api.get("/clients")).status_code == 200
    for headers in ({"authorization": ""}, {"authorization": "Bearer ps_x_y"}, {"authorization": "Basic eDp5"}):
        answer = await api.get("/clients", headers=headers)
        problem(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"
    await pages.life.sleep_until(pages.life.at(1, 1))
    problem(await api.get("/clients"), 401, "unauthorized")
    other = program(pages)
    with Database(pages.life.office.engine) as db, db.begin():
        tokens.revoke(db, 2, pages.site.now())
    problem(await other.get("/clients"), 401, "unauthorized")
    assert all(len(token.digest) == 64 for token in pages.life.rows(select(ApiToken)))


def api_routes() -> list[tuple[APIRoute, Scope]]:
    routes = [r for resource in document.RESOURCES for r in resource.router.routes if isinstance(r, APIRoute)]
    gates = [(r, [d.call.scope for d in r.dependant.dependencies if isinstance(d.call, KeyGate)]) for r in routes]
    assert all(len(scopes) == 1 for _, scopes in gates)
    return [(route, scope) for route, [scope] in gates]


async def test_every_address_asks_for_its_scope_and_no_other_key_gets_there(pages: Pages) -> None:
    found = api_routes()
    assert {scope for _, scope in found} == set(Scope)
    for scope in Scope:
        others = program(pages, *(set(Scope) - {scope}))
        for route, needed in found:
            if needed is scope:
                method = next(iter(route.methods or ()))
                path = route.path.removeprefix("/api/v1").replace("{client_id}", "1").replace("{number}", "1")
                answer = await others.request(method, path.replace("{session_id}", str(uuid4())), json={})
                problem(answer, 403, "forbidden")
    assert all(scope in caller.MEANINGS for scope in Scope)


async def test_a_practice_of_another_kind_has_no_claims(pages: Pages) -> None:
    api = program(pages)
    pages.life.change(Practice, 1, kind="tutoring")
    problem(await api.get("/claims"), 404, "missing")
    for path in ("/docs", "/openapi.json"):
        told = (await api.get(path)).text.lower()
        assert "claim" not in told.replace("claimed", "")


def test_whoever_asks_too_often_is_told_how_long_to_wait() -> None:
    pace = Pace(a_minute=60)
    assert [pace.wait(1, 0.0) for _ in range(60)] == [0] * 60
    assert pace.wait(1, 0.0) > 0
    assert pace.wait(2, 0.0) == 0
    assert pace.wait(1, 2.0) == 0


async def test_too_many_requests_are_answered_with_when_to_come_back(pages: Pages) -> None:
    api = program(pages)
    pages.app.state.api_pace = Pace(a_minute=1)
    assert (await api.get("/services")).status_code == 200
    answer = await api.get("/services")
    problem(answer, 429, "too-many")
    assert int(answer.headers["retry-after"]) > 0


async def test_the_description_names_every_address_and_its_scope(pages: Pages) -> None:
    someone = await pages.someone()
    schema = (await someone.client.get("/api/v1/openapi.json")).json()
    assert {route.path for route, _ in api_routes()} == set(schema["paths"])
    page = await someone.get("/api/v1/docs")
    assert page.status == 200
    for route, scope in api_routes():
        assert route.path in page.words
        assert scope.value in page.words
