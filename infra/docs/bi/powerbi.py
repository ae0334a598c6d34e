"""The Power BI project, and the shortcut to the warehouse."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from infra.docs.bi import tmdl
from infra.docs.bi.figures import FIGURES
from infra.docs.bi.model import HIERARCHIES
from infra.docs.bi.names import refuse_clashes
from infra.docs.bi.star import star

_SCHEMAS: Final = "https://developer.microsoft.com/json-schemas/fabric"
_PAGE: Final = "sales"


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2) + "\n"


def _platform(kind: str) -> str:
    return _json(
        {
            "$schema": f"{_SCHEMAS}/gitIntegration/platformProperties/2.0.0/schema.json",
            "metadata": {"type": kind, "displayName": "TechMarket"},
            "config": {"version": "2.0", "logicalId": tmdl.tag(kind)},
        }
    )


def _shortcut() -> str:
    connection = {"details": {"protocol": "postgresql", "address": {"server": "localhost:5432", "database": "techmarket"}}}
    return _json({"version": "0.1", "connections": [{**connection, "options": {}, "mode": "Import"}]})


_JSON: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "TechMarket.pbip": {
            "$schema": f"{_SCHEMAS}/pbip/pbipProperties/1.0.0/schema.json",
            "version": "1.0",
            "artifacts": [{"report": {"path": "TechMarket.Report"}}],
            "settings": {"enableAutoRecovery": True},
        },
        "TechMarket.SemanticModel/definition.pbism": {
            "$schema": f"{_SCHEMAS}/item/semanticModel/definitionProperties/1.0.0/schema.json",
            "version": "4.2",
            "settings": {},
        },
        "TechMarket.Report/definition.pbir": {
            "$schema": f"{_SCHEMAS}/item/report/definitionProperties/2.0.0/schema.json",
            "version": "4.0",
            "datasetReference": {"byPath": {"path": "../TechMarket.SemanticModel"}},
        },
        "TechMarket.Report/definition/version.json": {
            "$schema": f"{_SCHEMAS}/item/report/definition/versionMetadata/1.0.0/schema.json",
            "version": "2.0.0",
        },
        "TechMarket.Report/definition/report.json": {
            "$schema": f"{_SCHEMAS}/item/report/definition/report/2.0.0/schema.json",
            # Empty: Power BI Desktop uses its own base theme.
            "themeCollection": {},
            "settings": {
                "useStylableVisualContainerHeader": True,
                "exportDataMode": "AllowSummarized",
                "defaultDrillFilterOtherVisuals": True,
                "allowChangeFilterTypes": True,
                "useEnhancedTooltips": True,
                "useDefaultAggregateDisplayName": True,
            },
        },
        "TechMarket.Report/definition/pages/pages.json": {
            "$schema": f"{_SCHEMAS}/item/report/definition/pagesMetadata/1.0.0/schema.json",
            "pageOrder": [_PAGE],
            "activePageName": _PAGE,
        },
        f"TechMarket.Report/definition/pages/{_PAGE}/page.json": {
            "$schema": f"{_SCHEMAS}/item/report/definition/page/1.4.0/schema.json",
            "name": _PAGE,
            "displayName": "Sales",
            "displayOption": "FitToPage",
            "height": 720,
            "width": 1280,
        },
    }
)


def project() -> dict[Path, Callable[[], str]]:
    """Files under ``docs/bi`` and their renderers."""
    tables = star()
    refuse_clashes(tables.values(), FIGURES, HIERARCHIES)
    definition = "powerbi/TechMarket.SemanticModel/definition"
    files: dict[str, Callable[[], str]] = {
        "techmarket.pbids": _shortcut,
        **{f"powerbi/{name}": partial(_json, content) for name, content in _JSON.items()},
        "powerbi/TechMarket.SemanticModel/.platform": partial(_platform, "SemanticModel"),
        "powerbi/TechMarket.Report/.platform": partial(_platform, "Report"),
        f"{definition}/database.tmdl": lambda: "database\n\tcompatibilityLevel: 1600\n",
        f"{definition}/model.tmdl": tmdl.model,
        f"{definition}/expressions.tmdl": tmdl.expressions,
        f"{definition}/relationships.tmdl": tmdl.relationships,
        **{f"{definition}/tables/{name}.tmdl": partial(tmdl.table, table) for name, table in tables.items()},
    }
    return {Path("docs/bi") / name: render for name, render in files.items()}
