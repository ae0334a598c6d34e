"""Try the rules on rows that nobody is going to release, before a rule or a severity is changed for good."""

from typing import Annotated

from prefect import flow
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tasks.checking import check_rules
from tasks.quality import known_severities, publish_verdict
from techmarket.quality.rules import Severity


class CheckOptions(BaseModel):
    """What to check, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    extract_id: str | None = Field(
        None,
        title="Sealed extract",
        description="Name of an extract's folder, such as 20261122T030000Z-1a2b3c. Left out: what the newest load left in staging.",
    )
    severities: Annotated[dict[str, Severity], AfterValidator(known_severities)] = Field(
        {},
        title="Severities of this check",
        description='What a broken rule would do: {"orders.total_matches_lines": "critical row"}. Rules that are off are warnings.',
    )


WHAT_IS_STAGED = CheckOptions()


@flow(name="check-quality", flow_run_name="check")
def check_quality(options: CheckOptions = WHAT_IS_STAGED) -> str:
    """Gate an extract, or what staging holds, without releasing or rejecting anything; returns the verdict."""
    report = check_rules(options.extract_id, options.severities)
    publish_verdict(report)
    return str(report.verdict)
