"""Who silences an alert, ends that, and silences it again, has silenced it."""

from __future__ import annotations

from aop_rules.alerts.said import Silence, said_draft
from aop_rules.ledger.ledger import Ledger


def test_coming_back_to_a_silence_is_one_more() -> None:
    ledger = Ledger()
    long, short = (Silence("a", "Lan", "holidays", "2026-06-10", until) for until in ("2026-07-31", "2026-06-12"))
    for said in (long, long, short, long):
        ledger.write(lambda pen, said=said: pen.keep([said_draft(said, pen.about("silence", source="a"))]))
    assert [entry.data()["until"] for entry in ledger.entries()] == ["2026-07-31", "2026-06-12", "2026-07-31"]
