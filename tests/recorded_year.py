"""A year as a business would live it with a ledger: recorded, decided, answered, restated, amended, and a name erased.

`python tests/recorded_year.py SEED` plays it in memory, its files shuffled by the seed, and prints a digest of all that
came out. The same year, whatever the seed, must give the same digest.
"""

from __future__ import annotations

import locale
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from aop_rules import Engine, Ledger, read_events
from aop_rules.ledger.reading import read_event_file
from aop_rules.ledger.store import Store
from aop_rules.plan.load import dump
from aop_rules.position.counted import FACTS

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "examples" / "babycare_house"
OWNER = "chủ cửa hàng"
CLERK = "Nguyễn Thị Lan"


def ticking() -> Callable[[], datetime]:
    """A clock that goes on by a minute each time that it is read."""
    minutes = iter(range(10**9))
    return lambda: datetime(2026, 6, 5, 8, tzinfo=UTC) + timedelta(minutes=next(minutes))


def counted() -> Callable[[], str]:
    """Salts that are all different, and always the same ones."""
    numbers = iter(range(10**9))
    return lambda: sha256(str(next(numbers)).encode()).hexdigest()[:32]


def played(store: Store | None, seed: int) -> Engine:
    """The whole year in a store; files and events in an order that the seed shuffles."""
    chance = random.Random(seed)
    ledger = Ledger(store, clock=ticking(), salt=counted())
    engine = Engine.open(HOUSE / "plan.yaml", attributes={"vendor.rating": "number"}, ledger=ledger)
    events = list(read_events(HOUSE / "history" / "2026_jan_may.jsonl"))
    chance.shuffle(events)
    for event in events[:10]:
        engine.record(event)
    engine.record_all(events[10:])
    cases = [file for file in sorted((HOUSE / "cases").glob("*.yaml")) if "history" not in (_expected(file) or {})]
    chance.shuffle(cases)
    for file in cases:
        (event,) = read_event_file(file).events
        if not isinstance(event, FACTS):  # a fact counts for what is decided after it
            engine.submit(event, given={"vendor.rating": 4})
    made = [story.kept for story in engine.decisions()]
    ids = sorted(kept.decision_id for kept in made if kept.outcome != "ADJUST_TO_FIT")
    soft = [story.kept for story in engine.decisions() if not story.kept.said["hard"]]
    for kept in sorted((kept for kept in soft if kept.outcome == "ADJUST_TO_FIT"), key=lambda kept: kept.decision_id):
        engine.override(kept.decision_id, "ACCEPT", by=OWNER, reason="it is the season", until="2026-12-31")
    engine.accept(ids[0], by=CLERK, reason=f"as {CLERK} said")
    engine.report(ids[0], "as_expected", on="2026-07-05", by=CLERK, measured={"online_revenue": 520_000_000})
    engine.record(
        {
            "event_id": "to-marketing",
            "kind": "budget_transfer",
            "effective_date": "2026-06-09",
            "from": "contingency_reserve",
            "to": "online_marketing",
            "amount": 10_000_000,
            "asked_by": OWNER,
        }
    )
    question = {"event_id": "order-1", "kind": "spend_request", "effective_date": "2026-06-10", "asked_by": CLERK}
    question |= {"line": "online_marketing", "amount": 50_000_000, "title": f"ads, as {CLERK} asks"}
    engine.submit(question)
    engine.record_all(read_events(HOUSE / "history" / "2026_may_stock_recount.jsonl"))
    engine.submit(question)
    plan = deepcopy(dump(engine.plan))
    plan["version"] = 2
    plan["budget"]["lines"]["online_marketing"]["amount"] += 20_000_000
    plan["budget"]["lines"]["contingency_reserve"]["amount"] -= 20_000_000
    engine = engine.amend(
        plan,
        reason="ads went past their cap",
        trade_off="less is left for risks",
        by=CLERK,
        approved_by=OWNER,
        as_of="2026-06-12",
    )
    engine.submit({**question, "event_id": "order-2", "effective_date": "2026-06-15"}, given={"vendor.rating": 2})
    engine.ledger.erase(CLERK, reason="she asked for it")
    engine.submit({**question, "event_id": "order-3", "effective_date": "2026-06-16", "asked_by": "", "title": ""})
    return engine


def _expected(file: Path) -> dict[str, object] | None:
    expect: dict[str, object] | None = read_event_file(file).expect
    return expect


def said(engine: Engine) -> Iterator[str]:
    """Every decision as it stands now, sorted, whatever the order in which they were made."""
    yield from sorted(story.kept.said["decision_id"] + str(story.kept.said) for story in engine.decisions())


def main() -> None:
    with suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")
    engine = played(None, int(sys.argv[1]))
    found = engine.replay()
    digest = sha256("\n".join(said(engine)).encode()).hexdigest()
    sys.stdout.write(f"{len(engine.decisions())} {found.same} {digest}\n")


if __name__ == "__main__":
    main()
