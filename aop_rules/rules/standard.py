"""The standard vocabulary: every attribute that a rule may speak of, with its type and meaning, by subject.

A rule looks at one subject (`on:`). It sees that subject's own attributes and those of `event` and `plan`, and by
`kpis.ID…` and `lines.ID…` any KPI and budget line of the plan. `facts.py` fills exactly these attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from aop_rules.errors import Place, Problem, RuleError
from aop_rules.events import PROPOSALS
from aop_rules.plan.governance import Approval
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.rules.syntax import MONEY, NUMBER, OWN, RATIO, Type
from aop_rules.rules.vocabulary import Term, Vocabulary, parse_type

Family = Literal["proposal", "situation", "any"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of thing that a rule can be `on:`."""

    kind: str
    family: Family
    """Asked for proposals (something wants a yes), for situations (does the course hold?), or for both."""
    en: str
    vi: str


SUBJECTS: tuple[Subject, ...] = (
    Subject("event", "any", "What came in", "Việc vừa xảy ra"),
    Subject("spend", "proposal", "What the event asks of one budget line", "Phần chi mà sự việc cần từ một dòng ngân sách"),
    Subject("donor", "proposal", "One limit of the line (or of a group around it) that a transfer takes from", "Một giới hạn của dòng bị rút khi điều chuyển"),
    Subject("limit", "proposal", "One limit (line or group, horizon, period) that the spending meets", "Một giới hạn mà khoản chi gặp"),
    Subject("need", "proposal", "What the event asks of one role in one period", "Phần nhân lực cần ở một vai trò trong một kỳ"),
    Subject("effect", "proposal", "The estimated effect on one KPI", "Tác động ước tính lên một KPI"),
    Subject("cash", "proposal", "Cash against the plan's minimum", "Tiền mặt so với mức tối thiểu"),
    Subject("cover", "proposal", "Goods on hand against the plan's stock cover", "Tồn kho so với số ngày cho phép"),
    Subject("prerequisite", "proposal", "One initiative that must be done first", "Một việc phải xong trước"),
    Subject("kpi", "situation", "One KPI after the last closed period", "Một KPI sau kỳ đã chốt gần nhất"),
    Subject("line", "situation", "One budget line at one of the horizons where its limit is checked", "Một dòng ngân sách ở một phạm vi xét"),
    Subject("role", "situation", "One role in one period", "Một vai trò trong một kỳ"),
    Subject("initiative", "situation", "One initiative of the action plan", "Một việc trong kế hoạch hành động"),
    Subject("risk", "situation", "One risk of the register", "Một rủi ro trong danh mục"),
    Subject("goal", "situation", "One goal (for conclusions about it)", "Một mục tiêu"),
)  # fmt: skip

_TERMS = """
event.id                  text     identity of the event | mã sự việc
event.kind                text     its kind, as in `proposal` | loại sự việc
event.title               text     its title | tiêu đề
event.date                date     when it is so (effective date) | ngày có hiệu lực
event.starts              date     when it would start (the effective date where it does not say) | ngày bắt đầu
event.ends                date     when it would end | ngày kết thúc
event.deadline            date     until when it can be decided | hạn quyết định
event.tags                texts    its tags, as written | nhãn
event.categories          texts    category and tags, folded: lower case, no marks, `_` for spaces | phân loại và nhãn, đã chuẩn hóa
event.contract            boolean  of a spend request: whether the line is owed by contract | chi theo hợp đồng
event.in_plan             boolean  whether it is part of a planned initiative | thuộc kế hoạch hành động
event.amount              money    all it costs within the year | tổng chi trong năm
event.serves              texts    goals that it serves | mục tiêu mà việc này phục vụ
event.best_rank           number   priority rank of the first goal that it serves (1 is the first) | bậc ưu tiên cao nhất
event.unbudgeted          boolean  whether money was spent or ordered on a line that the budget does not have | có khoản chi ngoài các dòng ngân sách
event.estimated           boolean  whether it states an expected benefit | có nêu lợi ích dự kiến
event.weighs_contribution boolean  whether its benefit moves the plan's contribution KPI | lợi ích có tác động đến KPI đóng góp
event.net_contribution    money    likely effect on the contribution KPI less its costs (stock not counted) | đóng góp ròng dự kiến
event.hires               number   people to be hired for it | số người cần tuyển
event.divisible           boolean  whether a part of it can be approved | có thể duyệt một phần
event.reversible          boolean  whether it can be undone | có thể đảo ngược
event.evidence            text     what its estimates rest on: none, signal, estimate, test, measured | cơ sở của ước tính
event.signal_periods      number   closed periods that its signal has lasted | số kỳ tín hiệu đã kéo dài
event.direction           text     of a market signal: up, down, unclear | hướng của tín hiệu
event.touches             texts    what a new risk would hit | phạm vi ảnh hưởng của rủi ro mới
event.change              ratio    of a cost change: relative change of the unit cost | mức thay đổi chi phí đơn vị
event.lasting             text     of a cost change: temporary, permanent, unknown | tính chất của thay đổi
event.locked              boolean  of a goal change request: whether the goal is locked | mục tiêu có bị khóa
event.goal                text     of a goal change request: the goal | mục tiêu được yêu cầu thay đổi
event.from_line           text     of a transfer: the budget line that gives | dòng bị rút khi điều chuyển
event.to_line             text     of a transfer: the budget line that gets | dòng được nhận
event.rephases            boolean  whether it only moves money between periods of one line | chỉ đổi kỳ trong một dòng
event.releases            boolean  whether it gives money back to the reserve | trả về quỹ dự phòng
event.decided             boolean  of a transfer: whether a risk has occurred whose contingency uses the line that gives | đã có phương án dự phòng dùng dòng bị rút
event.from_contract       boolean  whether it takes money that is owed by contract | lấy từ khoản theo hợp đồng
event.in_closed_period    boolean  of a transfer: whether a period that it changes is closed | kỳ bị thay đổi đã chốt
event.frozen              boolean  of a transfer: whether spending on one of its lines is frozen | một trong hai dòng đang tạm dừng chi
event.has_delegation      boolean  of a transfer: whether something is delegated to the one who asks, for the line that gives | người đề nghị được giao quyền với dòng này
event.delegated           boolean  of a transfer: whether it is within what is delegated | trong mức được giao
event.delegated_left      money    of a transfer: what may be moved without asking, before it | số còn được tự chuyển
event.cumulative_moved    money    of a transfer: moved this year by the one who asks, with it | lũy kế đã chuyển, tính cả lần này
plan.starts               date     first day of the year | ngày đầu năm kế hoạch
plan.ends                 date     last day of the year | ngày cuối năm kế hoạch
plan.scope_includes       texts    what the year is about, folded | phạm vi của năm
plan.scope_excludes       texts    what is outside the scope, folded | ngoài phạm vi
plan.has_scope            boolean  whether the scope names what it includes | có nêu phạm vi
plan.hires                number   people that may be hired this year | số người được tuyển trong năm
plan.has_minimum_cash     boolean  whether the plan has a minimum cash policy | có chính sách tiền mặt tối thiểu
plan.has_stock_cover      boolean  whether the plan has a stock cover policy | có chính sách số ngày tồn kho
plan.has_kpis             boolean  whether the plan has KPIs | có KPI
plan.has_contribution     boolean  whether the plan names its contribution KPI | có KPI đóng góp
plan.persistence          number   closed periods before a signal counts as persistent | số kỳ để coi là kéo dài
spend.line                text     the budget line | dòng ngân sách
spend.amount              money    asked within the year | số tiền xin trong năm
spend.budgeted            boolean  whether the plan has this line | có trong ngân sách
spend.nearest             text     where the plan does not have it: the line whose name comes closest | dòng có tên gần nhất
spend.inventory           boolean  whether the line buys stock | dòng mua hàng tồn kho
spend.contract            boolean  whether the line is owed by contract | chi theo hợp đồng
spend.reserve             boolean  whether the line is a reserve | dòng dự phòng
spend.decided             boolean  of a reserve: whether a risk has occurred whose contingency pays from it | đã có phương án dự phòng dùng quỹ này
spend.frozen              boolean  whether new spending on the line is frozen | dòng đang tạm dừng chi
spend.frozen_until        date     until when it is frozen | tạm dừng chi đến ngày
spend.covered             boolean  of stock: whether a stock cover group of the plan matches | có nhóm hàng khớp chính sách tồn kho
donor.line                text     the line or group that gives | dòng hoặc nhóm bị rút
donor.horizon             text     period, to_date or year | phạm vi xét
donor.period              text     the periods it holds for | kỳ áp dụng
donor.allocated           money    the limit | hạn mức
donor.used                money    actual, committed and reserved so far | đã dùng
donor.asked               money    what the transfer takes | số muốn chuyển
donor.room                money    what can be moved | số có thể chuyển
limit.line                text     the budget line or group | dòng ngân sách hoặc nhóm
limit.horizon             text     period, to_date or year | phạm vi xét
limit.period              text     the periods it holds for | kỳ áp dụng
limit.allocated           money    the limit | hạn mức
limit.moved               money    what transfers and last year added to the plan's amount (negative: took) | số điều chuyển và chuyển từ năm trước
limit.transferred         money    what transfers added (negative: took) | số điều chuyển
limit.carried             money    what last year left | số chuyển từ năm trước
limit.used                money    actual, committed and reserved so far | đã dùng
limit.reserved            money    still held for orders to come | đang giữ
limit.committed           money    ordered and not yet invoiced | đã cam kết
limit.actual              money    spent | đã chi
limit.held                money    of what is asked: already counted under its document | đã tính theo chứng từ
limit.already             boolean  whether it is exceeded before the event | đã vượt từ trước
limit.standing            text     already_past, goes_past (with the event) or within | so với hạn mức
limit.asked               money    what the event adds, beyond `held` | xin thêm
limit.after               money    used and asked together | sau khi duyệt
limit.available           money    what is left before the event | còn lại
limit.room                money    what may be spent before the plan's stop (its tolerance counted) | số còn được chi trước mức dừng
limit.over                money    by how much the event would exceed it | số vượt
need.role                 text     the role | vai trò
need.period               text     the period | kỳ
need.amount               unit:person what the event needs | nhu cầu
need.capacity             unit:person what there is | năng lực
need.used                 unit:person what planned initiatives use | đã dùng
need.free                 unit:person what is left | còn trống
need.planned              boolean  whether the plan has this role | có trong kế hoạch
effect.kpi                text     the KPI | KPI
effect.before             own      its value without the event | giá trị khi chưa có
effect.after              own      its value with the event (likely estimate) | giá trị khi có
effect.floor              own      under which a goal does not let it fall | mức sàn của mục tiêu
effect.ceiling            own      over which a goal does not let it rise | mức trần của mục tiêu
effect.worsens            boolean  whether a goal is measured by it and it gets worse | làm xấu đi KPI đo mục tiêu
effect.periods            text     the periods of both | kỳ của hai giá trị
cash.balance              money    last known balance | số dư gần nhất
cash.minimum              money    the plan's minimum | mức tối thiểu
cash.asked                money    what the event spends within the year | số tiền sẽ chi
cash.room                 money    what can be spent above the minimum | số có thể chi
cash.period               text     the period of the balance | kỳ của số dư
cash.since                money    reserved, ordered and spent since the balance, where the plan counts it (else 0) | đã giữ, đặt và chi từ kỳ số dư, nếu kế hoạch có tính (nếu không: 0)
cash.left                 money    what can be spent above the minimum, less `since` | số còn có thể chi sau khi trừ số đã dùng
cover.group               text     the group of goods | nhóm hàng
cover.stock               money    value on hand | giá trị tồn
cover.days                days     how long it lasts | số ngày đủ bán
cover.max_days            days     how long it may last | số ngày tối đa
cover.relook_days         days     cover below which to look again | số ngày để xem lại
cover.asked               money    what the event buys | số mua thêm
cover.room                money    what can be bought within the limit | số có thể mua
cover.period              text     the period of the stock | kỳ của tồn kho
prerequisite.initiative   text     what must be done first | việc phải xong trước
prerequisite.planned      boolean  whether the plan has it | có trong kế hoạch
prerequisite.stopped      boolean  whether it was stopped | đã dừng
prerequisite.done         boolean  whether it is done | đã xong
prerequisite.ready_by     date     when it is expected to be done | dự kiến xong
kpi.id                    text     the KPI | KPI
kpi.value                 own      by its basis, after the last closed period | giá trị theo cách tính của KPI
kpi.target                own      planned on the same basis | mục tiêu cùng cách tính
kpi.periods               text     the periods of both | kỳ
kpi.last                  own      the last closed period alone | kỳ gần nhất
kpi.last_target           own      planned for it | mục tiêu của kỳ gần nhất
kpi.ytd                   own      year to date | lũy kế từ đầu năm
kpi.ytd_target            own      planned year to date | mục tiêu lũy kế
kpi.landing               own      the year's end if it goes on like this | ước cả năm
kpi.landing_naive         own      the year's end by the plain run rate | ước cả năm theo mức bình quân
kpi.landing_shrunk        own      the year's end by the pace so far, drawn towards the plan | ước cả năm theo nhịp đã kéo về kế hoạch
kpi.landing_own           own      the year's end as its owner forecast it last | ước cả năm do người phụ trách dự báo
kpi.required_pace         ratio    by how much the rest of the year has to do better than planned | phần còn lại phải vượt kế hoạch
kpi.year_target           own      planned for the year | mục tiêu năm
kpi.floor                 own      under which a goal does not let it fall | mức sàn của mục tiêu
kpi.ceiling               own      over which a goal does not let it rise | mức trần của mục tiêu
kpi.judged                boolean  whether anything says when it is off track: a threshold, floor or ceiling | có ngưỡng để xét
kpi.measures_goal         boolean  whether a goal is measured by it | có đo lường mục tiêu
kpi.direction             text     which way is good: higher, lower, band, exact, boolean | chiều nào là tốt
kpi.breach_run            number   closed periods in a row past its breach threshold | số kỳ liên tiếp vượt ngưỡng
kpi.persistent            boolean  whether that run is long enough to act | đã kéo dài đủ để hành động
kpi.persistence           number   periods in a row that count as persistent | số kỳ coi là kéo dài
kpi.limit                 own      its breach threshold as a value | giới hạn
kpi.verdict               text     noise, emerging, signal or structural | tín hiệu hay biến động thường
kpi.signal_rules          texts    rules by which the last closed period stands out, to the bad side | quy tắc báo tín hiệu xấu
kpi.signal_reason         text     why that verdict | lý do
kpi.has_limits            boolean  whether its history says what is normal | có đủ lịch sử để biết biến động thường
kpi.no_limits             text     why it does not | vì sao chưa biết biến động thường
kpi.normal_low            own      the least that is normal for the last closed period | mức thấp nhất của biến động thường
kpi.normal_high           own      the most that is normal for it | mức cao nhất của biến động thường
kpi.holding               boolean  whether a breach that lasted is not yet over | lệch kéo dài chưa hồi phục xong
kpi.material              boolean  whether the miss matters by the plan | mức lệch có đáng kể
kpi.miss                  own      how far the last closed period lies on the bad side of its target | mức lệch xấu so với mục tiêu kỳ
kpi.miss_share            ratio    that as a share of the target | tỷ lệ lệch so với mục tiêu kỳ
kpi.landing_miss          ratio    by which share of the year's target the landing misses it | tỷ lệ ước cả năm lệch mục tiêu năm
line.id                   text     the budget line | dòng ngân sách
line.horizon              text     period, to_date or year | phạm vi xét
line.allocated            money    the limit (under `lines.ID`, as all that follow: to date) | hạn mức
line.moved                money    what transfers and last year added to the plan's amount (negative: took) | số điều chuyển và chuyển từ năm trước
line.actual               money    spent | đã chi
line.reserved             money    still held for orders to come | đang giữ
line.committed            money    ordered and not yet invoiced | đã cam kết
line.used                 money    actual, committed and reserved | đã dùng
line.available            money    left | còn lại
line.over                 money    used beyond the limit (negative where within) | vượt hạn mức
line.year_allocated       money    allocated for the year | hạn mức năm
line.year_used            money    actual, committed and reserved in the whole year | đã dùng cả năm
line.year_available       money    left for the year | còn lại cả năm
line.period               text     the periods it holds for | kỳ áp dụng
role.id                   text     the role | vai trò
role.period               text     the period | kỳ
role.capacity             unit:person what there is | năng lực
role.used                 unit:person what planned initiatives use | đã dùng
initiative.id             text     the initiative | việc
initiative.late_days      days     days past its plan | số ngày trễ
initiative.slack_days     days     days it may slip before a dated milestone moves | số ngày dự phòng
initiative.overdue        boolean  whether it should be done by now and nobody said so | đã quá hạn mà chưa có báo cáo
initiative.ends           date     when it was planned to be done | ngày kết thúc theo kế hoạch
initiative.done           boolean  whether it is done | đã xong
risk.id                   text     the risk | rủi ro
risk.occurred             boolean  whether it was reported to have occurred | đã xảy ra
risk.signalled            boolean  whether a signal of it was reported | đã có dấu hiệu
risk.named                boolean  whether a market signal or cost change names it | được nêu trong tín hiệu thị trường hoặc thay đổi chi phí
risk.expected             money    probability times impact | tổn thất kỳ vọng
risk.has_response         boolean  whether a contingency was decided beforehand | đã có phương án
risk.response             text     the contingency | phương án
goal.id                   text     the goal | mục tiêu
goal.rank                 number   its priority rank (1 is the first) | bậc ưu tiên
"""

_KPI_TERMS = ("value", "target", "last", "ytd", "ytd_target", "landing", "year_target")
_LINE_TERMS = ("allocated", "used", "actual", "committed", "reserved", "available", "year_available")

PREDICATES: dict[str, tuple[str, str]] = {
    "off_track": ("kpi", "past its breach threshold"),
    "stands_out": ("kpi", "off track, and it is not normal variation, nor too small to matter"),
    "persistent": ("kpi", "past its breach threshold for as many closed periods as it takes to act, and it matters"),
    "at_risk": ("goal", "a KPI that measures it, or feeds one that does, is off track"),
    "suspected": ("risk", "a KPI that it watches is off track, or a signal of it was reported"),
    "triggered": ("risk", "it occurred, or a KPI that it watches is persistently off track"),
    "slipping": ("initiative", "late by more than its slack"),
}
"""Conclusions that the standard rulesets draw, with the kind of thing each is about. Rules may draw others."""

RELATIONS: dict[str, tuple[str, str]] = {
    "watches": ("risk", "kpi"),
    "threatens": ("risk", "goal"),
    "measures": ("kpi", "goal"),
    "serves": ("initiative", "goal"),
    "feeds": ("initiative", "kpi"),
    "part_of": ("kpi", "kpi"),
    "divides": ("kpi", "kpi"),
    "requires": ("initiative", "initiative"),
    "draws_on": ("initiative", "line"),
    "in_group": ("line", "line"),
}
"""Plan links that `given:` may follow."""

COMMON = ("event", "plan", "kpis", "lines")
"""First names that every rule sees, besides its own subject's."""

REQUESTS = PROPOSALS - {"goal_change_request", "plan_amendment", "cost_cut_request"}
"""Kinds that are weighed as proposals: without support they are declined."""


@cache
def standard_terms() -> tuple[Term, ...]:
    """The table above, as terms."""
    terms = []
    for row in filter(None, _TERMS.splitlines()):
        path, kind, doc = row.split(maxsplit=2)
        en, vi = doc.split(" | ")
        terms.append(Term(path, parse_type(kind), Words(en=en.strip(), vi=vi.strip())))
    return tuple(terms)


def type_of_kpi(kpi: Kpi) -> Type:
    """What `own` means for one KPI."""
    return {"money": MONEY, "ratio": RATIO, "number": NUMBER}.get(kpi.unit) or Type("number", kpi.unit)


def vocabulary_of(plan: Plan, extra: Vocabulary | None = None) -> Vocabulary:
    """All that rules over this plan may speak of: the standard terms, its KPIs and lines, and attributes of the host.

    Attributes that the plan declares stand under `event.`; `extra` holds those declared in code, under any path.
    """
    terms = list(standard_terms())
    docs = {term.path: term.doc for term in terms}
    for kpi in plan.kpis.values():
        terms += [Term(f"kpis.{kpi.id}.{word}", type_of_kpi(kpi), docs[f"kpi.{word}"]) for word in _KPI_TERMS]
    for line in plan.budget.lines.values():
        terms += [Term(f"lines.{line.id}.{word}", MONEY, docs[f"line.{word}"]) for word in _LINE_TERMS]
    terms += [Term(f"event.{name}", MONEY, _ASKED) for name, _ in approvals_by_line(plan)]
    terms += [Term(f"event.{name}", MONEY, _TOTAL) for name, _ in approvals_over_time(plan)]
    own = Vocabulary.of({f"event.{name}": word for name, word in plan.attributes.items()})
    more = own if extra is None else own.with_terms(extra)
    taken = sorted({term.path for term in more.terms} & {term.path for term in terms})
    if taken:
        raise RuleError(_taken(path) for path in taken)
    return Vocabulary(tuple(terms)).with_terms(more)


def _taken(path: str) -> Problem:
    """An attribute of the business cannot have a name of ours: it would change what the standard rules see."""
    said, hint = f"`{path}` is an attribute of the standard vocabulary", "give your attribute a name of its own"
    return Problem(Place("<attributes>"), "RULE_NAME_CONFLICT", said, hint)


_ASKED = Words(en="asked of the lines that this approval names, and of their parts", vi="số xin từ các dòng cần duyệt")

_TOTAL = Words(
    en="used in the period (or the year) of this approval, with what is asked",
    vi="số đã dùng trong kỳ (hoặc năm) cần duyệt, cộng số xin",
)


def approvals_by_line(plan: Plan) -> Iterator[tuple[str, Approval]]:
    """The approvals that name lines, each with the attribute of `event` that holds what is asked of these."""
    for n, approval in enumerate(plan.governance.approvals, 1):
        if approval.lines:
            yield approval_term(n), approval


def approvals_over_time(plan: Plan) -> Iterator[tuple[str, Approval]]:
    """The approvals that look at more than one event, each with the attribute of `event` that holds all that counts."""
    for n, approval in enumerate(plan.governance.approvals, 1):
        if approval.within != "event":
            yield approval_total_term(n), approval


def approval_term(n: int) -> str:
    return f"asked_under_approval_{n}"


def approval_total_term(n: int) -> str:
    return f"total_under_approval_{n}"


def seen_by(vocabulary: Vocabulary, kind: str, kpi: Kpi | None = None) -> Vocabulary:
    """The part that a rule `on:` one kind of subject sees. For one KPI, `own` becomes its unit."""
    seen = vocabulary.restricted((kind, *COMMON, *_host_scopes(vocabulary)))
    if kpi is None:
        return seen
    unit = type_of_kpi(kpi)
    return Vocabulary(tuple(Term(t.path, unit if t.type == OWN else t.type, t.doc) for t in seen.terms))


def _host_scopes(vocabulary: Vocabulary) -> tuple[str, ...]:
    """First names that only a host declared: visible everywhere."""
    ours = {subject.kind for subject in SUBJECTS} | set(COMMON)
    return tuple(sorted({term.path.split(".")[0] for term in vocabulary.terms} - ours))


def applies(kind: str, event_kinds: tuple[str, ...], event_kind: str) -> bool:
    """Whether a rule on this kind of subject, with these `events:`, is asked for an event of this kind."""
    if event_kinds:
        return event_kind in event_kinds
    family = next((subject.family for subject in SUBJECTS if subject.kind == kind), "any")
    return family == "any" or (family == "proposal") == (event_kind in REQUESTS)
