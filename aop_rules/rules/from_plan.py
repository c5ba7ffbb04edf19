"""What a plan declares, as rules of the same kind as all others: one explanation and one test format serve both."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from aop_rules.exact.number import Exact
from aop_rules.plan.budget import Tolerance
from aop_rules.plan.model import Plan
from aop_rules.plan.scope import Exclusion
from aop_rules.plan.values import Words
from aop_rules.rules.effect import Effect
from aop_rules.rules.from_policies import cash_rules
from aop_rules.rules.printer import show
from aop_rules.rules.rule import Rule
from aop_rules.rules.standard import approval_term, approval_total_term
from aop_rules.rules.syntax import Literal, SetOf
from aop_rules.wording.folding import fold, folded
from aop_rules.wording.numbers import show_money, show_ratio

_ASKS = ("proposal", "opportunity", "spend_request")


def plan_rules(plan: Plan) -> tuple[Rule, ...]:
    """All rules that a plan declares, in the order of the plan. Their ids start with `plan.` and name their clause."""
    return tuple(
        rule
        for part in (_exclusions, _priorities, _thresholds, _budget, _approvals, _hires, cash_rules, triggers)
        for rule in part(plan)
    )


def _exclusions(plan: Plan) -> Iterator[Rule]:
    for exclusion in plan.not_this_year.values():
        yield Rule(
            id=f"plan.not_this_year.{exclusion.id}",
            on="event",
            events=_ASKS,
            when=_matches(exclusion),
            effect=Effect.FORBID,
            hard=True,
            priority=10,
            because=Words(
                en=_quiet(f"{exclusion.name.en} is on this year's not-doing list: {exclusion.reason.en}"),
                vi=_quiet(f"{exclusion.name.vi} nằm trong danh mục chưa làm của năm: {exclusion.reason.vi}"),
            ),
            needs=Words(
                en="only an amendment of the plan; until then it is kept for the next year's plan",
                vi="chỉ khi sửa kế hoạch; trong lúc chờ, ghi lại cho kế hoạch năm sau",
            ),
            component=f"not_this_year.{exclusion.id}",
        )


def _matches(exclusion: Exclusion) -> str:
    tags = sorted({fold(exclusion.id), *folded(exclusion.tags)})
    parts = [f"overlaps(event.categories, {show(SetOf(tuple(tags)))})"]
    if exclusion.starts:
        parts.append(f"(event.starts >= {exclusion.starts} or known(event.ends) and event.ends >= {exclusion.starts})")
    if exclusion.until:
        parts.append(f"event.starts <= {exclusion.until}")
    return " and ".join(parts)


def _priorities(plan: Plan) -> Iterator[Rule]:
    for rank, tied in enumerate(plan.priorities, 1):
        for goal in tied:
            name = plan.goals[goal].name
            yield Rule(
                id=f"plan.priorities.{goal}",
                on="event",
                events=_ASKS,
                when=f'"{goal}" in event.serves',
                effect=Effect.INFORM,
                priority=rank,
                because=Words(
                    en=_quiet(f"serves priority {rank}: {name.en}"), vi=_quiet(f"phục vụ ưu tiên {rank}: {name.vi}")
                ),
                component=f"priorities.{goal}",
            )


def _thresholds(plan: Plan) -> Iterator[Rule]:
    for kpi in plan.kpis.values():
        if kpi.breach is not None:
            yield Rule(
                id=f"plan.kpis.{kpi.id}.breach",
                on=f"kpi {kpi.id}",
                when=kpi.breach.expression(),
                conclude="off_track",
                component=f"kpis.{kpi.id}.breach",
            )
        if kpi.warn is not None:
            yield Rule(
                id=f"plan.kpis.{kpi.id}.warn",
                on=f"kpi {kpi.id}",
                when=kpi.warn.expression(),
                effect=Effect.WATCH,
                priority=200,
                because=Words(
                    en="{kpi.id} is past its warning line: {kpi.value} ({kpi.periods})",
                    vi="{kpi.id} ngoài mức cảnh báo: {kpi.value} ({kpi.periods})",
                ),
                needs=Words(en="back within the warning line", vi="trở lại trong mức cảnh báo"),
                component=f"kpis.{kpi.id}.warn",
            )


# ── budget ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_STAGES = {
    "notify": (Effect.INFORM, "has used much of its limit", "đã dùng phần lớn hạn mức"),
    "warn": (Effect.CONDITION, "would go past {mark}", "sẽ vượt {mark}"),
    "require_approval": (Effect.REQUIRE_APPROVAL, "needs approval past {mark}", "cần duyệt khi vượt {mark}"),
    "stop": (Effect.FIT, "would go past {mark}", "sẽ vượt {mark}"),
}

_LIFTED_BY = {
    "warn": Words(
        en="a look at what else {limit.line} has to pay for: {limit.available} was left",
        vi="xem {limit.line} còn phải chi những gì: trước khoản này còn {limit.available}",
    ),
    "require_approval": Words(en="the approval of the plan's owner", vi="chủ kế hoạch phê duyệt"),
    "stop": Words(
        en="at most {limit.room} on {limit.line}; the rest by a later period, a transfer from a line with a lower priority, the reserve, or an amendment",
        vi="tối đa {limit.room} từ {limit.line}; phần còn lại: lùi kỳ, điều chuyển từ dòng ưu tiên thấp hơn, quỹ dự phòng, hoặc sửa kế hoạch",
    ),
}


_KINDS = {"proposal": ("proposal", "opportunity"), "spend_request": ("spend_request",)}
"""The events that are a document of a kind, where something is asked."""


def _budget(plan: Plan) -> Iterator[Rule]:
    for line in (None, *plan.budget.lines):
        yield from _ladder(plan, line)
        yield from _booked(plan, line)
    yield _unbudgeted(plan)


def _counted(plan: Plan, line: str | None, document: str) -> tuple[Tolerance, ...]:
    """The rows of one ladder (a line's own, or the general one) that count for a document."""
    if line is None or plan.budget.has_own_rows(line, document):
        return plan.budget.rows(line, document)
    return ()


def _apart(plan: Plan, line: str | None, document: str) -> tuple[str, ...]:
    """For the general ladder: the lines whose own rows replace it."""
    if line is not None:
        return ()
    return tuple(each for each in plan.budget.lines if plan.budget.has_own_rows(each, document))


def _ladder(plan: Plan, line: str | None) -> Iterator[Rule]:
    """The rows that are judged when something is asked."""
    seen: dict[tuple[str, str], int] = {}
    for row in plan.budget.tolerances if line is None else plan.budget.lines[line].tolerances:
        documents: dict[tuple[str, ...], list[str]] = {}
        for document in _KINDS:
            if row in _counted(plan, line, document):
                documents.setdefault(_apart(plan, line, document), []).append(document)
        for apart, kinds in documents.items():
            document = kinds[0] if len(documents) > 1 else row.document  # lines apart may differ by document
            seen[row.then, document] = seen.get((row.then, document), 0) + 1
            name = _rule_id(line, row, document, seen[row.then, document])
            yield _asked(plan, name, line, row, kinds, apart)


def _asked(plan: Plan, name: str, line: str | None, row: Tolerance, kinds: list[str], apart: tuple[str, ...]) -> Rule:
    effect, en, vi = _STAGES[row.then]
    parts = ["limit.asked > 0", f"limit.after {_past(row)} {_mark(row, 'limit')}"]
    if row.then != "stop":  # past the stop, the stop says it, and no approval helps
        stops = [each for each in _counted(plan, line, kinds[0]) if each.then == "stop"]
        parts += [f"limit.after {'<' if stop.reached else '<='} {_mark(stop, 'limit')}" for stop in stops]
    if apart:
        parts.append(f"not (limit.line in {show(SetOf(apart))})")
    mark = _mark_in_words(plan, row)
    return Rule(
        id=name,
        on="limit" if line is None else f"limit {line}",
        events=tuple(kind for document in kinds for kind in _KINDS[document]) if len(kinds) < len(_KINDS) else (),
        when=" and ".join(parts),
        effect=effect,
        room="limit.room" if effect is Effect.FIT else None,
        because=Words(
            en=f"{{limit.line}} {en.format(mark=mark.en)}: {{limit.used}} used and {{limit.asked}} asked of {{limit.allocated}} ({{limit.period}})",
            vi=f"{{limit.line}} {vi.format(mark=mark.vi)}: đã dùng {{limit.used}}, xin thêm {{limit.asked}} trên {{limit.allocated}} ({{limit.period}})",
        ),
        needs=_LIFTED_BY.get(row.then),
        component=_clause(line),
    )


_BOOKED = {
    "warn": (Effect.WATCH, "is past {mark}", "đã vượt {mark}"),
    "require_approval": (Effect.REQUIRE_APPROVAL, "needs approval past {mark}", "cần duyệt khi vượt {mark}"),
    "stop": (Effect.INVESTIGATE, "is past {mark}", "đã vượt {mark}"),
}
"""What has been ordered or spent cannot be stopped any more: what the rows of a ladder mean then."""


def _booked(plan: Plan, line: str | None) -> Iterator[Rule]:
    """The rows that are judged when an order or an invoice has come. Past the whole limit, `budget` has its own rules."""
    for document in ("commitment", "actual"):
        apart, seen = _apart(plan, line, document), dict.fromkeys(_BOOKED, 0)
        for row in _counted(plan, line, document):
            if row.then == "notify" or (row.then == "stop" and (row.at is None or row.at >= 1)):
                continue
            seen[row.then] += 1
            parts = [f"line.used {_past(row)} {_mark(row, 'line')}"]
            parts += ["line.used <= line.allocated"] * (row.then == "stop")
            parts += [f"not (line.id in {show(SetOf(apart))})"] * bool(apart)
            effect, en, vi = _BOOKED[row.then]
            mark = _mark_in_words(plan, row)
            yield Rule(
                id=_rule_id(line, row, document, seen[row.then]),
                on="line" if line is None else f"line {line}",
                events=(document,),
                when=" and ".join(parts),
                effect=effect,
                because=Words(
                    en=f"{{line.id}} {en.format(mark=mark.en)}: {{line.used}} used of {{line.allocated}} ({{line.period}})",
                    vi=f"{{line.id}} {vi.format(mark=mark.vi)}: đã dùng {{line.used}} trên {{line.allocated}} ({{line.period}})",
                ),
                needs=_LIFTED_BY["require_approval"] if row.then == "require_approval" else _LOOK,
                component=_clause(line),
            )


_LOOK = Words(
    en="a look at what else {line.id} has to pay for: {line.available} is left",
    vi="xem {line.id} còn phải chi những gì: còn lại {line.available}",
)


def _rule_id(line: str | None, row: Tolerance, document: str, seen: int) -> str:
    prefix = "plan.budget" if line is None else f"plan.budget.{line}"
    return f"{prefix}.{row.then}{'' if document == 'any' else f'.{document}'}{f'.{seen}' if seen > 1 else ''}"


def _clause(line: str | None) -> str:
    return "budget.tolerances" if line is None else f"budget.lines.{line}.tolerances"


def _past(row: Tolerance) -> str:
    return ">=" if row.reached else ">"


def _mark(row: Tolerance, subject: str) -> str:
    """The amount at which a row of the ladder counts, for what a `limit` or a `line` is allocated."""
    if row.at is not None:
        return f"{number(row.at, True)} * {subject}.allocated"
    return f"{subject}.allocated + {number(row.past or 0, False)}"


def _mark_in_words(plan: Plan, row: Tolerance) -> Words:
    if row.at is None:
        past = row.past or 0
        return Words(
            en=f"its limit by more than {show_money(past, plan.currency, 'en')}",
            vi=f"hạn mức quá {show_money(past, plan.currency, 'vi')}",
        )
    if row.at == 1:
        return Words(en="its limit", vi="hạn mức")
    return Words(en=f"{show_ratio(row.at, 'en')} of its limit", vi=f"{show_ratio(row.at, 'vi')} hạn mức")


def _unbudgeted(plan: Plan) -> Rule:
    if not plan.budget.lines:
        return Rule(
            id="plan.budget.none",
            on="spend",
            when="not spend.budgeted",
            effect=Effect.NEED_DATA,
            because=Words(
                en="the plan has no budget yet, so nobody can tell whether there is money for {spend.line}",
                vi="kế hoạch chưa có ngân sách nên chưa biết có tiền cho {spend.line} hay không",
            ),
            needs=Words(en="budget.lines in the plan", vi="budget.lines trong kế hoạch"),
            component="budget",
        )
    effect = {"stop": Effect.FORBID, "require_approval": Effect.REQUIRE_APPROVAL, "warn": Effect.CONDITION}
    return Rule(
        id="plan.budget.unbudgeted",
        on="spend",
        when="not spend.budgeted",
        effect=effect[plan.budget.unbudgeted],
        because=Words(
            en="the budget has no line {spend.line}: {spend.amount} would be spent without a limit",
            vi="ngân sách không có dòng {spend.line}: {spend.amount} sẽ chi mà không có hạn mức",
        ),
        needs=Words(
            en="a line that the budget has, or an amendment that adds this one",
            vi="chọn một dòng có trong ngân sách, hoặc sửa kế hoạch để thêm dòng này",
        ),
        component="budget.unbudgeted",
    )


def _approvals(plan: Plan) -> Iterator[Rule]:
    for index, approval in enumerate(plan.governance.approvals, 1):
        by = _quiet(approval.by)
        # It is the whole event that counts, or all of it on the named lines: spread over two it asks for no less.
        asked = f"event.{approval_term(index)}" if approval.lines else "event.amount"
        names = [plan.budget.lines[line].name for line in approval.lines if line in plan.budget.lines]
        en, vi = (_quiet(", ".join(each)) for each in ([n.en for n in names], [n.vi for n in names]))
        counted, in_all, as_all = asked, "", ""
        if approval.within != "event":
            counted, over = f"event.{approval_total_term(index)}", _OVER[approval.within]
            in_all = f" brings what is used {over.en} to {{{counted}}} and"
            as_all = f" đưa tổng đã dùng {over.vi} lên {{{counted}}},"
        yield Rule(
            id=f"plan.governance.approvals.{index}",
            on="event",
            events=_ASKS,
            when=f"{counted} > {number(approval.above, False)}",
            effect=Effect.REQUIRE_APPROVAL,
            because=Words(
                en=f"{{{asked}}}{' on ' * bool(names)}{en}{in_all} needs the approval of {by}",
                vi=f"{{{asked}}}{' từ ' * bool(names)}{vi}{as_all} cần {by} duyệt",
            ),
            needs=Words(en=f"the approval of {by}", vi=f"{by} phê duyệt"),
            component="governance.approvals",
        )


_OVER = {"period": Words(en="in one period", vi="trong một kỳ"), "year": Words(en="in the year", vi="trong năm")}


def _hires(plan: Plan) -> Iterator[Rule]:
    hires = plan.resources.hires
    if hires is None:
        return
    yield Rule(
        id="plan.resources.hires",
        on="event",
        events=("proposal", "opportunity"),
        when="event.hires > plan.hires",
        effect=Effect.FORBID if hires == 0 else Effect.REQUIRE_APPROVAL,
        hard=hires == 0,
        priority=15,
        because=Words(
            en="it needs {event.hires} to be hired; this year's plan allows {plan.hires}",
            vi="cần tuyển {event.hires}; kế hoạch năm nay cho phép {plan.hires}",
        ),
        needs=Words(
            en="a way to do it with the people there are, or an amendment of the plan",
            vi="cách làm với nhân sự hiện có, hoặc sửa kế hoạch",
        ),
        component="resources.hires",
    )


def triggers(plan: Plan) -> Iterator[Rule]:
    """The conditions by which risks of the plan show."""
    for risk in plan.risks.values():
        if risk.trigger is not None:
            yield Rule(
                id=f"plan.risks.{risk.id}.trigger",
                on=f"risk {risk.id}",
                when=risk.trigger,
                conclude="triggered",
                component=f"risks.{risk.id}.trigger",
            )


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def number(value: Exact, percent: bool) -> str:
    """An exact number as the rule language writes it; one that has no finite decimals as a quotient."""
    shown = Fraction(value) * (100 if percent else 1)
    scaled, places = shown, 0
    while scaled.denominator != 1 and places < 40:
        scaled, places = scaled * 10, places + 1
    if scaled.denominator != 1:
        return f"({value.numerator} / {value.denominator})"
    return show(Literal(Fraction(value), percent=percent))


def _quiet(text: str) -> str:
    """Somebody's words inside a sentence with placeholders: braces would be read as one."""
    return text.replace("{", "(").replace("}", ")")
