"""One of several processes that write in one ledger: python writer_process.py WHERE TENANT FIRST COUNT."""

from __future__ import annotations

import json
import sys

from aop_rules.ledger.entry import Draft
from aop_rules.ledger.ledger import Ledger


def main(where: str, tenant: str, first: str, count: str) -> None:
    """Keeps so many entries one by one, and prints under which sequence each is kept."""
    with Ledger.open(where, tenant=tenant) as ledger:
        names = [f"e{n}" for n in range(int(first), int(first) + int(count))]
        kept = {name: ledger.keep([Draft("event", name, f'{{"name":"{name}"}}')])[0].sequence for name in names}
    sys.stdout.write(json.dumps(kept))


if __name__ == "__main__":
    main(*sys.argv[1:])
