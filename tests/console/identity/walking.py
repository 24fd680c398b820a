"""Walks a table of routes, for tests of what every route promises."""

from collections.abc import Iterable, Iterator

from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from console.identity.guard import permission_of
from console.identity.permissions import Permission


def every_route(
    routes: Iterable[BaseRoute], prefix: str = "", outer: Permission | None = None
) -> Iterator[tuple[str, Route | WebSocketRoute | Mount, Permission | None]]:
    """Each route as (path, route, permission); inside a Mount that names a permission, that one holds."""
    for route in routes:
        assert isinstance(route, Route | WebSocketRoute | Mount), f"a route of a new kind: {route!r}"
        permission = permission_of(route) or outer
        if isinstance(route, Mount) and route.routes:
            yield from every_route(route.routes, prefix + route.path, permission)
        else:
            yield prefix + route.path, route, permission
