"""What goes back to a unit: notes, 审核结果, 说明填写, 问题明细, 退回通知.

Doors: copies, explanation_sheet, notes, notice, round_heading, things.
"""
