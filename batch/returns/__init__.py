"""What goes back to a unit: marks, 审核结果, 说明填写, 退回通知.

Doors: copies, explanation_sheet, heading, notice, results_sheet.
"""
