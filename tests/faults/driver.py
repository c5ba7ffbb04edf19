"""The process that is disturbed: runs campaigns with the shim preloaded, and prints each tally as a line of JSON."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import databases
from faults import campaigns, mishaps, servers, weak
from faults.working import Tally

IN_FILES = {"kills": campaigns.kills, "errors": campaigns.errors, "mishaps": mishaps.mishaps}
CAMPAIGNS = (*IN_FILES, "power", "cuts", "restarts")


def tallies(campaign: str, folder: Path, seed: int, sample: int, rounds: int, early: bool) -> Iterator[Tally]:
    """What a campaign comes to."""
    if campaign == "restarts":
        yield from servers.restarts(seed, sample)
    elif campaign == "cuts":
        with databases.database() as address:
            yield from servers.cuts(address, seed, sample, early)
    else:
        lab = campaigns.Lab(folder.resolve(), seed, early=early)
        if campaign == "power":
            yield from campaigns.power(lab, sample, rounds)
        else:
            yield from IN_FILES[campaign](lab, sample)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("campaign", choices=CAMPAIGNS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0, help="points per fault; 0 for all")
    parser.add_argument("--rounds", type=int, default=4, help="torn disks for each loss of power")
    parser.add_argument("--early", action="store_true", help="acknowledges before the work is done (to show teeth)")
    asked = parser.parse_args()
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # it warns of every connection that is lost
    weak.weakened(os.environ.get(weak.VARIABLE, ""))
    for tally in tallies(asked.campaign, asked.folder, asked.seed, asked.sample, asked.rounds, asked.early):
        sys.stdout.write(json.dumps(tally.plain()) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
