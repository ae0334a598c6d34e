"""Tries the rules without a release, before a rule or a severity changes for good."""

from typing import Annotated

from prefect import flow
from pydantic import AfterValidator, BaseModel, Field

from flows.forms import FORM
from flows.steps import RunSeverity, TaskSteps, known_severities
from tasks.runtime.batch import opened_check
from tasks.runtime.extracts import open_extract
from tasks.runtime.project import project
from techmarket.load.check import check_request
from techmarket.load.steps import run_check


class CheckOptions(BaseModel):
    """What to check, and how."""

    model_config = FORM

    extract_id: str = Field(
        "",
        title="Sealed extract",
        description="Name of an extract's folder, such as 20261122T030000Z-1a2b3c. Left empty: what the newest load left in staging.",
    )
    severities: Annotated[dict[str, RunSeverity], AfterValidator(known_severities)] = Field(
        {},
        title="Severities of this check",
        description='What a broken rule would do: {"orders.total_matches_lines": "critical_row"}. Rules that are off are warnings.',
    )

    @property
    def subject(self) -> str:
        """What is checked, for the run's name."""
        return f"extract {self.extract_id}" if self.extract_id else "what is staged"


WHAT_IS_STAGED = CheckOptions()


@flow(name="check-quality", flow_run_name="check {options.subject}")
def check_quality(options: CheckOptions = WHAT_IS_STAGED) -> str:
    """Gate an extract or the current staging without releasing or rejecting anything; returns the verdict."""
    extract = open_extract(options.extract_id) if options.extract_id else None
    request = check_request(project(), options.severities)
    with opened_check(extract) as batch:
        return str(run_check(batch, extract, TaskSteps(request)).report.verdict)
