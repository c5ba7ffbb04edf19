"""The documents say what is so: their screens are played, their files load, and nothing of the library is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest

import aop_rules
from aop_rules import InputError, Ledger, RuleError, event_from, load_plan, load_ruleset, read_events
from aop_rules.alerts.identity import Identity, distinct
from aop_rules.alerts.sinks import Call
from aop_rules.alerts.webhook import Webhook
from aop_rules.cli import main
from aop_rules.decision.outcome import Outcome
from aop_rules.decision.shape import DecisionShape, FindingShape
from aop_rules.engine import Engine
from aop_rules.events import Event
from aop_rules.facts.transfers import transfer_problems
from aop_rules.importing.mapping import find_mapping
from aop_rules.plan.amendment import Standing, amendment_problems
from aop_rules.plan.imports import Import
from aop_rules.plan.load import plan_from, read_plan
from aop_rules.position.compute import position
from aop_rules.replanning.cut import cut
from aop_rules.replanning.diagnose import diagnose
from aop_rules.replanning.replan import replan
from aop_rules.replanning.verifying import verify
from aop_rules.rules.collection import collect
from aop_rules.selecting.candidate import Candidate
from aop_rules.selecting.proposals import only_proposals
from aop_rules.selecting.select import select
from aop_rules.solving.solve import Model, Row, Stage, Variable, solve
from aop_rules.source.read import read, read_text
from screens import PAGES, ROOT, Block, blocks, renewed, stage
from workbooks import BABYCARE, Raw, workbook

DOCS = ROOT / "docs"
PACKAGE = ROOT / "aop_rules"
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
FILES = [
    pytest.param(block, id=f"{name}:{block.line}")
    for name, text in TEXTS.items()
    for block in blocks(text)
    if block.language in ("yaml", "json") and not block.said.startswith("+")
]


@pytest.mark.parametrize("page", sorted(set(TEXTS) - {"README.md"}))
def test_a_page_shows_what_really_happens(page: str, tmp_path: Path) -> None:
    assert renewed(TEXTS[page], stage(tmp_path / "stage")) == TEXTS[page], "run `python docs/screens.py`"


@pytest.mark.parametrize("block", FILES)
def test_a_file_on_a_page_loads(block: Block, tmp_path: Path) -> None:
    name = Path(block.said).name or f"block.{block.language}"
    file = tmp_path / (f"{name}l" if name == "history.json" else name)
    file.write_text(block.text, encoding="utf-8")
    if re.search(r"^aop:", block.text, re.MULTILINE):
        assert load_plan(file)
    elif re.search(r"^ruleset:", block.text, re.MULTILINE):
        assert load_ruleset(file).rules
    elif re.search(r"^imports:", block.text, re.MULTILINE):
        assert find_mapping(file, None)
    else:
        assert read_events(file)


@pytest.mark.parametrize("page", sorted(TEXTS))
def test_a_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


# ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_CODE = re.compile(
    r"(SOURCE|PLAN|RULE|EVENT|POSITION|AMENDMENT|TRANSFER|LEDGER|ANSWER|ALERT|IMPORT|FRAMES|SELECT|REPLAN|CERTIFICATE|OPTIMISE)_[A-Z0-9_]+"
)
_BARE = re.compile(r"[A-Z]+(_[A-Z]+)*")
ERRORS = TEXTS["docs/errors.md"]


@cache
def codes() -> frozenset[str]:
    """Every code that the library can say: written whole, or as a bare word that its room prefixes."""
    found: set[str] = set()
    shapes: set[str] = set()
    prefixes: set[str] = set()
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)) if _CODE.fullmatch(text):
                    found.add(text)
                case ast.Call(func=ast.Attribute(attr="problem")) if file.is_relative_to(PACKAGE / "plan"):
                    found |= {f"PLAN_{word}" for word in _words(node.args)}
                case ast.Call(func=ast.Attribute(attr="_said")) if file.name == "validate.py":
                    shapes |= set(_words(node.args[:1]))
                case ast.keyword(arg="prefix", value=ast.Constant(value=str(text))):
                    prefixes.add(text)
                case ast.JoinedStr(values=[ast.FormattedValue(), ast.Constant(value="_MORE")]):
                    shapes.add("MORE")
    return frozenset(found | {f"{prefix}_{shape}" for prefix in prefixes for shape in shapes})


def _words(arguments: list[ast.expr]) -> Iterator[str]:
    for each in arguments:
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and _BARE.fullmatch(each.value):
            yield each.value


def test_every_code_is_explained_and_no_other() -> None:
    explained = re.findall(r"^### (.*)$", ERRORS, re.MULTILINE)
    said = [code for heading in explained for code in heading.split()]
    assert len(said) == len(set(said))
    assert set(said) == codes()


def test_every_code_has_an_example() -> None:
    entries = re.split(r"^### ", ERRORS, flags=re.MULTILINE)[1:]
    for entry in entries:
        heading, _, rest = entry.partition("\n")
        example = re.search(r"^> `` (\w+): .+ ``$", rest, re.MULTILINE)
        assert example and example[1] in heading.split(), heading


PLAN = ROOT / "examples" / "babycare_house" / "plan.yaml"


def _rule(**keys: Any) -> dict[str, Any]:
    rule = {"id": "r", "on": "event", "when": "event.amount > 5", "effect": "INFORM", "because": "x"}
    return {key: value for key, value in {**rule, **keys}.items() if value is not None}


def _chain(*given: str, conclude: str) -> dict[str, Any]:
    return _rule(on=None, when=None, effect=None, because=None, given=list(given), conclude=conclude)


RULES: list[list[dict[str, Any]]] = [
    [{"id": "r", "events": ["proposal"], "when": "event.hires > 1", "effect": "WATCH", "because": "x"}],
    *(
        [_rule(when=when)]
        for when in (
            "event.amount = 5",
            "event.amount > 1e6",
            "event.deadline < 2026-02-30",
            'event.title == "abc',
            "event.amount > 1 or " * 400 + "true",
            "(" * 50 + "true" + ")" * 50,
            "event.amuont > 5",
            "maximum(event.amount, 3) > 5",
            "size(event.tags, event.tags) > 1",
            'event.amount == "x"',
            "event.amount > 7%",
            "1 < 2",
            "event.amount >= event.amount",
        )
    ),
    [_rule(on="budget")],
    [_rule(on="kpi revenu", when="kpi.value > 5")],
    [_rule(conclude="bad")],
    [_rule(because="{event.amuont} is a lot")],
    [_rule(examples={"fires": [{"event.amount": "many"}]})],
    [_rule(), _rule(when="event.amount > 6")],
    [_chain("off_track(kpi)", "serves(initiative, goal)", conclude="x(kpi)")],
    [_rule(effect=None, because=None, conclude="bad(goal)")],
    [_chain("of_track(kpi)", conclude="bad(kpi)")],
    [_chain("off_track(kpi)", "watches(kpi, risk)", conclude="bad(kpi)")],
]
PROPOSAL = {"event_id": "e", "kind": "proposal", "effective_date": "2026-06-01"}
REQUEST = {"event_id": "e", "kind": "spend_request", "effective_date": "2026-06-01", "line": "x", "amount": 5}
EVENTS: list[dict[str, Any]] = [
    {**PROPOSAL, "links": {"goals": ["online"]}},
    {**REQUEST, "period": "2026-13"},
    {**REQUEST, "effective_date": "2027-06-01"},
    {**PROPOSAL, "attributes": {"roi": "5%"}},
    {**PROPOSAL, "costs": [{"line": "fixed_costs", "amount": -50}]},
    {**REQUEST, "amount": "12.5"},
    {**PROPOSAL, "effective_date": "2026-06-10", "end": "2026-05-01"},
    {**PROPOSAL, "benefits": [{"kpi": "gross_margin", "likely": 55}]},
    {"event_id": "e", "kind": "review_due", "effective_date": "2026-06-10", "period": "2026-09"},
    {
        "event_id": "e",
        "kind": "kpi_observation",
        "effective_date": "2026-06-30",
        "kpi": "revenue",
        "period": "2026-06",
        "value": 5,
    },
]
CAFE = {"aop": 1, "id": "cafe", "name": "Café", "currency": "EUR", "year": {"starts": "2026-01-01"}}


@cache
def provoked() -> frozenset[str]:
    """What the library says to broken plans, files, rules, events and declarations."""
    said = [problem for file in sorted((ROOT / "tests" / "plan" / "broken").iterdir()) for problem in _of_plan(file)]
    said += [p for file in sorted((ROOT / "tests" / "source" / "broken").glob("*.*")) for p in _of_source(file)]
    said += [problem for rules in RULES for problem in _of_rules(rules)]
    said += [problem for event in EVENTS for problem in _raised(lambda each=event: Engine.open(PLAN).evaluate(each))]
    said += _of_amendments()
    said += _of_transfers()
    said += _of_reserving()
    said += _of_ledgers()
    said += _of_tables()
    said += _of_alerts()
    said += _of_selecting()
    said += _of_adjusting()
    said += _of_models()
    said += _raised(lambda: Engine.open(PLAN).position("2026-06-05").kpi("revenu"))
    rated = Engine.open({**CAFE, "attributes": {"rating": "number"}})
    said += _raised(lambda: rated.evaluate({**PROPOSAL, "attributes": {"rating": "good"}}))
    for name, word in (("vendor.rating", "numbre"), ("vendor rating", "number"), ("event.amount", "number")):
        said += _raised(lambda name=name, word=word: Engine.open(PLAN, attributes={name: word}))
    return frozenset(str(problem).split(": ", 1)[1] for problem in said)


def _raised(action: Any) -> list[Any]:
    try:
        action()
    except InputError as error:
        return list(error.problems)
    return []


def _of_plan(file: Path) -> list[Any]:
    found: list[Any] = []
    return _raised(lambda: found.extend(read_plan(file)[1])) or found


def _of_reserving() -> list[Any]:
    engine = Engine.open(PLAN)
    line = next(iter(engine.plan.budget.lines))
    held = {"event_id": "r", "kind": "reservation", "effective_date": "2026-06-10", "line": line, "amount": 5}
    said = _raised(lambda: engine.release("PO-9", date="2026-06-10"))
    engine.record({**held, "doc": "PO-9"})
    return said + _raised(lambda: engine.reserve(line=line, amount=5, date="2026-06-10", ref="PO-9"))


def _of_transfers() -> list[Any]:
    line = {"amount": 120, "horizons": ["year"]}
    plan = plan_from(
        {**CAFE, "budget": {"lines": {"ads": {"name": "Ads", **line}, "fairs": {"name": "Fairs", **line}}}}
    )
    spent = {"event_id": "b", "kind": "actual", "effective_date": "2026-05-01", "line": "ads", "amount": 70}
    moved = {"kind": "budget_transfer", "effective_date": "2026-06-01", "from": "ads", "to": "fairs", "amount": 80}
    said: list[Any] = []
    for bill in (spent, {**spent, "currency": "USD"}):
        seen = position(plan, [event_from(bill)], datetime(2026, 6, 1, tzinfo=UTC))
        said += transfer_problems(plan, seen, event_from({**moved, "event_id": "t"}))
    return said


TABLES: list[tuple[str, str]] = [
    ("a.csv", "Kỳ;Chỉ tiêu;Giá tri\n"),
    ("a.csv", "Kỳ;Chỉ tiêu;Giá trị;Kỳ\n"),
    ("a.csv", "Kỳ;" * 501),
    ("a.csv", ""),
    ("a.csv", 'Kỳ;Chỉ tiêu;Giá trị\n"05/2026;cash;5'),
    ("a.csv", "Kỳ;Chỉ tiêu;Giá trị\n05/2026;cash;5;\n"),
    ("a.csv", "Kỳ;Chỉ tiêu;Giá trị\n05/2026;cash;5\n05/2026;cash;6\n"),
    ("a.csv", "Kỳ;Chỉ tiêu;Giá trị\n;cash;5\n"),
    ("a.csv", "Kỳ;Chỉ tiêu;Giá trị\nTháng 13;cash;5\n"),
    ("a.csv", "Kỳ;Chỉ tiêu;Giá trị\n05/2026;cash;438,000,000\n"),
    ("a.csv", "Kỳ;Chỉ tiêu;Giá trị\n05/2026;cash;12 $\n"),
    ("a.xlsx", "no zip file"),
]


def _of_tables() -> list[Any]:
    plan = load_plan(PLAN)
    columns = {"Kỳ": "period", "Chỉ tiêu": "kpi", "Giá trị": "value"}
    sales = Import(id="sales", format="vi", event={"kind": "kpi_observation"}, columns=columns)
    dated = sales.model_copy(update={"columns": {"Kỳ": "period", "Ngày chốt": "known_at", "Giá trị": "value"}})
    wrong = sales.model_copy(update={"columns": {"Kỳ": "perod"}})
    other = sales.model_copy(update={"sheet": "Thang 5"})
    held = plan.model_copy(update={"imports": {"sales": sales}})
    said: list[Any] = []
    with TemporaryDirectory() as folder:
        file, book = Path(folder) / "a.csv", Path(folder) / "b.xlsx"
        for name, text in TABLES:
            (Path(folder) / name).write_text(text, encoding="utf-8")
            said += _raised(lambda name=name: read_events(Path(folder) / name, sales, plan=plan))
        file.write_text("Kỳ;Ngày chốt;Giá trị\n05/2026;05/31/2026;5\n", encoding="utf-8")
        for mapping in (dated, wrong, None, "sale"):
            said += _raised(lambda mapping=mapping: read_events(file, mapping, plan=held))
        book.write_bytes(workbook([[*columns], ["05/2026", "cash", Raw("><f>1+1</f>")]]))
        said += _raised(lambda: read_events(book, sales, plan=plan))
        said += _raised(lambda: read_events(BABYCARE / "imports" / "so_chi_2026.xlsx", other, plan=plan))
    return said


def _of_ledgers() -> list[Any]:
    plan = {**CAFE, "governance": {"owner": "Mara"}, "not_this_year": {"shop": {"name": "a shop", "reason": "later"}}}
    ledger = Ledger()
    engine = Engine.open(plan, ledger=ledger)
    said = _raised(lambda: Engine.resume(ledger))
    decision = engine.submit({**PROPOSAL, "effective_date": "2026-06-08", "category": "shop"}).decision_id
    answer = {"outcome": "PERHAPS", "by": "Lan", "reason": " ", "until": "2026-06-08"}
    said += _raised(lambda: engine.override(decision, **answer))
    said = [replace(each, message=each.message.replace(decision, "D-1")) for each in said]
    said += _raised(lambda: engine.accept(decision, by=""))
    said += _raised(lambda: engine.report(decision, "better", on="2026-06-07", measured={"sales": 5}))
    said += _raised(lambda: ledger.erase("proposal", reason="x"))
    said += _raised(lambda: engine.accept("D-0000", by="Lan"))
    said += _raised(lambda: Engine.open({**plan, "id": "bar"}, ledger=ledger))
    said += _raised(lambda: Engine.open({**plan, "name": "Bar"}, ledger=ledger))
    engine.amend({**plan, "version": 2, "name": "Bar"}, reason="x", trade_off="y", by="Mara", as_of="2026-06-08")
    said += _raised(lambda: engine.submit(PROPOSAL))
    said += _raised(lambda: Ledger.open(str(ROOT / "none.db"), create=False))
    said += _raised(lambda: Ledger.open(str(PLAN)))
    return said


def _of_alerts() -> list[Any]:
    sales = {"name": "Sales", "kind": "stock", "unit": "order", "breach": "< 5", "for": 1}
    engine = Engine.open({**CAFE, "kpis": {"sales": sales}}, standard=False)
    reading = {"kind": "kpi_observation", "effective_date": "2026-04-30", "kpi": "sales", "period": "2026-04"}
    engine.record({**reading, "event_id": "r", "value": 3})
    ads = Identity.of("cafe", "ads", {"kpi": "sales"})
    unread, rule = "plan.kpis.sales.reading", "plan.kpis.sales.breach"
    said = _raised(lambda: engine.acknowledge("A-0", by="Lan", as_of="2026-06-10"))
    said += _raised(lambda: engine.acknowledge(unread, by="Lan", as_of="2026-01-10"))
    said = [replace(each, message=re.sub("A-[0-9a-f]{12}", rule, each.message)) for each in said]
    said += _raised(lambda: engine.silence(rule, by="", reason="", until="2026-06-01", as_of="2026-06-10"))
    said += _raised(lambda: distinct([ads, ads]))
    said += _raised(lambda: Webhook("file:///alerts"))
    engine.notify(Call("phone", print_nothing), "2026-06-10")
    return said + _raised(lambda: engine.notify(Call("phone", print_nothing), "2026-05-10"))


def _of_adjusting() -> list[Any]:
    engine = Engine.open(PLAN)
    where = engine.position("2026-06-05")
    said = _raised(lambda: diagnose(engine.plan, where, (), engine.graph, "total_revenu"))
    for amount, by in ((0, date(2026, 9, 30)), (5, date(2026, 1, 31))):
        said += _raised(lambda amount=amount, by=by: cut(engine.plan, where, (), amount, by))
    found = replan(engine.plan, where, (), goals=())
    assert found.certificate is not None
    return said + list(
        verify(replace(found, certificate=replace(found.certificate, locked="")), engine.plan, where, ())
    )


def print_nothing(_: object) -> None:
    """A sink that takes everything."""


def _of_models() -> list[Any]:
    many = Model([Variable(f"x{n}", high=1) for n in range(500)], [Row(f"r{n}", {"x0": 1}, most=1) for n in range(400)])
    return [
        *_raised(lambda: solve(Model([Variable("ads")], [Row("cap", {"asd": 1})]), [])),
        *_raised(lambda: solve(Model([Variable("reach")]), [Stage("reach", {"reach": 1}, "max")])),
        *_raised(lambda: solve(many, [], method="exact")),
    ]


def _of_selecting() -> list[Any]:
    fair = Candidate("fair", {}, {"monye": 5}, ("shop",))
    shop = Candidate("shop", {}, {"money": -3}, ("fair",))
    said = _raised(lambda: select([fair, shop, fair], {"money": 9}, ["sales"]))
    close = {"event_id": "c", "kind": "period_close", "effective_date": "2026-06-10", "period": "2026-05"}
    return said + _raised(lambda: only_proposals([event_from(close)]))


def _of_amendments() -> list[Any]:
    plan = {
        **CAFE,
        "governance": {"owner": "Mara", "separate_approver": True},
        "kpis": {"sales": {"name": "Sales", "kind": "flow", "target": {"year": 900}, "breach": "< 90% of target"}},
        "goals": {"sales": {"name": "Grow", "kpi": "sales", "to": 900}},
        "budget": {"lines": {"ads": {"name": "Ads", "amount": 500}}},
    }
    less = {**plan, "version": 3, "budget": {"lines": {"ads": {"name": "Ads", "amount": 200}}}}
    quarterly = {**plan, "version": 3, "year": {"starts": "2026-01-01", "periods": "quarterly"}}
    open_goal = {**plan, "goals": {"sales": {"name": "Grow", "kpi": "sales", "to": 900, "lock": "open"}}}
    standing = Standing(5, "2026-06", {"ads": 300}, {"sales": 1}, frozenset({"reallocate"}))
    said: list[Any] = []
    for new, approver in (
        (plan, ""),
        (less, "Jonas"),
        (quarterly, "Mara"),
        (open_goal, "Mara"),
        ({**plan, "id": "bar"}, ""),
    ):
        how = {"reason": "", "trade_off": "", "requester": "mara", "approver": approver, "effective_from": "2026-05"}
        said += amendment_problems(plan_from(plan), plan_from(new), standing, **how)
    return said


def _of_source(file: Path) -> list[Any]:
    found: list[Any] = []
    return _raised(lambda: found.extend(read(file, recover=True).problems)) or found


def _of_rules(rules: list[dict[str, Any]]) -> list[Any]:
    import json

    text = json.dumps({"ruleset": "mine", "rules": rules})
    found: list[Any] = []

    def load() -> None:
        ruleset = load_ruleset(read_text(text, "mine.json", error=RuleError))
        found.extend(collect(load_plan(PLAN), [ruleset]).warnings)

    return _raised(load) or found


NOT_PROVOKED = {
    "SOURCE_NOT_FOUND", "SOURCE_NOT_A_FILE", "SOURCE_NOT_READABLE", "SOURCE_TOO_LARGE", "SOURCE_TOO_MANY_VALUES",
    "ALERT_NOT_DELIVERED", "ALERT_NEEDS_EXTRA", "FRAMES_NEEDS_EXTRA", "OPTIMISE_NEEDS_EXTRA", "FRAMES_TOO_LONG", "LEDGER_VERSION", "LEDGER_UNREADABLE", "LEDGER_BUSY", "LEDGER_FULL", "LEDGER_UNAVAILABLE", "LEDGER_TENANT",
    "LEDGER_NEEDS_EXTRA", "LEDGER_TOO_LARGE", "SOURCE_TEXT_TOO_LONG", "PLAN_MORE", "EVENT_CONFLICT", "POSITION_CONFLICT", "RULE_ERROR", "RULE_TOO_MANY",
}  # fmt: skip
"""Codes whose example names a file of the reader's, or needs a large one; their own rooms test them."""


@pytest.mark.parametrize("example", re.findall(r"^> `` (.+) ``$", ERRORS, re.MULTILINE))
def test_an_example_is_what_the_library_says(example: str) -> None:
    code = example.split(":")[0]
    assert code in NOT_PROVOKED or example in provoked(), [said for said in provoked() if said.startswith(code)]


# ── nothing is left out ─────────────────────────────────────────────────────────────────────────────────────────────


def test_every_kind_of_event_has_an_example() -> None:
    kinds = {kind for model in get_args(get_args(Event)[0]) for kind in get_args(model.model_fields["kind"].annotation)}
    page = [block for block in blocks(TEXTS["docs/event-files.md"]) if block.language in ("yaml", "json")]
    shown = {event.kind for block in page for event in read_events(block.text)}
    assert shown == kinds


@pytest.mark.parametrize("word", [*Outcome, *DecisionShape.__annotations__, *FindingShape.__annotations__])
def test_the_page_on_decisions_names(word: str) -> None:
    assert f"`{word}`" in TEXTS["docs/decisions.md"]


def test_every_public_name_is_documented_with_an_example() -> None:
    sections = re.split(r"^### ", TEXTS["docs/reference.md"], flags=re.MULTILINE)[1:]
    assert sorted(section.split("\n")[0] for section in sections) == sorted(aop_rules.__all__)
    assert all(">>> " in section for section in sections)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_shown_and_explains_itself(command: str) -> None:
    assert any(f"aop {command}" in text for text in TEXTS.values())
    assert main.commands[command].help


@pytest.mark.parametrize("room", sorted(p.name for p in PACKAGE.iterdir() if not p.name.startswith(("_", "py."))))
def test_the_page_on_architecture_names_the_room(room: str) -> None:
    assert room == "rulesets" or f"`{room}{'' if room.endswith('.py') else '/'}`" in TEXTS["docs/architecture.md"]


def test_the_places_that_the_architecture_names_exist() -> None:
    for place in re.findall(r"`([a-z_]+/[a-z_/]*(?:\.py)?)`", TEXTS["docs/architecture.md"]):
        assert (PACKAGE / place).exists() or (ROOT / place).exists(), place


def test_durable_rules_is_named_in_one_module() -> None:
    naming = [
        f.relative_to(PACKAGE).as_posix() for f in PACKAGE.rglob("*.py") if "durable_rules_engine" in f.read_text()
    ]
    assert naming == ["inference/durable.py"]


def test_a_cloudevent_of_the_page_is_an_event() -> None:
    import json

    (envelope,) = [block.text for block in blocks(TEXTS["docs/event-files.md"]) if block.language == "json"]
    assert event_from(json.loads(envelope)).kind == "kpi_observation"
