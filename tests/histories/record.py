"""Records a history for the version at hand: `python tests/histories/record.py`. One that is there stays as it is."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from aop_rules.ledger.sqlite import SqliteStore
from aop_rules.version import __version__
from recorded_year import played


def main() -> None:
    folder = HERE / __version__
    file = folder / "babycare_house.db"
    if file.exists():
        sys.exit(f"{file} is there: a recorded history is never written again")
    folder.mkdir(exist_ok=True)
    ledger = played(SqliteStore(file), 1).ledger
    head = ledger.head()
    ledger.close()
    with sqlite3.connect(file) as whole:
        whole.execute("PRAGMA journal_mode=DELETE")
    whole.close()
    (folder / "babycare_house.head").write_text(f"{head.sequence}:{head.hash}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
