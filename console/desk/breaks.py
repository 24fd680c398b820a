"""The reasons of breaks that can be chosen at the desk. Pure."""

from collections.abc import Mapping

from console.web.i18n import N_

BREAKS: Mapping[str, str] = {
    "break": N_("Short break"),
    "lunch": N_("Lunch"),
    "training": N_("Training"),
    "meeting": N_("Meeting"),
    "paperwork": N_("Paperwork"),
}
"""As they are sent to the phone system, and what they are called here."""
