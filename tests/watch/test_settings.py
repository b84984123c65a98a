"""[watch] and wait_minutes in jixiao.toml: read, and their mistakes named."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.config.settings import SettingsError, Watch, load_settings


def settings_from(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "jixiao.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_not_set_has_a_default(tmp_path: Path) -> None:
    path = settings_from(tmp_path, 'wait_minutes = 1.5\n[watch]\nmode = "polling"\nquiet_seconds = 2\n')
    settings = load_settings(path)
    assert settings.wait_minutes == 1.5
    assert settings.watch == Watch(mode="polling", quiet_seconds=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[watch]\nquiet = 2\n", "不认识的写法“quiet”"),
        ('[watch]\nmode = "often"\n', "“mode”应为 auto、events、polling 之一，现为“often”"),
        ("[watch]\npoll_seconds = 0\n", "“poll_seconds”应为大于0的秒数"),
        ("[watch]\npoll_seconds = true\n", "“poll_seconds”应为大于0的秒数"),
        ("[watch]\npatience_seconds = nan\n", "“patience_seconds”应为大于0的秒数"),
        ("watch = 3\n", "“watch”应写成 [watch] 一节"),
        ("wait_minutes = -1\n", "“wait_minutes”应为不小于0的数"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(settings_from(tmp_path, text))
    assert said in str(error.value)
