"""The manager's pages: one view as a page, as JSON and as CSV, and the comments behind a keyword."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from exports.neutral import file_name
from survey.accounts.scope import scope_of
from survey.dashboards.charts import measures, trends, units
from survey.dashboards.documents import TABLES, as_csv, as_json, unit_name
from survey.dashboards.filters import BRANCH, FORMAT, PAGE, TABLE, TERM
from survey.dashboards.forms import choices
from survey.dashboards.keywords import quotes
from survey.dashboards.overview import Overview, View, has_questionnaires, open_view
from survey.dashboards.overview import overview as count_everything
from survey.dashboards.small_groups import MINIMUM
from survey.language import page_language
from survey.security import allow
from survey.services import services

blueprint = Blueprint("dashboards", __name__, url_prefix="/dashboards")


@blueprint.get("/")
@allow("researcher", "manager")
def overview() -> ResponseReturnValue:
    if code := request.args.get(BRANCH):  # the form names a branch; its page has an address of its own
        asked = {name: value for name, value in request.args.items() if name != BRANCH and value}
        return redirect(f"{_path(code)}?{urlencode(asked)}")
    return _answer(None)


@blueprint.get("/branches/<code>")
@allow("researcher", "manager")
def branch(code: str) -> ResponseReturnValue:
    return _answer(code)


@blueprint.get("/keywords")
@allow("researcher", "manager")
def keyword() -> ResponseReturnValue:
    term = request.args.get(TERM, "")
    page = max(1, request.args.get(PAGE, 1, type=int))
    with services().database.read() as session:
        view = open_view(session, scope_of(current_user), request.args, request.args.get(BRANCH) or None)
        if view is None or not term:
            abort(404)
        found = quotes(session, view.selection, term, page)
    return render_template(
        "dashboards/keyword.html",
        view=view,
        term=term,
        found=found,
        page=page,
        links=Links(view),
        minimum=MINIMUM,
        questions={field.name: field.text.get(page_language()) for field in view.definition.fields()},
    )


def _answer(code: str | None) -> ResponseReturnValue:
    with services().database.read() as session:
        view = open_view(session, scope_of(current_user), request.args, code)
        if view is None:
            return abort(404) if has_questionnaires(session) else render_template("dashboards/nothing.html")
        counted = count_everything(session, view)
    return FORMATS.get(request.args.get(FORMAT, ""), _page)(counted)


def _page(counted: Overview) -> ResponseReturnValue:
    language = page_language()
    return render_template(
        "dashboards/overview.html",
        overview=counted,
        view=counted.view,
        measures=measures(counted),
        charts=trends(counted, language),
        units_chart=units(counted, language),
        choices=choices(counted.view, language),
        links=Links(counted.view),
        minimum=MINIMUM,
        unit_name=unit_name,
    )


def _json(counted: Overview) -> ResponseReturnValue:
    return jsonify(as_json(counted, page_language()))


def _csv(counted: Overview) -> ResponseReturnValue:
    table = request.args.get(TABLE, TABLES[0])
    response = Response(as_csv(counted, table), mimetype="text/csv")
    place = counted.view.place.branch
    name = file_name(
        "-".join([counted.view.filters.questionnaire, place.code if place else "all", table]), ".csv"
    )
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


FORMATS: dict[str, Callable[[Overview], ResponseReturnValue]] = {"json": _json, "csv": _csv}


class Links:
    """Addresses that keep the filters of a view."""

    def __init__(self, view: View) -> None:
        self._filters = view.filters

    def here(self, **more: str) -> str:
        """This view, with something more asked of it."""
        return self.branch(self._filters.branch, **more)

    def branch(self, code: str | None, **more: str) -> str:
        """The same cut of another branch; None is all that this person may see."""
        return f"{_path(code)}?{urlencode(self._filters.query() | more)}"

    def keyword(self, term: str, page: int = 1) -> str:
        """The comments of this view that hold a term."""
        more = {BRANCH: self._filters.branch} if self._filters.branch else {}
        more |= {TERM: term} | ({PAGE: str(page)} if page > 1 else {})
        return f"{url_for('dashboards.keyword')}?{urlencode(self._filters.query() | more)}"

    def keyword_pages(self, term: str) -> Callable[[int], str]:
        """The address of each page of those comments."""
        return partial(self.keyword, term)


def _path(code: str | None) -> str:
    return url_for("dashboards.branch", code=code) if code else url_for("dashboards.overview")
