import pytest

from techmarket.errors import IntegrityError
from techmarket.release.deletion_guard import ALWAYS_BELIEVED, require_believable, rows_needed


@pytest.mark.parametrize(
    ("missing", "rows", "share"),
    [(0, 0, 0.0), (0, 100, 0.01), (1, 2, 0.01), (10, 20, 0.0), (11, 1_100, 0.01), (500, 1_000, 0.5), (8, 8, 1.0), (1_000, 1_000, 1.0)],
)
def test_a_modest_deletion_is_believed(missing: int, rows: int, share: float) -> None:
    require_believable("dim_region", missing=missing, rows=rows, max_delete_share=share)


@pytest.mark.parametrize(
    ("missing", "rows", "share"),
    [(1, 1, 0.01), (2, 3, 0.01), (10, 19, 0.01), (11, 1_099, 0.01), (11, 1_000_000, 0.0), (501, 1_000, 0.5)],
)
def test_a_mass_deletion_is_refused_with_both_numbers_and_the_way_out(missing: int, rows: int, share: float) -> None:
    with pytest.raises(IntegrityError, match=rf"dim_region: .* {missing} of {rows} rows; .*TECHMARKET_MAX_DELETE_SHARE.*Next: "):
        require_believable("dim_region", missing=missing, rows=rows, max_delete_share=share)


def test_a_small_table_may_lose_half_of_its_rows_and_a_large_one_its_share() -> None:
    assert rows_needed(ALWAYS_BELIEVED, 0.01) == 2 * ALWAYS_BELIEVED
    assert rows_needed(ALWAYS_BELIEVED + 1, 0.01) == 100 * (ALWAYS_BELIEVED + 1)
