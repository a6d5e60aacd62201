"""Settings: the environment over defaults, and the keys of one home directory."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from survey.messages import Language, SettingsRefused

PREFIX: Final = "HUISHENG_"
DEFAULT_PORT: Final = 8000
Locale = Literal["zh_CN", "en"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What one installation runs with; made by `from_environment` or directly by tests."""

    home: Path
    database_url: str = ""
    public_url: str = f"http://127.0.0.1:{DEFAULT_PORT}"
    timezone: str = "Asia/Shanghai"
    locale: Locale = "zh_CN"
    rate_limits: bool = True

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def language(self) -> Language:
        return "zh" if self.locale == "zh_CN" else "en"

    @property
    def is_embedded(self) -> bool:
        """True when the database is the SQLite file in the home."""
        return not self.database_url or self.database_url.startswith("sqlite")

    @property
    def sqlite_path(self) -> Path:
        return self.home / "huisheng.sqlite3"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings, refusing unknown HUISHENG_* names and unusable values by name."""
    _refuse_unknown(environment)
    settings = Settings(home=_home(environment), database_url=environment.get("DATABASE_URL", ""))
    if value := environment.get("HUISHENG_PUBLIC_URL"):
        settings = replace(settings, public_url=_public_url(value))
    if value := environment.get("HUISHENG_TIMEZONE"):
        settings = replace(settings, timezone=_timezone(value))
    if value := environment.get("HUISHENG_LOCALE"):
        settings = replace(settings, locale=_locale(value))
    if value := environment.get("HUISHENG_RATE_LIMITS"):
        settings = replace(settings, rate_limits=_on_or_off("HUISHENG_RATE_LIMITS", value))
    return settings


KNOWN: Final = frozenset(
    f"{PREFIX}{name}" for name in ("HOME", "PUBLIC_URL", "TIMEZONE", "LOCALE", "RATE_LIMITS")
)


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in KNOWN)
    if unknown:
        names, known = ", ".join(unknown), ", ".join(sorted(KNOWN))
        raise SettingsRefused(
            f"环境变量：不认识 {names}。请改正名称或删除；可用的有 {known}。",
            f"environment: unknown {names}. Correct the name or remove it; known are {known}.",
        )


def _home(environment: Mapping[str, str]) -> Path:
    if value := environment.get("HUISHENG_HOME"):
        return Path(value).expanduser().absolute()
    data = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data).expanduser().absolute() / "huisheng"


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SettingsRefused(
            f"HUISHENG_PUBLIC_URL：“{value}” 不是完整的网址。请写成 https://主机名 的形式。",
            f"HUISHENG_PUBLIC_URL: '{value}' is not a full address. Write it as https://host.",
        )
    return value.rstrip("/")


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsRefused(
            f"HUISHENG_TIMEZONE：没有时区 “{value}”。请用 Asia/Shanghai 这样的名称。",
            f"HUISHENG_TIMEZONE: there is no time zone '{value}'. Use a name such as Asia/Shanghai.",
        ) from error
    return value


def _locale(value: str) -> Locale:
    if value == "zh_CN":
        return "zh_CN"
    if value == "en":
        return "en"
    raise SettingsRefused(
        f"HUISHENG_LOCALE：“{value}” 不可用。请用 zh_CN 或 en。",
        f"HUISHENG_LOCALE: '{value}' is not available. Use zh_CN or en.",
    )


def _on_or_off(name: str, value: str) -> bool:
    if value in ("on", "off"):
        return value == "on"
    raise SettingsRefused(f"{name}：请写 on 或 off。", f"{name}: write on or off.")


def ensure_home(home: Path) -> None:
    """Make the home directory, readable by its owner only."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)


def key(home: Path, purpose: str) -> bytes:
    """The 32-byte key for one purpose, made on first use with mode 0600.

    One file for each purpose: a key that leaks opens one kind of token and no other.
    """
    folder = home / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{purpose}.key"
    try:
        return bytes.fromhex(path.read_text("ascii"))
    except FileNotFoundError:
        return _make_key(path)


def _make_key(path: Path) -> bytes:
    """Write a new key beside its place and link it in, so that two processes agree on one whole key."""
    fresh = secrets.token_bytes(32)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(fresh.hex())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return bytes.fromhex(path.read_text("ascii"))
    finally:
        draft.unlink()
    return fresh
