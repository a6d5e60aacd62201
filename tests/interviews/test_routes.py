"""The coding room over HTTP: who may enter, what is found, what is stored, what is refused."""

import io
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from interviews.models import Document, Project, Segment
from interviews.spans import Utf16
from survey.audit import Writer
from survey.security import ROLES
from survey.services import Services
from tests.conftest import csrf_token
from tests.interviews.conftest import HARD, TEXT, Study, make_study

SignIn = Callable[..., FlaskClient]
PHRASE = "等了四十分钟"


class TextOfElement(HTMLParser):
    """The text content of the element with an id, as a browser would give it."""

    def __init__(self, wanted: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted, self.depth, self.text = wanted, 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth or dict(attrs).get("id") == self.wanted:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= self.depth > 0

    def handle_data(self, data: str) -> None:
        self.text += data if self.depth else ""


def text_of(page: str, element: str) -> str:
    parser = TextOfElement(element)
    parser.feed(page)
    return parser.text


def post(client: FlaskClient, study: Study, address: str, **fields: Any) -> TestResponse:
    """Post a form as a page of the project would."""
    token = csrf_token(client.get(study.desk).text)
    return client.post(address, data={"csrf_token": token, **fields})


def selection(study: Study, quote: str, code: str = "审批慢") -> dict[str, Any]:
    """What the script sends when somebody selects the quote: offsets in UTF-16 units."""
    units, start = Utf16(TEXT), TEXT.index(quote)
    places = {"start": units.units(start), "end": units.units(start + len(quote))}
    return {"code": study.codes[code], "quote": quote, **places}


def send(client: FlaskClient, study: Study, sent: object) -> TestResponse:
    token = csrf_token(client.get(study.desk).text)
    return client.post(f"{study.desk}/segments", json=sent, headers={"X-CSRFToken": token})


def stored(services: Services) -> list[str]:
    with services.database.read() as session:
        return list(session.scalars(select(Segment.quote).order_by(Segment.id)))


@pytest.mark.parametrize("role", ROLES)
def test_pages__open_to_researchers_alone(bank: object, sign_in: SignIn, study: Study, role: str) -> None:
    client = sign_in(role, "E1" if role in ("manager", "handler", "clerk") else None)
    code = f"{study.address}/codes/{study.codes['流程']}"
    for page in ("/interviews/", f"{study.address}/", study.desk, code, f"{study.address}/colours.css"):
        assert client.get(page).status_code == (200 if role == "researcher" else 403), page


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_writes__by_another_role__403_and_nothing_stored(
    bank: object, services: Services, sign_in: SignIn, study: Study, role: str
) -> None:
    client = sign_in(role, "E1" if role == "manager" else None)
    token = csrf_token(client.get("/dashboards/" if role == "manager" else "/admin/").text)
    answer = client.post(
        f"{study.desk}/segments", json=selection(study, PHRASE), headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 403
    assert stored(services) == []


def test_desk__text__is_on_the_page_character_for_character(researcher: FlaskClient, study: Study) -> None:
    assert send(researcher, study, selection(study, "𠮷野家门口排队")).status_code == 201
    assert send(researcher, study, selection(study, "排队，等了", "编码1")).status_code == 201
    assert text_of(researcher.get(study.desk).text, "text") == TEXT


@pytest.mark.parametrize("quote", ["😀😀😀😀😀😀", "𠮷", "caf\u00e9", "cafe\u0301", "。太慢了。\n\n受访者B"])
def test_new_segment__hard_characters__selected_is_stored_is_the_slice(
    researcher: FlaskClient, services: Services, study: Study, quote: str
) -> None:
    answer = send(researcher, study, selection(study, quote))
    assert answer.status_code == 201
    with services.database.read() as session:
        segment = session.get_one(Segment, answer.json["segment"])
        assert segment.quote == quote == TEXT[segment.start : segment.end]
    assert text_of(f'<div id="text">{answer.json["text"]}</div>', "text") == TEXT
    assert "审批慢" in answer.json["segments"]


def test_new_segment__sent_twice__stored_once(
    researcher: FlaskClient, services: Services, study: Study
) -> None:
    answers = [send(researcher, study, selection(study, PHRASE)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json["segment"] == answers[1].json["segment"]
    assert stored(services) == [PHRASE]


@pytest.mark.parametrize(
    "forged",
    [
        {"quote": "等了四十分锺"},
        {"quote": ""},
        {"start": 0},
        {"start": 5, "end": 6},  # half an emoji
        {"end": 10**30},
        {"start": 9, "end": 3},
        {"start": -1},
        {"quote": "cafe\u0301", "start": TEXT.index("caf\u00e9") + 6, "end": TEXT.index("caf\u00e9") + 10},
    ],
)
def test_new_segment__quote_is_not_the_text_there__409(
    researcher: FlaskClient, services: Services, study: Study, forged: dict[str, Any]
) -> None:
    answer = send(researcher, study, selection(study, PHRASE) | forged)
    assert answer.status_code == 409
    assert answer.json["error"]["code"] == "quote_differs"
    assert stored(services) == []


@pytest.mark.parametrize(
    "sent", [None, [], "text", {}, {"code": 1, "start": "0", "end": 1, "quote": "主"}, {"code": True}]
)
def test_new_segment__not_a_selection__400(researcher: FlaskClient, study: Study, sent: object) -> None:
    assert send(researcher, study, sent).status_code == 400


def test_new_segment__without_token__400(researcher: FlaskClient, services: Services, study: Study) -> None:
    answer = researcher.post(f"{study.desk}/segments", json=selection(study, PHRASE))
    assert answer.status_code == 400
    assert stored(services) == []


def test_things_of_another_project__404(
    researcher: FlaskClient, services: Services, writer: Writer, study: Study
) -> None:
    other = make_study(services, writer, "别的项目")
    assert researcher.get(f"{study.address}/documents/{other.document}").status_code == 404
    assert researcher.get(f"{study.address}/codes/{other.codes['流程']}").status_code == 404
    foreign_code = selection(study, PHRASE) | {"code": other.codes["审批慢"]}
    assert send(researcher, study, foreign_code).status_code == 404
    answer = post(researcher, study, f"{study.address}/codes", name="新", parent=other.codes["流程"])
    assert answer.status_code == 404
    for action in ("describe", "move", "delete"):
        address = f"{study.address}/codes/{other.codes['流程']}/{action}"
        assert post(researcher, study, address, name="x").status_code == 404
    assert stored(services) == []


@pytest.mark.parametrize("number", ["999", "99999999999999999999999"])
def test_things_that_are_not_there__404(researcher: FlaskClient, study: Study, number: str) -> None:
    for address in (f"/interviews/{number}/", f"{study.address}/documents/{number}"):
        assert researcher.get(address).status_code == 404
    huge = selection(study, PHRASE) | {"code": int(number)}
    assert send(researcher, study, huge).status_code == 404


def test_code_quote__plain_form__codes_the_place_and_goes_there(
    researcher: FlaskClient, services: Services, study: Study
) -> None:
    answer = post(researcher, study, f"{study.desk}/code", quote=PHRASE, code=study.codes["审批慢"])
    assert answer.status_code == 302
    assert "#s" in answer.headers["Location"]
    assert stored(services) == [PHRASE]
    assert f'id="{answer.headers["Location"].split("#")[1]}"' in researcher.get(study.desk).text


def test_code_quote__at_two_places__asks_which_and_takes_the_answer(
    researcher: FlaskClient, services: Services, study: Study
) -> None:
    address, code = f"{study.desk}/code", study.codes["审批慢"]
    asked = post(researcher, study, address, quote="太慢了", code=code)
    assert asked.status_code == 422
    assert asked.text.count('type="radio"') == 2
    second = TEXT.rindex("太慢了")
    assert post(researcher, study, address, quote="太慢了", code=code, start=second).status_code == 302
    with services.database.read() as session:
        assert session.scalars(select(Segment.start)).all() == [second]


def test_code_quote__not_in_the_text__said_with_what_was_typed_kept(
    researcher: FlaskClient, services: Services, study: Study
) -> None:
    answer = post(researcher, study, f"{study.desk}/code", quote="没有这句<b>", code=study.codes["审批慢"])
    assert answer.status_code == 422
    assert "文档里没有这段文字" in answer.text
    assert text_of(answer.text, "quote").strip() == "没有这句<b>"
    assert stored(services) == []


def test_remove_and_undo__own_codings__gone(
    researcher: FlaskClient, services: Services, study: Study
) -> None:
    first, _ = (send(researcher, study, selection(study, quote)).json["segment"] for quote in (PHRASE, "𠮷"))
    assert post(researcher, study, f"{study.desk}/segments/{first}/remove").status_code == 302
    assert stored(services) == ["𠮷"]
    token = csrf_token(researcher.get(study.desk).text)
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    assert "审批慢" in researcher.post(f"{study.desk}/undo", headers=headers).json["message"]
    assert "没有" in researcher.post(f"{study.desk}/undo", headers=headers).json["message"]
    assert stored(services) == []


def test_remove__coding_of_somebody_else__403(
    researcher: FlaskClient, services: Services, study: Study, sign_in: SignIn, bank: object
) -> None:
    number = send(researcher, study, selection(study, PHRASE)).json["segment"]
    other = sign_in("researcher", "E1")
    assert post(other, study, f"{study.desk}/segments/{number}/remove").status_code == 403
    assert f"segments/{number}/remove" not in other.get(study.desk).text
    assert stored(services) == [PHRASE]


def test_code_page__quotes_lead_into_the_document(researcher: FlaskClient, study: Study) -> None:
    number = send(researcher, study, selection(study, PHRASE)).json["segment"]
    page = researcher.get(f"{study.address}/codes/{study.codes['流程']}").text
    assert PHRASE in page
    assert f'href="{study.desk}#s{number}"' in page
    assert PHRASE not in researcher.get(f"{study.address}/codes/{study.codes['流程']}?only=1").text


def test_new_project_and_code__by_form(researcher: FlaskClient, services: Services, study: Study) -> None:
    answer = post(researcher, study, "/interviews/", name="新项目")
    assert answer.status_code == 302
    assert post(researcher, study, "/interviews/", name="新项目").status_code == 422
    fields = {"name": "等候", "parent": study.codes["流程"], "definition": "排队"}
    assert post(researcher, study, f"{study.address}/codes", **fields).status_code == 302
    assert "等候" in researcher.get(f"{study.address}/").text
    for_desk = post(researcher, study, f"{study.address}/codes", name="新码", document=study.document)
    assert for_desk.headers["Location"] == study.desk


def test_code__described_moved_deleted__by_form(researcher: FlaskClient, study: Study) -> None:
    code = f"{study.address}/codes/{study.codes['编码1']}"
    described = {"name": "编码一", "definition": "<i>说明</i>", "colour": "#00ff00"}
    assert post(researcher, study, f"{code}/describe", **described).status_code == 302
    page = researcher.get(code).text
    assert "编码一" in page
    assert "&lt;i&gt;说明" in page
    assert "#00ff00" in researcher.get(f"{study.address}/colours.css").text
    post(researcher, study, f"{code}/move", parent=study.codes["流程"])
    assert "流程 / 编码一" in researcher.get(code).text
    assert post(researcher, study, f"{code}/delete").headers["Location"].endswith("#codes")
    assert researcher.get(code).status_code == 404


def test_delete_code__in_use__says_why(researcher: FlaskClient, study: Study) -> None:
    send(researcher, study, selection(study, PHRASE))
    address = f"{study.address}/codes/{study.codes['流程']}/delete"
    answer = post(researcher, study, address)
    assert "还有 1 处编码" in researcher.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("data", "encoding"), [(HARD.encode(), "UTF-8"), (HARD.encode("gb18030"), "GB18030")]
)
def test_new_document__uploaded_previewed_confirmed__is_canonical(
    researcher: FlaskClient, services: Services, study: Study, data: bytes, encoding: str
) -> None:
    with services.database.write() as session:
        project = Project(name="空", created_at=session.get_one(Project, study.project).created_at)
        session.add(project)
        session.flush()
        address = f"/interviews/{project.id}/documents/new"
    preview = post(researcher, study, address, file=(io.BytesIO(data), "访谈二.txt"), text="", encoding="")
    assert preview.status_code == 200
    assert encoding in preview.text
    text = text_of(preview.text.replace('<textarea name="text"', '<textarea id="text" name="text"'), "text")
    # A browser drops the first line end of a textarea and sends CRLF.
    sent = {"text": text.removeprefix("\n").replace("\n", "\r\n"), "encoding": encoding, "name": "访谈二"}
    added = post(researcher, study, address, confirm="1", **sent)
    assert added.status_code == 302, added.text
    with services.database.read() as session:
        document = session.scalars(select(Document).where(Document.name == "访谈二")).one()
        assert (document.text, document.encoding) == (TEXT, encoding)


def test_new_document__same_text_again__not_doubled(
    researcher: FlaskClient, services: Services, study: Study
) -> None:
    address = f"{study.address}/documents/new"
    answer = post(researcher, study, address, confirm="1", text=TEXT, name="又一次", encoding="UTF-8")
    assert answer.headers["Location"] == study.desk
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("访谈.qdpx", b"PK", ".qdpx"),
        ("访谈.txt", b"\xff\xff\xff", "GB18030"),
        ("访谈.docx", b"PK", "docx"),
        ("访谈.txt", b"", "空"),
        ("访谈.txt", "长".encode() * 160_000, "huisheng interviews import"),
    ],
)
def test_new_document__unusable_file__refused_in_words(
    researcher: FlaskClient, study: Study, name: str, data: bytes, said: str
) -> None:
    address = f"{study.address}/documents/new"
    answer = post(researcher, study, address, file=(io.BytesIO(data), name), text="", encoding="")
    assert answer.status_code == 422
    assert said in answer.text.split('role="alert"', 1)[1].split("</div>", 1)[0]


def test_new_document__doubtful_encoding__warned_of(researcher: FlaskClient, study: Study) -> None:
    data = "開戶手續太慢，櫃員態度不好，等候時間過長，希望改善服務品質。".encode("big5")
    address = f"{study.address}/documents/new"
    answer = post(researcher, study, address, file=(io.BytesIO(data), "访谈.txt"), text="", encoding="")
    assert "可能识别错了" in answer.text
    named = post(researcher, study, address, file=(io.BytesIO(data), "访谈.txt"), text="", encoding="Big5")
    assert "開戶手續" in named.text
    assert "可能识别错了" not in named.text
