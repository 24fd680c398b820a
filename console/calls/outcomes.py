"""How a call can have ended, in words that agents choose from. Pure."""

from collections.abc import Sequence

from console.web.i18n import N_

USUAL = (
    N_("resolved"),
    N_("information given"),
    N_("case opened"),
    N_("call-back agreed"),
    N_("handed over"),
    N_("complaint taken up"),
    N_("other matter"),
    N_("wrong number"),
)
"""What agents choose from where the call's queue has no words of its own."""


def choice(of_queue: Sequence[str], *besides: str | None) -> list[str]:
    """The words of a queue (none: the usual ones), then those that its script ended with, or that stand."""
    return list(dict.fromkeys([*(of_queue or USUAL), *filter(None, besides)]))
