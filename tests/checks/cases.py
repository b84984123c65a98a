"""One smallest failing case for each check, on the corrected submission; the passing case is that submission.

Each case: check → (edits that break it, the cell that must be marked, further edits that make it apply and
pass where the corrected submission gives it nothing to look at).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.paper import BASIC, MONITORING, PROJECT, WHOLE, Edits


@dataclass(frozen=True)
class Case:
    """What breaks a check, what it then marks, and where it passes."""

    breaks: Edits
    #: sheet!cell, or sheet!None for something that is not there
    marks: str
    #: edits under which the check applies and passes
    passes: Edits = field(default_factory=dict)


CASES: dict[str, Case] = {
    "F009": Case({f"{PROJECT}!F3": "浏阳市档案馆"}, f"{PROJECT}!F3"),
    "F011": Case({f"{WHOLE}!A1": "2019年部门整体支出绩效自评表"}, f"{WHOLE}!A1"),
    "F014": Case(
        {f"{BASIC}!A19": None, f"{BASIC}!B19": None, f"{BASIC}!C19": None, f"{BASIC}!D19": None},
        f"{BASIC}!None",
    ),
    "F018": Case({f"{BASIC}!D12": "#REF!"}, f"{BASIC}!D12"),
    "F021": Case({f"{BASIC}!D15": "约十来万"}, f"{BASIC}!D15"),
    "F023": Case({f"{BASIC}!D2": "单位：元"}, f"{WHOLE}!F7"),
    "F025": Case({f"{BASIC}!D15": None}, f"{BASIC}!D15"),
    "F026": Case({f"{BASIC}!D19": -200}, f"{BASIC}!D19"),
    "F012": Case({f"{PROJECT}!A2": "项目名称"}, f"{PROJECT}!A2"),
    "F013": Case({f"{PROJECT}!F12": "1月6日"}, f"{PROJECT}!F12"),
    "F015": Case({f"{BASIC}!F9": 88}, f"{BASIC}!F9"),
    "F019": Case({f"{BASIC}!D19": "=[1]采购!B2"}, f"{BASIC}!D19"),
    "F020": Case(
        {f"{BASIC}!D19": "200"},
        f"{BASIC}!D4",
        {
            f"{BASIC}!D4": 0.8667,
            f"{MONITORING}!K5": 0.9801,
            f"{MONITORING}!K6": 0.9801,
            f"{PROJECT}!H5": 1,
            **{f"{WHOLE}!G{row}": 1 for row in (4, 6, 7)},
        },
    ),
    "F022": Case({f"{BASIC}!D2": None}, f"{BASIC}!A1"),
    "F024": Case({f"{BASIC}!D18": "—"}, f"{BASIC}!D18"),
    "F027": Case({f"{BASIC}!D16": 5.3512}, f"{BASIC}!D16"),
    "F028": Case({f"{BASIC}!B21": "[bookmark: _GoBack]节约用电用水"}, f"{BASIC}!B21"),
    "F033": Case({f"{BASIC}!B21": "+cmd|' /C calc'!A0"}, f"{BASIC}!B21"),
    "J101": Case({f"{BASIC}!D4": "100%"}, f"{BASIC}!D4"),
    "J102": Case({f"{BASIC}!C4": 16, f"{BASIC}!D4": "106.67%"}, f"{BASIC}!C4"),
    "J103": Case({f"{BASIC}!C4": 12.5}, f"{BASIC}!C4"),
    "J104": Case({f"{BASIC}!B4": 0}, f"{BASIC}!B4"),
    "J105": Case({f"{BASIC}!D11": 0.9}, f"{BASIC}!D6"),
    "J106": Case({f"{BASIC}!C9": 0.5}, f"{BASIC}!C7"),
    "J107": Case({f"{BASIC}!D6": 1.9, f"{BASIC}!D11": 1.9}, f"{BASIC}!D6"),
    "J109": Case({f"{BASIC}!C6": 2, f"{BASIC}!C11": 2}, f"{BASIC}!C6"),
    "J111": Case({f"{BASIC}!D13": 373}, f"{BASIC}!D12"),
    "J112": Case({f"{BASIC}!D13": 430}, f"{BASIC}!D13"),
    "J114": Case({f"{BASIC}!C12": 300, f"{BASIC}!C13": 300}, f"{BASIC}!D12"),
    "J116": Case({f"{BASIC}!D15": 7}, f"{BASIC}!D15"),
    "J117": Case({f"{BASIC}!D16": 1}, f"{BASIC}!D15"),
    "J118": Case({f"{BASIC}!D15": 13}, f"{BASIC}!D15"),
    "J119": Case({f"{BASIC}!D16": 6.5}, f"{BASIC}!D16"),
    "J121": Case({f"{BASIC}!C19": 0}, f"{BASIC}!C19"),
    "J125": Case({f"{BASIC}!B20": 410}, f"{BASIC}!B20"),
    "J126": Case({f"{BASIC}!C20": 500}, f"{BASIC}!D20"),
    "J127": Case({f"{BASIC}!B20": 430}, f"{BASIC}!D20"),
    "K201": Case({f"{MONITORING}!H7": 3}, f"{MONITORING}!H5"),
    "K202": Case({f"{MONITORING}!K5": "81.20%"}, f"{MONITORING}!K5"),
    "K203": Case({f"{MONITORING}!H6": 410}, f"{MONITORING}!H6"),
    "K204": Case({f"{MONITORING}!N6": 390}, f"{MONITORING}!N6"),
    "K208": Case(
        {f"{MONITORING}!H5": 0, f"{MONITORING}!H6": 0, f"{MONITORING}!F19": "100%"}, f"{MONITORING}!H5"
    ),
    "K209": Case({f"{MONITORING}!O11": "√"}, f"{MONITORING}!N11"),
    "K210": Case(
        {f"{MONITORING}!N12": None, f"{MONITORING}!O12": "√"},
        f"{MONITORING}!M12",
        {
            f"{MONITORING}!N12": None,
            f"{MONITORING}!O12": "√",
            f"{MONITORING}!M12": "设备到货延迟",
            f"{MONITORING}!Q12": "四季度补齐",
        },
    ),
    "X301": Case({f"{PROJECT}!F7": 5}, f"{PROJECT}!F5"),
    "X302": Case({f"{PROJECT}!H5": "90.00%"}, f"{PROJECT}!H5"),
    "X303": Case({f"{PROJECT}!I5": 9}, f"{PROJECT}!I5"),
    "X304": Case({f"{PROJECT}!F6": 500}, f"{PROJECT}!F6"),
    "X307": Case({f"{PROJECT}!G12": 12}, f"{PROJECT}!C12"),
    "X308": Case({f"{PROJECT}!B16": "效益指标（40分）"}, f"{PROJECT}!B16"),
    "X309": Case({f"{PROJECT}!G21": 90}, f"{PROJECT}!G21"),
    "X310": Case({f"{PROJECT}!H21": 90}, f"{PROJECT}!H21"),
    "X312": Case({f"{PROJECT}!H12": 16}, f"{PROJECT}!H12"),
    "X313": Case(
        {f"{PROJECT}!H12": 14},
        f"{PROJECT}!I12",
        {f"{PROJECT}!H12": 14, f"{PROJECT}!I12": "个别村网络割接延后，已安排在次年一季度完成"},
    ),
    "X315": Case({f"{PROJECT}!F12": "80%"}, f"{PROJECT}!H12"),
    "J108": Case({f"{BASIC}!D6": 1.9, f"{BASIC}!D11": 1.9}, f"{BASIC}!D6"),
    "J110": Case({}, f"{BASIC}!D6", {f"{BASIC}!D6": 1.5, f"{BASIC}!D11": 1.5}),
    "J113": Case({f"{BASIC}!D13": 463}, f"{BASIC}!D13"),
    "J115": Case({f"{BASIC}!B12": 250, f"{BASIC}!B13": 250}, f"{BASIC}!D12"),
    "J120": Case(
        {f"{PROJECT}!C2": "全市政务网络运行维护经费"},
        f"{BASIC}!D14",
        {f"{PROJECT}!C2": "全市政务网络运行维护经费", f"{BASIC}!D14": 3, f"{BASIC}!D13": 400},
    ),
    "J122": Case({f"{BASIC}!D19": 150}, f"{BASIC}!D19"),
    "J123": Case({f"{BASIC}!D19": 450}, f"{BASIC}!D19"),
    "J124": Case({f"{BASIC}!B19": 100}, f"{BASIC}!D19"),
    "J130": Case({}, f"{BASIC}!D18", {f"{BASIC}!D18": 0.5}),
    "K205": Case({f"{MONITORING}!N5": 398, f"{MONITORING}!N6": 398}, f"{MONITORING}!N5"),
    "K206": Case({f"{MONITORING}!H5": 100, f"{MONITORING}!H6": 100}, f"{MONITORING}!K5"),
    "K207": Case({f"{MONITORING}!H5": 200, f"{MONITORING}!H6": 200}, f"{MONITORING}!K5"),
    "K211": Case({f"{MONITORING}!G11": "80%"}, f"{MONITORING}!M11"),
    "K212": Case(
        {f"{MONITORING}!H11": "√"},
        f"{MONITORING}!M11",
        {f"{MONITORING}!H11": "√", f"{MONITORING}!M11": "资金到位较晚"},
    ),
    "K213": Case({f"{MONITORING}!F11": "120%"}, f"{MONITORING}!F11"),
    "K214": Case({f"{MONITORING}!E12": "7天*24小时"}, f"{MONITORING}!F12"),
    "K215": Case(
        {},
        f"{MONITORING}!C19",
        {f"{MONITORING}!B11": "满意度指标", f"{MONITORING}!B15": "满意度指标"},
    ),
    "K216": Case({f"{MONITORING}!F19": "100%"}, f"{MONITORING}!F11"),
    "K217": Case({}, f"{MONITORING}!F14", {f"{MONITORING}!F14": "98%", f"{MONITORING}!G14": "98%"}),
    "K218": Case({}, f"{MONITORING}!D15", {f"{MONITORING}!D15": "节约运维成本"}),
    "K219": Case(
        {},
        f"{MONITORING}!D15",
        {
            f"{MONITORING}!D15": "节约各单位重复建设投入",
            f"{MONITORING}!D16": "减少网络安全事件发生",
            f"{PROJECT}!D16": "减少重复布线的费用",
            f"{PROJECT}!D17": "群众少跑腿",
        },
    ),
    "K220": Case(
        {},
        f"{MONITORING}!A20",
        {f"{MONITORING}!A20": "填报人：（会计）    单位负责人：（负责人）"},
    ),
    "K221": Case({}, f"{MONITORING}!C3", {f"{MONITORING}!C3": "浏阳市数据资源中心 906017"}),
    "K222": Case({f"{MONITORING}!H4": "1-7月执行数"}, f"{MONITORING}!H4"),
    "X305": Case({f"{PROJECT}!F5": 300, f"{PROJECT}!F6": 300}, f"{PROJECT}!F5"),
    "X306": Case({f"{PROJECT}!E5": 420, f"{PROJECT}!E6": 420}, f"{PROJECT}!E5"),
    "X311": Case({f"{PROJECT}!G15": 20}, f"{PROJECT}!B12"),
    "X314": Case(
        {f"{PROJECT}!F12": "80%", f"{PROJECT}!H12": 14},
        f"{PROJECT}!H12",
        {f"{PROJECT}!F12": "80%", f"{PROJECT}!H12": 12},
    ),
    "X316": Case({f"{PROJECT}!H12": 14}, f"{PROJECT}!H12"),
    "X317": Case({f"{PROJECT}!F12": "140%"}, f"{PROJECT}!F12"),
    "X318": Case({f"{PROJECT}!E13": "7*24"}, f"{PROJECT}!F13"),
    "X319": Case({f"{PROJECT}!F20": "95%以上"}, f"{PROJECT}!F20", {f"{PROJECT}!F15": "98%"}),
    "X320": Case({f"{PROJECT}!F20": "90%"}, f"{PROJECT}!F20"),
    "X321": Case({}, f"{PROJECT}!F20", {f"{PROJECT}!I20": "发放问卷200份，回收186份"}),
    "X322": Case(
        {},
        f"{PROJECT}!D18",
        {
            f"{MONITORING}!D17": "年节电量",
            f"{MONITORING}!D18": "设备使用年限",
            f"{PROJECT}!D18": "年节电量",
            f"{PROJECT}!D19": "线路使用年限",
        },
    ),
    "X323": Case({f"{PROJECT}!D17": "全天候运行"}, f"{PROJECT}!D17"),
    "X324": Case({}, f"{PROJECT}!D12", {f"{PROJECT}!D12": "覆盖323个村社区"}),
    "X325": Case({f"{PROJECT}!E15": "≥100%"}, f"{PROJECT}!E15"),
    "X326": Case(
        {}, f"{PROJECT}!E10", {f"{PROJECT}!E10": "统一了全市政务网络管理，网上办公和业务系统运行正常。"}
    ),
    "X327": Case({f"{PROJECT}!E10": None}, f"{PROJECT}!E10"),
    "X328": Case({f"{PROJECT}!C14": "进度指标（5）"}, f"{PROJECT}!None"),
    "X329": Case({f"{PROJECT}!D12": "资金支付及时率"}, f"{PROJECT}!D12"),
    "X330": Case({f"{PROJECT}!I21": "等级：良"}, f"{PROJECT}!H21", {f"{PROJECT}!I21": "等级：优"}),
    "X331": Case({}, f"{PROJECT}!C3", {f"{PROJECT}!C3": "浏阳市人民政府办公室"}),
    "Z401": Case({f"{WHOLE}!F5": 5000}, f"{WHOLE}!F4"),
    "Z402": Case({f"{WHOLE}!G6": "98.00%"}, f"{WHOLE}!G6"),
    "Z403": Case({f"{WHOLE}!G5": "100.00%"}, f"{WHOLE}!G5"),
    "Z404": Case({f"{WHOLE}!F6": 1725300}, f"{WHOLE}!F6"),
    "Z406": Case({f"{WHOLE}!B20": 26}, f"{WHOLE}!B20"),
    "Z407": Case({f"{WHOLE}!D20": "在职人员控制率（2分）"}, f"{WHOLE}!C20"),
    "Z408": Case({f"{WHOLE}!B29": 46}, f"{WHOLE}!B34"),
    "Z409": Case({f"{WHOLE}!G34": 98}, f"{WHOLE}!G34"),
    "Z410": Case({f"{WHOLE}!G12": 4}, f"{WHOLE}!G12"),
    "Z411": Case(
        {f"{WHOLE}!G12": 2}, f"{WHOLE}!H12", {f"{WHOLE}!G12": 2, f"{WHOLE}!H12": "预算编制细化程度不够"}
    ),
    "Z405": Case(
        {f"{BASIC}!C20": 500, f"{BASIC}!C12": 337.47, f"{BASIC}!C13": 337.47, f"{WHOLE}!E7": 3374700},
        f"{WHOLE}!E4",
        {f"{BASIC}!C20": 500},
    ),
    "Z412": Case({f"{WHOLE}!G12": 2}, f"{WHOLE}!G12"),
    "Z413": Case({f"{WHOLE}!F20": "100.00%"}, f"{WHOLE}!F20"),
    "Z415": Case({f"{WHOLE}!F22": "90.00%"}, f"{WHOLE}!F22"),
    "Z416": Case({f"{BASIC}!C20": 500}, f"{WHOLE}!F24", {f"{BASIC}!C20": 500, f"{WHOLE}!F24": "113.11%"}),
    "Z417": Case({f"{WHOLE}!F26": "100.00%"}, f"{WHOLE}!F26"),
    "Z418": Case({f"{WHOLE}!F28": "90.00%"}, f"{WHOLE}!F28"),
    "Z419": Case(
        {f"{WHOLE}!F6": 2625300},
        f"{WHOLE}!G22",
        {f"{WHOLE}!F6": 2625300, f"{WHOLE}!G22": 3, f"{WHOLE}!G28": 1},
    ),
    "Z420": Case({f"{WHOLE}!F33": "93%"}, f"{WHOLE}!F33"),
    "Z422": Case(
        {},
        f"{WHOLE}!E20",
        {f"{WHOLE}!E{row}": "100%" for row in range(20, 29)},
    ),
    "Z423": Case({}, f"{WHOLE}!E29", {f"{WHOLE}!E29": "节约投资100万元", f"{WHOLE}!D32": "线路可用年限"}),
    "Z424": Case(
        {},
        f"{WHOLE}!D27",
        {
            f"{WHOLE}!D21": "“三公经费”变动率（3分）",
            f"{WHOLE}!E21": "≤0%",
            f"{WHOLE}!E24": "100%",
            f"{WHOLE}!E25": "100%",
            f"{WHOLE}!D27": "政府采购、购买服务执行情况（2分）",
            f"{WHOLE}!D30": "政务网络安全稳定",
            f"{WHOLE}!D31": "全市政务网络",
        },
    ),
    "Z425": Case(
        {f"{WHOLE}!F20": "100%", f"{WHOLE}!F21": "100%", f"{WHOLE}!F26": "100%"}
        | {f"{WHOLE}!F{row}": "100%" for row in range(12, 34)},
        f"{WHOLE}!F12",
    ),
    "Z426": Case({}, f"{WHOLE}!E9", {f"{WHOLE}!E9": "全年保障网络畅通。处理故障32次。办结事项74万件。"}),
    "Z427": Case({f"{BASIC}!D4": "100%"}, f"{WHOLE}!G34"),
    "C501": Case({f"{WHOLE}!E7": 4130000}, f"{BASIC}!C12"),
    "C502": Case({f"{WHOLE}!F7": 4130000}, f"{BASIC}!D12"),
    "C503": Case({f"{WHOLE}!E6": 1725300}, f"{BASIC}!C20"),
    "C504": Case({f"{WHOLE}!F6": 1725300}, f"{BASIC}!D20"),
    "C505": Case({f"{WHOLE}!F6": 1725300}, f"{WHOLE}!F6"),
    "C506": Case({f"{PROJECT}!F5": 300, f"{PROJECT}!F6": 300}, f"{BASIC}!D12"),
    "C509": Case({f"{MONITORING}!C2": "政务外网安全监控经费"}, f"{MONITORING}!C2"),
    "C510": Case({f"{MONITORING}!E5": 400, f"{MONITORING}!E6": 400}, f"{PROJECT}!D5"),
    "C511": Case({f"{MONITORING}!N5": 300, f"{MONITORING}!N6": 300}, f"{PROJECT}!F5"),
    "C513": Case({f"{WHOLE}!F20": "100.00%"}, f"{WHOLE}!F20"),
    "C515": Case({f"{BASIC}!C19": None}, f"{WHOLE}!F27"),
    "C516": Case({f"{WHOLE}!F33": "98%"}, f"{WHOLE}!F33"),
    "C517": Case({f"{PROJECT}!F6": 603}, f"{WHOLE}!F4"),
    "C507": Case({f"{PROJECT}!F5": 500, f"{PROJECT}!F6": 500}, f"{BASIC}!D12"),
}

#: checks whose cases need more than edits of one workbook, and where those stand
ELSEWHERE = {
    "F001": "test_files",
    "F002": "test_files",
    "F003": "test_files",
    "F004": "test_files",
    "F005": "test_file_level",
    "F006": "test_file_level",
    "F007": "test_files",
    "F010": "test_files",
    "F016": "test_files",
    "F017": "test_files",
    "F029": "test_files",
    "F030": "test_files",
    "F031": "test_files",
    "F032": "test_files",
    "G802": "test_across_units",
    "G805": "test_across_units",
    "G806": "test_across_units",
    "J128": "test_across_units",
    "J129": "test_across_units",
    "Z414": "test_file_level",
}
