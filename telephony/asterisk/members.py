"""The members of queues, and the phones that they are at. Pure."""

from collections import Counter
from collections.abc import Mapping

MOST_MEMBERS = 10_000


class Members:
    """The members of all queues, and the phone of each: another than the member where that is none itself.

    `listed`: Asterisk named them all, and tells of every change since.
    """

    def __init__(self) -> None:
        self.listed = False
        self._devices: dict[tuple[str, str], str] = {}
        self._phones: Counter[str] = Counter()  # how many members are at each interface

    def replace(self, devices: Mapping[tuple[str, str], str]) -> None:
        """The members are these, by queue and interface, and no others."""
        self._devices.clear()
        self._phones.clear()
        for (queue, interface), device in devices.items():
            self.add(queue, interface, device)

    def add(self, queue: str, interface: str, device: str) -> None:
        """One more, or another phone for one; none beyond `MOST_MEMBERS`."""
        self.remove(queue, interface)
        if len(self._devices) < MOST_MEMBERS:
            self._devices[queue, interface] = device
            self._phones.update((interface, device))

    def remove(self, queue: str, interface: str) -> None:
        """One less."""
        device = self._devices.pop((queue, interface), None)
        for phone in () if device is None else (interface, device):
            self._phones[phone] -= 1
            if not self._phones[phone]:
                del self._phones[phone]

    def __contains__(self, interface: object) -> bool:
        return interface in self._phones

    def at(self, phone: str, queue: str | None = None) -> list[str]:
        """The members at a phone, in any queue or in one; of none that is known, the phone itself."""
        members = {
            interface
            for (where, interface), device in self._devices.items()
            if phone in {interface, device} and queue in {None, where}
        }
        return sorted(members) or [phone]

    def device(self, queue: str | None, interface: str) -> str:
        """The phone behind a member that is none itself; "" when it is one, or not known."""
        device = self._devices.get((queue or "", interface), interface)
        return "" if device == interface else device
