"""How much a browser may say. Pure."""


class Allowance:
    """A token bucket: `burst` messages at once, `per_s` a second in the long run."""

    __slots__ = ("_at", "_burst", "_left", "_per_s")

    def __init__(self, burst: int, per_s: float, at: float) -> None:
        self._burst = burst
        self._per_s = per_s
        self._left = float(burst)
        self._at = at

    def take(self, at: float) -> bool:
        """Whether one more message is allowed at this moment (seconds of any steady clock)."""
        self._left = min(self._burst, self._left + (at - self._at) * self._per_s)
        self._at = at
        if self._left < 1:
            return False
        self._left -= 1
        return True
