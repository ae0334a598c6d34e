"""A backfill's outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from techmarket.backfill.fingerprint import Fingerprint
from techmarket.backfill.ledger import Backfill, WindowState, total
from techmarket.backfill.windows import Window
from techmarket.errors import IncompleteError


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """Windows after a run, and its errors."""

    backfill: Backfill
    windows: Sequence[WindowState]
    errors: Mapping[Window, str]

    @property
    def released(self) -> int:
        """Number of released windows."""
        return sum(state.is_released for state in self.windows)

    @property
    def before(self) -> Fingerprint | None:
        """Facts before the replay; None until known for every window."""
        return total([state.before for state in self.windows])

    @property
    def after(self) -> Fingerprint | None:
        """Facts after the replay; None until known for every window."""
        return total([state.after for state in self.windows])

    def headline(self) -> str:
        """The progress in one sentence."""
        return (
            f"Backfill {self.backfill.backfill_id} of {self.backfill.range}: {self.released} of {len(self.windows)} windows are released."
        )

    def proof(self) -> list[str]:
        """Facts before and after, and whether they are equal."""
        if self.before is None or self.after is None:
            return ["The hash of the range is known when every window is released."]
        same = "The hash is the same: the replay changed nothing." if self.before == self.after else "The hash differs: facts were changed."
        return [f"Before: {self.before}.", f"After:  {self.after}.", same]

    def rows(self) -> list[dict[str, str | int]]:
        """One row a window: counts, and whether facts changed."""
        return [_row(state) for state in self.windows]

    def markdown(self) -> str:
        """The report as an artifact."""
        rows = self.rows()
        lines = [f"# {self.headline()}", "", *(f"{line}  " for line in self.proof()), ""]
        lines += [f"| {' | '.join(rows[0])} |", f"|{'---|' * len(rows[0])}"]
        lines += [f"| {' | '.join(f'{value:,}' if isinstance(value, int) else value for value in row.values())} |" for row in rows]
        lines += ["", *(f"- **{window}** failed: {error}" for window, error in self._failures().items())]
        return "\n".join(lines).rstrip() + "\n"

    def require_complete(self) -> None:
        """Check that every window is released.

        Raises:
            IncompleteError: names each other window, with reason and remedy.
        """
        if self.released == len(self.windows):
            return
        failed = "; ".join(f"{window}: {error}" for window, error in self._failures().items())
        msg = (
            f"{self.headline()} Not so {failed} Next: mend what each names, then run the same backfill again; it goes on with the windows"
            " that are not released."
        )
        raise IncompleteError(msg)

    def _failures(self) -> dict[Window, str]:
        return {
            state.window: self.errors.get(state.window) or state.error or f"its load is {state.status}."
            for state in self.windows
            if not state.is_released
        }


def _row(state: WindowState) -> dict[str, str | int]:
    def count(table: str, fate: str) -> int:
        return int(state.counts.get(table, {}).get(fate, 0))

    known = state.before is not None and state.after is not None
    return {
        "window": str(state.window),
        "status": state.status,
        "batch": state.batch_id or "",
        "orders read": count("orders", "extracted"),
        "lines written": count("order_items", "merged"),
        "lines removed": count("order_items", "removed"),
        "payments written": count("payments", "merged"),
        "payments removed": count("payments", "removed"),
        "hash after": state.after.digest if state.after else "",
        "facts": "" if not known else "the same" if state.before == state.after else "changed",
    }
