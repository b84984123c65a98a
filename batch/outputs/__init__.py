"""What people get: the roll-up workbook, the files programs read, the marked copies.

`facts` takes the figures out of a submission once, `summary` adds them up, `rollup` draws the workbook from
them sheet by sheet, `results` writes findings.jsonl and results.json, `places` knows where a copy lies.
"""
