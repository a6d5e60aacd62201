"""The researcher's analysis page: numbers of Results, and a plan that gives the same ones elsewhere."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

import app as composition
from questionnaires import instruments
from questionnaires.files import dump_yaml, loads
from survey.audit import Writer
from survey.console.models import Collector
from survey.console.publishing import add_collector, open_wave, publish
from survey.respond.submitting import Submission
from survey.services import Services
from tests.conftest import Bank

SignIn = Callable[..., FlaskClient]
PAGE = "/console/analysis/bank-satisfaction"


def answers(random: Random, high: bool) -> dict[str, object]:
    mood = random.gauss(4.2 if high else 3.2, 0.7)

    def point() -> int:
        return min(5, max(1, round(mood + random.gauss(0, 0.5))))

    given: dict[str, object] = {f"prod{item}": point() for item in range(1, 5)}
    given |= {f"dig{item}": point() for item in range(1, 4)} | {"dig4": 6 - point()}
    segment = "hnw" if high else "retail"
    return given | {"segment": segment, "csat": point(), "nps": min(10, point() * 2)}


@pytest.fixture
def answered(bank: Bank, services: Services, writer: Writer) -> Bank:
    """200 people: half of them in a second wave, high-net-worth customers more satisfied; three of SMEs."""
    random = Random(7)
    with services.database.write() as session:
        second = open_wave(session, bank.slug, "2027Q1", writer)
        places = [*session.scalars(select(Collector)), add_collector(session, second, "qr", writer)]
        rows = [
            (Submission(f"r{n}", answers(random, n % 2 == 0), bank.notice), places[n % 3]) for n in range(200)
        ]
        few = [
            (Submission(f"s{n}", {"segment": "sme", "csat": 1, "nps": 0}, bank.notice), places[0])
            for n in range(3)
        ]
        services.submitter.submit_many(session, rows + few, actor="test")
    return bank


@pytest.mark.usefixtures("answered")
def test_page__shows_alpha_of_each_scale_and_one_difference_in_sentences(sign_in: SignIn) -> None:
    page = sign_in("researcher").get(PAGE).text
    assert "克隆巴赫 α" in page
    assert "95% 置信区间" in page
    assert "已反向计分" in page  # dig4
    assert "差异显著" in page
    assert "样本不足" in page  # three SMEs
    assert not re.search(r"\bnan\b", page, re.IGNORECASE)
    english = sign_in("admin").get(f"{PAGE}?lang=en").text
    assert "Cronbach" in english


@pytest.mark.usefixtures("answered")
def test_page__two_large_groups__are_compared_by_welch_t(sign_in: SignIn) -> None:
    plan = sign_in("researcher").get(f"{PAGE}/plan.yaml?group=segment&outcome=csat").text
    assert "test: t_test" in plan
    assert "levels: [retail, hnw]" in plan
    assert "sme" not in plan


@pytest.mark.usefixtures("answered")
def test_page__score_of_a_scale__can_be_compared_between_waves(sign_in: SignIn) -> None:
    plan = sign_in("researcher").get(f"{PAGE}/plan.yaml?group=wave&outcome=score_products").text
    assert "outcome: score_products" in plan
    assert "test: t_test" in plan


def test_page__more_than_two_groups__are_compared_by_welch_anova(
    sign_in: SignIn, answered: Bank, services: Services
) -> None:
    random = Random(8)
    rows = [{"segment": "corporate", "csat": random.randint(1, 5), "nps": 5} for _ in range(30)]
    with services.database.write() as session:
        place = session.scalars(select(Collector)).first()
        assert place is not None
        more = [(Submission(f"c{n}", row, answered.notice), place) for n, row in enumerate(rows)]
        services.submitter.submit_many(session, more, actor="test")
    client = sign_in("researcher")
    assert "test: anova" in client.get(f"{PAGE}/plan.yaml?group=segment").text
    assert "3 个组的均值比较" in client.get(f"{PAGE}?group=segment").text


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "wave=2026Q4",
        "channel=web&outcome=nps",
        "branch=E1",
        "group=channel&outcome=score_digital",
        "group=wave",
    ],
)
def test_plan__on_the_command_line__gives_the_results_of_the_page(
    sign_in: SignIn, answered: Bank, app: Flask, runner: FlaskCliRunner, tmp_path: Path, asked: str
) -> None:
    client = sign_in("researcher")
    plan = tmp_path / "plan.yaml"
    plan.write_text(client.get(f"{PAGE}/plan.yaml?{asked}").text, "utf-8")
    downloaded = json.loads(client.get(f"{PAGE}/results.json?{asked}").text)
    arguments = ["analyse", f"questionnaire:{answered.slug}", "--plan", str(plan)]
    assert json.loads(runner.invoke(composition.cli, arguments).stdout) == downloaded
    page = client.get(f"{PAGE}?{asked}").text
    alpha = downloaded["results"]["alpha_products"]
    assert alpha["sentence"]["zh"] in page
    test = downloaded["results"].get("difference")
    if test is not None and test["test"] == "anova":
        assert test["sentence"]["zh"] in page


@pytest.mark.parametrize("asked", ["wave=never", "channel=pigeon", "branch=NOWHERE"])
def test_page__filter_that_does_not_exist__is_not_found(sign_in: SignIn, answered: Bank, asked: str) -> None:
    assert sign_in("researcher").get(f"{PAGE}?{asked}").status_code == 404


def test_page__no_answers_yet__says_so_in_words(sign_in: SignIn, bank: Bank) -> None:
    page = sign_in("researcher").get(PAGE)
    assert page.status_code == 200
    assert "无法计算" in page.text
    assert sign_in("admin").get(f"{PAGE}/results.json").status_code == 200


@pytest.mark.usefixtures("answered")
def test_page__item_keyed_wrongly__is_named_and_not_turned(
    sign_in: SignIn, services: Services, writer: Writer
) -> None:
    text = dump_yaml(instruments.load("bank-satisfaction")).decode()
    assert text.count("reversed: true") == 1
    without_key = loads(text.replace("reversed: true", "reversed: false").encode(), ".yaml", "x")
    with services.database.write() as session:
        publish(session, without_key, writer)
    page = sign_in("researcher").get(PAGE).text
    assert "题项 dig4 与其余题项负相关" in page
    assert "与其余题项相反" in page
