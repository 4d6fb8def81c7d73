#!/bin/sh
# Makes the secrets that compose.yaml reads from ./secrets; what is there already stays as it is. Run it in the folder of
# compose.yaml, and again after an upgrade.
set -eu
# The folder keeps others on this machine out; the users of the containers must be able to read the files.
mkdir -p secrets
cd secrets
chmod 700 .
umask 022

random() { openssl rand "$@"; }
url_of() { printf 'postgresql://%s:%s@postgres:5432/quay_robots' "$1" "$(cat "$2")"; }
# make FILE COMMAND…
make() {
  if [ -s "$1" ]; then return; fi
  file=$1
  shift
  "$@" > "$file.new"
  mv "$file.new" "$file"
}

make secret_key random -base64 32
make postgres_password random -hex 24
make owner_password random -hex 24
make service_password random -hex 24
make owner_database_url url_of quay_robots_owner owner_password
make service_database_url url_of quay_robots_service service_password
mkdir -p optional
chmod 644 secret_key ./*_password ./*_url
