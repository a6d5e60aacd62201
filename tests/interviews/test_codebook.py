"""Writes of the code book: the tree keeps its shape."""

import pytest
from sqlalchemy import select

from interviews import reading
from interviews.codebook import add_code, delete_code, describe_code, move_code
from interviews.coding import code_span
from interviews.models import DEEPEST, Code, Document, Project
from interviews.spans import Span
from survey.audit import Writer
from survey.messages import Refused
from survey.services import Services
from tests.interviews.conftest import TEXT, Study, audited, make_study, person


def tree(services: Services, study: Study) -> list[str]:
    with services.database.read() as session:
        return [row.full_name for row in reading.codes(session, session.get_one(Project, study.project))]


def test_codes__come_in_the_order_of_the_tree(services: Services, study: Study) -> None:
    assert tree(services, study) == ["流程", "流程 / 审批慢", "编码1", "编码17"]


def test_add_code__below_another__takes_its_colour(services: Services, study: Study) -> None:
    with services.database.read() as session:
        colours = {code.name: code.colour for code in session.scalars(select(Code))}
    assert colours["审批慢"] == colours["流程"] != colours["编码1"]


def test_move_code__with_all_below_it(services: Services, writer: Writer, study: Study) -> None:
    with services.database.write() as session:
        process = session.get_one(Code, study.codes["流程"])
        move_code(session, process, session.get_one(Code, study.codes["编码1"]), writer)
    assert tree(services, study) == ["编码1", "编码1 / 流程", "编码1 / 流程 / 审批慢", "编码17"]
    with services.database.write() as session:
        move_code(session, session.get_one(Code, study.codes["审批慢"]), None, writer)
    assert tree(services, study) == ["审批慢", "编码1", "编码1 / 流程", "编码17"]


def test_move_code__below_itself__refused(services: Services, writer: Writer, study: Study) -> None:
    with pytest.raises(Refused, match="below itself"), services.database.write() as session:
        process, slow = (session.get_one(Code, study.codes[name]) for name in ("流程", "审批慢"))
        move_code(session, process, slow, writer)


def test_add_code__same_name_at_one_place__refused_elsewhere_allowed(
    services: Services, writer: Writer, study: Study
) -> None:
    with pytest.raises(Refused, match="编码1"), services.database.write() as session:
        add_code(session, session.get_one(Project, study.project), "编码1", writer)
    with services.database.write() as session:
        process = session.get_one(Code, study.codes["流程"])
        add_code(session, session.get_one(Project, study.project), "编码1", writer, parent=process)
    assert "流程 / 编码1" in tree(services, study)


def test_add_code__deeper_than_six_levels__refused(services: Services, writer: Writer, study: Study) -> None:
    with services.database.write() as session:
        project = session.get_one(Project, study.project)
        parent = None
        for level in range(DEEPEST):
            parent = add_code(session, project, f"第{level}级", writer, parent=parent)
        with pytest.raises(Refused, match="6 levels"):
            add_code(session, project, "太深", writer, parent=parent)


def test_move_code__subtree_that_would_be_too_deep__refused(
    services: Services, writer: Writer, study: Study
) -> None:
    with services.database.write() as session:
        project = session.get_one(Project, study.project)
        parent = None
        for level in range(DEEPEST - 1):
            parent = add_code(session, project, f"第{level}级", writer, parent=parent)
        with pytest.raises(Refused, match="6 levels"):
            move_code(session, session.get_one(Code, study.codes["流程"]), parent, writer)


def test_add_code__parent_of_another_project__refused(
    services: Services, writer: Writer, study: Study
) -> None:
    other = make_study(services, writer, "别的项目")
    with pytest.raises(ValueError, match="another project"), services.database.write() as session:
        parent = session.get_one(Code, other.codes["流程"])
        add_code(session, session.get_one(Project, study.project), "新", writer, parent=parent)


def test_describe_code__what_changed__is_audited_by_name_of_field(
    services: Services, writer: Writer, study: Study
) -> None:
    with services.database.write() as session:
        code = session.get_one(Code, study.codes["编码1"])
        describe_code(session, code, writer, name="编码一", definition="说明", colour=code.colour.upper())
    assert audited(services)[-1].detail == {"changed": ["name", "definition"]}
    assert "编码一" in tree(services, study)


@pytest.mark.parametrize("colour", ["red", "#12345", "", "#12345g"])
def test_describe_code__colour_that_is_none__refused(
    services: Services, writer: Writer, study: Study, colour: str
) -> None:
    with pytest.raises(Refused, match="colour"), services.database.write() as session:
        code = session.get_one(Code, study.codes["编码1"])
        describe_code(session, code, writer, name="编码1", definition="", colour=colour)


def test_delete_code__in_use_below__refused_else_gone_with_the_subtree(
    services: Services, writer: Writer, study: Study, researcher: object
) -> None:
    with services.database.write() as session:
        document, slow = (
            session.get_one(Document, study.document),
            session.get_one(Code, study.codes["审批慢"]),
        )
        who = session.merge(person(services), load=True)
        segment = code_span(session, document, slow, who, Span(0, 3), TEXT[:3], writer).thing
        with pytest.raises(Refused, match=r"1 segment\(s\)"):
            delete_code(session, session.get_one(Code, study.codes["流程"]), writer)
        session.delete(segment)
        session.flush()
        delete_code(session, session.get_one(Code, study.codes["流程"]), writer)
    assert tree(services, study) == ["编码1", "编码17"]
