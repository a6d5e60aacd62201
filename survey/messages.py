"""Messages to people, each in Chinese and English, and the one error that carries them.

Refused              somebody asked for what cannot be done; the message says where, what, what to do
└── SettingsRefused  an environment variable is wrong
"""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message in both languages."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Refused(Exception):
    """A request that cannot be carried out, with a message for the person who made it."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Message(zh, en)
        super().__init__(en)


class SettingsRefused(Refused):
    """A setting that is unknown or has a value that cannot be used."""
