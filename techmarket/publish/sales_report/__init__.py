"""A load's key figures as one page without network access, in Ukrainian and English.

======================  =============================================================
``sales/<batch>.html``  the report of a released load
``sales/index.html``    the newest of them
======================  =============================================================
"""
