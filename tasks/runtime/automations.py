"""Prefect automations that end dead runs and send alerts."""

from datetime import timedelta
from uuid import UUID

from prefect.client.schemas.objects import StateType
from prefect.events import AutomationCore, EventTrigger, Posture, ResourceSpecification
from prefect.events.actions import ChangeFlowRunState, SendNotification

from techmarket.errors import DataQualityError, error_classes

_SILENCE = timedelta(seconds=90)
"""Three heartbeats; prefect.yaml sets one in 30 s, Prefect's minimum."""
_LONGEST_START = timedelta(minutes=10)
"""Far more than a container needs. A run that waits for its turn is Scheduled, not Pending."""

_ENDS = ("Completed", "Failed", "Cancelled", "Crashed", "TimedOut")
_OURS = ResourceSpecification({"prefect.resource.role": "tag", "prefect.resource.id": "prefect.tag.techmarket"})
_LOADS = ResourceSpecification({"prefect.resource.role": "flow", "prefect.resource.name": "load-warehouse"})
_GATE_BLOCKED = f"*{DataQualityError.__name__}:*"
_LINK = "{{ flow_run|ui_url }}"


def run_guards() -> tuple[AutomationCore, ...]:
    """End dead runs, which would keep their concurrency slots for ever."""
    return (
        _guard(
            "dead runs",
            "its container and its worker are gone",
            # Not the heartbeat alone: a run may die before it.
            after=("Running", "Retrying", "heartbeat"),
            expect=("heartbeat", *_ENDS),
            within=_SILENCE,
            message=f"No sign of life for {_SILENCE.seconds} s: container and worker are gone. The next run takes over.",
        ),
        _guard(
            "stuck runs",
            "the worker that took it died before the start",
            after=("Pending",),
            expect=("Running", "Scheduled", "AwaitingConcurrencySlot", "Late", "Cancelling", *_ENDS),
            within=_LONGEST_START,
            message=f"Not started within {_LONGEST_START.seconds} s after a worker took it. The next run takes over.",
        ),
    )


def alerts(block_document_id: UUID, *, stale_after: timedelta) -> tuple[AutomationCore, ...]:
    """Alert people, through a notification block, to failed runs, blocked batches and a stale warehouse."""
    failed = EventTrigger(
        match=_runs(message=f"!{_GATE_BLOCKED}"),
        match_related=_OURS,
        expect=_events("Failed", "Crashed", "TimedOut"),
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,
        threshold=1,
    )
    blocked = failed.model_copy(update={"match": _runs(message=_GATE_BLOCKED)})
    stale = EventTrigger(
        match=_runs(),
        match_related=_LOADS,
        # Count from the last good load: the server's evaluation would send the alert up to twice as late.
        after=_events("Completed"),
        expect=_events("Completed"),
        posture=Posture.Proactive,
        threshold=1,
        within=stale_after,
    )

    def alert(name: str, when: str, trigger: EventTrigger, *, subject: str, body: str) -> AutomationCore:
        return AutomationCore(
            name=f"techmarket: {name}",
            description=f"Tells people when {when}.",
            trigger=trigger,
            actions=[SendNotification(block_document_id=block_document_id, subject=subject, body=body)],
        )

    return (
        alert(
            "failed runs",
            "a run failed, crashed or timed out",
            failed,
            subject="{{ flow.name }} ended {{ flow_run.state.name }}: {{ flow_run.name }}",
            body=f"{_reason()}\n{_LINK}",
        ),
        alert(
            "blocked gate",
            "the quality gate did not let a batch pass",
            blocked,
            subject="The quality gate blocked {{ flow_run.name }}",
            body=f"{{{{ flow_run.state.message }}}}\n{_LINK}",
        ),
        alert(
            "stale warehouse",
            f"no load has completed for {stale_after}",
            stale,
            subject="The warehouse is stale",
            body=f"No load has completed for {stale_after}. Next: see docs/runbook.md.",
        ),
    )


def _guard(name: str, why: str, *, after: tuple[str, ...], expect: tuple[str, ...], within: timedelta, message: str) -> AutomationCore:
    """Mark a run as crashed after its events stop."""
    trigger = EventTrigger(
        match=_runs(),
        match_related=_OURS,
        after=_events(*after),
        expect=_events(*expect),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=within,
    )
    return AutomationCore(
        name=f"techmarket: {name}",
        description=f"Marks a run as crashed: {why}.",
        trigger=trigger,
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message=message)],
    )


def _runs(*, message: str | None = None) -> ResourceSpecification:
    """All flow runs, or those whose state message matches the pattern; a leading ``!`` negates it."""
    labels: dict[str, str | list[str]] = {"prefect.resource.id": "prefect.flow-run.*"}
    return ResourceSpecification(labels | ({"prefect.state-message": message} if message else {}))


def _events(*states: str) -> set[str]:
    return {f"prefect.flow-run.{state}" for state in states}


def _reason() -> str:
    """The state's message, of the pipeline's own errors: others may hold row values."""
    own = " or ".join(f"'{kind.__name__}:' in flow_run.state.message" for kind in error_classes())
    return f"{{% if {own} %}}{{{{ flow_run.state.message }}}}{{% else %}}Its log says why.{{% endif %}}"
