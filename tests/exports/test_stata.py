from pathlib import Path

import pyreadstat

import exports
from tests.exports.sample import HAN_AND_EMOJI, row, write
from tests.questionnaires import building


def test_dta__missing_option__stata_missing_code_with_its_label(tmp_path: Path) -> None:
    out, _ = write(
        tmp_path, "dta", row(1, csat=5, segment="hnw"), row(2, csat="na", suggestion=HAN_AND_EMOJI), row(3)
    )
    data, metadata = pyreadstat.read_dta(out, output_format="dict", user_missing=True)
    assert data["csat"] == [5, "a", None]
    assert metadata.variable_value_labels["csat"][5] == "option 5"
    assert metadata.variable_value_labels["csat"]["a"] == "na"
    assert data["segment"] == ["hnw", "", ""]
    assert data["suggestion"] == ["", HAN_AND_EMOJI, ""]
    assert data["submitted_at"][0].isoformat() == "2026-01-31T23:59:59"
    assert "Asia/Shanghai" in metadata.column_names_to_labels["submitted_at"]


def test_dta__long_texts_and_names__kept_or_listed(tmp_path: Path) -> None:
    name = "a" * 40
    long = {"zh": "长" * 100, "en": "long " * 40}
    asked = ({**building.single(name), "text": long}, building.open_text("t", max_length=5000))
    made = building.questionnaire(*asked)
    out, written = write(tmp_path, "dta", row(1, "v", t="字" * 4000), book=exports.build([("v", made)]))
    data, metadata = pyreadstat.read_dta(out, output_format="dict")
    assert data["t"] == ["字" * 4000]
    assert metadata.column_names_to_labels["a" * 28] == "长" * 80
    listed = {(cut.where, cut.what): cut.full for cut in written.shortened}
    assert listed == {(name, "name"): name, (name, "variable label"): "长" * 100}
