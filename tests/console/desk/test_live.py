"""What is pushed is what the page drew when it was loaded, with the hooks that automation relies on."""

from datetime import datetime
from typing import Any

import pytest

from console.desk.drawing import dom_id
from console.desk.live import DeskRenderer, LinksRenderer
from console.desk.pop import Pop
from console.desk.samples import HOSTILE, sample_desk, sample_links, sample_pop
from console.identity.viewer import Viewer
from console.live.bus import Change, Snapshot
from console.live.frame import Fragment
from tests.console.desk.document import Element, parse

TOPIC = "desk:1"


def pushed(renderer: DeskRenderer, pop: Pop, *, new: bool = False) -> Fragment:
    fragment = renderer.change(Change(TOPIC, 1, pop["leg"], pop, new), "en")
    assert fragment is not None
    return fragment


def drawn(renderer: DeskRenderer, pop: Pop) -> Element:
    return parse(pushed(renderer, pop).html).one("pop")


def sample(name: str, now: datetime) -> Pop:
    value: Any = sample_desk(now)[f"sample-{name}"]
    pop: Pop = value
    return pop


@pytest.mark.parametrize(
    ("name", "state", "held", "words"),
    [
        ("ringing", "ringing", "no", "Ringing"),
        ("answered", "answered", "no", "On call"),
        ("held", "answered", "yes", "On hold"),
        ("ended", "ended", "no", "Ended"),
        ("lost", "ended", "no", "Connection lost: how this call ended is not known"),
        ("transferred", "ended", "no", "You passed this call to Eva Malá"),
        (
            "nobody-took-it",
            "ended",
            "no",
            "You passed this call on, and nobody took it: the caller is on the work list",
        ),
        (
            "nobody-answered",
            "ended",
            "no",
            "You passed this call on, Eva Malá did not answer: the caller is on the work list",
        ),
        ("queued-on", "ended", "no", "You passed this call to the queue Second line"),
        ("asking", "answered", "yes", "On hold · asking Eva Malá"),
        ("asked", "ringing", "no", "Ringing: Ana Nováková asks you"),
        ("internal", "ringing", "no", "Boris Kováč calls you"),
        ("put-through", "answered", "no", "On call with Eva Malá"),
        ("dialling", "ringing", "no", "You are calling"),
        ("busy", "withdrawn", "no", "No answer, or busy"),
        ("withdrawn", "withdrawn", "no", "Answered by Ana Nováková"),
        ("abandoned", "withdrawn", "no", "The caller hung up before an answer"),
        ("timed-out", "withdrawn", "no", "Nobody answered in time: the queue let the caller go"),
        ("waits", "withdrawn", "no", "Not answered in time: the caller waits in Second line"),
        ("missed", "withdrawn", "no", "Not answered"),
    ],
)
def test_each_state(  # noqa: PLR0917 (a table)
    renderer: DeskRenderer, now: datetime, name: str, state: str, held: str, words: str
) -> None:
    pop = drawn(renderer, sample(name, now))
    shown = pop.attributes
    assert shown["data-call-id"] == "sample-call"
    assert shown["data-leg"] == shown["data-pop"] == f"sample-{name}"
    assert (shown["data-state"], shown["data-held"]) == (state, held)
    assert pop.every("header")[0].text.startswith(words)


@pytest.mark.parametrize("name", ["ended", "transferred", "withdrawn", "abandoned", "missed"])
def test_a_call_that_is_over_can_be_put_away(renderer: DeskRenderer, now: datetime, name: str) -> None:
    assert drawn(renderer, sample(name, now)).every("button", hx_post=f"/desk/pops/sample-{name}/done")


def test_a_call_that_is_on_cannot(renderer: DeskRenderer, now: datetime) -> None:
    for name in ("ringing", "answered"):
        path = f"/desk/pops/sample-{name}/done"
        assert not drawn(renderer, sample(name, now)).every("button", hx_post=path)


def test_who_how_sure_what_is_wrong_what_to_say(renderer: DeskRenderer, now: datetime) -> None:
    pop = drawn(renderer, sample("ringing", now))
    assert pop.one("pop-name").text == "Jozef Mrkva"
    assert pop.one("pop-number").text == "+421 905 123 456"
    assert pop.one("pop-match").text.startswith("Exact match · mobile")
    assert "Removed the outside-line prefix 9." in pop.one("pop-match").text
    assert "Kvetinárstvo s.r.o." in pop.text
    assert "Order O-77 is 6 days late" in pop.text
    assert "Case K-5 is overdue" in pop.text
    assert pop.one("pop-script").text.startswith("Apologise for a late delivery")
    step = pop.one("step")
    assert step.attributes["data-step"] == "greet"
    assert step.text.startswith("Good day Mr Mrkva.")
    answers = step.every(data_testid="step-answer")
    assert [answer.attributes["data-answer"] for answer in answers] == ["would rather wait", "cancel"]


def test_why_this_script(renderer: DeskRenderer, now: datetime) -> None:
    why = drawn(renderer, sample("ringing", now)).one("pop-why").text
    assert why.startswith("Why this script: Chosen because 1 order is late")
    assert "orders that are late: at least 1" in why
    assert "purchases.late_open >= 1" in why
    assert "now: 1" in why
    assert "version 4" in why
    assert "next best: The complaint that is still open" in why


def test_records(renderer: DeskRenderer, now: datetime) -> None:
    pop = drawn(renderer, sample("ringing", now))
    late, *_rest = pop.one("pop-purchases").every("li")
    assert late.attributes["data-ref"] == "O-77"
    assert late.text == "O-77 6 days late €184.50 12 × red roses, glass vase, card promised Nov 15"
    overdue, waiting, closed = pop.every(data_testid="pop-case")
    assert overdue.text.startswith("K-5 overdue high reopened once Boris Kováč Vase arrived broken")
    assert waiting.text.startswith("K-3 waiting second line nobody's yet Invoice")
    assert closed.text.startswith("K-1 closed in this call Card with the wrong name closed Nov 21, 12:51")


def test_a_customer_without_history(renderer: DeskRenderer, now: datetime) -> None:
    pop = drawn(renderer, sample("long", now))
    assert "Nothing bought yet." in pop.one("pop-purchases").text
    assert "No case is open." in pop.one("pop-cases").text
    assert "Birthday today" in pop.text


@pytest.mark.parametrize(
    ("name", "who", "number", "match"),
    [
        ("shared", "Shared number of 2 customers", "+421 905 123 456", "Shared number: ask who is calling"),
        ("many", "120 customers have this number", "+421 905 123 456", "Several matches: ask who is calling"),
        ("unknown", "Unknown caller", "+421 905 123 456", "No customer has this number"),
        ("weak", "Unknown caller", "+421 905 123 456", "No customer has this number"),
        ("withheld", "Number withheld", "Number withheld", "Nobody can be recognised"),
    ],
)
def test_callers_who_are_not_sure(  # noqa: PLR0917 (a table)
    renderer: DeskRenderer, now: datetime, name: str, who: str, number: str, match: str
) -> None:
    pop = drawn(renderer, sample(name, now))
    assert pop.one("pop-name").text == who
    assert pop.one("pop-number").text == number
    assert pop.one("pop-match").text.startswith(match)
    assert not pop.has("pop-purchases")
    assert not pop.has("pop-cases")


def test_candidates_are_listed_never_picked(renderer: DeskRenderer, now: datetime) -> None:
    for name, refs in {"shared": ["C-1001", "C-1002"], "many": ["C-2044", "C-1001"]}.items():
        pop = drawn(renderer, sample(name, now))
        candidates = pop.every(data_testid="pop-candidate")
        assert [candidate.attributes["data-ref"] for candidate in candidates] == refs
        assert "Ask who is calling" in pop.text


def test_a_weak_suggestion_says_so(renderer: DeskRenderer, now: datetime) -> None:
    candidate = drawn(renderer, sample("weak", now)).one("pop-candidate")
    assert candidate.text.startswith("Mária Kováčová weak match")
    assert "C-3110 · Only the last 7 digits are the same" in candidate.text


def test_the_match_is_explained_step_by_step(renderer: DeskRenderer, now: datetime) -> None:
    match = drawn(renderer, sample("weak", now)).one("pop-match")
    assert [item.text for item in match.every("li")] == [
        'Number given: "90905123456".',
        "Removed the outside-line prefix 9. Read as dialled in SK.",
        "E.164 form +421905123456, a number of SK.",
        "No customer has this number.",
        "C-9 · +420905123456 has the same digits, but is in another country: a different telephone",
    ]


def test_a_candidate_says_why_it_stands_there(renderer: DeskRenderer, now: datetime) -> None:
    first = drawn(renderer, sample("many", now)).every(data_testid="pop-candidate")[0]
    assert "called from it last, on 2026-11-20 at 14:05, 1 open case" in first.text


def test_a_withheld_number_shows_nobody(renderer: DeskRenderer, now: datetime) -> None:
    pop = sample_pop(
        "x",
        now,
        match="withheld",
        match_why="",
        customer=None,
        candidates=sample("many", now)["candidates"],
        set_aside=[{"ref": "C-1001", "why": "+421905123456"}],
        script=None,
    )
    html = pushed(renderer, pop).html
    for secret in ("Mrkva", "MRKVA", "905", "C-1001", "O-77", "K-5"):
        assert secret not in html


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</article></template><hx-partial hx-target=body>",
        "{{ 7 * 7 }}{% raw %}",
        HOSTILE,
    ],
)
def test_names_are_harmless_text(renderer: DeskRenderer, now: datetime, name: str) -> None:
    page = pushed(renderer, _named(name, now)).html
    assert _shape(parse(page)) == _shape(parse(pushed(renderer, _named("Ana", now)).html))
    assert "<script" not in page
    assert "<img" not in page


def _named(name: str, now: datetime) -> Pop:
    """A pop with `name` in every text that others supply."""
    pop = sample_pop("x", now, caller_name=name, number=name, queue_title=name, withdrawn_by=name)
    customer, script = pop["customer"], pop["script"]
    assert customer
    assert script
    assert script["step"]
    pop["state"] = "withdrawn"
    customer.update({"name": name, "company": name, "segment": name})
    pop["orders"][0].update({"ref": name, "summary": name})
    pop["cases"][0].update({"ref": name, "subject": name})
    script.update({"title": name, "sentence": name})
    script["step"].update({"text": name, "answers": [name]})
    return pop


def _shape(element: Element) -> list[tuple[str, list[str]]]:
    """The tags and the names of their attributes: text must not add any."""
    return [(child.tag, sorted(child.attributes)) for child in element.every()]


def test_the_callers_own_name_is_labelled_and_isolated(renderer: DeskRenderer, now: datetime) -> None:
    pop = drawn(renderer, sample("hostile", now))
    assert "Name sent by the caller's phone, not checked:" in pop.text
    [name] = pop.every("bdi", class_="pop-caller-name")
    assert "<script>" in name.text
    assert "\u202e" not in pop.text
    assert pop.one("pop-name").text == "Unknown caller"


def test_a_fallback_text_is_marked(renderer: DeskRenderer, now: datetime) -> None:
    assert "General text:" in drawn(renderer, sample("fallback", now)).one("step").text
    assert "General text:" not in drawn(renderer, sample("ringing", now)).text


def test_no_script_is_said(renderer: DeskRenderer, now: datetime) -> None:
    pop = drawn(renderer, sample("silent", now))
    assert pop.one("pop-script").text.startswith("No script applies to this call")
    assert not pop.has("pop-why")


def test_the_note_is_one_field_that_no_swap_touches(renderer: DeskRenderer, now: datetime) -> None:
    [note] = drawn(renderer, sample("answered", now)).every("section", class_="note")
    assert "hx-morph-skip" in note.attributes
    assert note.one("pop-notes").tag == "textarea"


def test_a_snapshot_is_made_of_what_is_pushed(renderer: DeskRenderer, now: datetime) -> None:
    entries = {key: value for key, value in sample_desk(now).items() if not key.startswith("note:")}
    page = renderer.snapshot(Snapshot(TOPIC, 9, entries), "en")
    for key, value in entries.items():
        fragment = renderer.change(Change(TOPIC, 1, key, value, new=False), "en")
        assert fragment is not None
        for part in fragment.html.split("<hx-partial")[0], _partial(fragment.html):
            assert part.strip() in page


def _partial(html: str) -> str:
    return html.partition("<hx-partial")[2].partition(">")[2].rpartition("</hx-partial>")[0]


def test_a_snapshot_has_the_notes(renderer: DeskRenderer, now: datetime) -> None:
    page = parse(renderer.snapshot(Snapshot(TOPIC, 9, sample_desk(now)), "en"))
    note = page.one("pop-notes", data_note="sample-answered")
    assert note.text == "Would rather wait. Voucher for the delay: 10 EUR."
    assert note.attributes["data-version"] == "3"
    [saved] = page.every("output", data_leg="sample-answered")
    assert saved.text == note.text


def test_a_new_pop_comes_below_and_gets_a_row(renderer: DeskRenderer, now: datetime) -> None:
    fragment = pushed(renderer, sample("ringing", now), new=True)
    assert (fragment.target, fragment.swap) == ("#pops", "beforeend")
    assert '<hx-partial hx-target="#rows" hx-swap="beforeend"><a class="row"' in fragment.html


def test_a_changed_pop_is_morphed(renderer: DeskRenderer, now: datetime) -> None:
    pop = sample_pop("x", now, leg="main-1.8")
    fragment = pushed(renderer, pop)
    assert (fragment.target, fragment.swap) == (f"#pop-{dom_id('main-1.8')}", "outerMorph")
    assert parse(fragment.html).every("article", id=fragment.target.removeprefix("#"))


def test_a_pop_that_was_put_away_goes_with_its_row(renderer: DeskRenderer) -> None:
    fragment = renderer.change(Change(TOPIC, 1, "a", None, new=False), "en")
    assert fragment == Fragment(
        '<hx-partial hx-target="#row-a" hx-swap="delete"></hx-partial>', "#pop-a", "delete"
    )


def test_notes_go_beside_the_pops(renderer: DeskRenderer) -> None:
    value = {"leg": "a", "call": "c", "text": "</output><script>", "version": 2}
    first = renderer.change(Change(TOPIC, 1, "note:a", value, new=True), "en")
    later = renderer.change(Change(TOPIC, 1, "note:a", value, new=False), "en")
    gone = renderer.change(Change(TOPIC, 1, "note:a", None, new=False), "en")
    assert first is not None
    assert later is not None
    assert (first.target, first.swap) == ("#notes-saved", "beforeend")
    assert (later.target, later.swap) == ("#saved-a", "outerMorph")
    assert gone == Fragment("", "#saved-a", "delete")
    [output] = parse(later.html).every("output", data_version="2")
    assert output.text == "</output><script>"


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("available", "Available"),
        ("ringing", "Ringing"),
        ("on_call", "On call"),
        ("wrap_up", "Wrap-up"),
        ("on_break", "On a break"),
        ("offline", "Offline"),
    ],
)
def test_presence(renderer: DeskRenderer, state: str, word: str) -> None:
    value = {"state": state, "since": "2026-11-21T12:00:00+00:00", "reason": ""}
    fragment = renderer.change(Change(TOPIC, 1, "presence", value, new=False), "en")
    assert fragment is not None
    presence = parse(fragment.html).one("presence")
    assert (presence.attributes["data-state"], presence.text) == (state, word)


def test_links(links_renderer: LinksRenderer, now: datetime) -> None:
    page = parse(links_renderer.snapshot(Snapshot("links", 1, sample_links(now)), "en"))
    links = {link.attributes["data-link"]: link for link in page.every(data_testid="link")}
    assert {name: link.attributes["data-state"] for name, link in links.items()} == {
        "main": "up",
        "trunk": "up",
        "branch": "stale",
        "old": "down",
    }
    assert "Nothing heard" in links["branch"].text
    assert "refused the log-in" in links["old"].text
    assert links["main"].text == "phone system main up"
    assert links["trunk"].text == "phone system trunk: events arrive 12 s late"
    assert links["branch"].attributes["data-says"] == "not up to date since Nov 21, 12:56: nothing heard"
    assert links["old"].attributes["data-says"] == "not up to date since Nov 21, 12:56: no connection"
    assert "data-says" not in links["main"].attributes


def test_link_changes(links_renderer: LinksRenderer, now: datetime) -> None:
    up = sample_links(now)["main"]
    new = links_renderer.change(Change("links", 1, "main", up, new=True), "en")
    changed = links_renderer.change(Change("links", 2, "main", up, new=False), "en")
    assert new is not None
    assert changed is not None
    assert (new.target, new.swap) == ("#links", "beforeend")
    assert (changed.target, changed.swap) == ("#link-main", "outerMorph")
    gone = links_renderer.change(Change("links", 3, "main", None, new=False), "en")
    assert gone == Fragment("", "#link-main", "delete")


def test_everybody_sees_their_own_desk_and_the_links(
    renderer: DeskRenderer, links_renderer: LinksRenderer, ana: Viewer
) -> None:
    assert renderer.topics(ana) == ["desk:1"]
    assert links_renderer.topics(ana) == ["links"]


def test_only_pops_are_reported_as_delivered(renderer: DeskRenderer, ana: Viewer, now: datetime) -> None:
    told: list[str] = []
    reporting = DeskRenderer(renderer.templates, renderer.zone, lambda leg, *_: told.append(leg))
    reporting.delivered({"a": {}, "note:a": {}, "presence": {}}, ana, now)
    renderer.delivered({"a": {}}, ana, now)
    assert told == ["a"]
