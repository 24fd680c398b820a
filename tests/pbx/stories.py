"""The ways a call can go, played with real phones on a real Asterisk, each with what it must lead to."""

from tests.pbx import story_transfers, story_ways
from tests.pbx.story import Story

STORIES: dict[str, Story] = {**story_transfers.STORIES.by_name, **story_ways.STORIES.by_name}
"""Every story by its name."""
