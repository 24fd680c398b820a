"""Who looks at a wall: somebody who is logged in, or a screen that has a link instead of a log-in. Pure."""

from dataclasses import dataclass

from console.boards.wall import Choice
from console.identity.models import Role
from console.identity.permissions import Permission
from console.identity.viewer import Viewer

NOTHING = Choice((), ())


@dataclass(frozen=True, slots=True)
class Display(Viewer):
    """A viewer of one wall and of nothing else. `link` is the number of the link of a screen where nobody is
    logged in (0: somebody is)."""

    choice: Choice = NOTHING
    link: int = 0

    def may(self, permission: Permission) -> bool:
        """A display does nothing, and sees no more than its wall."""
        return permission is Permission.PUBLIC


def display_of(viewer: Viewer, choice: Choice) -> Display:
    """The display of somebody who is logged in; it ends with their session."""
    return Display(
        user_id=viewer.user_id,
        email=viewer.email,
        name=viewer.name,
        role=viewer.role,
        line=viewer.line,
        extension=viewer.extension,
        csrf=viewer.csrf,
        locale=viewer.locale,
        choice=choice,
    )


def display_with(link: int, choice: Choice, locale: str) -> Display:
    """The display of a screen that has a link. It is no user: it has no session and no secret of one."""
    return Display(
        user_id=0,
        email="",
        name="",
        role=Role.AGENT,
        line=1,
        extension=None,
        csrf="",
        locale=locale,
        choice=choice,
        link=link,
    )
