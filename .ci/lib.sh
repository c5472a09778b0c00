# What the scripts of this folder share. Source it from the repository's root.

work=$(mktemp -d)
children=()

say() { printf -- '--- %s\n' "$*"; }
fail() { printf 'FAIL: %s\n' "$*" >&2; exit 1; }

# stop_all ends what run_server and the like have started, and nothing else.
stop_all() {
  local pid
  for pid in "${children[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${children[@]}"; do wait "$pid" 2>/dev/null || true; done
  children=()
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# wait_for URL PID LOG waits until a server is healthy. One that ends before is a failure; slowness is none, up to
# two minutes.
wait_for() {
  local n
  for n in $(seq 1200); do
    if curl -sf -o /dev/null --noproxy '*' "$1/_standin/health"; then return; fi
    if ! kill -0 "$2" 2>/dev/null; then cat "$3"; fail "the server has ended"; fi
    sleep 0.1
  done
  cat "$3"
  fail "nothing answers at $1"
}

# run_server FLAGS... starts $STANDIN on a free port and sets url and server.
run_server() {
  local port
  port=$(free_port)
  "$STANDIN" serve --port "$port" "$@" >"$work/server.log" 2>&1 &
  server=$!
  children+=("$server")
  url=http://127.0.0.1:$port
  wait_for "$url" "$server" "$work/server.log"
}
