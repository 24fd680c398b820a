"""What an agent can do with a call at the desk, by what its phone system can be told to do. Pure."""

from dataclasses import dataclass

from console.desk.pop import Pop
from telephony.source import Capability


@dataclass(frozen=True, slots=True)
class ControlDrawing:
    """The controls of a call that is on. What is missing in them the phone system cannot be told to do, and
    the page says so; but whoever is `asked` about a colleague's call does not pass it on, nor does anybody
    before it is answered (`passes`)."""

    hangs_up: bool
    passes: bool
    blind: bool
    attended: bool


def draw_control(pop: Pop, *, asked: bool) -> ControlDrawing | None:
    """The controls; None where there is nothing to control: the phone rings, or the call is over."""
    talks = pop["state"] == "answered"
    if not talks and not (pop["state"] == "ringing" and pop["dialling"]):
        return None
    can = pop.get("can", ())
    return ControlDrawing(
        hangs_up=Capability.HANG_UP in can,
        passes=talks and not asked,
        blind=Capability.TRANSFER_BLIND in can,
        attended=Capability.TRANSFER_ATTENDED in can,
    )


def draw_dials(pop: Pop) -> bool | None:
    """Whether the number of a call that is over can be clicked to be called; None: there is none to call."""
    over = pop["state"] in {"ended", "withdrawn"}
    if not over or pop["internal_name"] is not None or pop["match"] == "withheld" or not pop["number"]:
        return None
    return Capability.DIAL in pop.get("can", ())
