#!/usr/bin/env bash
# MariaDB 10.11.19: SET SESSION name = DEFAULT gives a session the server's global value, as documented; not so for
# system_versioning_asof. There DEFAULT is a state of its own, "the current rows", and no other value names it: 'DEFAULT', '' and NULL are
# refused. So SET SESSION system_versioning_asof = DEFAULT is the one way to read current rows whatever the global value is.
# With the global value at an earlier instant, every new session reads the system-versioned tables as of then, without a warning.
# Seen while listing what may bend the results of a session that reads an order system.
# usage: findings/mariadb-system-versioning-asof-default.sh    needs: Debian 12 with apt-get and python3 with venv, network to their indexes
set -euo pipefail
version=1:10.11.19-0+deb12u1
work=$(mktemp -d)
chmod 755 "$work"
server=
stop() { [ -z "$server" ] || { kill "$server"; wait "$server" || true; }; rm -rf "$work"; }
trap stop EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check PyMySQL==1.2.0
needed=$(apt-cache depends mariadb-server-core="$version" | sed -n 's/^  Depends: \([a-z].*\)/\1/p' | grep -v '^libc6$')
(cd "$work" && apt-get download -qq -o APT::Sandbox::User=root mariadb-server-core="$version" $needed >/dev/null 2>&1)
for archive in "$work"/*.deb; do dpkg -x "$archive" "$work/files"; done
libraries=$work/files/usr/lib/x86_64-linux-gnu:$work/files/lib/x86_64-linux-gnu
mkdir "$work/data" "$work/tmp"
user=()
[ "$(id -u)" != 0 ] || user=(--user=root)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
LD_LIBRARY_PATH=$libraries "$work/files/usr/sbin/mariadbd" --no-defaults "${user[@]}" --datadir="$work/data" --tmpdir="$work/tmp" \
  --lc-messages-dir="$work/files/usr/share/mysql" --character-sets-dir="$work/files/usr/share/mysql/charsets" --skip-grant-tables \
  --skip-networking=0 --bind-address=127.0.0.1 --port="$port" --socket="$work/socket" --log-error="$work/log" &
server=$!

PORT=$port "$work/venv/bin/python" - <<'PY'
import os
import time

import pymysql


def session():
    return pymysql.connect(host="127.0.0.1", port=int(os.environ["PORT"]), user="root", autocommit=True).cursor()


def one(cursor, statement):
    cursor.execute(statement)
    row = cursor.fetchone()
    return row and str(row[0])


def refused(cursor, value):
    try:
        cursor.execute(f"SET SESSION system_versioning_asof = {value}")
    except pymysql.Error as error:
        return error.args[0]
    return None


deadline = time.monotonic() + 60
while True:
    try:
        admin = session()
        break
    except pymysql.OperationalError:
        if time.monotonic() > deadline:
            raise
        time.sleep(0.2)
version = one(admin, "SELECT version()")
admin.execute("CREATE DATABASE d")
admin.execute("CREATE TABLE d.t (n int) WITH SYSTEM VERSIONING")
admin.execute("INSERT INTO d.t VALUES (1)")
admin.execute("SET GLOBAL system_versioning_asof = '2020-01-01 00:00:00'")
admin.execute("SET GLOBAL group_concat_max_len = 4096")
reader = session()
seen = {"rows as a new session sees them": one(reader, "SELECT count(*) FROM d.t")}
reader.execute("SHOW WARNINGS")
seen["warnings"] = str(len(reader.fetchall()))
reader.execute("SET SESSION group_concat_max_len = 8192")
reader.execute("SET SESSION group_concat_max_len = DEFAULT")
seen["group_concat_max_len after DEFAULT"] = one(reader, "SELECT @@session.group_concat_max_len")
seen["refused with"] = str([refused(reader, value) for value in ("'DEFAULT'", "''", "NULL")])
reader.execute("SET SESSION system_versioning_asof = DEFAULT")
seen["system_versioning_asof after DEFAULT"] = one(reader, "SELECT @@session.system_versioning_asof")
seen["rows after DEFAULT"] = one(reader, "SELECT count(*) FROM d.t")
for what, found in seen.items():
    print(f"MariaDB {version}: {what}: {found}")
assert list(seen.values()) == ["0", "0", "4096", "[1231, 1231, 1231]", "DEFAULT", "1"], "the behaviour has changed"
PY
