"""Circles are looked for rarely during an import, and as usual afterwards."""

import gc

import pytest

from console.commands.collecting import RARELY, rare_collections


def test_only_during_the_import() -> None:
    usual = gc.get_threshold()
    with rare_collections():
        assert gc.get_threshold() == RARELY
        assert gc.get_freeze_count() > 0
    assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, 0)


def test_also_after_one_that_failed() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match="broken"), rare_collections():
        raise ValueError("broken")
    assert gc.get_threshold() == usual
