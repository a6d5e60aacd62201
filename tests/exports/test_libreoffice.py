"""What LibreOffice makes of the files that people open, where it is installed: text stays text."""

import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from tests.exports.sample import CARD, HAN_AND_EMOJI, ID_CARD, MOBILE, PAYLOADS, row, write

OFFICE = shutil.which("soffice")
TEXTS = [
    *(payload for payload in PAYLOADS if not set(payload) & {"\0", "\r"}),
    CARD,
    ID_CARD,
    MOBILE,
    HAN_AND_EMOJI,
]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed"),
]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_reopened__canaries_and_long_digits__texts_and_no_formula(tmp_path: Path, format: str) -> None:
    out, _ = write(tmp_path, format, *(row(at, suggestion=text) for at, text in enumerate(TEXTS)))
    again = tmp_path / "again"
    command = [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    if format == "csv":
        command.append("--infilter=CSV:44,34,76,1")
    subprocess.run(
        [*command, "--convert-to", "xlsx", "--outdir", str(again), str(out)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    with ZipFile(again / "out.xlsx") as archive:
        assert not re.search(rb"<f[ >/]", archive.read("xl/worksheets/sheet1.xml"))
    rows = CalamineWorkbook.from_path(again / "out.xlsx").get_sheet_by_index(0).to_python()
    assert [str(cells[-1]).removeprefix("'") for cells in rows[1:]] == TEXTS
