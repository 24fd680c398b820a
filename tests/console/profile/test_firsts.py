"""What came first under each key, in little memory."""

from contextlib import closing

from console.profile.firsts import Firsts


def test_the_first_value_stays() -> None:
    with closing(Firsts[int]()) as lines:
        assert lines.get("Č-1") is None
        assert [lines.setdefault("Č-1", line) for line in (2, 3)] == [2, 2]
        assert lines.setdefault("č-1", 4) == 4
        assert lines.get("Č-1") == 2


def test_each_import_has_its_own() -> None:
    with closing(Firsts[str]()) as one, closing(Firsts[str]()) as other:
        one.setdefault("A", "Acme")
        assert other.get("A") is None
