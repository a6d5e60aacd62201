"""Analysis plans on stored responses or on a file: what `huisheng analyse` and the researcher's page run."""

from pathlib import Path

import analysis
from analysis.result import Json
from survey.messages import Language, Refused

OWN: str = "questionnaire:"


def read_table(path: Path) -> "analysis.tables.Table":
    """The table in a file, by its suffix; refused when it cannot be read as one."""
    try:
        return analysis.reading.read(path)
    except analysis.reading.TableRefused as refused:
        raise Refused(
            f"{path.name}：{refused.message.zh}。", f"{path.name}: {refused.message.en}."
        ) from refused


def run_plan(table: "analysis.tables.Table", plan_text: str, language: Language) -> dict[str, Json]:
    """The results document; a plan with any fault is refused whole, each fault with its id."""
    try:
        return analysis.plan.run(table, plan_text, language)
    except analysis.plan.PlanRefused as refused:
        raise Refused(refused.text("zh"), refused.text("en")) from refused
