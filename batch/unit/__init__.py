"""From the bytes of one unit's files to its review and copies; also which unit a file belongs to.

Doors: bundle, identity, inbox_work, pack_mistakes, review_bundle, round_year, rule_proof, rules, task_digest,
tasks.
"""
