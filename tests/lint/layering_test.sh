#!/usr/bin/env bash
# Proves that layering.sh sees what it is there for: each planted breach is reported, and a clean tree passes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

plant() { mkdir -p "$(dirname "$tree/$1")" && printf '%s\n' "${@:2}" >"$tree/$1"; }

# caught FILE TEXT WORDS: with that line in that file the check fails, and says so in these words.
caught() {
  local out
  plant "$1" "$2"
  if out=$("$here/layering.sh" "$tree"); then
    echo "not seen: '$2' in $1"
    failures=$((failures + 1))
  elif ! grep -qF "$3" <<<"$out"; then
    echo "'$2' in $1 gave: $out"
    failures=$((failures + 1))
  fi
  rm "$tree/$1"
}

plant sdk/include/connector/abi.h '#include <stdint.h>'
plant host/main.cpp '#include "host/cli/commands.hpp"'
plant host/runtime/task.cpp '#include "host/pipeline/line.hpp"' '#include "connector/abi.h"' '#include <vector>'
plant plugins/kafka/sink.cpp '#include <connector/sink.hpp>' '#include "plugins/kafka/producer.hpp"' '#include <librdkafka/rdkafka.h>'
"$here/layering.sh" "$tree" || { echo "a clean tree does not pass"; failures=$((failures + 1)); }

caught host/pipeline/bad.cpp '#include "host/runtime/task.hpp"' 'host/pipeline must not include host/runtime/task.hpp'
caught host/observability/bad.cpp '#include "host/pipeline/line.hpp"' 'must not include'
caught host/bad.cpp '#include "host/runtime/task.hpp"' 'host must not include'
caught host/cli/bad.cpp '#include "plugins/kafka/producer.hpp"' 'must not include plugins/kafka/producer.hpp'
caught plugins/kafka/bad.cpp '#include "host/world/time.hpp"' 'must not include'
caught plugins/kafka/worse.cpp '#include "plugins/redis/socket.hpp"' 'must not include'
caught sdk/include/connector/bad.hpp '  #  include <spdlog/spdlog.h>' 'the SDK depends on nothing'
caught host/new/bad.cpp '#include <vector>' 'not in the table of arrows'
caught host/runtime/bad.cpp '#include "../cli/commands.hpp"' 'write the full path'
caught host/runtime/worse.cpp '#include "task.hpp"' 'write the full path'
caught host/runtime/yaml.cpp '#include <yaml-cpp/yaml.h>' 'belongs in host/topology alone'
caught host/admin/beast.cpp '#include <boost/beast.hpp>' 'belongs in host/http alone'
caught host/pipeline/kafka.cpp '#include <librdkafka/rdkafka.h>' 'belongs in plugins alone'
caught host/pipeline/long.cpp "$(seq 401)" '401 lines'
caught host/pipeline/string_utils.hpp '' 'does not say what it is'
caught tests/common/a.txt '' 'does not say what it is'

[ "$failures" -eq 0 ] && echo "layering.sh sees every planted breach"
exit "$((failures > 0))"
