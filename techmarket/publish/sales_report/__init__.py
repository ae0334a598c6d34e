"""The sales report: the key figures after a load as one page that needs no network, in Ukrainian and English, beside the Data Docs.

======================  =============================================================
``sales/<batch>.html``  the report of a released load
``sales/index.html``    the newest of them
======================  =============================================================
"""
