"""What comes with a call that is handed over, put together from what is known. Pure."""

from collections.abc import Sequence

from console.calls.record import CallRecord
from console.desk.colleagues import had_before
from console.desk.packet_reading import Records
from console.desk.pop import (
    HandoverPart,
    PopAnswer,
    PopPacket,
    PopReasonGiven,
    PopRun,
    PopSoFar,
)
from console.handover.records import Answered, HandedOver
from console.queues.directory import Directory
from telephony.events import Direction
from telephony.lifecycle import Call, Leg


def is_handed_over(call: Call, leg: Leg) -> bool:
    """Whether a customer comes to the agent of `leg` from another one, of whom something is known here."""
    return call.direction is not Direction.INTERNAL and any(
        other.interface and had_before(other, leg) for other in call.legs
    )


def is_from_nobody_known(call: Call, leg: Leg) -> bool:
    """Whether somebody talked with the customer before, and nobody knows who."""
    if call.direction is Direction.INTERNAL or is_handed_over(call, leg):
        return False
    talked = call.answered_at is not None and call.answered_at < leg.offered_at
    return talked or any(had_before(other, leg) for other in call.legs)


def giver_of(call: Call, leg_id: str) -> Leg | None:
    """The leg that had the call last before this one."""
    leg = next((each for each in call.legs if each.id == leg_id), None)
    before = [each for each in call.legs if leg and each.interface and had_before(each, leg)]
    return before[-1] if before else None


def handover_part(
    record: CallRecord, leg: Leg, directory: Directory, packet: PopPacket | None
) -> HandoverPart:
    """What the pop of a leg says of handing over, with the `packet` as far as it was read."""
    said = record.handed_over
    if packet is not None:
        packet = {**packet, "reasons": _reasons(record.call, leg, directory, said)}
    return {
        "packet": packet,
        "handed": said.reasons.get(leg.id, ""),
        "answers": [_answer(each) for each in said.answers if _concerns(each, record.call, leg)],
    }


def compose_packet(record: CallRecord, records: Records, script: PopSoFar | None) -> PopPacket:
    """The packet of a call, without what was said of it."""
    return {
        "since": record.call.started_at.isoformat(),
        "reasons": [],
        "sentence": record.script_sentence,
        "script": script,
        "cases": records.cases,
        "callbacks": records.callbacks,
        "offers": records.offers,
        "calls": records.calls,
        "about": records.about,
        "read": records.read,
    }


def so_far(run: PopRun) -> PopSoFar:
    """How far a run has come."""
    step = run["step"]
    stands = step is not None and not run["ended"]
    return {
        "title": run["title"],
        "stopped_at": step["text"] if step is not None and stands else "",
        "outcome": run["outcome"],
        "answered": run["answered"],
    }


def _reasons(call: Call, leg: Leg, directory: Directory, said: HandedOver) -> list[PopReasonGiven]:
    given: Sequence[Leg] = [
        other for other in call.legs if other.id in said.reasons and had_before(other, leg)
    ]
    return [
        {"leg": each.id, "by": directory.name_at(each.interface, each.device), "text": said.reasons[each.id]}
        for each in given
    ]


def _concerns(answered: Answered, call: Call, leg: Leg) -> bool:
    """Whether it was said on this leg, or on one that had the call after it."""
    if answered.leg == leg.id:
        return True
    other = next((each for each in call.legs if each.id == answered.leg), None)
    return other is not None and had_before(leg, other)


def _answer(answered: Answered) -> PopAnswer:
    return {
        "leg": answered.leg,
        "kind": answered.kind.value,
        "text": answered.text,
        "by": answered.by,
        "at": answered.at.isoformat(),
    }
