"""The process that is disturbed: runs campaigns with the shim preloaded, and prints each tally as a line of JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from faults import weak
from faults.campaigns import CAMPAIGNS, Lab
from faults.mishaps import mishaps


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("campaign", choices=[*CAMPAIGNS, "mishaps"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0, help="points per fault; 0 for all")
    parser.add_argument("--early", action="store_true", help="acknowledges before the work is done (to show teeth)")
    options = parser.parse_args()
    weak.weakened(os.environ.get(weak.VARIABLE, ""))
    lab = Lab(options.folder.resolve(), options.seed, early=options.early)
    for tally in {**CAMPAIGNS, "mishaps": mishaps}[options.campaign](lab, sample=options.sample):
        sys.stdout.write(json.dumps(tally.plain()) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
