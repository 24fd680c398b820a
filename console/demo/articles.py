"""The demo's knowledge base, and which of it stands beside which script."""

from collections.abc import Mapping

from console.knowledge.article import Article, Kind

ARTICLES = (
    Article(
        key="how-to-return",
        kind=Kind.QUESTION,
        title="How do I send something back?",
        keywords="return, refund, money back, wrong size, label",
        text="""\
Within 30 days, unused, in any box:

1. Print the return label from the order's page, or ask us to send it by e-mail.
2. Hand the parcel in at any post office. It costs the customer nothing.
3. The money is back within 5 working days, on the account or card that it was paid from.

Opened software and made-to-measure goods cannot be returned. What arrived damaged can be: open a case.""",
    ),
    Article(
        key="where-is-my-order",
        kind=Kind.QUESTION,
        title="Where is my order, and when will it come?",
        keywords="late, delivery, tracking, parcel, courier",
        text="""\
The order's number and its promised day stand beside the caller's name.

- Up to 3 days late: it is on its way. Offer to call back when it has arrived.
- 4 days and more: ask the second line to look for it, and offer a voucher or to cancel.
- "Delivered", but the customer has nothing: ask for the neighbours and the parcel shop then a case.""",
    ),
    Article(
        key="letter-late-order",
        kind=Kind.LETTER,
        title="We are sorry: your order is late",
        keywords="apology, delay, voucher",
        text="""\
Dear {{ customer.name | name }},

your order {{ late_orders[0].ref }} was promised for {{ late_orders[0].promised_at | date }} and is \
not with you yet. We are sorry. It is on its way, and the delivery costs you nothing.

Should you rather cancel it, answer this letter or call us: you get back all that you paid.

{{ agent.name }}
Customer support""",
    ),
    Article(
        key="letter-complaint-received",
        kind=Kind.LETTER,
        title="We have your complaint",
        keywords="confirmation, case, claim",
        text="""\
Dear {{ customer.name | name }},

we have your complaint “{{ open_cases[0].subject }}” under the number {{ open_cases[0].ref }}. \
{% if open_cases[0].due_at %}You hear from us by {{ open_cases[0].due_at | date }} at the latest.\
{% else %}You hear from us within three working days.{% endif %}

{{ agent.name }}
Customer support""",
    ),
    Article(
        key="form-damaged-goods",
        kind=Kind.FORM,
        title="Claim for damaged goods",
        keywords="broken, damage, transport, warranty, photo",
        link="https://shop.example/forms/damaged-goods.pdf",
        text="""\
Customer: {{ customer.name }} ({{ customer.ref }})
Order: {{ orders[0].ref }} of {{ orders[0].placed_at | date }}
What was ordered: {{ orders[0].summary }}

What is damaged:
When it was noticed:
Photos sent to: claims@shop.example""",
    ),
)

BESIDE: Mapping[str, tuple[str, ...]] = {
    "fallback-line-1": ("where-is-my-order", "how-to-return"),
    "late-delivery": ("letter-late-order", "where-is-my-order"),
    "open-complaint": ("letter-complaint-received", "form-damaged-goods", "how-to-return"),
}
"""By the key of a script."""


def with_articles(text: str, key: str) -> str:
    """The text of the script file `key`, with its articles named above its steps."""
    beside = ", ".join(BESIDE.get(key, ()))
    return text.replace("\nsteps:\n", f"\narticles: [{beside}]\nsteps:\n", 1) if beside else text
