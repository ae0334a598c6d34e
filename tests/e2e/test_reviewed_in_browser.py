from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from prefect.client.schemas.objects import FlowRun
from sqlalchemy import URL

from tests.support.browser.chromium import Tab, Visit
from tests.support.orchestration.operated_pipeline import DeployedPipeline, Pipeline

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),  # four loads by the worker, each a process of its own
]

TO_PAGE = "The batch's page in the Data Docs"
TO_REJECTS = "Rejected rows that wait"
NEGATIVE_QUANTITY = """
UPDATE order_items JOIN (SELECT MIN(order_item_id) AS worst FROM order_items) AS chosen ON order_item_id = worst SET quantity = -3
"""


@dataclass(frozen=True)
class Reviewed:
    pipeline: Pipeline
    runs: Mapping[str, FlowRun]

    def artifact_page(self, load: str) -> str:
        artifact = self.pipeline.artifacts(self.runs[load])["quality-gate"]
        return f"{self.pipeline.services.ui_url}/artifacts/artifact/{artifact.id}"

    def docs_page(self, load: str) -> str:
        markdown = str(self.pipeline.artifacts(self.runs[load])["quality-gate"].data)
        return markdown.partition(f"[{TO_PAGE}](")[2].partition(")")[0]


@pytest.fixture(scope="module")
def reviewed(deployed_pipeline: DeployedPipeline, mariadb_server: URL) -> Iterator[Reviewed]:
    """Four loads: all well, a warning, a rejected row, and a blocked one."""
    with deployed_pipeline(mariadb_server) as pipeline:
        runs = {"clean": pipeline.load("full")}
        pipeline.oltp("UPDATE products SET unit_cost = list_price + 1 WHERE product_id = 1")
        pipeline.oltp("UPDATE customers SET email = 'olena.at.home' WHERE customer_id = 1")
        runs["warned"] = pipeline.load("incremental")
        pipeline.oltp(NEGATIVE_QUANTITY)
        runs["rejected"] = pipeline.load("incremental", severities={"orders.recent": "off"})
        pipeline.oltp("UPDATE orders SET status = CONCAT('?', status)")
        runs["blocked"] = pipeline.load("incremental")
        yield Reviewed(pipeline, runs)


def load_number(load: str) -> int:
    return 1 + ("clean", "warned", "rejected", "blocked").index(load)


def assert_sound(visit: Visit, host: str) -> None:
    """No errors, no failed requests, no other host."""
    assert (visit.console, visit.failed, visit.hosts()) == ([], [], {host.partition("//")[2]})


@pytest.mark.parametrize(
    ("load", "verdict", "banner"),
    [
        ("clean", "PASS", "Every rule holds"),
        ("warned", "WARN", "May be released, with care No row is rejected"),
        ("rejected", "WARN", "May be released, with care Rejected rows wait in quarantine"),
        ("blocked", "DATA_FAIL", "Blocked: nothing in the warehouse changed Table orders:"),
    ],
)
def test_the_artifact_in_the_prefect_ui_leads_to_the_page_of_the_load(
    load: str, verdict: str, banner: str, reviewed: Reviewed, tab: Tab
) -> None:
    prefect = reviewed.pipeline.services.ui_url
    visit = tab.open(reviewed.artifact_page(load))
    tab.wait_for_text(f"Batch {load_number(load)}: {verdict}")
    missing = [address for address in visit.failed if "/favicon.ico" not in address]  # Prefect's server has none
    assert (missing, visit.hosts()) == ([], {prefect.partition("//")[2]})
    assert [said for said in visit.console if "error" in said.lower()] == []
    links = tab.wait_for_links(TO_PAGE, TO_REJECTS)
    for link, awaited in ((TO_PAGE, banner), (TO_REJECTS, "Rejected rows")):
        visit = tab.open(links[link])
        assert awaited in tab.text()
        assert_sound(visit, reviewed.pipeline.docs_url)


@pytest.mark.parametrize(("load", "ended"), [("rejected", "is released: "), ("blocked", "is not released: DataQualityError")])
def test_a_run_says_first_whether_it_worked_what_is_wrong_and_where_to_look(load: str, ended: str, reviewed: Reviewed, tab: Tab) -> None:
    tab.resize(1280, 1200)  # what is below the window's end is not there yet
    tab.open(f"{reviewed.pipeline.services.ui_url}/runs/flow-run/{reviewed.runs[load].id}")
    tab.wait_for_text("Job Variables", "Artifacts")
    tab.evaluate("[...document.querySelectorAll('*')].find(e => !e.children.length && (e.innerText || '').trim() == 'Artifacts').click()")
    first, then = f"Batch {load_number(load)} {ended}", "quality-gate"
    of_run, _, of_tasks = tab.wait_for_text(first, then).partition("Job Variables")[2].partition("Task runs")
    assert first in of_run
    assert then in of_tasks
    artifact = reviewed.pipeline.artifacts(reviewed.runs[load])["load-summary"]
    tab.open(f"{reviewed.pipeline.services.ui_url}/artifacts/artifact/{artifact.id}")
    tab.wait_for_text("Where to look")
    assert tab.wait_for_links(TO_PAGE)[TO_PAGE] == reviewed.docs_page(load)


def test_the_front_door_of_the_prefect_ui_is_the_one_that_links_lead_to_and_it_asks_nobody_else(reviewed: Reviewed, tab: Tab) -> None:
    prefect = reviewed.pipeline.services.ui_url
    visit = tab.open(prefect)
    tab.wait_for_text("Active Work Pools")
    assert tab.evaluate("location.pathname") == "/dashboard"
    assert visit.hosts() == {prefect.partition("//")[2]}


def test_the_form_of_a_backfill_asks_in_the_order_in_which_people_think(reviewed: Reviewed, tab: Tab) -> None:
    pipeline = reviewed.pipeline
    deployment = pipeline.client.read_deployment_by_name("backfill-warehouse/ad-hoc")
    tab.open(f"{pipeline.services.ui_url}/deployments/deployment/{deployment.id}/run")
    form = tab.wait_for_text("Allow mass deletion")
    asked = ("First day", "Day after the last", "Window (Optional)", "Windows at once", "Start afresh", "Allow mass deletion")
    assert sorted(asked, key=form.index) == list(asked)


def test_the_steward_finds_the_rejected_row_why_and_how_to_mend_it(reviewed: Reviewed, tab: Tab) -> None:
    tab.open(reviewed.docs_page("rejected"))
    text = tab.text()
    for words in ("A line sells at least one piece.", "order_items.quantity_positive", "Correct the quantity, or delete the line.", "-3"):
        assert words in text
    assert "orders.recent was off for this run alone" in text
    visit = tab.click("nav a[href$='rejects.html']")
    assert_sound(visit, reviewed.pipeline.docs_url)
    text = tab.text()
    for words in ("rejected rows that waited, day by day", "A line sells at least one piece.", "Owner order desk", "less than an hour"):
        assert words in text
    tab.click("section[id='order_items-order_items.quantity_positive'] a[href^='loads/']")
    assert tab.evaluate("location.href") == reviewed.docs_page("rejected")


def test_the_index_shows_the_four_loads_and_every_page_of_the_site_is_sound(reviewed: Reviewed, tab: Tab) -> None:
    docs = reviewed.pipeline.docs_url
    assert_sound(tab.open(f"{docs}/index.html"), docs)
    assert "is blocked" in tab.text()
    verdicts = tab.evaluate("Array.from(document.querySelectorAll('tbody .badge'), badge => badge.innerText)")
    assert verdicts == ["BLOCKED", "WARN", "WARN", "PASS"]
    pages = {link.partition("#")[0] for link in tab.links().values()}
    assert len(pages) == 4 + 4  # the loads; index, rejected rows, rules and the sales report
    for page in sorted(pages):
        assert_sound(tab.open(page), docs)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_telephone_and_can_be_read_by_day_and_by_night(scheme: str, reviewed: Reviewed, tab: Tab) -> None:
    tab.prefer(scheme)
    tab.resize(390, 844)
    try:
        for page in ("index.html", "rejects.html", "rules.html"):
            tab.open(f"{reviewed.pipeline.docs_url}/{page}")
            assert tab.overflow() == 0, page
            assert tab.least_contrast() >= 4.5, page
        tab.open(reviewed.docs_page("blocked"))
        assert (tab.overflow(), tab.least_contrast() >= 4.5) == (0, True)
    finally:
        tab.prefer("light")
        tab.resize(1280, 900)


def test_personal_data_is_on_no_page(reviewed: Reviewed, tab: Tab) -> None:
    tab.open(reviewed.docs_page("warned"))
    assert "customer_id email 1 (hidden)" in tab.text()
    tab.open(f"{reviewed.pipeline.docs_url}/index.html")
    for page in {link.partition("#")[0] for link in tab.links().values()}:
        tab.open(page)
        assert "olena.at.home" not in tab.evaluate("document.documentElement.outerHTML")
