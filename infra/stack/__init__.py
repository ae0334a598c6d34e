"""``make up`` and ``make down``: the whole pipeline in containers, declared in compose.yaml and work-pool.json.

No other folder of ``infra`` may import it; the Docker tests do. It imports ``infra.image`` and ``infra.local``.
"""
