#!/usr/bin/env bash
# Checks that the source tree keeps to its own rules: who may include whom, which library stays in which folder, how long
# a file may be, and names that say nothing. usage: layering.sh [ROOT]   (exit 1: a line for each breach)
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"

# Who may know whom: a folder, then what its files may include besides their own folder. This is the one list of it
# outside CMake; docs/decisions/ says why.
arrows() {
  cat <<'TABLE'
sdk
host/world
host/files
host/http           host/world
host/observability  host/world sdk
host/topology       host/world host/files sdk
host/plugin         host/world sdk
host/middleware     host/world host/plugin sdk
host/tracing        host/world
host/pipeline       host/world host/middleware host/plugin host/tracing sdk
host/runtime        host/world host/files host/tracing host/pipeline host/middleware host/plugin host/topology host/observability sdk
host/admin          host/world host/runtime host/pipeline host/middleware host/plugin host/topology host/observability host/http sdk
host/cli            host/world host/files host/tracing host/admin host/runtime host/pipeline host/middleware host/plugin host/topology host/observability host/http sdk
host                host/cli
TABLE
  local plugin
  for plugin in plugins/*/; do echo "${plugin%/} sdk plugins/net"; done
}

# A library's headers (a regular expression) and the one folder that may see them.
homes() {
  cat <<'TABLE'
^yaml-cpp/             host/topology
^prometheus/           host/observability
^opentelemetry/        host/tracing
^google/protobuf/      host/tracing
^(zlib|zstd(_errors)?)\.h$ host/pipeline
^boost/dll             host/plugin
^boost/(beast|asio)    host/http
^CLI/                  host/cli
^(rabbitmq-c/|amqp)    plugins
^librdkafka/           plugins
^hiredis/              plugins
^curl/                 plugins
TABLE
}

sources() {
  local folder found=()
  for folder in sdk host plugins; do if [ -d "$folder" ]; then found+=("$folder"); fi; done
  find "${found[@]}" -type f \( -name '*.hpp' -o -name '*.cpp' -o -name '*.h' -o -name '*.c' \)
}

# "FILE:LINE:HEADER" of every include.
includes() {
  sources | xargs -r grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]' |
    sed -E 's/^([^:]*:[0-9]+):[^<"]*[<"]([^>"]*)[>"].*/\1:\2/'
}

check_includes() {
  includes | awk -v arrows="$(arrows)" -v homes="$(homes)" '
    BEGIN {
      count = split(arrows, lines, "\n")
      for (i = 1; i <= count; i++) {
        n = split(lines[i], words, " ")
        known[words[1]] = 1
        for (j = 2; j <= n; j++) may[words[1], words[j]] = 1
      }
      library_count = split(homes, lines, "\n")
      for (i = 1; i <= library_count; i++) { split(lines[i], words, " "); pattern[i] = words[1]; home[i] = words[2] }
    }
    # The folder of the table a path belongs to: sdk, host/X, plugins/X, or host for a file directly in it.
    function folder_of(path,   parts) {
      split(path, parts, "/")
      if (parts[1] == "sdk" || parts[1] == "connector") return "sdk"
      if (parts[1] != "host" && parts[1] != "plugins") return ""
      return parts[3] == "" ? parts[1] : parts[1] "/" parts[2]
    }
    {
      split($0, at, ":"); file = at[1]; header = at[3]
      from = folder_of(file); to = folder_of(header)
      where = file ":" at[2] ": "
      if (!(from in known)) { print where from " is not in the table of arrows"; next }
      if (to != "" && to != from && !((from, to) in may)) print where from " must not include " header
      if (file ~ /^sdk\/include\// && to == "" && header ~ /\// && header !~ /^sys\//) print where "the SDK depends on nothing, not on " header
      if (header ~ /\.\.\// || (to == "" && header !~ /\// && header ~ /\.hpp$/)) print where "write the full path instead of " header
      for (i = 1; i <= library_count; i++)
        if (header ~ pattern[i] && from != home[i] && index(from, home[i] "/") != 1) print where header " belongs in " home[i] " alone"
    }'
}

check_sizes() {
  sources | xargs -r wc -l | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines, 400 are allowed" }'
}

check_names() {
  find . -path ./.git -prune -o -path './build*' -prune -o \
    -regextype posix-extended -iregex '.*/([a-z0-9]+_)*(utils?|common|helpers?|misc)(\.[a-z]+|_[a-z0-9]+\.[a-z]+)?' -print |
    sed 's/$/: the name does not say what it is/'
}

breaches=$(check_includes && check_sizes && check_names)
[ -z "$breaches" ] && exit 0
echo "$breaches"
exit 1
