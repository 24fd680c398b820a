"""How each link's numbers are read: the country and the habits of its trunk."""

from collections.abc import Mapping

from console.settings import Link, Settings
from telephony.numbers import Plan, warm


def number_plans(settings: Settings) -> Mapping[str, Plan]:
    """The plan of each link by its name, warm; "" is the plan of what comes over no link."""
    plans = {link.name: _plan(link, settings) for link in settings.links}
    plans[""] = Plan(settings.region)
    for plan in plans.values():
        warm(plan)
    return plans


def _plan(link: Link, settings: Settings) -> Plan:
    return Plan(link.region or settings.region, link.prefix, link.bare_e164, link.extensions)
