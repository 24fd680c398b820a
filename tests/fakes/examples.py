"""How many examples a property test tries, where it costs more than others."""

from hypothesis import settings


def examples(share: float) -> settings:
    """`share` of those that the profile of this run says."""
    usual = settings.get_current_profile_name()
    return settings(max_examples=max(1, round(settings.get_profile(usual).max_examples * share)))
