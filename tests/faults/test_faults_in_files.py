"""A SQLite ledger loses nothing that it acknowledged: killed, refused, with no room left, without power.

A sample of what `benchmarks/faults.py` does at every call. The process that is disturbed is not this one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faults import shim, weak

pytestmark = pytest.mark.skipif(bool(shim.missing()), reason=shim.missing() or "faults can be injected")

Campaign = Callable[..., list[dict[str, Any]]]
CHECKPOINTS = "wal_autocheckpoint=4"


@pytest.fixture
def campaign(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """Runs a campaign on a sample of points; its tallies."""

    def run(name: str, *options: str, sample: int, setting: str = "") -> list[dict[str, Any]]:
        library = shim.built(tmp_path_factory.getbasetemp())
        command = [sys.executable, "-m", "faults.driver", name, str(tmp_path), "--sample", str(sample), *options]
        environment = {**shim.environment(library), weak.VARIABLE: setting}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def nothing_lost(tallies: list[dict[str, Any]]) -> bool:
    assert all(tally["injected"] and tally["acknowledged"] for tally in tallies)
    assert [(tally["fault"], tally["examples"]) for tally in tallies if tally["findings"]] == []
    return True


def lost(tallies: list[dict[str, Any]]) -> int:
    return sum(tally["findings"].get("lost", 0) for tally in tallies)


@pytest.mark.parametrize("setting", ["", CHECKPOINTS])
def test_killed_at_any_call_it_loses_nothing(campaign: Campaign, setting: str) -> None:
    assert nothing_lost(campaign("kills", sample=12, setting=setting))


@pytest.mark.parametrize("setting", ["", CHECKPOINTS])
def test_an_error_of_the_disk_loses_nothing_and_the_same_ledger_goes_on(campaign: Campaign, setting: str) -> None:
    tallies = campaign("errors", sample=4, setting=setting)
    assert nothing_lost(tallies)
    assert all(
        tally["told"].keys() == {"LEDGER_FULL"} for tally in tallies if tally["fault"] == "disk full from now on"
    )


@pytest.mark.parametrize("setting", ["", CHECKPOINTS])
def test_a_loss_of_power_loses_nothing(campaign: Campaign, setting: str) -> None:
    assert nothing_lost(campaign("power", "--rounds", "2", sample=8, setting=setting))


def test_flipped_bits_stale_logs_and_killed_rivals_do_no_unseen_harm(campaign: Campaign) -> None:
    assert nothing_lost(campaign("mishaps", sample=12))


@pytest.mark.parametrize("setting", ["synchronous=OFF", "synchronous=NORMAL"])
def test_a_weakened_setting_is_seen_to_lose_at_a_loss_of_power(campaign: Campaign, setting: str) -> None:
    assert lost(campaign("power", "--rounds", "2", sample=8, setting=setting)) > 0


@pytest.mark.parametrize("name", ["kills", "errors"])
def test_an_acknowledgement_before_its_time_is_seen(campaign: Campaign, name: str) -> None:
    assert lost(campaign(name, "--early", sample=8)) > 0
