"""Settings come from the environment, and what is wrong with one is said by its name."""

import stat
from pathlib import Path

import pytest

from survey.config import from_environment, key
from survey.messages import SettingsRefused


def test_settings__nothing_set__defaults(tmp_path: Path) -> None:
    settings = from_environment({"XDG_DATA_HOME": str(tmp_path)})
    assert settings.home == tmp_path / "huisheng"
    assert settings.is_embedded
    assert (settings.timezone, settings.locale, settings.rate_limits) == ("Asia/Shanghai", "zh_CN", True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUISHENG_HOEM", "/tmp"),
        ("HUISHENG_TIMEZONE", "Asia/Shanhai"),
        ("HUISHENG_LOCALE", "zh"),
        ("HUISHENG_RATE_LIMITS", "no"),
        ("HUISHENG_PUBLIC_URL", "bank.example"),
    ],
)
def test_settings__wrong_one__refused_by_name_in_both_languages(name: str, value: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        from_environment({name: value})
    assert name in refused.value.message.zh
    assert name in refused.value.message.en


def test_key__made_once_for_each_purpose_and_private(tmp_path: Path) -> None:
    first = key(tmp_path, "sessions")
    assert len(first) == 32
    assert key(tmp_path, "sessions") == first
    assert key(tmp_path, "receipts") != first
    assert stat.S_IMODE((tmp_path / "keys" / "sessions.key").stat().st_mode) == 0o600
