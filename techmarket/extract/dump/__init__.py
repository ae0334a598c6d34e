"""MySQL's exports (`mysqldump --tab`, `SELECT … INTO OUTFILE`), for an order system that cannot be reached."""
