"""The Data Docs: the gate's results by load and the open rejects, as a site that needs no network and no script.

======================  =================================================================================
``index.html``          the loads, newest first
``rejects.html``        the open rejects: their age, number and remedies
``rules.html``          the rules
``loads/<batch>.html``  a load's page; beside it a small JSON file, from which the index is built
``reports/<batch>.json``  the load's whole report, from which its page can be rebuilt
======================  =================================================================================

A load costs the same however long the history is: the index reads a bounded number of small files.
"""

from techmarket.publish.data_docs.site import DataDocs

__all__ = ["DataDocs"]
