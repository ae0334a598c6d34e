from pathlib import Path

from techmarket.staging.freed_memory import give_back

PAGE_KIB = 4


def resident_kib() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KIB


def test_freed_memory_below_what_is_still_used_is_given_back() -> None:
    texts = [bytes([number % 256]) * 100_000 for number in range(1_000)]
    last = texts[-1]  # by default the allocator keeps all memory below it
    del texts
    kept = resident_kib()
    give_back()
    assert kept - resident_kib() > 50_000
    assert len(last) == 100_000
