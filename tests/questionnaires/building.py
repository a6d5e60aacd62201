"""Small questionnaires for tests, as the plain data a file would hold."""

from questionnaires.definition import Questionnaire


def text(words: str) -> dict[str, str]:
    return {"zh": words, "en": f"{words} in English"}


def points(*codes: int | str) -> list[dict[str, object]]:
    return [{"code": code, "text": text(f"option {code}")} for code in codes]


NOT_APPLICABLE: dict[str, object] = {"code": "na", "text": text("na"), "missing": True}
FIVE_POINTS = [*points(5, 4, 3, 2, 1), NOT_APPLICABLE]


def single(name: str = "csat", **more: object) -> dict[str, object]:
    return {"type": "single", "name": name, "text": text(name), "options": FIVE_POINTS, **more}


def matrix(name: str = "service", items: tuple[str, ...] = ("s1", "s2"), **more: object) -> dict[str, object]:
    rows = [{"name": item, "text": text(item)} for item in items]
    return {**single(name), "type": "matrix", "items": rows, **more}


def multiple(name: str = "used", **more: object) -> dict[str, object]:
    options = [*points("counter", "kiosk", "web"), {"code": "none", "text": text("none"), "exclusive": True}]
    return {**single(name), "type": "multiple", "options": options, **more}


def nps(name: str = "nps", **more: object) -> dict[str, object]:
    return {"type": "nps", "name": name, "text": text(name), "low": text("low"), "high": text("high"), **more}


def open_text(name: str = "suggestion", **more: object) -> dict[str, object]:
    return {"type": "text", "name": name, "text": text(name), **more}


def consent(name: str = "consent", **more: object) -> dict[str, object]:
    notice = ("who", "contact", "purpose", "method", "kinds", "retention", "rights")
    parts = {part: text(part) for part in notice}
    return {"type": "consent", "name": name, "text": text(name), **parts, **more}


def information(name: str = "welcome", **more: object) -> dict[str, object]:
    return {"type": "information", "name": name, "text": text(name), **more}


def scale(name: str = "service", items: tuple[str, ...] = ("s1", "s2"), **more: object) -> dict[str, object]:
    return {"name": name, "title": text(name), "items": list(items), "range": [1, 5], **more}


def document(*questions: dict[str, object], **more: object) -> dict[str, object]:
    page = {"name": "first", "title": text("first"), "questions": list(questions)}
    return {
        "slug": "test",
        "title": text("title"),
        "languages": ["zh", "en"],
        "pages": [page],
        **more,
    }


def questionnaire(*questions: dict[str, object], **more: object) -> Questionnaire:
    return Questionnaire.model_validate(document(*questions, **more))
