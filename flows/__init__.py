"""The flows, named by module path in deployments: ``flows.load_warehouse.load_warehouse``."""
