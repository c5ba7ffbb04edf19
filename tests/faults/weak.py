"""Deliberately weakened settings, so that the harness can show that it would find a ledger that loses something.

`AOP_FAULTS_PRAGMAS` holds settings such as `synchronous=OFF journal_mode=MEMORY`: every connection of the process takes
them in the place of what the library asks for.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

VARIABLE = "AOP_FAULTS_PRAGMAS"
_SETTING = re.compile(r"\s*PRAGMA\s+(\w+)\s*=", re.IGNORECASE)


def weakened(pragmas: str) -> None:
    """From now on `sqlite3.connect` gives connections with these settings."""
    settings = dict(setting.split("=") for setting in pragmas.split())
    if settings:
        connect = sqlite3.connect
        factory = type("Weak", (_Connection,), {"settings": settings})
        sqlite3.connect = lambda *args, **options: connect(*args, **{**options, "factory": factory})  # type: ignore[assignment]


class _Cursor(sqlite3.Cursor):
    settings: Mapping[str, str]

    def execute(self, statement: str, *parameters: Any) -> sqlite3.Cursor:
        """Has the settings in force before anything is written, whatever was asked for."""
        asked = _SETTING.match(statement)
        if asked and asked[1].lower() in self.settings:
            return super().execute(f"PRAGMA {asked[1]} = {self.settings[asked[1].lower()]}")
        if statement.lstrip().upper().startswith("BEGIN"):
            for name, value in self.settings.items():
                if name != "journal_mode":  # changes only while nobody else has the file open
                    super().execute(f"PRAGMA {name} = {value}").fetchall()
        return super().execute(statement, *parameters)


class _Connection(sqlite3.Connection):
    settings: Mapping[str, str]

    def cursor(self, *_: Any) -> Any:
        cursor = _Cursor(self)
        cursor.settings = self.settings
        return cursor

    def execute(self, statement: str, *parameters: Any) -> Any:
        return self.cursor().execute(statement, *parameters)
