import sys
from pathlib import Path
from uuid import uuid4

import pytest

from infra.demo.prefect_services import PrefectServices
from techmarket.errors import ConfigurationError


def test_a_flow_run_is_not_waited_for_when_the_server_has_ended(tmp_path: Path) -> None:
    services = PrefectServices(tmp_path)
    services.server.start([sys.executable, "-c", "raise SystemExit('no disk left')", services.server.mark])
    with pytest.raises(ConfigurationError):
        services.server.wait_until(lambda: False)
    with pytest.raises(ConfigurationError, match=r"(?s)prefect-server ended before its work was done.*no disk left"):
        services.wait_for_end(uuid4())
