"""Checks of what refers to answers: scales, measures, facets."""

from collections import Counter
from collections.abc import Iterator

from questionnaires.definition import Field, Measure, Nps, Questionnaire, Scale, Single
from questionnaires.findings import Finding, error
from questionnaires.texts import say


def scale_findings(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Faults of scales, and reversed items that no scale would ever turn round."""
    fields = {field.name: field for field in questionnaire.fields()}
    for scale in questionnaire.scales:
        yield from _limit_findings(scale)
        yield from _item_findings(questionnaire, scale, fields)
        yield from _tree_findings(questionnaire, scale)
    measured = {item for scale in questionnaire.scales for item in scale.items}
    for field in fields.values():
        if field.reversed and field.name not in measured:
            yield error(
                f"{field.question}/items/{field.name}",
                "reversed_outside_scale",
                say(
                    f"题项 {field.name} 标为反向，但不属于任何量表，因此不会反向计分。",
                    f"Item {field.name} is marked reversed but belongs to no scale, so it never turns round.",
                ),
                say("请把它放进量表，或去掉 reversed。", "Put it into a scale, or remove reversed."),
            )


def measure_findings(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Measures that point nowhere, at two things, or at a question that cannot give them."""
    for measure in questionnaire.measures:
        where = f"measures/{measure.kind}"
        if (measure.question is None) == (measure.scale is None):
            yield error(
                where,
                "measure_target",
                say(
                    "指标要指向一道题或一个量表，二者取一。",
                    "A measure points at a question or at a scale, one of the two.",
                ),
                say("请只写 question 或只写 scale。", "Write either question or scale."),
            )
        else:
            yield from _target_findings(questionnaire, measure, where)
    for kind, number in Counter(measure.kind for measure in questionnaire.measures).items():
        if number > 1:
            yield error(
                f"measures/{kind}",
                "duplicate_measure",
                say(f"指标 {kind} 写了不止一次。", f"The measure {kind} is given more than once."),
                say("请只留一个。", "Keep one of them."),
            )


def facet_findings(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Facets that are no single-choice question."""
    questions = {question.name: question for question in questionnaire.questions()}
    for name, number in Counter(questionnaire.facets).items():
        where = f"facets/{name}"
        if name not in questions:
            yield _dangling(where, name)
        elif not isinstance(questions[name], Single):
            yield error(
                where,
                "facet_not_single",
                say(
                    f"{name} 不是单选题，不能作筛选条件。",
                    f"{name} is not a single choice and cannot be a filter.",
                ),
                say("请改用单选题的名称。", "Name a single-choice question."),
            )
        if number > 1:
            yield error(
                where,
                "duplicate_name",
                say(f"{name} 写了两次。", f"{name} is given twice."),
                say("请只留一个。", "Keep one of them."),
            )


def _limit_findings(scale: Scale) -> Iterator[Finding]:
    low, high = scale.range
    if low >= high:
        yield error(
            f"scales/{scale.name}/range",
            "contradictory_limits",
            say(f"量表的下限 {low} 不小于上限 {high}。", f"The scale runs from {low} to {high}."),
            say("请先写低的，再写高的。", "Write the lower limit first."),
        )


def _item_findings(questionnaire: Questionnaire, scale: Scale, fields: dict[str, Field]) -> Iterator[Finding]:
    where = f"scales/{scale.name}"
    items = questionnaire.scale_items(scale)
    if not items:
        yield error(
            where,
            "no_items",
            say("量表没有题项，也没有下级维度。", "The scale has neither items nor dimensions."),
            say("请在 items 里写题项的名称。", "Name its items under items."),
        )
    for name, number in Counter(scale.items).items():
        if number > 1:
            yield error(
                f"{where}/items",
                "duplicate_item",
                say(f"题项 {name} 写了两次。", f"The item {name} is given twice."),
                say("请只留一个。", "Keep one of them."),
            )
        if name in fields:
            yield from _fit_findings(scale, fields[name])
        else:
            yield _dangling(f"{where}/items", name)
    for name in scale.reversed:
        if name not in items:
            yield _dangling(f"{where}/reversed", name)


def _fit_findings(scale: Scale, field: Field) -> Iterator[Finding]:
    where = f"scales/{scale.name}/items"
    reach = field.range()
    if reach is None:
        yield error(
            where,
            "item_not_numeric",
            say(
                f"{field.name} 的选项代码不是整数，不能计分。",
                f"The codes of {field.name} are not whole numbers, so it has no score.",
            ),
            say(
                "请给选项整数代码，缺失类选项标 missing。",
                "Give its options whole numbers, and mark missing ones.",
            ),
        )
    elif reach != scale.range:
        (low, high), (least, most) = reach, scale.range
        yield error(
            where,
            "mixed_ranges",
            say(
                f"{field.name} 的分值是 {low} 到 {high}，量表是 {least} 到 {most}。",
                f"{field.name} runs from {low} to {high}, its scale from {least} to {most}.",
            ),
            say("请统一分值范围，或分成两个量表。", "Use one range, or make two scales."),
        )


def _tree_findings(questionnaire: Questionnaire, scale: Scale) -> Iterator[Finding]:
    parents = {one.name: one.dimension_of for one in questionnaire.scales}
    where = f"scales/{scale.name}/dimension_of"
    if scale.dimension_of is not None and scale.dimension_of not in parents:
        yield _dangling(where, scale.dimension_of)
    seen: set[str] = set()
    above = scale.dimension_of
    while above is not None and above not in seen:
        seen.add(above)
        above = parents.get(above)
    if scale.name in seen:
        yield error(
            where,
            "cycle",
            say("这个量表绕一圈又成了自己的维度。", "The scale is, round a circle, a dimension of itself."),
            say("请改正 dimension_of。", "Correct dimension_of."),
        )


def _target_findings(questionnaire: Questionnaire, measure: Measure, where: str) -> Iterator[Finding]:
    if measure.scale is not None:
        if measure.scale not in {scale.name for scale in questionnaire.scales}:
            yield _dangling(where, measure.scale)
        elif measure.kind == "nps":
            yield _misfit(where, measure.scale)
        return
    questions = {question.name: question for question in questionnaire.questions()}
    question = questions.get(measure.question or "")
    if question is None:
        yield _dangling(where, measure.question or "")
    elif measure.kind == "nps":
        if not isinstance(question, Nps):
            yield _misfit(where, question.name)
    elif not any(field.range() for field in question.fields()):
        yield _misfit(where, question.name)


def _misfit(where: str, name: str) -> Finding:
    return error(
        where,
        "measure_misfit",
        say(f"{name} 不能给出这个指标。", f"{name} cannot give this measure."),
        say(
            "NPS 只能来自 0 到 10 的 nps 题；其他指标要用整数代码的题或量表。",
            "NPS comes from an nps question (0 to 10) only; others from whole-number codes or a scale.",
        ),
    )


def _dangling(where: str, name: str) -> Finding:
    return error(
        where,
        "dangling_reference",
        say(f"这里提到的 {name[:64]} 不存在。", f"There is no {name[:64]} to refer to."),
        say("请改正名称，或补上它。", "Correct the name, or add what it names."),
    )
