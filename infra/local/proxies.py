"""HTTP proxies of the environment."""

import os

from infra.local.ports import HOST


def bypass_proxies() -> None:
    """Reach servers of this machine directly, in this process and those that inherit its environment. A proxy cannot reach them."""
    for name in ("no_proxy", "NO_PROXY"):
        others = os.environ.get(name)
        os.environ[name] = ",".join([*([others] if others else []), HOST, "localhost"])
