"""The Data Docs: what the gate found, load by load, and what waits in quarantine, as a site that needs no network and no script.

======================  =================================================================================
``index.html``          how the loads went, the newest first
``rejects.html``        the rejected rows that wait: since when, how many, how to mend them
``rules.html``          what is asked of the data
``loads/<batch>.html``  a load's page; beside it a small JSON file, from which the index is built
``reports/<batch>.json``  the load's whole report, from which its page can be written anew
======================  =================================================================================

A load costs the same however long the history is: the index reads the small files only, and their number is bounded.
"""

from techmarket.publish.data_docs.site import DataDocs

__all__ = ["DataDocs"]
