"""Works out what the desk prints of a call that is handed over: the packet, why, and what was said to
that."""

from console.desk.alert_drawing import LINE_LIMIT, draw_callback, draw_made
from console.desk.appearance import AnswerDrawing, PacketDrawing, TouchedDrawing
from console.desk.plain_text import plain
from console.desk.pop import Pop, PopAnswer, PopTouched
from console.desk.reading import Reader, moment
from console.desk.run_drawing import draw_answered
from console.handover.records import LONGEST_REASON


def draw_packet(pop: Pop, reader: Reader, of_year: int) -> PacketDrawing | None:
    """The packet of a pop; None where nobody had the call before."""
    packet = pop["packet"]
    if packet is None:
        return None
    script = packet["script"]
    own = [each for each in pop["answers"] if each["leg"] == pop["leg"]]
    over = pop["state"] in {"ended", "withdrawn"}
    return PacketDrawing(
        since=None if over else moment(packet["since"], reader, of_year),
        reasons={each["leg"]: plain(each["text"], LONGEST_REASON) for each in packet["reasons"]},
        sentence=plain(packet["sentence"] or "", LONGEST_REASON),
        script=script["title"] if script else "",
        stopped_at=plain(script["stopped_at"], LINE_LIMIT) if script else "",
        outcome=script["outcome"] if script else None,
        answered=[draw_answered(visit, reader) for visit in script["answered"]] if script else [],
        cases=[_touched(case) for case in packet["cases"]],
        callbacks=[draw_callback(each, reader, of_year) for each in packet["callbacks"]],
        offers=[draw_made(each, reader, of_year) for each in packet["offers"]],
        calls=packet["calls"],
        about=packet["about"],
        read=packet["read"],
        answer=_answer(own[-1], reader) if own else None,
        answerable=_is_answerable(pop),
    )


def draw_answers(pop: Pop, reader: Reader) -> list[AnswerDrawing]:
    """What others said to a call that this agent handed over."""
    return [_answer(each, reader) for each in pop["answers"] if each["leg"] != pop["leg"]]


def can_be_handed_over(pop: Pop) -> bool:
    """Whether there is a customer whom this agent can pass on, or just did."""
    is_theirs = pop["state"] == "answered" or pop["result"] == "transferred"
    return is_theirs and pop["direction"] != "internal"


def _is_answerable(pop: Pop) -> bool:
    """Whether somebody else waits for a word, and it is this agent's to say."""
    others = any(each["before"] and not each["own"] for each in pop["colleagues"])
    return others and pop["state"] != "withdrawn"


def _touched(case: PopTouched) -> TouchedDrawing:
    return TouchedDrawing(
        case["ref"],
        plain(case["subject"], LINE_LIMIT),
        case["status"],
        case["priority"],
        case["line"],
        case["opened"],
    )


def _answer(answer: PopAnswer, reader: Reader) -> AnswerDrawing:
    return AnswerDrawing(
        answer["kind"],
        plain(answer["text"], LONGEST_REASON),
        plain(answer["by"]),
        moment(answer["at"], reader),
    )
