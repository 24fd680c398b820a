"""What came of the storm, from the database and from the final document of every browser: one pop per offer,
none without, none left over, every one not shown with its reason."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from console.calls import delivery
from console.calls.models import Call, Leg, Pop
from console.db.engine import Sessions
from telephony.events import CallId, End, LegId, LegResult
from tests.storm.browser import Browser
from tests.storm.storm import Storm
from tests.storm.world import USER_OF

FINISHED = {"ended", "withdrawn"}
EXAMPLES = 20  # of broken promises are named
NOTICED = timedelta(seconds=1)
OVER_LONG_AGO = "no page opened shows as alive what was over long ago"
ATTENDED = "offers at desks that were open and read, all shown"


@dataclass
class Records:
    """What is in the database."""

    calls: dict[str, Call]
    legs: dict[str, Leg]
    pops: dict[str, Pop]
    legs_of: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass
class Verdict:
    """`counts` in the order of the report; `wrong` are the promises that were broken."""

    counts: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def expect(self, fine: bool, promise: str) -> None:
        if not fine:
            self.wrong.append(promise)

    def report(self) -> str:
        """For people: the counts, then what was broken."""
        width = max(map(len, self.counts))
        lines = [f"{what:<{width}}  {count:>7,}" for what, count in self.counts.items()]
        if not self.wrong:
            return "\n".join([*lines, "Everything as promised."])
        kinds = Counter(each.partition(": ")[0] for each in self.wrong)
        lines += [f"BROKEN {number} times: {promise}" for promise, number in kinds.items()]
        return "\n".join([*lines, *(f"  {each}" for each in self.wrong[:EXAMPLES])])


async def judge(storm: Storm, sessions: Sessions) -> Verdict:
    """Compare what is on record and on the screens with what really happened."""
    async with sessions() as session:
        records = Records(
            {call.id: call for call in await session.scalars(select(Call))},
            {leg.id: leg for leg in await session.scalars(select(Leg))},
            {pop.id: pop for pop in await session.scalars(select(Pop))},
        )
    for leg in records.legs.values():
        records.legs_of[leg.call_id].add(leg.id)
    verdict = Verdict()
    _count_what_happened(storm, verdict)
    _judge_pops(storm, records, verdict)
    _judge_screens(storm, records, verdict)
    _judge_attention(storm, records, verdict)
    _judge_records(storm, records, verdict)
    verdict.counts["seconds"] = round(storm.took_s)
    return verdict


def _count_what_happened(storm: Storm, verdict: Verdict) -> None:
    verdict.counts |= {"calls": len(storm.truth.ends), "offers": len(storm.truth.legs)}
    verdict.counts |= {f"fault: {name}": number for name, number in sorted(storm.faults.items())}
    verdict.counts |= {
        "events and retold events that arrived": storm.arrivals,
        "browsers": len(storm.browsers),
        "connections": sum(len(browser.there) for browser in storm.browsers),
    }


def _judge_pops(storm: Storm, records: Records, verdict: Verdict) -> None:
    """Exactly one pop for each offer that was heard of, at its agent's; none for any other."""
    reasons: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for leg_id, leg in storm.truth.legs.items():
        pop, user_id = records.pops.get(leg_id), USER_OF.get(leg.interface)
        heard_of = leg_id in storm.heard.offers
        verdict.expect((pop is not None) is heard_of, f"one pop for each offer: {leg_id}")
        if pop is None:
            continue
        states[pop.state] += 1
        verdict.expect(pop.user_id == user_id, f"at the right agent: {leg_id}")
        not_shown = pop.state == "not_shown"
        verdict.expect(not_shown or pop.state in FINISHED, f"none left over on record: {leg_id} {pop.state}")
        verdict.expect(bool(pop.reason) is not_shown, f"a reason for each not shown: {leg_id}")
        verdict.expect((pop.shown_at is None) is not_shown, f"shown when it was: {leg_id}")
        if pop.reason:
            reasons[pop.reason] += 1
    strange = [pop for leg_id, pop in records.pops.items() if LegId(leg_id) not in storm.truth.legs]
    for pop in strange:
        nobody_s = pop.user_id is None and pop.sent_at is None and pop.state == "not_shown" and pop.reason
        verdict.expect(bool(nobody_s), f"no pop without an offer: {pop.id}")
    verdict.counts |= {
        "offers that became one pop": sum(states.values()),
        "offers over before anything told of them": len(storm.truth.legs) - sum(states.values()),
        "pops shown": states["ended"] + states["withdrawn"],
    }
    verdict.counts |= {f"pops not shown: {reason}": number for reason, number in reasons.most_common()}
    verdict.counts["forged offers, on no screen"] = len(strange)


def _judge_screens(storm: Storm, records: Records, verdict: Verdict) -> None:
    """No screen ever showed a pop twice or of somebody else, and nothing is left over on any."""
    desks: defaultdict[int, list[object]] = defaultdict(list)
    confirmed: dict[str, datetime] = {}
    for browser in storm.browsers:
        _judge_document(storm, browser, verdict)
        document = sorted((pop.leg, pop.state) for pop in browser.pops.values())
        desks[browser.viewer.user_id].append(document)
        confirmed |= {leg: at for leg, (state, at) in browser.confirmed.items() if state not in FINISHED}
    for user_id, documents in desks.items():
        agree = all(each == documents[0] for each in documents)
        verdict.expect(agree, f"all tabs of one agent agree: {user_id}")
    for leg, at in confirmed.items():
        pop, over_at = records.pops.get(leg), storm.heard.over.get(LegId(leg))
        shown = pop is not None and pop.shown_at is not None
        outdated = over_at is not None and at - over_at > delivery.LATE
        verdict.expect(not outdated, f"{OVER_LONG_AGO}: {leg}")
        verdict.expect(shown or outdated, f"confirmed by a browser, so shown on record: {leg}")
    verdict.counts["pops that a browser confirmed during the call"] = len(confirmed)


def _judge_document(storm: Storm, browser: Browser, verdict: Verdict) -> None:
    user_id = browser.viewer.user_id
    for what in browser.broken:
        verdict.expect(False, f"a sound document: {what}")
    for leg in browser.ever:
        true = storm.truth.legs.get(LegId(leg))
        own = true is not None and USER_OF.get(true.interface) == user_id
        verdict.expect(own, f"no pop without an offer on any screen: {leg}")
    for pop in browser.pops.values():
        over = pop.state in FINISHED
        verdict.expect(over, f"none left over on a screen: {pop.leg} is {pop.state}")
    rows = {f"pop-{dom}" for dom in browser.rows}
    verdict.expect(rows == browser.pops.keys(), f"a row for each pop: {user_id}")


def _judge_attention(storm: Storm, records: Records, verdict: Verdict) -> None:
    """Where a desk was open and read while the phone rang, the pop was shown on it."""
    desks: defaultdict[int, list[Browser]] = defaultdict(list)
    for browser in storm.browsers:
        desks[browser.viewer.user_id].append(browser)
    for leg_id, heard_at in storm.heard.offers.items():
        user_id = USER_OF.get(storm.truth.legs[leg_id].interface, 0)
        until = heard_at + NOTICED
        lasted = storm.heard.over.get(leg_id, heard_at) > until
        if lasted and any(browser.was_there(heard_at, until) for browser in desks[user_id]):
            verdict.counts[ATTENDED] = verdict.counts.get(ATTENDED, 0) + 1
            verdict.expect(
                records.pops[leg_id].shown_at is not None, f"shown where a desk was open: {leg_id}"
            )


def _judge_records(storm: Storm, records: Records, verdict: Verdict) -> None:
    """Every call is over; what was heard of as a whole is on record as it was."""
    for call in records.calls.values():
        verdict.expect(call.state == "ended", f"none left over: call {call.id}")
    outcomes: Counter[str] = Counter()
    for call_id, end in storm.truth.ends.items():
        outcomes[_outcome(storm, records, verdict, call_id, end)] += 1
    verdict.counts |= {f"calls on record: {outcome}": number for outcome, number in outcomes.most_common()}


def _outcome(storm: Storm, records: Records, verdict: Verdict, call_id: CallId, end: End | None) -> str:
    call = records.calls.get(call_id)
    if call is None:
        return "none, nothing was heard of them"
    true = {leg: storm.truth.legs[leg].result for leg in storm.truth.legs_of[call_id]}
    if LegResult.ANSWERED in true.values() or LegResult.TRANSFERRED in true.values():
        end = End.COMPLETED  # whatever came later: the caller has talked with somebody
    recorded = {leg: records.legs[leg].result for leg in records.legs_of[call_id]}
    if recorded == true and call.end == (end or End.ABANDONED):
        return "exactly as they were"
    whole = set(storm.truth.events[call_id]) <= storm.heard.events and call_id not in storm.heard.touched
    if whole:
        verdict.wrong.append(f"heard of as a whole, so on record as it was: {call_id}")
    return "ended unheard (lost)" if call.end == End.LOST else "with something missing or made up"
