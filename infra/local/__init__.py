"""Private database servers for ``make demo`` and ``make test``: no root, no system service, loopback only, all below ``.local/``."""
