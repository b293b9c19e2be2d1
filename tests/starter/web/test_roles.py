"""The matrix of roles and deeds, cell by cell: every route, asked by every role."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from starter.web.access.gate import Gate
from starter.web.access.permissions import ALLOWED, Do, Role, allowed
from tests.starter.web.pages import Pages
from tests.workflows.practice import DANA

NOBODY = "00000000-0000-0000-0000-000000000000"
WITHIN_A_PAGE = {Do.SEE_MONEY_REPORTS}
"""What decides how much of a page is shown; tested with the page."""
CLINICAL = {Role.CLINICIAN, Role.SUPERVISOR}


def gated(pages: Pages) -> Iterator[tuple[APIRoute, Do]]:
    """Every route that asks who may, and what it asks."""
    for route in pages.routes:
        for dependency in route.dependant.dependencies:
            if isinstance(dependency.call, Gate):
                yield route, dependency.call.do


def path_of(route: APIRoute) -> str:
    """The route's path, for things that are not there."""
    kinds = {parameter.name: parameter.field_info.annotation for parameter in route.dependant.path_params}
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: "999999" if kinds[found[1]] is int else NOBODY, route.path)


@pytest.mark.parametrize("role", Role)
async def test_a_role_gets_where_the_matrix_says_and_nowhere_else(pages: Pages, role: Role) -> None:
    browser = await pages.as_(role, clinician_id=DANA if role in CLINICAL else None)
    wrong = []
    for route, do in gated(pages):
        browser = await pages.anew(browser)
        for method in sorted(route.methods or ()):
            answer = await browser.client.request(method, path_of(route), data={"form_key": browser.form_key})
            if (answer.status_code != 403) is not allowed(frozenset({role}), do) or answer.status_code == 500:
                wrong.append(f"{method} {route.path} ({do.name}): {answer.status_code}")
    assert wrong == []


async def test_nobody_gets_anywhere_without_signing_in(pages: Pages) -> None:
    browser = await pages.someone()
    for route, _ in gated(pages):
        for method in sorted(route.methods or ()):
            answer = await browser.client.request(method, path_of(route))
            assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in"), route.path


def test_every_deed_is_somebodys_and_opens_a_page(pages: Pages) -> None:
    assert all(ALLOWED.get(do) for do in Do)
    assert {do for _, do in gated(pages)} == set(Do) - WITHIN_A_PAGE
