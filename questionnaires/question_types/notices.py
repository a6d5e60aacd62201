"""What is read rather than answered: information, and the consent box with its notice."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field as Key

from questionnaires.findings import Finding, error
from questionnaires.question_types.base import Flag, Question
from questionnaires.texts import LocalText, say

# Personal Information Protection Law, Article 17: what a person must be told before anything is collected.
NOTICE_FIELDS: Final = ("who", "contact", "purpose", "method", "kinds", "retention", "rights")


class Information(Question):
    """A text to read; nothing is stored."""

    type: Literal["information"]


class Consent(Question):
    """The notice of PIPL Article 17 with a box to tick; `text` is the label of the box.

    It is stored beside the answers with the hash of the notice, never among them.
    """

    type: Literal["consent"]
    required: Flag = True
    who: LocalText
    contact: LocalText
    purpose: LocalText
    method: LocalText
    kinds: LocalText
    retention: LocalText
    rights: LocalText
    retention_months: Annotated[int, Key(strict=True, ge=1, le=1200)] | None = None

    def notice(self) -> dict[str, LocalText]:
        """All wording a person agrees to, by name, the label of the box first."""
        wording = {"text": self.text, **{name: getattr(self, name) for name in NOTICE_FIELDS}}
        return wording if self.help is None else {**wording, "help": self.help}

    def findings(self) -> Iterator[Finding]:
        for name in NOTICE_FIELDS:
            if not any(text.strip() for text in getattr(self, name).root.values()):
                yield error(
                    f"{self.name}/{name}",
                    "empty_notice",
                    say(f"告知内容 {name} 是空的。", f"The notice says nothing under {name}."),
                    say(
                        "个人信息保护法第十七条要求写明，请补上。",
                        "Article 17 of the Personal Information Protection Law asks for it; write it.",
                    ),
                )
