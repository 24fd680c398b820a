"""Makes the demo's cases: a few open ones that matter, and many that are done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from console.demo.people import Person, Plot, Row
from console.demo.team import agents_of_line

CASES = 200
FIRST_CASE = 5001

COMPLAINTS = (
    "Complaint: chair arrived damaged",
    "Complaint: wrong colour delivered",
    "Complaint: printer jams after a week",
    "Complaint: charged twice",
    "Complaint: flowers were not fresh",
)
TECHNICAL = (
    "Printer does not connect to the network",
    "Coffee machine shows error E4",
    "Desk motor stops half way",
    "Toner is not recognised",
)
QUESTIONS = (
    "Copy of an invoice",
    "Change of delivery address",
    "Question about the warranty",
    "Add a second contact to the account",
    "Price for 20 chairs",
    "When is it back in stock?",
    "Return of one item",
)


@dataclass(frozen=True, slots=True)
class Story:
    """A case, by days before now; `due` may lie ahead and is then negative. `closed` None: it is open."""

    subject: str
    status: str
    priority: str
    line: int
    opened: float
    due: float
    closed: float | None = None
    reopened: int = 0


def _open_story(random: Random, plot: Plot) -> Story | None:
    """What is open for a customer with this plot, if anything."""
    opened = random.uniform(0.5, 9)
    match plot:
        case Plot.COMPLAINT:
            priority = random.choice(("normal", "high", "urgent"))
            reopened = random.choice((0, 1, 2))
            return Story(random.choice(COMPLAINTS), "open", priority, 1, opened, opened - 4, None, reopened)
        case Plot.HANDED_OVER:
            status, priority = random.choice(("open", "waiting")), random.choice(("normal", "high"))
            return Story(random.choice(TECHNICAL), status, priority, 2, opened, opened - 6)
        case Plot.LATE | Plot.REGULAR if random.random() < 0.12:
            return Story(
                random.choice(QUESTIONS), "open", random.choice(("low", "normal")), 1, opened, opened - 7
            )
    return None


def _closed_story(random: Random) -> Story:
    opened = random.uniform(15, 400)
    line = random.choice((1, 1, 1, 2))
    subject = random.choice(TECHNICAL if line == 2 else QUESTIONS)
    closed = opened - random.uniform(0.1, 9)
    return Story(
        subject,
        "closed",
        random.choice(("low", "normal", "normal", "high")),
        line,
        opened,
        opened - 5,
        closed,
    )


def case_rows(random: Random, people: list[Person], now: datetime) -> list[Row]:
    """Rows of all cases, `CASES` of them."""
    stories = [(person, story) for person in people if (story := _open_story(random, person.plot))]
    known = [person for person in people if person.plot is not Plot.NEW]
    stories += [(random.choice(known), _closed_story(random)) for _ in range(CASES - len(stories))]
    stories.sort(key=lambda told: -told[1].opened)
    return [
        _case_row(FIRST_CASE + index, person, story, random.choice(agents_of_line(story.line)).email, now)
        for index, (person, story) in enumerate(stories)
    ]


def _case_row(number: int, person: Person, story: Story, owner: str, now: datetime) -> Row:
    return {
        "id": number,
        "ref": f"T-{number}",
        "customer_id": person.id,
        "subject": story.subject,
        "status": story.status,
        "priority": story.priority,
        "line": story.line,
        "opened_at": now - timedelta(days=story.opened),
        "due_at": (due_at := now - timedelta(days=story.due)),
        "escalated_for": due_at if due_at < now else None,  # as if it had come in so
        "closed_at": None if story.closed is None else now - timedelta(days=story.closed),
        "reopened": story.reopened,
        "due_by_rule": False,
        "owner": owner,
    }
