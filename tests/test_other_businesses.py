"""Plans for businesses that nobody here thought of get the outcomes that the plan year implies, in both languages."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from aop_rules import Decision, Engine, EventError, read_events
from aop_rules.cli.printing import check_report

# ── a bakery in euro: stock, cash, margins ──────────────────────────────────────────────────────────────────────────

BAKERY = """
aop: 1
id: bakery_2026
name: {en: Corner Bakery 2026, vi: Tiệm bánh góc phố 2026}
currency: EUR
year: {starts: 2026-01-01}
priorities: [wholesale, margin, revenue]
scope: {includes: [bread, pastry, wholesale], excludes: [restaurant]}
not_this_year:
  second_shop:
    name: {en: a second shop, vi: cửa hàng thứ hai}
    reason: {en: the oven loan runs until 2027, vi: khoản vay mua lò chạy đến 2027}
    tags: [new shop, tiệm mới]
goals:
  wholesale: {name: {en: wholesale revenue, vi: doanh thu bán sỉ}, kpi: wholesale_revenue, from: 80_000, to: 120_000}
  margin: {name: {en: gross margin, vi: biên lợi nhuận gộp}, kpi: gross_margin, floor: 55%}
  revenue: {name: {en: revenue, vi: doanh thu}, kpi: revenue, from: 400_000, grow: 10%}
kpis:
  wholesale_revenue: {name: {en: wholesale revenue, vi: doanh thu bán sỉ}, kind: flow, target: {year: 120_000}}
  shop_revenue: {name: {en: shop revenue, vi: doanh thu tại quầy}, kind: flow, target: {year: 320_000}}
  revenue: {name: {en: revenue, vi: doanh thu}, kind: flow, sum_of: [wholesale_revenue, shop_revenue]}
  gross_profit: {name: {en: gross profit, vi: lợi nhuận gộp}, kind: flow}
  gross_margin: {name: {en: gross margin, vi: biên lợi nhuận gộp}, kind: ratio, numerator: gross_profit, denominator: revenue}
  cash: {name: {en: cash, vi: tiền mặt}, kind: stock}
  flour_stock: {name: {en: flour on hand, vi: bột tồn kho}, kind: stock, direction: band}
  flour_daily: {name: {en: flour used a day, vi: bột dùng mỗi ngày}, kind: stock, direction: band}
budget:
  lines:
    ingredients: {name: {en: ingredients, vi: nguyên liệu}, amount: 96_000, inventory: true, serves: [revenue]}
    marketing: {name: {en: marketing, vi: tiếp thị}, amount: 9_600, serves: [revenue]}
    oven: {name: {en: oven, vi: lò nướng}, amount: 12_000, serves: [revenue], tolerances: [{then: require_approval, at: 50%}, {then: stop, at: 100%}]}
initiatives:
  deliveries:
    name: {en: deliveries to cafés, vi: giao hàng cho quán cà phê}
    serves: [wholesale_revenue]
    starts: 2026-02-01
    ends: 2026-10-31
    milestones: {ten_cafes: {name: {en: ten cafés, vi: mười quán}, due: 2026-06-30}}
    needs: [{role: driver, amount: 1}]
resources: {roles: {driver: {name: {en: driver, vi: tài xế}, capacity: 1}}, hires: 0}
governance: {owner: Eva}
policies:
  minimum_cash: {kpi: cash, minimum: 20_000}
  stock_cover: {flour: {name: {en: flour, vi: bột mì}, stock: flour_stock, daily_cost_of_sales: flour_daily, max_days: 30}}
  contribution: gross_profit
"""
SO_FAR = {
    "wholesale_revenue": 9_900,
    "shop_revenue": 26_500,
    "gross_profit": 20_500,
    "cash": 31_000,
    "flour_stock": 3_000,
    "flour_daily": 150,
}


def bakery(folder: Path) -> Engine:
    """The bakery after its first quarter."""
    engine = opened(folder, "bakery.yaml", BAKERY)
    for month in ("2026-01", "2026-02", "2026-03"):
        for kpi, value in SO_FAR.items():
            engine.record(reading(kpi, month, value))
        engine.record(
            {
                **event("actual", f"{month}-20"),
                "event_id": f"m{month}",
                "line": "marketing",
                "amount": 800,
                "period": month,
            }
        )
    return engine


def opened(folder: Path, name: str, text: str) -> Engine:
    file = folder / name
    file.write_text(dedent(text), encoding="utf-8")
    return Engine.open(file)


def reading(kpi: str, month: str, value: object, **parts: object) -> dict[str, Any]:
    said = parts or {"value": value}
    return {
        **event("kpi_observation", f"{month}-28"),
        "event_id": f"{kpi}-{month}",
        "kpi": kpi,
        "period": month,
        **said,
    }


def event(kind: str, day: str, **keys: object) -> dict[str, Any]:
    return {"event_id": "e", "kind": kind, "effective_date": day, **keys}


def proposal(day: str = "2026-04-10", **keys: object) -> dict[str, Any]:
    return event("proposal", day, **keys)


def gain(kpi: str, likely: object) -> dict[str, object]:
    return {"kpi": kpi, "likely": likely}


def cost(line: str, amount: object) -> dict[str, object]:
    return {"line": line, "amount": amount}


def outcome(decision: Decision) -> str:
    """The outcome, with `!` where no approval lifts it; both languages must read as sentences."""
    for language in ("en", "vi"):
        text = decision.explain(language, "full")  # type: ignore[arg-type]
        assert "{" not in text and "None" not in text and "Fraction" not in text
    return decision.outcome.value + "!" * decision.hard


FULL = [gain("wholesale_revenue", 9_000), gain("gross_margin", "60%")]
"""Benefits that serve every goal of the bakery."""


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("D1 a second shop, whatever it earns", "DECLINE!"),
        ("D1 the same by its Vietnamese tag without marks", "DECLINE!"),
        ("D2 flour is cheap: fill the cellar", "ADJUST_TO_FIT"),
        ("D5 follow the supermarket", "DECLINE"),
        ("D6 a promotion that costs more than it earns", "DECLINE"),
        ("D7 a delivery app, and the one driver is out", "DEFER"),
        ("D9 hire a second driver", "DECLINE!"),
        ("D12 past the marketing line", "ADJUST_TO_FIT"),
        ("D12 past half of the oven line", "ESCALATE"),
        ("D12 past the whole oven line", "ADJUST_TO_FIT"),
        ("D20 a restaurant", "DECLINE"),
        ("D21 the hospital kitchen", "ACCEPT"),
        ("D31 a hotel chain at half price", "DECLINE!"),
        ("the margin is not said", "NEED_DATA"),
    ],
)
def test_the_bakery_decides(tmp_path: Path, case: str, expected: str) -> None:
    asked: dict[str, dict[str, Any]] = {
        "D1 a second shop, whatever it earns": proposal(
            category="New Shop", costs=[cost("marketing", 5)], benefits=FULL
        ),
        "D1 the same by its Vietnamese tag without marks": proposal(tags=["TIEM-MOI"]),
        "D2 flour is cheap: fill the cellar": proposal(
            category="bread", tags=["flour"], costs=[cost("ingredients", 5_000)]
        ),
        "D5 follow the supermarket": proposal(category="pastry", costs=[cost("marketing", 300)]),
        "D6 a promotion that costs more than it earns": proposal(
            category="pastry",
            costs=[cost("marketing", 700)],
            benefits=[gain("shop_revenue", 1_000), gain("gross_margin", "60%")],
        ),
        "D7 a delivery app, and the one driver is out": proposal(
            category="wholesale", benefits=FULL, needs=[{"role": "driver", "amount": "0.5"}]
        ),
        "D9 hire a second driver": proposal(category="wholesale", hires=1, benefits=FULL),
        "D12 past the marketing line": event("spend_request", "2026-04-10", line="marketing", amount="1000.50"),
        "D12 past half of the oven line": event("spend_request", "2026-04-10", line="oven", amount=2_500),
        "D12 past the whole oven line": event("spend_request", "2026-04-10", line="oven", amount=5_000),
        "D20 a restaurant": proposal(category="restaurant", benefits=FULL),
        "D21 the hospital kitchen": proposal(category="wholesale", costs=[cost("marketing", 200)], benefits=FULL),
        "D31 a hotel chain at half price": proposal(
            category="wholesale", benefits=[gain("wholesale_revenue", 60_000), gain("gross_margin", "20%")]
        ),
        "the margin is not said": proposal(category="bread", benefits=[gain("shop_revenue", 6_000)]),
    }
    assert outcome(bakery(tmp_path).evaluate(asked[case])) == expected


def test_flour_fits_up_to_its_days_and_is_looked_at_again_by_a_number_of_days(tmp_path: Path) -> None:
    asked = proposal(category="bread", tags=["flour"], costs=[cost("ingredients", 5_000)])
    decision = bakery(tmp_path).evaluate(asked)
    assert decision.fit == 1_500
    assert "less than 30 days" in decision.explain("en")  # where the plan names no days for it: the limit itself
    assert "dưới 30 ngày" in decision.explain("vi")


def test_a_slip_puts_the_goals_at_risk_that_are_fed_by_a_kpi(tmp_path: Path) -> None:
    late = event(
        "milestone_update", "2026-04-10", initiative="deliveries", milestone="ten_cafes", expected="2026-09-30"
    )
    decision = bakery(tmp_path).evaluate(late)
    assert outcome(decision) == "ADJUST_ACTIONS"
    at_risk = {f.subject for f in decision.findings if f.rule == "kpi.goal-is-at-risk"}
    assert at_risk == {"wholesale", "revenue"}


def test_tags_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    text = bakery(tmp_path).evaluate(proposal(category="Bánh Mì Kẹp")).explain("vi")
    assert "Bánh Mì Kẹp" in text and "banh" not in text


def test_an_entry_is_called_by_its_name_even_where_it_equals_its_id(tmp_path: Path) -> None:
    text = bakery(tmp_path).evaluate(proposal(category="wholesale", benefits=FULL)).explain("vi")
    assert "revenue" not in text.replace("wholesale_revenue", "")


def test_no_exchange_rate_is_said_as_that(tmp_path: Path) -> None:
    asked = proposal(category="bread", currency="GBP", costs=[cost("marketing", 50)], benefits=FULL)
    decision = bakery(tmp_path).evaluate(asked)
    assert outcome(decision) == "NEED_DATA"
    assert "there is no exchange rate for GBP" in decision.explain("en")
    assert "chưa có tỷ giá cho GBP" in decision.explain("vi")


def test_what_nobody_would_look_at_again_is_a_mistake_of_the_event(tmp_path: Path) -> None:
    wrong = {
        "EVENT_UNKNOWN_ID": [
            event("actual", "2026-04-10", line="marketin", amount=5),
            event("capacity_change", "2026-04-10", role="drivr", capacity=1),
            event("milestone_update", "2026-04-10", initiative="deliveries", milestone="eleven", done=True),
        ],
        "EVENT_NEGATIVE": [
            event("spend_request", "2026-04-10", line="marketing", amount=-50),
            proposal(costs=[cost("marketing", -50)]),
            proposal(needs=[{"role": "driver", "amount": -1}]),
        ],
        "EVENT_MINOR_UNIT": [event("spend_request", "2026-04-10", line="marketing", amount="12.345")],
        "EVENT_WRONG_VALUE": [event("cost_cut_request", "2026-04-10", amount=0, by="2026-06-30")],
    }
    engine = bakery(tmp_path)
    for code, events in wrong.items():
        for each in events:
            with pytest.raises(EventError, match=code):
                engine.evaluate(each)


# ── a rice cooperative in đồng, in TOML and in Vietnamese ───────────────────────────────────────────────────────────

RICE = """
aop = 1
id = "htx_2026"
name = "Hợp tác xã Đồng Xanh 2026"
currency = "VND"
language = "vi"
priorities = ["organic", "margin"]
year = {starts = 2026-01-01}
profiles.mua = {weights = [0, 0, 40, 5, 0, 5, 30, 5, 0, 5, 5, 5]}
scope = {includes = ["lúa hữu cơ", "gạo"], excludes = ["cà phê"]}
not_this_year.may_gat = {name = "mua máy gặt mới", reason = "máy cũ còn dùng được", tags = ["máy gặt"]}
goals.organic = {name = "doanh thu gạo hữu cơ", kpi = "organic", from = 2_000_000_000, grow = "25%"}
goals.margin = {name = "biên lợi nhuận", kpi = "margin", floor = "20%"}
kpis.organic = {name = "doanh thu gạo hữu cơ", kind = "flow", target = {year = 2_500_000_000, profile = "mua"}, breach = "< 85% of target"}
kpis.profit = {name = "lợi nhuận gộp", kind = "flow"}
kpis.margin = {name = "biên lợi nhuận", kind = "ratio", numerator = "profit", denominator = "organic"}
budget.lines.inputs = {name = "vật tư", amount = 900_000_000, profile = "mua", serves = ["organic"]}
initiatives.certify = {name = "chứng nhận hữu cơ", serves = ["organic"], starts = 2026-01-15, ends = 2026-06-30}
initiatives.export = {name = "xuất khẩu thử", serves = ["organic"], requires = ["certify"], starts = 2026-08-01, ends = 2026-11-30}
risks.drought = {name = "hạn mặn", threatens = ["organic"], trigger = "kpis.organic.ytd < 70% * kpis.organic.ytd_target", response = {do = "chuyển sang giống chịu mặn"}}
governance = {owner = "Ban quản trị"}
"""


def rice(folder: Path, march: int) -> Engine:
    engine = opened(folder, "rice.toml", RICE)
    for month, sold in (("2026-01", 0), ("2026-02", 0), ("2026-03", march)):
        engine.record(reading("organic", month, sold))
        engine.record(reading("profit", month, sold * 24 // 100))
    return engine


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (proposal(title="Máy gặt mới", category="Máy Gặt"), "DECLINE!"),
        (proposal(title="Không dấu", tags=["MAY GAT"]), "DECLINE!"),
        (proposal(title="Cà phê", category="ca phe", benefits=[gain("organic", 9)]), "DECLINE"),
        (proposal(title="Livestream", category="gạo"), "DECLINE"),
        (
            proposal(title="Siêu thị", category="gạo", benefits=[gain("organic", 90_000_000), gain("margin", "26%")]),
            "ACCEPT",
        ),
        (
            proposal(title="Bán xô", category="gạo", benefits=[gain("organic", 900_000_000), gain("margin", "5%")]),
            "DECLINE!",
        ),
        (proposal(title="Xuất khẩu", category="gạo", start="2026-06-01", links={"initiatives": ["export"]}), "DEFER"),
        (event("spend_request", "2026-04-10", line="inputs", amount=500_000_000), "ADJUST_TO_FIT"),
        (event("risk_occurred", "2026-04-10", risk="drought"), "TRIGGER_CONTINGENCY"),
        (event("market_signal", "2026-04-10", direction="up"), "WATCH"),
        (event("review_due", "2026-04-10", period="2026-03"), "KEEP_COURSE"),
        (event("review_due", "2026-05-10", period="2026-04"), "NEED_DATA"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.get("title") or value["kind"],
)
def test_the_cooperative_decides(tmp_path: Path, asked: dict[str, Any], expected: str) -> None:
    assert outcome(rice(tmp_path, 980_000_000).evaluate(asked)) == expected


def test_the_trigger_of_a_risk_is_its_own_condition(tmp_path: Path) -> None:
    decision = rice(tmp_path, 600_000_000).evaluate(event("review_due", "2026-04-10", period="2026-03"))
    assert outcome(decision) == "TRIGGER_CONTINGENCY"
    assert "chuyển sang giống chịu mặn" in decision.explain()


# ── a garage in dinars, in weeks; a school that has only begun its plan ─────────────────────────────────────────────

GARAGE = """
aop: 1
id: garage_2026
name: Gulf Garage 2026
currency: KWD
year: {starts: 2026-01-04, periods: 4-4-5, review_day: 3}
priorities: [right_first_time, throughput]
goals:
  right_first_time: {name: right first time, kpi: fix_rate, floor: 85%}
  throughput: {name: repair revenue, kpi: revenue, from: 180_000, to: 200_000.500}
kpis:
  good: {name: repairs that held, kind: flow, unit: repair}
  jobs: {name: repairs, kind: flow, unit: repair}
  fix_rate: {name: fix rate, kind: ratio, numerator: good, denominator: jobs, basis: rolling, rolling: 3}
  revenue: {name: repair revenue, kind: flow, target: {year: 200_000.500}}
budget: {lines: {tools: {name: tools, amount: 6_500.250, serves: [right_first_time], horizons: [period]}}}
resources: {roles: {bay: {name: bays, capacity: 3, unit: bay}}}
governance: {owner: Yusuf}
"""


def test_the_garage_decides_to_the_fils_and_by_its_weeks(tmp_path: Path) -> None:
    engine = opened(tmp_path, "garage.yaml", GARAGE)
    for period, end in (("2026-P01", "2026-01-31"), ("2026-P02", "2026-02-28"), ("2026-P03", "2026-04-04")):
        for kpi, value in (("good", 91), ("jobs", 100), ("revenue", "15600.375")):
            engine.record(
                {**reading(kpi, "2026-01", value), "event_id": kpi + period, "effective_date": end, "period": period}
            )
    request = engine.evaluate(event("spend_request", "2026-04-10", line="tools", amount="700.500"))
    assert outcome(request) == "ADJUST_TO_FIT"
    assert "541.688 KWD would fit now" in request.explain("en")
    rushed = proposal(benefits=[gain("revenue", 9_000), gain("jobs", 60), gain("good", 20)])
    assert outcome(engine.evaluate(rushed)) == "DECLINE!"
    hired = proposal(hires=1, benefits=[gain("revenue", 9_000)])
    assert outcome(engine.evaluate(hired)) == "NEED_DATA"  # the plan does not say how many may be hired


SCHOOL = """
aop: 1
id: school_2026
name: {en: Riverside School, vi: Trường Bên Sông}
currency: GBP
year: {starts: 2026-09-01}
goals: {reading: {name: {en: reading level, vi: trình độ đọc}}}
not_this_year: {pool: {name: {en: a pool, vi: hồ bơi}, reason: {en: the roof comes first, vi: phải sửa mái trước}, tags: [swimming]}}
"""


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (proposal("2026-10-12", title="pool", category="Swimming", costs=[cost("works", 9)]), "DECLINE!"),
        (proposal("2026-10-12", title="drones"), "DECLINE"),
        (proposal("2026-10-12", title="club", links={"goals": ["reading"]}), "ACCEPT_WITH_CONDITIONS"),
        (proposal("2026-10-12", title="books", links={"goals": ["reading"]}, costs=[cost("books", 9)]), "NEED_DATA"),
        (proposal("2026-10-12", title="hire", links={"goals": ["reading"]}, hires=1), "NEED_DATA"),
        (event("review_due", "2026-10-12", period="2026-09"), "NEED_DATA"),
        (event("goal_change_request", "2026-10-12", goal="reading"), "ESCALATE"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.get("title") or value["kind"],
)
def test_a_plan_that_has_only_begun_says_what_it_lacks(tmp_path: Path, asked: dict[str, Any], expected: str) -> None:
    assert outcome(opened(tmp_path, "school.yaml", SCHOOL).evaluate(asked)) == expected


def test_a_plan_without_goals_asks_for_them_and_for_nothing_that_does_not_matter(tmp_path: Path) -> None:
    plan = "aop: 1\nid: kiosk\nname: Kiosk\ncurrency: KWD\nyear: {starts: 2026-01-01}\n"
    decision = opened(tmp_path, "kiosk.yaml", plan).evaluate(proposal())
    assert outcome(decision) == "NEED_DATA"
    assert decision.needed is not None
    assert [words.en for words in decision.needed.by] == ["goals in the plan"]


# ── a plan with mistakes of every kind ──────────────────────────────────────────────────────────────────────────────


def test_mistakes_in_rules_are_reported_beside_mistakes_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(
        "aop: 1\nid: x\nname: N\ncurrency: EURO\nyear: {starts: 2026-01-01}\n"
        "risks: {q: {name: Q, trigger: event.amount > 7%, response: {do: x}}}\n"
        "rules:\n"
        "  - {id: a, when: event.amuont > 7, effect: FORBID, because: {en: a, vi: b}}\n"
        "  - {id: b, whn: true, effect: DEFER, because: {en: a, vi: b}}\n",
        encoding="utf-8",
    )
    said = [(p.place.line, p.code) for p in check_report(str(file), ()).problems if p.severity == "error"]
    assert said == [
        (4, "PLAN_WRONG_VALUE"),
        (6, "RULE_UNIT_MISMATCH"),
        (8, "RULE_UNKNOWN_NAME"),
        (9, "RULE_UNKNOWN_KEY"),
    ]


def test_a_name_that_only_a_broken_part_would_explain_is_not_called_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(
        "aop: 1\nid: x\nname: N\ncurrency: EUR\nyear: {starts: 2026-01-01}\n"
        "kpis: {calls: {name: Calls, knd: flow}}\n"
        "rules: [{id: a, when: kpis.calls.value > 7, effect: FORBID, because: {en: a, vi: b}}]\n",
        encoding="utf-8",
    )
    codes = {p.code for p in check_report(str(file), ()).problems if p.severity == "error"}
    assert codes == {"PLAN_UNKNOWN_KEY"}


def test_a_goal_and_its_kpi_may_share_an_id_and_what_serves_it_serves_all_that_lives_off_it(tmp_path: Path) -> None:
    plan = dedent("""
        aop: 1
        id: studio
        name: Studio
        currency: USD
        year: {starts: 2026-04-01, periods: quarterly}
        goals:
          hours: {name: hours, kpi: hours, from: 7_400, to: 8_000}
          use: {name: use, kpi: use, from: 64%, to: 70%}
        kpis:
          hours: {name: hours, kind: flow, unit: hour}
          time: {name: time, kind: flow, unit: hour, direction: band}
          use: {name: use, kind: ratio, numerator: hours, denominator: time}
        initiatives: {templates: {name: templates, serves: [hours], starts: 2026-05-01, ends: 2026-06-30}}
        """)
    decision = opened(tmp_path, "studio.yaml", plan).evaluate(
        proposal("2026-05-10", links={"initiatives": ["templates"]})
    )
    assert set(decision.serves) == {"hours", "use"}


def test_the_examples_history_reads_to_the_cent() -> None:
    history = Path(__file__).resolve().parents[1] / "examples" / "harbour_studio" / "history" / "2026_q1_q2.jsonl"
    amounts = {each.event_id: getattr(each, "amount", None) for each in read_events(history)}
    assert str(amounts["spent-content-2026-Q1"]) == "21241/4"
