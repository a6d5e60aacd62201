import csv
from pathlib import Path

import pytest

import exports
from exports.neutral import CELL_LIMIT, is_formula
from tests.exports.sample import BOOK, CARD, HAN_AND_EMOJI, ID_CARD, MOBILE, PAYLOADS, row, write
from tests.questionnaires import building


def records(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_csv__for_excel__bom_crlf_labels_and_iso_time(tmp_path: Path) -> None:
    out, _ = write(tmp_path, "csv", row(csat=5, used=["kiosk"], nps=0))
    data = out.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,version,wave,collector,branch,channel,locale,status,started_at,")
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    (one,) = records(out, "utf-8-sig")
    assert (one["csat"], one["used/counter"], one["used/kiosk"], one["nps"]) == ("option 5", "0", "1", "0")
    assert one["segment"] == ""
    assert one["submitted_at"] == "2026-01-31T23:59:59+08:00"


def test_csv__english__english_labels(tmp_path: Path) -> None:
    out, _ = write(tmp_path, "csv", row(csat=5), language="en")
    assert records(out, "utf-8-sig")[0]["csat"] == "option 5 in English"


def test_csv__payloads_in_texts_labels_and_metadata__none_live(tmp_path: Path) -> None:
    labels = [payload for payload in PAYLOADS if not set(payload) & {"\0", "\r"}]
    options = [{"code": f"c{at}", "text": {"zh": label}} for at, label in enumerate(labels)]
    made = building.questionnaire({**building.single("a"), "options": options}, building.open_text("t"))
    book = exports.build([("=v", made)])
    rows = [row(at, "=v", a=f"c{at % len(options)}", t=payload) for at, payload in enumerate(PAYLOADS)]
    out, _ = write(tmp_path, "csv", *rows, book=book)
    with out.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for record in csv.reader(file) for cell in record]
    assert len(cells) == (len(PAYLOADS) + 1) * (11 + 2)
    assert not [cell for cell in cells if is_formula(cell)]


@pytest.mark.parametrize("start", "=+-@＝＋－＠")
def test_csv__option_code_as_a_formula__header_is_inert(tmp_path: Path, start: str) -> None:
    code = f"{start}1"
    made = building.questionnaire(
        {**building.multiple(f"{start}x"), "options": [{"code": code, "text": building.text("x")}]}
    )
    out, _ = write(tmp_path, "csv", book=exports.build([("v", made)]))
    assert out.read_text("utf-8-sig").endswith(f",'{start}x/{code}\n")


@pytest.mark.parametrize("digits", [ID_CARD, CARD, MOBILE])
def test_csv__long_digits__text_with_all_digits(tmp_path: Path, digits: str) -> None:
    out, _ = write(tmp_path, "csv", row(suggestion=digits))
    assert records(out, "utf-8-sig")[0]["suggestion"].removeprefix("'") == digits
    assert records(out, "utf-8-sig")[0]["suggestion"].startswith("'") == digits.isdecimal()


def test_csv__text_beyond_a_cell__cut_and_listed_without_the_text(tmp_path: Path) -> None:
    out, written = write(tmp_path, "csv", row(suggestion="好" * 40_000))
    assert len(records(out, "utf-8-sig")[0]["suggestion"]) == CELL_LIMIT
    (cut,) = written.shortened
    assert (cut.where, cut.what, cut.kept, cut.length) == ("r1: suggestion", "cell", CELL_LIMIT, 40_000)
    assert cut.full == ""


def test_data_csv__raw__exact_texts_and_codes(tmp_path: Path) -> None:
    texts = [
        *PAYLOADS,
        HAN_AND_EMOJI,
        ID_CARD,
        "a,b",
        'say "x"',
        "line\r\nline",
        "lone\rreturn",
        "x" * 40_000,
    ]
    rows = [row(at, suggestion=text, csat="na") for at, text in enumerate(texts)]
    out, written = write(tmp_path, "data-csv", *rows)
    assert not out.read_bytes().startswith(b"\xef\xbb\xbf")
    read = records(out, "utf-8")
    assert [one["suggestion"] for one in read] == texts
    assert {one["csat"] for one in read} == {"na"}
    assert written.shortened == ()
    assert written.rows == len(texts)


def test_data_csv__no_rows__header_only(tmp_path: Path) -> None:
    out, written = write(tmp_path, "data-csv")
    assert out.read_bytes().count(b"\r\n") == 1
    assert written.rows == 0
    assert out.read_bytes().count(b",") + 1 == 11 + len(BOOK.columns())
