# Sourced by the demonstrations of registries: makes three good models and a hostile one in a folder, from a few bytes.

# make_models FOLDER
make_models() {
  local folder=$1 header='{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
  mkdir -p "$folder"/{tabular,embedding,settings,hostile}
  # Protocol 2: the tuple (1, 2).
  printf '\x80\x02K\x01K\x02\x86.' >"$folder/tabular/model.pkl"
  # Safetensors: the length of the header, the header, a tensor of two zeros.
  printf "\\x$(printf %02x ${#header})\0\0\0\0\0\0\0%s\0\0\0\0\0\0\0\0" "$header" >"$folder/embedding/model.safetensors"
  echo '{"model_type": "embedding", "hidden_size": 2}' >"$folder/embedding/config.json"
  echo '{"threshold": 0.5}' >"$folder/settings/settings.json"
  printf 'A model of one number.\n' >"$folder/settings/README.md"
  # Protocol 0: import os.system, call it with a text. Loading this would run the command.
  printf "cos\nsystem\n(S'echo this would have run'\ntR." >"$folder/hostile/model.pkl"
}

# free_port: a port of this machine that nobody listens at.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# await_server ADDRESS PROCESS: until it answers, two minutes at most.
await_server() {
  for _ in $(seq 600); do
    python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=2)' "$1" 2>/dev/null && return 0
    kill -0 "$2" 2>/dev/null || break
    sleep 0.2
  done
  echo "no server answers at $1" >&2
  return 1
}

# sweep TARGET ARGUMENT...: sweeps a registry into TARGET, and checks that the hostile model alone stays out.
sweep() {
  local target=$1 status=0
  shift
  mkdir -p "$target"
  "$lazaret" registry "$@" --into "$target" --store "$place/verdicts.db" || status=$?
  echo
  echo "exit status $status; let in:"
  (cd "$target" && find . -type f | sort | sed 's|^\./|  |')
  [ "$status" -eq 1 ] && [ -z "$(find "$target" -type f -path '*hostile*')" ]
}
