from infra.local.commands import run
from infra.local.servers import LOCAL
from tests.support.orchestration.operated_stack import OperatedStack, docker


def within(operated: OperatedStack, script: str, *options: str) -> str:
    return docker("run", "--rm", *options, operated.image, "sh", "-c", script)


def test_the_tag_is_the_commit(operated: OperatedStack) -> None:
    commit = run(["git", "-C", LOCAL.parent, "rev-parse", "--short=12", "HEAD"]).strip()
    assert operated.image.removesuffix("-dirty") == f"techmarket:{commit}"


def test_it_runs_as_an_ordinary_user_who_cannot_change_the_program(operated: OperatedStack) -> None:
    assert within(operated, "id -un") == "techmarket"
    assert within(operated, "test -w /opt/venv && echo writable || echo fixed") == "fixed"


def test_it_holds_no_compiler_no_cache_and_no_settings(operated: OperatedStack) -> None:
    sought = "command -v gcc cc make; find / -xdev \\( -name .env -o -path '*/.cache/pip' -o -path '/build' \\) 2>/dev/null; true"
    assert within(operated, sought, "--user", "root") == ""


def test_the_program_is_installed_with_its_sql_and_its_bytecode(operated: OperatedStack) -> None:
    where = "import techmarket.load.load as p, pathlib; print(p.__file__, p.__cached__, pathlib.Path(p.__cached__).exists())"
    file, _, is_compiled = within(operated, f'python3 -c "{where}"').split()
    assert file.startswith("/opt/venv/lib/")
    assert is_compiled == "True"
    assert "bootstrap" in within(operated, "techmarket --help")


def test_a_container_without_settings_says_what_is_missing(operated: OperatedStack) -> None:
    said = within(operated, "techmarket load 2>&1; true")
    assert "TECHMARKET_OLTP_URL is not set. Next:" in " ".join(said.split())
