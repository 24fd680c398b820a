"""The hand-over rules as they are stored."""

from console.handover.models import HandoverRuleSet
from console.rules.sets import Sets

REVISION = "handover rules"
"""The counter by which running processes notice that rules have changed."""

SETS = Sets(HandoverRuleSet, REVISION)
