"""Units filled in right by chance: figures of the packs beside this module, other ones for every seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from tests.packs.workbooks import Cells

#: words that say nothing of what is checked
_SAID = ("按合同约定", "分两批交货", "已按要求完成")
_ASSETS = ("台式计算机", "打印机", "办公桌椅", "公务用车")
_OFFICES = ("城关镇", "河西镇", "石桥乡", "青山乡", "白沙镇", "东湖镇", "南岭乡", "沙田乡")


def _share(by: Random, most: float, zeros: float = 0.15) -> float:
    """An amount in 万元 of two decimals, 0 now and then."""
    return 0.0 if by.random() < zeros else round(by.uniform(most / 20, most), 2)


def _spent(by: Random, budget: float) -> float:
    """What was spent of a budget: all of it now and then."""
    return budget if by.random() < 0.25 else round(budget * by.uniform(0.6, 1), 2)


def purchases(by: Random) -> Cells:
    """A quarter's purchases; a way of buying may not occur."""
    rows = {"公开招标": 6, "竞争性谈判": 7, "询价": 8, "单一来源": 9}
    cells: dict[str, str | float] = {
        "C2": f"{by.choice(_OFFICES)}人民政府",
        "C19": "李明",
        "E19": "0731-83600000",
    }
    sums = {way: [0, 0, 0] for way in rows}
    for row in range(12, 12 + by.randint(3, 6)):
        way = by.choice(tuple(rows))
        budget = by.randint(60, 3000) * 1000
        price = budget if by.random() < 0.2 else budget - by.randint(1, 50) * 100
        paid = by.choice((0, price // 2, price, price))
        day = f"2024-{by.randint(7, 9):02}-{by.randint(1, 30):02}"
        named = ("办公设备", "物业服务", "道路标线", "信息系统")[row % 4]
        cells |= {f"B{row}": f"{named}{row}", f"C{row}": way, f"D{row}": day}
        cells |= {f"E{row}": budget, f"F{row}": price, f"G{row}": paid}
        if way == "单一来源" or by.random() < 0.3:
            cells[f"H{row}"] = by.choice(_SAID)
        sums[way] = [a + b for a, b in zip(sums[way], (1, budget, price), strict=True)]
    for way, row in rows.items():
        cells |= dict(zip((f"C{row}", f"D{row}", f"E{row}"), sums[way], strict=True))
    return {"采购季报": cells}


def assets(by: Random) -> Cells:
    """A quarter's assets, bought and disposed of; only what was sold brought something in."""
    cells: dict[str, str | float] = {"C2": f"{by.choice(_OFFICES)}人民政府", "C22": "李明"}
    for row in range(11, 11 + by.randint(2, 4)):
        number, price = by.randint(1, 12), by.randint(8, 900) * 10
        cells |= {f"B{row}": f"{by.choice(_ASSETS)}{row}", f"C{row}": number, f"D{row}": price}
        cells |= {f"E{row}": number * price, f"F{row}": by.choice(("财政拨款", "财政拨款", "自有资金"))}
        cells[f"G{row}"] = f"2024-{by.randint(4, 6):02}-{by.randint(1, 30):02}"
    gone, value = 0, 0
    for row in range(18, 18 + by.randint(1, 3)):
        number, cost, way = by.randint(1, 9), by.randint(30, 4000) * 10, by.choice(("调拨", "出售", "报废"))
        income = by.randint(1, cost // 20) * 10 if way == "出售" else 0
        cells |= {f"B{row}": f"{by.choice(_ASSETS)}{row}", f"C{row}": number, f"D{row}": way}
        cells |= {f"E{row}": cost, f"F{row}": income, f"G{row}": f"资〔2024〕{by.randint(1, 90)}号"}
        gone, value = gone + number, value + cost
    return {"资产季报": cells | {"C7": gone, "D7": value}}


def sichuan(by: Random) -> Cells:
    """A project with its indicators; a score is less than its points where the target was missed."""
    cells: dict[str, str | float] = {
        "B2": by.choice(("农村公路养护", "河道清淤", "路灯维护", "校舍修缮")),
        "B3": "县交通运输局",
        "F3": f"{by.choice(_OFFICES)}养护段",
        "B10": "完成年初确定的各项任务，群众满意。",
        "F10": "各项任务已经完成，群众满意度较高。",
    }
    total = spent = 0.0
    for row, most in ((6, 300), (7, 40), (8, 40)):
        first = _share(by, most, 0.0 if row == 6 else 0.4)
        final = first if by.random() < 0.4 else round(first + by.uniform(0, 20), 2)
        paid = _spent(by, final)
        cells |= {f"D{row}": first, f"F{row}": final, f"G{row}": paid}
        total, spent = total + final, spent + paid
    wholes = ((12, 13, 14, 15, 16), (17, 18), (19,))
    for rows, whole in zip(wholes, (50, 30, 10), strict=True):
        points = [whole // len(rows)] * len(rows)
        points[0] += whole - sum(points)
        if len(rows) > 1:
            moved = by.randint(0, 4)
            points[0], points[1] = points[0] + moved, points[1] - moved
        for row, worth in zip(rows, points, strict=True):
            target = by.randint(20, 90)
            is_met = by.random() < 0.75
            done = target + by.randint(0, 9) if is_met else target - by.randint(1, 9)
            cells |= {f"C{row}": f"养护任务{row}", f"D{row}": "≥", f"E{row}": str(target), f"F{row}": "公里"}
            score = worth if is_met else round(worth * done / target, 2)
            cells |= {f"G{row}": str(done), f"H{row}": worth, f"I{row}": score}
            if not is_met:
                cells[f"J{row}"] = "受天气影响，部分任务推迟，明年一季度补上。"
    return {"项目自评表": cells}


def _outlays(by: Random, parts: Mapping[str, tuple[int, ...]]) -> dict[str, float]:
    """The three columns of a form of basic data; `parts`: its rows, by what they are."""
    cells: dict[str, float] = {}
    for column in "BCD":
        for row in parts["own"]:
            most = 20 if row in parts["three"] else 90
            cells[f"{column}{row}"] = _share(by, most, 0.45 if row in parts["three"] else 0.1)
        works = round(sum(cells[f"{column}{row}"] for row in parts["works"]), 2)
        listed = round(sum(cells[f"{column}{row}"] for row in parts["some"]), 2)
        (running,), (whole,) = parts["running"], parts["whole"]
        cells[f"{column}{running}"] = listed if by.random() < 0.1 else round(listed + by.uniform(1, 30), 2)
        sums = works + cells[f"{column}{running}"]
        cells[f"{column}{whole}"] = round(sums + (0 if by.random() < 0.1 else by.uniform(50, 900)), 2)
    return cells


def _staff(by: Random) -> dict[str, float]:
    posts = by.randint(20, 200)
    return {"B4": posts, "C4": posts if by.random() < 0.2 else posts - by.randint(1, 15)}


def basic_2018(by: Random) -> Cells:
    """The form of 2018; buildings stand in it or not."""
    parts: Mapping[str, tuple[int, ...]] = {
        "own": (8, 9, 10, 11, 13, 14, 15, 16, 18, 19, 20, 21),
        "three": (8, 9, 10, 11),
        "works": (13, 14, 15, 16),
        "running": (17,),
        "some": (18, 19, 20),
        "whole": (22,),
    }
    cells: dict[str, str | float] = {
        "B2": f"{by.choice(_OFFICES)}人民政府",
        **_staff(by),
        **_outlays(by, parts),
        "B27": "严控三公经费，公务用车统一派遣，会议合并召开，办公用品集中采购、按需领用。",
    }
    if by.random() < 0.7:
        size, cost = round(by.uniform(300, 3000), 1), round(by.uniform(80, 900), 2)
        cells |= {"B24": size, "C24": size if by.random() < 0.2 else round(size * by.uniform(0.9, 1), 1)}
        cells |= {"B26": cost, "C26": cost if by.random() < 0.2 else round(cost * by.uniform(0.9, 1), 2)}
    return {"基础数据表": cells}


def rating(by: Random) -> Cells:
    """The two forms of 2017; scores up to their points."""
    parts: Mapping[str, tuple[int, ...]] = {
        "own": (8, 9, 10, 11, 13, 14, 16, 17, 18, 19),
        "three": (8, 9, 10, 11),
        "works": (13, 14),
        "running": (15,),
        "some": (16, 17, 18),
        "whole": (20,),
    }
    office = f"{by.choice(_OFFICES)}人民政府"
    data: dict[str, str | float] = {
        "B2": office,
        **_staff(by),
        **_outlays(by, parts),
        "B21": "公务用车统一派遣，会议合并召开，办公用品集中采购、按需领用，接待一律在食堂。",
    }
    points = (5, 8, 10, 10, 8, 8, 6, 8, 6, 5, 8, 5, 5, 4, 4)
    scores: dict[str, str | float] = {"C2": office}
    for row, worth in enumerate(points, 4):
        scores[f"I{row}"] = worth if by.random() < 0.6 else worth - by.randint(1, 3)
        scores[f"H{row}"] = by.choice(_SAID)
    return {"基础数据表": data, "整体评分表": scores}


def finance(by: Random) -> Cells:
    """A half-year of income and spending, beside the same of the year before."""
    cells: dict[str, str | float] = {"B2": f"{by.choice(_OFFICES)}人民政府"}
    for column, share in (("B", 1.0), ("C", by.uniform(0.4, 0.7)), ("D", by.uniform(0.4, 0.7))):
        granted, other, running, works = (
            round(_share(by, most) * share, 2) for most in (2000, 300, 1200, 700)
        )
        staff = running if by.random() < 0.1 else round(running * by.uniform(0.5, 0.9), 2)
        income, spent = round(granted + other, 2), round(running + works, 2)
        rows = (income, granted, other, spent, running, staff, works, round(income - spent, 2))
        cells |= {f"{column}{row}": amount for row, amount in enumerate(rows, 4)}
    for row in range(4, 12):
        budget, before, now = (float(cells[f"{column}{row}"]) for column in "BCD")
        cells[f"E{row}"] = round(now - before, 2)
        cells |= {f"F{row}": round((now - before) / before, 4)} if before else {}
        cells |= {f"G{row}": round(now / budget, 4)} if budget else {}
    staff_rows = []
    for row in (13, 14):
        posts = by.randint(5, 60)
        own = posts if by.random() < 0.3 else posts - by.randint(1, 4)
        staff_rows.append((posts, own + by.choice((0, 0, 1, 3, 6)), own))
        cells |= dict(zip((f"B{row}", f"C{row}", f"D{row}"), staff_rows[-1], strict=True))
    posts, people, own = map(sum, zip(*staff_rows, strict=True))
    cells |= {"B15": posts, "C15": people, "D15": own, "F16": people}
    budget, spent, works = (float(cells[ref]) for ref in ("B7", "D7", "D10"))
    cells |= {"B16": round(spent / budget, 4)} if budget else {}
    cells |= {"D16": round(works / spent, 4)} if spent else {}
    return {"收支季报": cells}


#: by pack, what fills in one unit
FILLED: Mapping[str, Callable[[Random], Cells]] = {
    "assets": assets,
    "purchases": purchases,
    "sichuan": sichuan,
    "hunan-2018": basic_2018,
    "hunan-rating": rating,
    "finance": finance,
}
