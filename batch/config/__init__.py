"""What a bureau writes and what is read from it: settings, rule packs, own rules, the tie language.

Doors: expression, mail_settings, rulebook, settings.
"""
