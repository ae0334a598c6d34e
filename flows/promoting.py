"""What every flow does with a sealed extract, whatever it was read from."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from tasks.artifacts import show_release
from tasks.quality import admit_batch, judge_batch, known_severities, publish_quarantine, publish_verdict
from tasks.releasing import publish_certificate, release_batch
from tasks.reporting import publish_report_of_sales
from tasks.staging import stage_extract
from techmarket.quality.rules.row_rules import Severity
from techmarket.quality.rules.severities import AS_DECLARED

RunSeverities = Annotated[
    dict[str, Severity],
    AfterValidator(known_severities),
    Field(
        title="Severities of this run",
        description=(
            'What a broken rule does in this run alone: {"orders.status_known": "warning"}. One of critical row, critical table, '
            "warning and off; docs/quality.md lists the rules. The ledger and the batch's page keep what was asked for."
        ),
    ),
]
"""The option of every flow that promotes what somebody asked for by hand."""


def promote(batch_id: int, extract_id: str, *, allow_mass_delete: bool, severities: Mapping[str, Severity] = AS_DECLARED) -> None:
    """Stage a sealed extract, let the gate judge it, and release it whole or not at all; ``severities`` are those of this run alone."""
    stage_extract(batch_id, extract_id)
    report = judge_batch(batch_id, dict(severities))
    publish_verdict(report, return_state=True)  # a state is returned, so that a failure to publish is shown and not raised
    admit_batch(report, extract_id)
    certificate = release_batch(batch_id, extract_id, report, allow_mass_delete=allow_mass_delete)
    publish_report_of_sales(return_state=True)
    publish_quarantine(return_state=True)
    publish_certificate(certificate, return_state=True)
    show_release(certificate, report)
