"""What every staff page shares: the rail, the language switch, files that never go stale, charts' script."""

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from survey.language import CHOSEN
from survey.layout import formats
from survey.layout.assets import FOR_EVER, asset_url, keep_hashed_files, packed_plotly, plotly
from survey.layout.rooms import doors
from survey.security import has_session, public

blueprint = Blueprint("layout", __name__)
blueprint.after_app_request(keep_hashed_files)


@blueprint.app_context_processor
def _shared() -> dict[str, object]:
    return {
        "asset_url": asset_url,
        "doors": doors,
        "has_session": has_session,
        "in_other_language": in_other_language,
        "plotly": plotly,
    }


for _name, _filter in formats.FILTERS.items():
    blueprint.add_app_template_filter(_filter, _name)


@blueprint.get("/assets/plotly-<digest>.min.js")
@public
def plotly_script(digest: str) -> ResponseReturnValue:
    """The charts' script; the address names its content, so it is fetched once."""
    script = plotly()
    if digest != script.digest:
        abort(404)
    packed = request.accept_encodings["gzip"] > 0
    response = Response(packed_plotly() if packed else script.content, mimetype="text/javascript")
    response.headers.update({"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"})
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def in_other_language(language: str) -> str:
    """The address of this page in a language, with everything else it was asked for."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != CHOSEN]
    return f"{request.path}?{urlencode([*asked, (CHOSEN, language)])}"
