import re
import subprocess

import pytest

from tests.support.repository import ROOT

SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a key of AWS": r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
    "a token of Slack": r"\bxox[abprs]-[0-9A-Za-z-]{10,}",
    "an address of a Slack webhook": r"hooks\.slack\.com/services/T[0-9A-Z]+/B[0-9A-Z]+/\w+",
    "a key of Prefect Cloud": r"\bpn[ub]_[A-Za-z0-9]{36}\b",
    "a password in an address of a host elsewhere": r"(?:mysql|postgresql)\+\w+://[\w-]+:[\w%-]{8,}@(?!127\.0\.0\.1|localhost)\S",
}


def found_in(text: str) -> set[str]:
    return {what for what, pattern in SECRETS.items() if re.search(pattern, text)}


def test_no_file_holds_a_secret() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    texts = {name: (ROOT / name).read_text(encoding="utf-8", errors="ignore") for name in filter(None, tracked) if (ROOT / name).is_file()}
    assert len(texts) > 100
    assert {name: found for name, text in texts.items() if (found := found_in(text))} == {}


@pytest.mark.parametrize(
    ("secret", "what"),
    [
        ("-----BEGIN RSA PRIVATE" + " KEY-----", "a private key"),
        ("AKIA" + "A1B2C3D4E5F6G7H8", "a key of AWS"),
        ("ghp_" + "a1" * 18, "a token of GitHub"),
        ("xoxb-" + "1234567890-ab", "a token of Slack"),
        ("https://hooks.slack.com/services/" + "T0AB/B0AB/abc", "an address of a Slack webhook"),
        ("pnu_" + "a1" * 18, "a key of Prefect Cloud"),
        ("mysql+pymysql://root:" + "hunter2hunter2@db.example.com/shop", "a password in an address of a host elsewhere"),
        ("postgresql+psycopg2://etl:" + "hunter2hunter2@dwh/techmarket", "a password in an address of a host elsewhere"),
    ],
)
def test_each_kind_of_secret_would_be_found(secret: str, what: str) -> None:
    assert found_in(f"key = {secret!r}") == {what}
