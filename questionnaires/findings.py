"""What a check has to say about a questionnaire: where, what, and what to do."""

from dataclasses import dataclass
from typing import Literal

from questionnaires.texts import Message

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or doubt. `where` is a path of names, such as `csat/options/5` or `scales/loyalty`."""

    severity: Severity
    where: str
    code: str
    message: Message
    remedy: Message
    line: int | None = None

    def sentence(self, language: str) -> str:
        """The finding as one line for people, without the word for its severity."""
        zh = language == "zh"
        place = self.where or ("文件" if zh else "file")
        if self.line is not None:
            place += f"（第 {self.line} 行）" if zh else f" (line {self.line})"
        if zh:
            return f"{place}：{self.message['zh']}{self.remedy['zh']}"
        return f"{place}: {self.message['en']} {self.remedy['en']}"


def error(where: str, code: str, message: Message, remedy: Message, line: int | None = None) -> Finding:
    """A fault that keeps a questionnaire from being published."""
    return Finding("error", where, code, message, remedy, line)


def warning(where: str, code: str, message: Message, remedy: Message, line: int | None = None) -> Finding:
    """A doubt; the questionnaire can be published all the same."""
    return Finding("warning", where, code, message, remedy, line)
