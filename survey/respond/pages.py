"""The respondent's pages as bytes: a blank form is rendered once, and only its seal changes per visitor."""

import threading
import zlib
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request
from jinja2 import Environment

from questionnaires.definition import Questionnaire
from survey.console.definitions import Published
from survey.respond.assets import Assets
from survey.respond.forms import Sheet
from survey.respond.words import HOUSE_LANGUAGES, LANGUAGE_NAMES, PAGE, SCRIPT, TOOLS, Words, html_language

MOST_KEPT: Final = 64
PLACE_OF_SEAL: Final = "%seal%"
SECONDS_TO_WAIT: Final = "30"
_GZIP_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody wants to see a page: the language, and large print or not."""

    language: str
    large: bool = False

    def arguments(self) -> dict[str, str]:
        """The look as an address carries it."""
        return {"lang": self.language, "large": "1"} if self.large else {"lang": self.language}

    def query(self, **more: str) -> str:
        """The end of an address: the look, and whatever else it shall carry."""
        return f"?{urlencode({**self.arguments(), **more})}"

    def in_language(self, language: str) -> "Look":
        return replace(self, language=language)

    def resized(self) -> "Look":
        return replace(self, large=not self.large)


def look_of(languages: tuple[str, ...], house: str) -> Look:
    """What the address asks for, as far as the questionnaire has it; else the house's own language."""
    asked = request.args.get("lang", "")
    language = next((each for each in (asked, house, *languages) if each in languages), house)
    return Look(language, request.args.get("large") == "1")


class BlankForm:
    """A rendered form with a gap for the seal.

    Everything before the gap is packed beforehand: a deflate stream may be flushed to a byte boundary and
    continued by another packer, so a visitor costs the packing of the last few hundred bytes.
    """

    __slots__ = ("_checksum", "_head", "_packed_head", "_tail")

    def __init__(self, page: str) -> None:
        head, tail = page.split(PLACE_OF_SEAL)
        self._head, self._tail = head.encode(), tail.encode()
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._packed_head = _GZIP_HEAD + packer.compress(self._head) + packer.flush(zlib.Z_FULL_FLUSH)
        self._checksum = zlib.crc32(self._head)

    def plain(self, seal: str) -> bytes:
        return self._head + seal.encode() + self._tail

    def packed(self, seal: str) -> bytes:
        """The same as gzip."""
        rest = seal.encode() + self._tail
        packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
        checksum = zlib.crc32(rest, self._checksum)
        size = (len(self._head) + len(rest)) & 0xFFFFFFFF
        end = checksum.to_bytes(4, "little") + size.to_bytes(4, "little")
        return self._packed_head + packer.compress(rest) + packer.flush() + end

    def response(self, seal: str) -> Response:
        packed = "gzip" in request.accept_encodings
        answer = Response(self.packed(seal) if packed else self.plain(seal), mimetype="text/html")
        answer.headers["Vary"] = "Accept-Encoding"
        # Not no-store: a browser without the script must find the same seal when somebody goes back and
        # sends again, or there would be a second response. This page holds no answers.
        answer.headers["Cache-Control"] = "private, no-cache"
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
        return answer


class Pages:
    """Renders the public pages. No session, no account: a template sees what it is given, nothing else."""

    def __init__(self, templates: Environment, assets: Assets) -> None:
        self._templates = templates
        self._assets = assets.urls()
        self._blank: dict[tuple[str, Look], BlankForm] = {}
        self._rendering = threading.Lock()

    def render(
        self,
        template: str,
        words: Words,
        look: Look,
        languages: tuple[str, ...] = HOUSE_LANGUAGES,
        **values: Any,
    ) -> str:
        """A page of any kind in that look, with links to the other languages it is there in."""
        others = [each for each in languages if each != look.language]
        return self._templates.get_template(template).render(
            w=words.in_language(look.language),
            tools=TOOLS.in_language(look.language),
            look=look,
            other_languages=[(each, LANGUAGE_NAMES.get(each, each)) for each in others],
            html_language=html_language,
            assets=self._assets,
            **values,
        )

    def blank_form(self, form: Published, look: Look) -> BlankForm:
        """The form as a visitor first sees it."""
        key = form.hash, look
        known = self._blank.get(key)
        if known is not None:
            return known
        with self._rendering:
            made = BlankForm(self.form(form, look, Sheet(), PLACE_OF_SEAL))
            while len(self._blank) >= MOST_KEPT:
                self._blank.pop(next(iter(self._blank)))
            self._blank[key] = made
        return made

    def form(self, form: Published, look: Look, sheet: Sheet, seal: str) -> str:
        """The form with what was filled in and what is to be mended."""
        labels = _labels(form.definition, look.language)
        return self.render(
            "respond/form.html",
            PAGE,
            look,
            form.definition.languages,
            form=form,
            sheet=sheet,
            seal=seal,
            problems=[
                (name, label, sheet.errors[name]) for name, label in labels.items() if name in sheet.errors
            ],
            script=SCRIPT.in_language(look.language),
        )


def _labels(definition: Questionnaire, language: str) -> dict[str, str]:
    """What each control is called, in the order of the page; a matrix row with its question before it."""
    labels: dict[str, str] = {}
    for question in definition.questions():
        text = question.text.get(language)
        for field in question.fields():
            own = field.text.get(language)
            labels[field.name] = text if field.name == question.name else f"{text} {own}"
        if question is definition.consent:
            labels[question.name] = text
    return labels
