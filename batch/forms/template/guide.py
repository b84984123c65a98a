"""The sheet 填表说明 behind the forms: how to fill them in, in the words of a bookkeeper."""

from __future__ import annotations

from typing import Any, Final

from batch.forms.template.sheet import BODY, COMPUTED, FOOTER, HEAD, INPUT, PROTECTION, SIZE
from batch.model.text_width import lines

NAME: Final = "填表说明"
_TITLE: Final = "填表说明（本页不用填写）"
_WIDTHS: Final = (5, 92)
#: half-width characters on one line of the wide column, and the height of a line
_PER_LINE: Final = 88
_LINE: Final = 16.0

#: a paragraph a line, headings with their Chinese numeral; {浅} and {灰} show the tint a paragraph speaks of
TEXT: Final = """\
一、填在哪里
{浅}浅黄色的格要填，颜色同本格。
{灰}灰色的格不用填，由公式自动算出：各项合计、控制率、执行率、预算执行得分和总分。
其余的格是表头、行名和指标名，已锁定，请不要改动。各表都没有设密码。
每个项目填一张监控表、一张项目自评表。
有多个项目的，在表页标签上点右键，选“移动或复制”，勾上“建立副本”，每个项目一页。
二、金额、人数和分数
部门整体支出绩效自评表的金额以元填报，其他各表以万元填报，保留两位小数。
金额、人数、分数只填数字，不带“万元”“人”“分”等字，不打空格。
没有发生的填0，不要留空，也不要填“无”或“/”。空着的格按漏填处理。
三公经费、项目支出、年度资金总额不用自己加总，填好各分项，合计自动算出。
公用经费要自己填，它应不小于办公经费、水电差旅费、会议培训费之和。
部门整体支出预算调整一行，依次填上年整体支出、本年年初预算、本年调整后预算（决算）。
三、绩效指标
指标值和完成情况可以填数字、百分比或简短文字，例如 100%、≥95%、7*24、已完成。
同一行的指标值和完成情况用同样的单位和说法，才能对照。
要勾选的格，点开下拉箭头选“√”，不勾的留空。
监控表每个指标的完成目标可能性只勾一项；没有勾“确定能”的，写明原因说明和备注。
括号里的分数是该项指标的分值。得分不超过分值；扣了分的，写明偏差原因和改进措施。
一个二级指标下有几个三级指标的，插入行逐个填写，各行分值之和等于括号里的分数。
四、加行和不能做的事
可以插入行：在要加的位置点右键，选“插入”。
请在区块中间插入，不要插在最后一行之后，这样合计会自动包含新行。
基础数据表的项目支出可以一个项目一行：在两个专项之间插入行，填项目名称和金额。
行高、列宽、字号可以调整，便于打印。
请不要删除行和列，不要改表名、行名、栏名，不要合并或拆分单元格。
五、报送和退回
填好后保存为.xlsx文件，文件名写单位全称，放到财政局指定的文件夹里。
审核后退回一份同样的文件：有问题的格涂了颜色并附批注，后面多一页“审核结果”。
请直接在退回的这份文件上改正，再放回原来的文件夹，不用删除批注和颜色。
数字没有错、只需说明的，把说明写在退回文件的“说明填写”页。
"""


def write_guide(book: Any) -> None:
    """Add the sheet to a workbook. Nothing on it is a label of a form, so it is never taken for one."""
    sheet = book.add_worksheet(NAME)
    base = {"font_name": BODY, "font_size": SIZE, "font_charset": 134, "valign": "vcenter"}
    title = book.add_format({**base, "font_name": HEAD, "font_size": 16, "align": "center"})
    heading = book.add_format({**base, "font_name": HEAD, "font_size": 12})
    counter = book.add_format({**base, "align": "right"})
    plain = {**base, "text_wrap": True, "indent": 1}
    tints = {
        "{浅}": book.add_format({**plain, "bg_color": INPUT, "border": 1}),
        "{灰}": book.add_format({**plain, "bg_color": COMPUTED, "border": 1}),
        "": book.add_format(plain),
    }
    for col, width in enumerate(_WIDTHS):
        sheet.set_column(col, col, width)
    sheet.merge_range(0, 0, 0, 1, _TITLE, title)
    sheet.set_row(0, 34)
    number = 0
    paragraphs = TEXT.splitlines()
    for row, line in enumerate(paragraphs, 1):
        if line[1] == "、":
            sheet.write_string(row, 0, line, heading)
            sheet.set_row(row, 27)
            number = 0
            continue
        number += 1
        tint = next(mark for mark in tints if line.startswith(mark))
        text = line.removeprefix(tint)
        sheet.write_string(row, 0, f"{number}.", counter)
        sheet.write_string(row, 1, text, tints[tint])
        sheet.set_row(row, _LINE * lines(text, _PER_LINE) + 5)
    sheet.hide_gridlines(2)
    sheet.protect("", PROTECTION)
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.6)
    sheet.set_footer(FOOTER, {"margin": 0.3})
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, len(paragraphs), 1)
