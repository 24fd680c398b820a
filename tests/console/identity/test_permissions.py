"""The table of permissions is whole, and routes can be asked what they need."""

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute

from console.identity.guard import permission_of, require
from console.identity.models import Role
from console.identity.permissions import (
    PERMISSIONS,
    Grant,
    Permission,
    Scope,
    role_may,
    scopes_may,
)
from tests.console.identity.walking import every_route


async def page(_request: Request) -> Response:
    return Response()


def test_every_permission_is_in_the_table_with_a_label() -> None:
    assert set(PERMISSIONS) == set(Permission)
    assert all(grant.label for grant in PERMISSIONS.values())


def test_every_permission_but_public_is_held_by_somebody_and_says_by_whom() -> None:
    assert PERMISSIONS[Permission.PUBLIC].roles == frozenset()
    assert all(
        grant.roles or grant.scopes for key, grant in PERMISSIONS.items() if key is not Permission.PUBLIC
    )


def test_every_scope_of_the_api_opens_something() -> None:
    assert {scope for grant in PERMISSIONS.values() for scope in grant.scopes} == set(Scope)


def test_admins_may_what_anybody_may() -> None:
    assert all(role_may(Role.ADMIN, permission) for permission in Permission)


@pytest.mark.parametrize(
    ("role", "permission", "allowed"),
    [
        (Role.AGENT, Permission.DESK, True),
        (Role.AGENT, Permission.RECORDS_READ, True),
        (Role.AGENT, Permission.RECORDS_WRITE, False),
        (Role.AGENT, Permission.BOARD_READ, False),
        (Role.SUPERVISOR, Permission.BOARD_READ, True),
        (Role.SUPERVISOR, Permission.RECORDS_WRITE, False),
    ],
)
def test_roles(role: Role, permission: Permission, allowed: bool) -> None:
    assert role_may(role, permission) is allowed


def test_a_token_may_what_its_scopes_say() -> None:
    assert scopes_may({Scope.CALLS_READ}, Permission.CALLS_READ)
    assert not scopes_may({Scope.CALLS_READ}, Permission.RECORDS_READ)
    assert not scopes_may({Scope.RECORDS_READ}, Permission.RECORDS_WRITE)
    assert not scopes_may(set(Scope), Permission.DESK)


def test_a_grant_opens_nothing_by_default() -> None:
    assert Grant("label") == Grant("label", frozenset(), frozenset())


def test_any_kind_of_route_says_what_it_needs() -> None:
    guarded = require(Permission.DESK)
    assert permission_of(Route("/", page, middleware=guarded, max_body_size=9)) is Permission.DESK
    assert permission_of(WebSocketRoute("/", page, middleware=guarded)) is Permission.DESK
    assert permission_of(Mount("/", routes=[], middleware=guarded)) is Permission.DESK


def test_a_route_that_names_no_permission_is_found_out() -> None:
    assert permission_of(Route("/", page)) is None


def test_walking_finds_the_routes_that_name_nothing() -> None:
    inner = [Route("/a", page), Route("/b", page, middleware=require(Permission.PICK))]
    routes = [
        Route("/", page),
        Mount("/in", routes=inner),
        Mount("/all", routes=inner, middleware=require(Permission.DESK)),
    ]
    assert [(path, permission) for path, _, permission in every_route(routes)] == [
        ("/", None),
        ("/in/a", None),
        ("/in/b", Permission.PICK),
        ("/all/a", Permission.DESK),
        ("/all/b", Permission.PICK),
    ]
