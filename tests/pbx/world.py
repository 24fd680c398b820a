"""The installation that real calls reach: agents, queues, a few customers, a script for each caller."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.pbx.configuration import EXTENSIONS
from tests.rig.product import PASSWORD, Product, add_agent

Agent = tuple[str, str, int, str]
"""Name, interface, line, queues."""

AGENTS: Mapping[str, Agent] = {
    "ana@example.com": ("Ana", "PJSIP/a1", 1, "support,support-all,support-next,always,local"),
    "ben@example.com": ("Ben", "PJSIP/a2", 1, "support,support-all,support-next"),
    "eva@example.com": ("Eva", "PJSIP/a3", 1, "support-all"),
    "dan@example.com": ("Dan", "PJSIP/a4", 2, "second"),
}

QUEUES: Sequence[tuple[str, ...]] = tuple(
    (name, "--line", line, "--wrap-up-s", "0", *more)
    for name, line, *more in (
        ("support", "1"),
        ("support-all", "1"),
        ("support-next", "1"),
        ("second", "2", "--extension", EXTENSIONS["second"]),
        ("always", "1"),
        ("local", "1"),
        ("local-kept", "1"),
    )
)
"""Without a time to finish calls: the next test's call rings at once."""

ONE = "+421905123456"  # Jana Nováková's alone
SHARED = "+421255500001"  # a switchboard: two people of one company
MANY = "+421905777777"  # two strangers gave the same number
NOBODY = "+421905000000"
LOYAL = "+421905444444"  # bought three times this month
LENA = "+421905333333"  # her script is one to walk through

CUSTOMERS = f"""\
ref,name,company_ref,company,phones,email,segment,language,customer_since
C-1,Jana Nováková,,,{ONE}|mobile,jana@example.com,good,sk,2020-01-01
C-2,Peter Horák,K-1,Drevona,{SHARED}|switchboard|shared,,,,
C-3,Mária Kováčová,K-1,Drevona,{SHARED}|switchboard|shared,,,,
C-4,Ján Varga,,,{MANY},,,,
C-5,Zuzana Tóthová,,,{MANY},,,,
C-6,Somebody Else,,,+421905999999,,,,
C-7,Lena Krátka,,,{LENA},,walker,,
C-8,Zuzana Verná,,,{LOYAL},,,,
"""

SCRIPTS = """\
- script: late-delivery
  title: Apologise for a late delivery
  priority: 80
  when:
    all: [purchases.late_open >= 1, cases.open >= 1]
  steps:
    - id: greet
      say: "Good day {{ customer.name }}. I see order {{ late_orders[0].ref }} is late."
      fallback: "Good day. I see that an order of yours is late."
      end: resolved
- script: withheld
  title: Ask a withheld caller for the name
  priority: 60
  when: {all: ['caller.match = "withheld"']}
  steps: [{id: greet, say: "Good day. Who is calling?", end: resolved}]
- script: ask-who
  title: Ask which customer is calling
  priority: 60
  when: {all: ['caller.match in ["shared", "many"]']}
  steps: [{id: greet, say: "Good day. Whom am I speaking with?", end: resolved}]
- script: unknown-caller
  title: Welcome an unknown caller
  priority: 60
  when: {all: ['caller.match = "none"']}
  steps: [{id: greet, say: "Good day, and welcome.", end: resolved}]
- script: fallback
  title: Greet the caller
  priority: 1
  steps: [{id: greet, say: "Good day.", end: resolved}]
"""


def purchases(now: datetime) -> str:
    """Jana's order, promised ten days ago; three of Zuzana's."""
    placed, promised = now - timedelta(days=20), now - timedelta(days=10)
    recent = "".join(
        f"O-Z{days},C-8,{now - timedelta(days=days):%Y-%m-%d},delivered,10,EUR,,,\n" for days in (3, 9, 20)
    )
    return (
        "ref,customer_ref,placed_at,status,total,currency,promised_at,delivered_at,items\n"
        f"O-1,C-1,{placed:%Y-%m-%d},shipped,49.90,EUR,{promised:%Y-%m-%d},,K-7|Kettle|kitchen|1|49.90\n{recent}"
    )


def cases(now: datetime) -> str:
    """Jana's open case."""
    return (
        "ref,customer_ref,subject,status,priority,line,opened_at\n"
        f"S-1,C-1,Wrong invoice,open,high,1,{now - timedelta(days=3):%Y-%m-%d}\n"
    )


def _extension(interface: str) -> str:
    return EXTENSIONS[interface.removeprefix("PJSIP/")]


def install(
    folder: Path,
    link: str,
    settings: dict[str, str],
    agents: Mapping[str, Agent] = AGENTS,
    queues: Sequence[tuple[str, ...]] = QUEUES,
) -> Product:
    """An installation with everything above, connected to the phone system once it runs."""
    product = Product(folder, {"PBX": link, "REGION": "SK", "TIME_ZONE": "UTC", **settings})
    now = datetime.now(UTC)
    tables = {"customers": CUSTOMERS, "purchases": purchases(now), "cases": cases(now)}
    product.commands(
        (["db", "upgrade"], ""),
        *((["queue", "set", *words], "") for words in queues),
        *(add_agent(email, *agent, extension=_extension(agent[1])) for email, agent in agents.items()),
        add_agent("sue@example.com", "Sue", "PJSIP/a20", 1, "", role="supervisor"),
        add_agent("tom@example.com", "Tom", "PJSIP/a10", 1, "", extension=EXTENSIONS["a10"]),
        (
            ["user", "add", "adm@example.com", "--name", "Adm", "--role", "admin", "--password-stdin"],
            PASSWORD,
        ),
        *((["import", kind, product.file(f"{kind}.csv", text)], "") for kind, text in tables.items()),
        (["scripts", "import", product.file("scripts.yaml", SCRIPTS), "--publish"], ""),
    )
    return product
