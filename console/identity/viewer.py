"""Who is asking: a person at a page (Viewer), or other software at the API (TokenHolder)."""

import hashlib
from dataclasses import dataclass

from console.identity.models import Role
from console.identity.permissions import Permission, Scope, role_may, scopes_may


@dataclass(frozen=True, slots=True)
class Viewer:
    """The user who is logged in. `csrf` is the secret that this session's forms carry; `queues` are those in
    which they work."""

    user_id: int
    email: str
    name: str
    role: Role
    line: int
    extension: str | None
    csrf: str
    locale: str
    queues: tuple[str, ...] = ()

    @property
    def session(self) -> str:
        """Names the session without giving it away."""
        return hashlib.sha256(self.csrf.encode()).hexdigest()

    def may(self, permission: Permission) -> bool:
        """Whether this user holds `permission`."""
        return role_may(self.role, permission)


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """The software behind an API token."""

    name: str
    scopes: frozenset[Scope]

    def may(self, permission: Permission) -> bool:
        """Whether this token holds `permission`."""
        return scopes_may(self.scopes, permission)
