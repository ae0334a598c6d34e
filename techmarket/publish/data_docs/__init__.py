"""The Data Docs: a site that needs no network and no script.

======================  =================================================================================
``index.html``          the loads, newest first
``rejects.html``        the open rejects: age, number and remedies
``rules.html``          the rules
``loads/<batch>.html``  a load's page, and its index entry as JSON
``reports/<batch>.json``  the whole report, from which the page can be rebuilt
======================  =================================================================================
"""

from techmarket.publish.data_docs.site import DataDocs

__all__ = ["DataDocs"]
