"""``make up`` and ``make down``: the pipeline in containers, declared in compose.yaml and work-pool.json.

Imports ``infra.image`` and ``infra.local``. No other folder of ``infra`` imports it; tests may.
"""
