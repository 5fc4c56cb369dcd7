#!/bin/sh
# Random secrets for compose.yaml, into deploy/secrets. What is there is kept: run it again after an upgrade.
set -eu
umask 022
folder="$(cd "$(dirname "$0")" && pwd)/secrets"
mkdir -p "$folder"
# The folder keeps others out; the files are mounted one by one, and users in containers must be able to read them.
chmod 700 "$folder"
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
write() { [ -s "$folder/$1" ] || { cat >"$folder/$1.new" && chmod 444 "$folder/$1.new" && mv "$folder/$1.new" "$folder/$1"; }; }

random | write postgres_password
random | write redis_password
random | write nats_password
random | write secret_key
# Keep a copy of this one elsewhere: without it what is encrypted stays so.
head -c 32 /dev/urandom | base64 | write pii_kek
printf 'postgres://controlplane:%s@postgres:5432/controlplane' "$(cat "$folder/postgres_password")" | write database_url
printf 'redis://:%s@redis:6379/0' "$(cat "$folder/redis_password")" | write redis_url
# In Redis is only what may be lost: nothing is written to disk.
printf 'requirepass %s\nsave ""\nappendonly no\nmaxmemory-policy noeviction\n' "$(cat "$folder/redis_password")" |
    write redis_conf
write nats_conf <<CONF
http: 127.0.0.1:8222
max_payload: 1MB
jetstream {
  store_dir: /data
  # An acknowledged event is on the disk: without it a loss of power may lose the last seconds.
  sync_interval: always
}
authorization { user: controlplane, password: "$(cat "$folder/nats_password")" }
CONF
echo "The secrets are in $folder."
