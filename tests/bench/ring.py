"""One call that the phone system of the bench plays."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ring:
    """From whom, to whose phone, in which queue. `uniqueid` is the caller channel's."""

    number: str
    interface: str
    queue: str
    uniqueid: str
    agent_uniqueid: str

    @property
    def channel(self) -> str:
        """The caller's channel."""
        return f"PJSIP/trunk-{_place(self.uniqueid):08x}"

    @property
    def agent_channel(self) -> str:
        """The agent's channel."""
        return f"{self.interface}-{_place(self.agent_uniqueid):08x}"


def _place(uniqueid: str) -> int:
    return int(uniqueid.partition(".")[2])
