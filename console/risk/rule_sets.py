"""The rules of customers at risk as they are stored."""

from console.risk.models import RiskRuleSet
from console.rules.sets import Sets

REVISION = "risk rules"
"""The counter by which running processes notice that rules have changed."""

SETS = Sets(RiskRuleSet, REVISION)
