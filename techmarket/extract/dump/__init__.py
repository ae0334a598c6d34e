"""Exports made by MySQL itself, `mysqldump --tab` or `SELECT … INTO OUTFILE`, as a source: where the order system cannot be reached."""
