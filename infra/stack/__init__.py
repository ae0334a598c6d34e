"""``make up`` and ``make down``: the whole pipeline in containers on this machine, made of infra/stack/compose.yaml."""
