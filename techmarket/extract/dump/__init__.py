"""Exports made by MySQL (`mysqldump --tab`, `SELECT … INTO OUTFILE`) as a source, where the order system cannot be reached."""
