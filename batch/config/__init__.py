"""What a bureau writes and what is read from it: settings, rule packs, own rules, the tie language.

Doors: entries, expression, mail_settings, pack_files, pack_keys, rulebook, schema, settings, toml_text.
"""
