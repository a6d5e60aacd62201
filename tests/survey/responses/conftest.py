"""A short questionnaire, published, and an importer for it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

import app as composition
from questionnaires.definition import Questionnaire
from questionnaires.files import loads
from survey.accounts.people import import_branches
from survey.audit import Writer
from survey.console.publishing import publish
from survey.responses.importing import Importer
from survey.services import Services
from tests.conftest import BRANCHES

SHORT = """
slug: short
title: {zh: 短问卷, en: Short}
languages: [zh, en]
lists:
  points:
    - {code: 5, text: {zh: 非常满意, en: very satisfied}}
    - {code: 4, text: {zh: 满意, en: satisfied}}
    - {code: 3, text: {zh: 一般, en: neutral}}
    - {code: 2, text: {zh: 不满意, en: dissatisfied}}
    - {code: 1, text: {zh: 非常不满意, en: very dissatisfied}}
    - {code: na, text: {zh: 不适用, en: not applicable}, missing: true}
pages:
  - name: only
    title: {zh: 全部, en: All}
    questions:
      - type: consent
        name: consent
        text: {zh: 同意, en: I agree}
        who: {zh: 示例银行, en: Demo Bank}
        contact: {zh: 服务台, en: the desk}
        purpose: {zh: 改进服务, en: better service}
        method: {zh: 统计, en: counting}
        kinds: {zh: 评分, en: ratings}
        retention: {zh: 一年, en: one year}
        rights: {zh: 可以撤回, en: may be withdrawn}
      - type: single
        name: segment
        text: {zh: 客群, en: Segment}
        required: true
        options:
          - {code: retail, text: {zh: 个人客户, en: Retail}}
          - {code: "None", text: {zh: 都不是, en: None of these}}
      - type: matrix
        name: care_items
        text: {zh: 服务, en: Care}
        options: points
        items:
          - {name: q1, text: {zh: 态度, en: manners}}
          - {name: q2, text: {zh: 速度, en: speed}}
          - {name: q3, text: {zh: 我等了很久, en: I waited long}, reversed: true}
      - type: multiple
        name: ways
        text: {zh: 渠道, en: Ways}
        options:
          - {code: web, text: {zh: 网上银行, en: Web}}
          - {code: app, text: {zh: 手机银行, en: App}}
      - type: nps
        name: nps
        text: {zh: 推荐, en: Recommend}
        low: {zh: 不会, en: no}
        high: {zh: 会, en: yes}
      - {type: text, name: words, text: {zh: 投诉, en: Complaint}, purpose: complaint}
scales:
  - {name: care, title: {zh: 关怀, en: Care}, items: [q1, q2, q3], range: [1, 5]}
facets: [segment]
"""

GOOD = """id,segment,q1,q2,q3,ways,nps,words
a1,retail,5,4,1,web app,10,很好
a2,None,4,na,,app,0,"第一行
第二行"
a3,retail,3,3,3,,,
"""


def definition() -> Questionnaire:
    """The short questionnaire as it is read from its file."""
    return loads(SHORT.encode(), ".yaml", "short")


@pytest.fixture
def short(services: Services, writer: Writer) -> str:
    with services.database.write() as session:
        import_branches(session, BRANCHES, writer)
        publish(session, definition(), writer)
    return "short"


@pytest.fixture
def importer(services: Services, writer: Writer, short: str) -> Importer:
    return Importer(services.database, services.submitter, writer, "Asia/Shanghai")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write a file and give its path."""

    def written(content: str, name: str = "answers.csv") -> Path:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return written


@pytest.fixture
def huisheng(app: Flask, runner: FlaskCliRunner) -> Callable[..., object]:
    """Run a `huisheng` command on the test's application."""

    def run(*arguments: str) -> object:
        return runner.invoke(composition.cli, arguments)

    return run
