"""The coding desk: a document with its segments, and what a researcher does there.

The script of the page sends JSON and gets the drawn text back; without it plain forms do the same.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy.orm import Session

from interviews import reading
from interviews.blueprint import (
    blueprint,
    coder,
    find_code,
    find_document,
    find_project,
    find_segment,
    writer,
)
from interviews.coding import QuoteDiffers, code_span, uncode, undo
from interviews.drawing import draw
from interviews.finding import find_quote
from interviews.forms import CodeForm
from interviews.models import Document, Project, Segment
from interviews.quotes import segments
from interviews.spans import Span, Utf16
from survey.language import say
from survey.messages import Message
from survey.security import allow
from survey.services import services

DRAWN_ANEW = ("text", "segments", "codes")
MALFORMED = Message(
    "请求不完整。需要 code、start、end（UTF-16 单位）和 quote。",
    "the request is incomplete: code, start, end (in UTF-16 units) and quote are needed.",
)


@dataclass(frozen=True, slots=True)
class Selection:
    """What the page's script selected, in UTF-16 units, and the code for it."""

    code: int
    start: int
    end: int
    quote: str

    @classmethod
    def of(cls, sent: Any) -> "Selection | None":
        """The selection that a JSON document states; None when it states none."""
        if not isinstance(sent, dict):
            return None
        fields: dict[str, Any] = {name: sent.get(name) for name in ("code", "start", "end", "quote")}
        kinds = {name: type(value) for name, value in fields.items()}
        return cls(**fields) if kinds == {"code": int, "start": int, "end": int, "quote": str} else None

    def span(self, text: str) -> Span:
        """The span in code points. One that cannot be in this text was selected in another."""
        units = Utf16(text)
        try:
            return Span(units.points(self.start), units.points(self.end))
        except ValueError as error:
            raise QuoteDiffers from error


@dataclass(frozen=True, slots=True)
class Typed:
    """A quote as it was typed into the form, and the place chosen among several."""

    quote: str = ""
    start: int | None = None

    def places(self, text: str) -> tuple[Span, ...]:
        """Where it stands in the text: nowhere, at the chosen place, or everywhere it can be found."""
        found = find_quote(text, self.quote)
        chosen = tuple(span for span in found if span.start == self.start)
        return chosen or found


@blueprint.get("/<int:project_id>/documents/<int:document_id>")
@allow("researcher")
def document(project_id: int, document_id: int) -> ResponseReturnValue:
    with services().database.read() as session:
        project = find_project(session, project_id)
        return _desk(session, project, find_document(session, project, document_id))


@blueprint.post("/<int:project_id>/documents/<int:document_id>/segments")
@allow("researcher")
def new_segment(project_id: int, document_id: int) -> ResponseReturnValue:
    """Code what the page's script selected; 409 when the document says something else there."""
    selection = Selection.of(request.get_json(silent=True))
    if selection is None:
        return _refusal("malformed", MALFORMED, HTTPStatus.BAD_REQUEST)
    try:
        with services().database.write() as session:
            project = find_project(session, project_id)
            found = find_document(session, project, document_id)
            code = find_code(session, project, selection.code)
            span = selection.span(found.text)
            stored = code_span(session, found, code, coder(session), span, selection.quote, writer())
            words = _("已编码为 “%(code)s”。", code=code.name)
            segment_id = stored.thing.id
    except QuoteDiffers as refused:
        return _refusal("quote_differs", refused.message, HTTPStatus.CONFLICT)
    answer = _fragments(project_id, document_id, words) | {"segment": segment_id}
    return jsonify(answer), HTTPStatus.CREATED if stored.is_new else HTTPStatus.OK


@blueprint.post("/<int:project_id>/documents/<int:document_id>/code")
@allow("researcher")
def code_quote(project_id: int, document_id: int) -> ResponseReturnValue:
    """Code a quote that was typed or copied into the form; one that stands at several places asks which."""
    typed = Typed(request.form.get("quote", ""), request.form.get("start", type=int))
    with services().database.read() as session:
        project = find_project(session, project_id)
        found = find_document(session, project, document_id)
        places = typed.places(found.text)
        if len(places) != 1:
            return _desk(session, project, found, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    with services().database.write() as session:
        found = find_document(session, find_project(session, project_id), document_id)
        code = find_code(session, found.project, request.form.get("code", 0, type=int))
        quote = places[0].of(found.text)
        segment = code_span(session, found, code, coder(session), places[0], quote, writer()).thing
        flash(_("已编码为 “%(code)s”。", code=code.name), "success")
    return _back(project_id, document_id, anchor=f"s{segment.id}")


@blueprint.post("/<int:project_id>/documents/<int:document_id>/segments/<int:segment_id>/remove")
@allow("researcher")
def remove_segment(project_id: int, document_id: int, segment_id: int) -> ResponseReturnValue:
    """Take one's own coding back."""
    with services().database.write() as session:
        found = find_document(session, find_project(session, project_id), document_id)
        segment = find_segment(session, found, segment_id)
        if segment.coder_id != current_user.id:
            abort(403)
        words = _taken_back(segment)
        uncode(session, segment, writer())
    return _answer(project_id, document_id, words)


@blueprint.post("/<int:project_id>/documents/<int:document_id>/undo")
@allow("researcher")
def undo_segment(project_id: int, document_id: int) -> ResponseReturnValue:
    """Take back one's newest coding in the document."""
    with services().database.write() as session:
        found = find_document(session, find_project(session, project_id), document_id)
        segment = undo(session, found, coder(session), writer())
        words = _taken_back(segment) if segment else _("这份文档里没有您的编码可撤销。")
    return _answer(project_id, document_id, words)


def _taken_back(segment: Segment) -> str:
    return str(_("已取消编码 “%(code)s”。", code=segment.code.name))


def _answer(project_id: int, document_id: int, words: str) -> ResponseReturnValue:
    """The drawn document for the page's script, the page itself for a form."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(_fragments(project_id, document_id, words))
    flash(words, "success")
    return _back(project_id, document_id, anchor="segments")


def _back(project_id: int, document_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(
        url_for("interviews.document", project_id=project_id, document_id=document_id, _anchor=anchor)
    )


def _refusal(code: str, message: Message, status: HTTPStatus) -> ResponseReturnValue:
    return jsonify(error={"code": code, "message": say(message)}), status


def _fragments(project_id: int, document_id: int, words: str) -> dict[str, Any]:
    """The parts of the desk that a coding changes, drawn anew."""
    with services().database.read() as session:
        project = find_project(session, project_id)
        parts = _parts(session, project, find_document(session, project, document_id))
    drawn = {name: render_template(f"interviews/desk/{name}.html", **parts) for name in DRAWN_ANEW}
    return drawn | {"message": words}


def _desk(session: Session, project: Project, found: Document, typed: Typed | None = None) -> str:
    parts = _parts(session, project, found)
    typed = typed or Typed()
    form = CodeForm(formdata=None).offer_parents(parts["codes"])
    return render_template("interviews/document.html", typed=typed, new_code=form, **parts)


def _parts(session: Session, project: Project, found: Document) -> dict[str, Any]:
    rows = segments(session, found)
    drawing = draw(found.text, [(row.id, row.code_id, row.span) for row in rows])
    codes = reading.codes(session, project, found)
    return {"project": project, "document": found, "drawing": drawing, "rows": rows, "codes": codes}
