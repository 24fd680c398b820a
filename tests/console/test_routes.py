"""Every route names its permission; the API's description and the routes agree."""

import re

from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from console.api.openapi import OPERATIONS, document
from console.identity.guard import permission_of
from console.identity.permissions import PERMISSIONS, Permission
from console.routes import API, build_routes
from console.web.static import StaticLibrary

PUBLIC = {"/", "/login", "/logout", "/healthz", "/readyz", "/metrics", f"{API}/openapi.json", "/static"}
PUBLIC |= {"/wall/{token}", "/live/wall/{token}"}  # they ask for a link instead of a log-in


def routes() -> list[BaseRoute]:
    return build_routes(StaticLibrary())


def described(path: str) -> str:
    """A route's path as the description has it: without the kinds of its parameters."""
    return re.sub(r":\w+}", "}", path)


def test_every_route_names_a_permission() -> None:
    for route in routes():
        assert isinstance(route, Route | WebSocketRoute | Mount)
        permission = permission_of(route)
        assert permission in PERMISSIONS, route.path
        assert (permission is Permission.PUBLIC) == (route.path in PUBLIC), route.path


def test_the_description_names_every_route_of_the_api() -> None:
    told = {(operation.method.upper(), API + operation.path) for operation in OPERATIONS}
    served = {
        (method, described(route.path))
        for route in routes()
        if isinstance(route, Route) and route.path.startswith(API) and "openapi" not in route.path
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert served == told
    assert set(document()["paths"]) == {path for _, path in told}


def test_every_operation_names_the_scope_that_its_route_asks_for() -> None:
    scopes = {(o.method.upper(), API + o.path): o.scope for o in OPERATIONS}
    for route in routes():
        for method in getattr(route, "methods", None) or ():
            scope = scopes.get((method, described(route.path))) if isinstance(route, Route) else None
            permission = permission_of(route)
            assert scope is None or (permission and scope in PERMISSIONS[permission].scopes), route


def test_path_parameters_are_described() -> None:
    for operation in OPERATIONS:
        assert set(re.findall(r"{(\w+)}", operation.path)) <= set(operation.parameters)
