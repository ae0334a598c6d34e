"""The quality gate between staging and warehouse: rules, their evaluation, the quarantine and the Data Docs."""
