"""Pages for admins, in a browser."""

from dataclasses import replace

from starlette.types import ASGIApp, Receive, Scope, Send

from console.identity.models import Role
from tests.browser.desk_site import ANA


class AdminLoggedIn:
    """Everybody is Ana, who is an admin today."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        admin = replace(ANA, role=Role.ADMIN)
        scope["viewer"] = admin
        scope.setdefault("state", {}).update(viewer=admin, csrf=admin.csrf, locale="en")
        await self.app(scope, receive, send)
