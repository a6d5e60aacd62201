"""Analysis plans: read and checked whole, then run. A plan with a fault is refused, nothing is computed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from analysis.computing import guarded
from analysis.inputs import Fault, Surroundings, absent
from analysis.jobs import Job, rows_where
from analysis.registry import Statistic, statistics
from analysis.result import Bilingual, Json, Outcome, Warning
from analysis.tables import Table

LARGEST_PLAN = 4_000_000  # characters; more is not a plan
IGNORABLE = ("weights", "cluster", "strata", "levels", "alternative")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a plan: the `id` of the analysis ("#3" for the third without one, "" for the plan)."""

    id: str
    code: str
    message: Bilingual

    def line(self, language: str) -> str:
        return f"{self.id}: {self.message.get(language)}" if self.id else self.message.get(language)


class PlanRefused(Exception):
    """The plan cannot be run; `problems` are all its faults."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.line("en") for problem in problems))
        self.problems = tuple(problems)

    def text(self, language: str = "zh") -> str:
        """All faults, one on a line."""
        return "\n".join(problem.line(language) for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Analysis:
    """One checked entry of a plan."""

    id: str
    statistic: Statistic
    arguments: Mapping[str, object]
    given: frozenset[str]  # the keys that the plan really wrote


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked plan, in the order of its text."""

    analyses: tuple[Analysis, ...]


def run(table: Table, plan_text: str, language: str = "zh") -> dict[str, Json]:
    """The document that `huisheng analyse` writes; PlanRefused when the plan has a fault."""
    outcomes = evaluate(parse(plan_text, table.names), table)
    return {
        "data": {"rows": table.rows, "sha256": table.sha256},
        "results": {name: outcome.to_json(language) for name, outcome in outcomes.items()},
    }


def evaluate(plan: Plan, table: Table) -> dict[str, Outcome]:
    """The outcome of each analysis by id, in the order of the plan."""
    done: dict[str, Outcome] = {}
    for analysis in sorted(plan.analyses, key=lambda a: a.statistic.needs_results):
        done[analysis.id] = _outcome(analysis, table, done)
    return {analysis.id: done[analysis.id] for analysis in plan.analyses}


def parse(plan_text: str, columns: Sequence[str]) -> Plan:
    """The plan in a YAML or JSON text for data with these columns; PlanRefused names every fault."""
    entries = _entries(plan_text)
    problems: list[Problem] = []
    ids = [_id_of(entry, position) for position, entry in enumerate(entries, 1)]
    around = Surroundings(frozenset(columns), frozenset(ids))
    analyses = []
    for position, (name, entry) in enumerate(zip(ids, entries, strict=True)):
        found = list(_entry_problems(name, entry, first=name not in ids[:position]))
        if not found and isinstance(entry, dict):
            statistic = statistics()[entry["test"]]
            arguments, found = _arguments(name, statistic, entry, around)
            given = frozenset(key for key, raw in entry.items() if not absent(raw))
            analyses.append(Analysis(name, statistic, arguments, given))
        problems += found
    if problems:
        raise PlanRefused(problems)
    return Plan(tuple(analyses))


def _outcome(analysis: Analysis, table: Table, done: Mapping[str, Outcome]) -> Outcome:
    def compute() -> Outcome:
        where = analysis.arguments["where"]
        kept = rows_where(table, where if isinstance(where, Mapping) else {})
        job = Job(analysis.id, analysis.statistic.name, analysis.arguments, table, kept, done)
        return analysis.statistic.compute(job)

    return guarded(analysis.statistic.name, compute).warned(*_ignored(analysis))


def _ignored(analysis: Analysis) -> Iterator[Warning]:
    """A warning for each common input that was given but means nothing to the test."""
    own = {entry.name for entry in analysis.statistic.inputs} | analysis.statistic.uses
    given = [name for name in IGNORABLE if name in analysis.given and name not in own]
    if analysis.arguments.get("missing") == "pairwise" and "missing" not in own:
        given.append("missing: pairwise")
    for name in given:
        yield Warning(
            "input_ignored",
            Bilingual(
                f"{analysis.statistic.name} 不使用 {name}，结果未考虑它",
                f"{analysis.statistic.name} does not use {name}; the result takes no account of it",
            ),
        )


class _Loader(yaml.BaseLoader):
    """Every scalar stays text; a key written twice is refused instead of the last one winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"repeated key {key}", node.start_mark)
        return super().construct_mapping(node, deep)


def _entries(plan_text: str) -> list[object]:
    document = _document(plan_text)
    unknown = sorted(set(document) - {"analyses"})
    if unknown:
        named = ", ".join(unknown)
        raise PlanRefused(
            [_problem("", "unknown_key", f"计划中有不认识的键 {named}", f"unknown key {named}")]
        )
    entries = document.get("analyses")
    if not isinstance(entries, list) or not entries:
        raise PlanRefused(
            [
                _problem(
                    "", "missing_input", "计划需要一个 analyses 列表", "the plan needs a list named analyses"
                )
            ]
        )
    return entries


def _document(plan_text: str) -> dict[str, object]:
    if len(plan_text) > LARGEST_PLAN:
        raise PlanRefused([_problem("", "too_large", "计划文件过大", "the plan is too large")])
    try:
        document = yaml.load(plan_text, Loader=_Loader)  # noqa: S506 (a BaseLoader builds only text, lists and maps)
    except (yaml.YAMLError, RecursionError, TypeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" {where.line + 1}" if where else ""
        what = getattr(error, "problem", None) or type(error).__name__
        raise PlanRefused(
            [
                _problem(
                    "",
                    "bad_yaml",
                    f"YAML 有误，第{line or ' ?'} 行：{what}",
                    f"bad YAML, line{line or ' ?'}: {what}",
                )
            ]
        ) from error
    if not isinstance(document, dict):
        raise PlanRefused(
            [_problem("", "bad_yaml", "计划须为含 analyses 的映射", "the plan must be a map with analyses")]
        )
    return {str(key): value for key, value in document.items()}


def _id_of(entry: object, position: int) -> str:
    name = entry.get("id") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and name else f"#{position}"


def _entry_problems(name: str, entry: object, first: bool) -> Iterator[Problem]:
    """What is wrong with an entry before its inputs are looked at."""
    if not isinstance(entry, dict):
        yield _problem(name, "bad_value", "每个分析须为映射", "each analysis must be a map")
        return
    if name.startswith("#") and entry.get("id") != name:
        yield _problem(name, "missing_input", "缺少 id", "it has no id")
    if not first:
        yield _problem(name, "repeated_id", "id 重复", "the id is repeated")
    test = entry.get("test")
    if not isinstance(test, str) or absent(test):
        yield _problem(name, "missing_input", "缺少 test", "it has no test")
    elif test not in statistics():
        yield _problem(name, "unknown_test", f"没有名为 {test} 的检验", f"there is no test {test}")


def _arguments(
    name: str, statistic: Statistic, entry: Mapping[str, object], around: Surroundings
) -> tuple[dict[str, object], list[Problem]]:
    keys = statistic.keys()
    problems = [
        _problem(name, "unknown_key", f"不认识的键 {key}", f"unknown key {key}")
        for key in entry
        if key not in keys and key not in ("id", "test")
    ]
    arguments: dict[str, object] = {key: entry_input.default for key, entry_input in keys.items()}
    given = {key: raw for key, raw in entry.items() if key not in ("id", "test") and not absent(raw)}
    for key, wanted in keys.items():
        if key in given:
            try:
                arguments[key] = wanted.kind.read(given[key], around)
            except Fault as fault:
                problems.append(_of_fault(name, fault, key))
        elif wanted.required:
            problems.append(_problem(name, "missing_input", f"缺少 {key}", f"{key} is missing"))
    if not problems:
        problems = [_of_fault(name, fault) for fault in statistic.check(arguments)]
    return arguments, problems


def _of_fault(name: str, fault: Fault, key: str = "") -> Problem:
    prefix = f"{key}: " if key else ""
    return _problem(name, fault.code, f"{prefix}{fault.message.zh}", f"{prefix}{fault.message.en}")


def _problem(name: str, code: str, zh: str, en: str) -> Problem:
    return Problem(name, code, Bilingual(zh, en))
