"""What somebody is told who saves on top of a version that is the newest no more."""

from http import HTTPStatus

from console.errors import LinesideError
from console.web.i18n import gettext as _


class OvertakenError(LinesideError):
    """A newer version than the one that was changed is stored. Nothing was saved."""

    status = HTTPStatus.CONFLICT

    def __init__(self, key: str, number: int, author: str | None) -> None:
        super().__init__(
            _(
                "Nothing was saved: %(author)s saved version %(number)s of %(key)s meanwhile.",
                author=author or _("somebody"),
                number=number,
                key=key,
            )
        )
