"""Frames that come before what they build on wait for that, and make no work meanwhile."""

from dataclasses import replace

from telephony.asterisk.translate import MOST_EARLY
from tests.fakes.asterisk_frames import ANA, BEN, CALLER, called, dial, hangup, joined, new, on, raw
from tests.telephony.asterisk.told import WAITING, kinds, tell, then, translator

PICKER = replace(BEN, linkedid=BEN.uniqueid)
PICKUP = raw("Pickup", PICKER.block(), ANA.block("Target"))


def strangers(number: int) -> list[bytes]:
    """Frames about channels that nobody introduces."""
    channels = [replace(CALLER, name=f"PJSIP/x-{n:08x}", uniqueid=f"900.{n}") for n in range(number)]
    return [on("Hold", channel) for channel in channels]


def test_what_a_channel_was_missing_for_is_told_in_order() -> None:
    assert kinds(then(b"", joined(), called(), new(ANA), new(CALLER))) == ["CallQueued", "CallOffered"]


def test_what_waits_for_something_that_waits_follows_it() -> None:
    events = then(new(ANA, PICKER), dial(), PICKUP, new(CALLER))
    assert kinds(events) == ["CallOffered", "OfferEnded", "CallOffered", "CallAnswered"]


def test_a_new_name_may_be_what_was_missing() -> None:
    renamed = replace(CALLER, name="PJSIP/trunk-000000ff")
    assert kinds(then(WAITING, hangup(renamed), on("Rename", CALLER, Newname=renamed.name))) == ["CallEnded"]


def test_a_new_channel_makes_no_work_with_what_waits_for_others() -> None:
    listener = translator()
    tell(b"".join(strangers(MOST_EARLY)), listener)
    waiting = list(listener.board.early)
    assert len(waiting) == MOST_EARLY
    tell(WAITING, listener)
    assert [one is other for one, other in zip(listener.board.early, waiting, strict=True)] == [
        True
    ] * MOST_EARLY
