#!/bin/sh
# Starts as the published images do: a first start of PostgreSQL makes the user and the database that the variables name,
# and Redis listens to every container. Both give up the rights of root first.
set -eu
as() {
  account=$1
  shift
  exec setpriv --reuid="$account" --regid="$account" --clear-groups "$@"
}
case $1 in
postgres)
  programs=$(echo /usr/lib/postgresql/*/bin)
  data=/var/lib/postgresql/data
  if [ ! -s "$data/PG_VERSION" ]; then
    password=$(mktemp)
    printf '%s' "$POSTGRES_PASSWORD" >"$password"
    chown postgres "$password" "$data"
    (as postgres "$programs/initdb" --pgdata "$data" --username "$POSTGRES_USER" --pwfile "$password" --auth-host scram-sha-256 --encoding UTF8 --no-sync)
    rm "$password"
    echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
    echo "create database \"$POSTGRES_DB\"" | (as postgres "$programs/postgres" --single -D "$data" postgres)
  fi
  as postgres "$programs/postgres" -D "$data" -c 'listen_addresses=*'
  ;;
redis-server)
  cd /data
  as redis "$@" --protected-mode no
  ;;
*) exec "$@" ;;
esac
