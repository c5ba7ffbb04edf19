"""What each key of a plan is called, and how its value is shown: as money, a share, a name of the plan, a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aop_rules.plan.values import Words


@dataclass(frozen=True, slots=True)
class Field:
    """The name of one key. `shown` says how its value is: a unit, the kind of entry that it names, `word`, or nothing."""

    name: Words | None
    """None where the value speaks for itself."""
    shown: str = ""
    """`money`, `ratio`, `number`, `day`, `period`, `person`; `kpi_unit`, `role_unit`: that of the KPI or role it is about;
    `named_period`: a period's id; `goal`, `kpi`, `line`, …: ids of such entries; `rank`: goals in their order; `tag`, `word`."""


def field_of(owner: str, key: str) -> Field:
    """The key of a model, by the model's name; a key that is not listed keeps its own word.

    >>> str(field_of("BudgetLine", "amount").name), field_of("Year", "review_day").shown
    ("en='budget for the year' vi='ngân sách năm'", 'day')
    """
    return _FIELDS.get(f"{owner}.{key}") or _EVERYWHERE.get(key) or Field(Words.model_validate(key.replace("_", " ")))


def word(value: str, language: str) -> str:
    """One of a plan's own words (`locked`, `ytd`) as people say it; any other text as it is."""
    known = _WORDS.get(value)
    return known[language == "vi"] if known else value


def _read(table: str) -> Mapping[str, Field]:
    rows = (tuple(part.strip() for part in row.split("|")) for row in table.strip().splitlines())
    return MappingProxyType({key: Field(Words(en=en, vi=vi) if en else None, shown) for key, shown, en, vi in rows})


_EVERYWHERE = _read("""
    name  |     | name  | tên
    owner |     | owner | người phụ trách
    tags  | tag | tags  | nhãn
""")

_FIELDS = _read("""
    Plan.id             |      | id of the plan      | mã kế hoạch
    Plan.name           |      | name of the plan    | tên kế hoạch
    Plan.currency       |      | currency            | đơn vị tiền
    Plan.language       | word | language            | ngôn ngữ
    Plan.priorities     | rank | priorities          | thứ tự ưu tiên
    Plan.scope          |      | scope               | phạm vi
    Plan.rates          |      | exchange rates      | tỷ giá
    Plan.attributes     | word | attributes          | thuộc tính
    Plan.rules          |      | rules of the plan's own | quy tắc riêng của kế hoạch
    Year.starts         |      | first day of the year   | ngày đầu năm
    Year.periods        | word | rhythm of the year      | nhịp của năm
    Year.weeks          | number | weeks of the year     | số tuần của năm
    Year.review_day     | day  | closing after a period's end | chốt sau khi hết kỳ
    Profile.weights     | number | share of periods      | tỷ trọng các kỳ
    Scope.includes      | tag  | in scope             | trong phạm vi
    Scope.excludes      | tag  | out of scope         | ngoài phạm vi
    Scope.note          |      | note on the scope    | ghi chú về phạm vi
    Exclusion.reason    |      | reason               | lý do
    Exclusion.from      |      | from                 | từ ngày
    Exclusion.until     |      | until                | đến ngày
    Goal.kpi            | kpi  | measured by          | đo bằng
    Goal.initiative     | initiative | measured by the milestones of | đo bằng các mốc của
    Goal.milestones     |          | milestones         | mốc
    Goal.from           | kpi_unit | last year ended at | cuối năm trước
    Goal.to             | kpi_unit | goal for the year  | mục tiêu năm
    Goal.grow           | ratio    | growth             | tăng trưởng
    Goal.floor          | kpi_unit | floor              | mức sàn
    Goal.ceiling        | kpi_unit | ceiling            | mức trần
    Goal.weight         | number | weight in the progress | tỷ trọng trong tiến độ
    Goal.lock           | word     | lock               | khóa
    Kpi.kind            | word | kind                 | loại
    Kpi.unit            | word | unit                 | đơn vị
    Kpi.direction       | word | what is better       | chiều tốt
    Kpi.basis           | word | judged over          | xét theo
    Kpi.rolling         | period | periods rolled     | số kỳ cuốn chiếu
    Kpi.numerator       | kpi  | numerator            | tử số
    Kpi.denominator     | kpi  | denominator          | mẫu số
    Kpi.sum_of          | kpi  | sum of               | tổng của
    Kpi.target          | kpi_unit | target               | mục tiêu
    Kpi.warn            | kpi_unit | warning          | ngưỡng nhắc
    Kpi.breach          | kpi_unit | off track        | ngưỡng chệch hướng
    Kpi.recover         | kpi_unit | back on track    | ngưỡng hồi phục
    Kpi.for             | period   | counts as lasting after | coi là kéo dài sau
    Kpi.keep            | period   | counts as over after    | coi là đã qua sau
    Kpi.signals         |          | signals are told by     | nhận tín hiệu bằng
    Kpi.baseline        |          | before the year         | trước năm kế hoạch
    Kpi.material        |          | matters from            | đáng kể từ
    Baseline.values     | kpi_unit | values                  | giá trị
    Baseline.planned    | kpi_unit | planned                 | kế hoạch
    Material.amount     | kpi_unit | a miss of               | lệch
    Material.share      | ratio    | a share of the target of | tỷ lệ so với mục tiêu
    Material.landing    | ratio    | a landing off by        | ước cả năm lệch
    Kpi.expected_within | day      | reading due after       | hạn số liệu sau
    Kpi.min_periods     | period   | a range of the landing after | khoảng ước cả năm sau
    Kpi.warn_after      | day      | a late reading is told after | nhắc số liệu trễ sau
    Kpi.stale_after     | day      | a late reading leaves it without data after | hết hiệu lực khi số liệu trễ quá
    Target.year         | kpi_unit | target for the year     | mục tiêu cả năm
    Target.profile      | profile  | phasing of the target   | phân kỳ mục tiêu
    Target.path         | kpi_unit | target                  | mục tiêu
    Target.constant     | kpi_unit | target of every period  | mục tiêu mỗi kỳ
    Budget.total        | money | total budget        | tổng ngân sách
    Budget.tolerances   |       | steps near a limit  | các nấc gần hạn mức
    Budget.unbudgeted   | word  | spending outside the budget | chi ngoài ngân sách
    BudgetLine.amount   | money | budget for the year | ngân sách năm
    BudgetLine.profile  | profile | phasing           | phân kỳ
    BudgetLine.group    | line  | part of             | thuộc nhóm
    BudgetLine.contract |       | owed by contract    | theo hợp đồng
    BudgetLine.inventory |      | buys stock          | mua hàng tồn kho
    BudgetLine.reserve  |       | kept for risks      | dành cho rủi ro
    BudgetLine.serves   | goal  | serves              | phục vụ
    BudgetLine.horizons | word  | checked over        | kiểm tra theo
    BudgetLine.tolerances |     | steps near its limit | các nấc gần hạn mức
    Tolerance.document  | word  | for                 | với
    Tolerance.then      | word  |                     |
    Tolerance.at        | ratio | past                | quá
    Tolerance.past      | money | over by             | vượt
    Tolerance.reached   |       | counts when reached | tính từ khi chạm mức
    Initiative.serves   |       | serves              | phục vụ
    Initiative.requires | initiative | waits for      | chờ
    Initiative.starts   |       | starts              | bắt đầu
    Initiative.ends     |       | ends                | kết thúc
    Initiative.days     | day   | takes               | kéo dài
    Initiative.budget   | line  | draws on            | dùng ngân sách
    Initiative.needs    |       | needs               | cần
    Initiative.cost_of_delay | money | a month of delay costs | mỗi tháng chậm tốn
    Initiative.status   | word  | status              | trạng thái
    Milestone.due       |       | due                 | hạn
    Serves.to           | goal or kpi |               |
    Serves.effect       | kpi_unit | effect           | tác động
    Serves.confidence   | word  | confidence          | độ tin cậy
    Need.role           | role  |                     |
    Need.amount         | role_unit |                 |
    Need.from           | named_period | from         | từ
    Need.to             | named_period | to           | đến
    Role.capacity       | role_unit | capacity        | năng lực
    Role.unit           | word  | unit                | đơn vị
    Resources.hires     | person | hires             | tuyển thêm
    Risk.probability    | ratio | probability         | xác suất
    Risk.impact         | money | expected loss       | tổn thất dự kiến
    Risk.low            | money | loss at least       | tổn thất ít nhất
    Risk.high           | money | loss at most        | tổn thất nhiều nhất
    Risk.opportunity    |       | is an opportunity   | là cơ hội
    Risk.until          |       | may come until      | có thể đến hết ngày
    Risk.threatens      | goal  | threatens           | đe dọa
    Risk.watches        | kpi   | shown by            | thể hiện qua
    Risk.trigger        |       | triggered when      | kích hoạt khi
    Risk.response       |       | response            | ứng phó
    Contingency.do      |       | response            | ứng phó
    Contingency.budget  | line  | paid from           | chi từ
    Contingency.amount  | money | for at most         | tối đa
    DeclaredLever.kind  | word  | kind                | loại
    DeclaredLever.line  | line  | frees money of      | giải phóng tiền của
    DeclaredLever.initiative | initiative | changes   | thay đổi
    DeclaredLever.frees | money | frees at most       | giải phóng tối đa
    DeclaredLever.whole |       | all or nothing      | làm cả hoặc không làm
    DeclaredLever.least | money | frees at least      | giải phóng tối thiểu
    DeclaredLever.takes | money | costs               | tốn
    DeclaredLever.takes_from | line | paid from       | chi từ
    DeclaredLever.from  | named_period | from         | từ
    DeclaredLever.effects |     | effects             | tác động
    DeclaredLever.reversible |  | can be undone       | có thể đảo ngược
    DeclaredLever.approval |    | approved by         | người duyệt
    LeverEffect.kpi     | kpi   |                     |
    LeverEffect.amount  | kpi_unit | effect           | tác động
    LeverEffect.per_unit | number | effect for each unit of money | tác động trên mỗi đồng
    LeverEffect.low     | number | at the lowest      | thấp nhất
    LeverEffect.high    | number | at the highest     | cao nhất
    Governance.owner    |       | owner of the plan   | chủ kế hoạch
    Governance.approvals |      | approvals           | thẩm quyền duyệt
    Governance.delegations |    | delegations         | ủy quyền
    Governance.may_override |   | may override        | được quyết khác
    Governance.separate_approver | | approved by someone other than who asks | người duyệt khác người đề nghị
    Governance.reviews  | word  | reviews             | kỳ xem xét
    Governance.persistence | period | a signal lasts from | tín hiệu kéo dài từ
    Governance.goals_max | number | goals at most     | số mục tiêu tối đa
    Approval.above      | money | above               | trên
    Approval.by         |       | by                  | bởi
    Approval.lines      | line  | for                 | cho
    Approval.within     | word  | counted over        | tính theo
    Delegation.to       |       |                     |
    Delegation.up_to    | money | up to               | tối đa
    Delegation.share    | ratio | at most             | không quá
    Delegation.lines    | line  | out of              | từ
    Policies.minimum_cash |     | minimum cash        | tiền mặt tối thiểu
    Policies.contribution | kpi | costs are weighed against | chi phí được so với
    MinimumCash.kpi     | kpi   | cash is read from   | tiền mặt lấy từ
    MinimumCash.minimum | money | minimum cash        | tiền mặt tối thiểu
    MinimumCash.spent_since | word | what was spent since the balance | số đã chi từ kỳ số dư
    StockCover.stock    | kpi   | stock is read from  | tồn kho lấy từ
    StockCover.daily_cost_of_sales | kpi | daily cost of sales is read from | giá vốn ngày lấy từ
    StockCover.max_days | day   | stock lasts at most | tồn kho đủ tối đa
    StockCover.relook_days | day | looked at again below | xem lại khi dưới
    Notifications.group_by | word | told together by | báo chung theo
    Notifications.wait  | day   | waiting for others  | chờ cảnh báo khác
    Notifications.repeat_after | day | told again after | nhắc lại sau
    Notifications.quiet_days |  | nobody is told on   | không báo vào
    Notifications.escalate_after | day | told further after | báo lên trên sau
    Notifications.escalate_to | | told further to     | báo lên cho
    QuietDay.weekday    | word  |                     |
    QuietDay.on         |       |                     |
    QuietDay.from       |       | from                | từ
    QuietDay.until      |       | until               | đến hết
    Rate.currency       |       |                     |
    Rate.on             |       | from                | từ
    Rate.rate           | number |                    |
    Import.format       | word  | numbers and dates   | số và ngày
    Import.sheet        |       | sheet               | trang tính
    Import.header       | number | row of the headings | dòng tiêu đề
    Import.delimiter    |       | delimiter           | dấu ngăn cách
    Import.event        |       | each event          | mỗi sự kiện
    Import.columns      |       | columns             | cột
    Import.wide         |       | columns of figures  | cột số liệu
    Import.words        |       | words               | từ ngữ
    Import.skip         |       | columns left out    | cột bỏ qua
    Import.skip_rows    |       | rows left out       | dòng bỏ qua
    Import.identity     |       | told apart by       | phân biệt theo
""")

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "4-4-5": ("periods of 4, 4 and 5 weeks", "kỳ 4, 4 và 5 tuần"),
        "4-5-4": ("periods of 4, 5 and 4 weeks", "kỳ 4, 5 và 4 tuần"),
        "5-4-4": ("periods of 5, 4 and 4 weeks", "kỳ 5, 4 và 4 tuần"),
        "actual": ("invoices", "khoản đã chi"),
        "any": ("any document", "mọi chứng từ"),
        "band": ("within a band", "trong khoảng"),
        "boolean": ("yes or no", "có hoặc không"),
        "commitment": ("orders", "cam kết chi"),
        "counted": ("counted", "có tính"),
        "cut": ("cut", "cắt"),
        "defer": ("defer", "hoãn"),
        "done": ("done", "đã xong"),
        "en": ("English", "tiếng Anh"),
        "event": ("one event", "từng việc"),
        "exact": ("exactly on target", "đúng bằng mục tiêu"),
        "exit": ("the last period as exit rate", "kỳ cuối"),
        "flow": ("sum over periods", "cộng dồn"),
        "friday": ("Friday", "thứ Sáu"),
        "full_year_forecast": ("the year's forecast", "ước cả năm"),
        "goal": ("goal", "mục tiêu"),
        "high": ("high", "cao"),
        "higher": ("higher", "cao hơn"),
        "ignored": ("not counted", "không tính"),
        "locked": ("locked", "khóa"),
        "low": ("low", "thấp"),
        "lower": ("lower", "thấp hơn"),
        "medium": ("medium", "trung bình"),
        "monday": ("Monday", "thứ Hai"),
        "money": ("money", "tiền"),
        "mix_shift": ("shift of the mix", "đổi cơ cấu bán"),
        "monthly": ("monthly", "hằng tháng"),
        "notify": ("say so", "thông báo"),
        "number": ("number", "số"),
        "open": ("open", "mở"),
        "owner": ("owner", "người phụ trách"),
        "period": ("each period", "từng kỳ"),
        "plain": ("plain", "dạng thường"),
        "planned": ("planned", "dự kiến"),
        "price": ("price", "giá bán"),
        "proposal": ("proposals", "đề xuất"),
        "quarterly": ("quarterly", "hằng quý"),
        "raise": ("more of it", "tăng thêm"),
        "rate": ("rate read in each period", "mức đọc theo từng kỳ"),
        "ratio": ("ratio", "tỷ lệ"),
        "require_approval": ("ask for approval", "cần duyệt"),
        "rolling": ("the last periods", "các kỳ gần nhất"),
        "running": ("running", "đang chạy"),
        "saturday": ("Saturday", "thứ Bảy"),
        "scale": ("scale down", "thu nhỏ"),
        "spend_request": ("spend requests", "đề nghị chi"),
        "stock": ("last value", "số dư"),
        "stop": ("stop", "dừng"),
        "stopped": ("stopped", "đã dừng"),
        "sunday": ("Sunday", "Chủ nhật"),
        "thursday": ("Thursday", "thứ Năm"),
        "to_date": ("the year to date", "lũy kế"),
        "tuesday": ("Tuesday", "thứ Ba"),
        "vi": ("Vietnamese", "tiếng Việt"),
        "warn": ("warn", "cảnh báo"),
        "wednesday": ("Wednesday", "thứ Tư"),
        "year": ("the year", "cả năm"),
        "ytd": ("the year to date", "lũy kế"),
    }
)
