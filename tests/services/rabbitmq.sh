#!/usr/bin/env bash
# A private RabbitMQ on 127.0.0.1: its own Erlang home, cookie, node name and epmd; guest/guest, vhost "/".
# Own verbs: ctl ARGS... (rabbitmqctl), queue NAME (prints "ready unacknowledged"), management (the address of its HTTP API).
# With RABBITMQ_MANAGEMENT=1 in the environment of start, it has the management HTTP API.
. "$(dirname "${BASH_SOURCE[0]}")/service.sh"

# The programs in sbin change to the user rabbitmq and its directories in /var/lib; these do not.
PROGRAMS=/usr/lib/rabbitmq/bin
MAIN_PROCESS=node_process # started by a shell that waits for it

environment() {
  export HOME=$SERVICE_DIR # .erlang.cookie is read from there
  export LANG=C.UTF-8 LC_ALL=C.UTF-8
  export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT
  ERL_EPMD_PORT=$(port_of epmd_port)
  export RABBITMQ_NODENAME RABBITMQ_NODE_PORT RABBITMQ_DIST_PORT
  RABBITMQ_NODE_PORT=$(port_of port)
  RABBITMQ_DIST_PORT=$(port_of dist_port)
  # The name is kept: the node's data belongs to it.
  RABBITMQ_NODENAME=$(cat "$SERVICE_DIR/node_name")
  export RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
  export RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_CONFIG_FILE=$SERVICE_DIR/rabbitmq.conf
  export RABBITMQ_ENABLED_PLUGINS_FILE=$SERVICE_DIR/enabled_plugins
  export RABBITMQ_MNESIA_BASE=$SERVICE_DIR/data RABBITMQ_LOG_BASE=$SERVICE_DIR/log RABBITMQ_PID_FILE=$SERVICE_DIR/node.pid
  # Distribution between nodes stays on loopback too; the setting of the port does not cover the address.
  export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
}

ctl() {
  environment
  "$PROGRAMS/rabbitmqctl" -q "$@"
}

# The listener is opened last in a start, so a port that our node answers on means a node that is up.
answers() {
  [ -s "$SERVICE_DIR/node.pid" ] || return 1
  remember node_process "$(cat "$SERVICE_DIR/node.pid")"
  listens node_process "$(port_of port)"
}

write_config() {
  mkdir -p "$SERVICE_DIR/data" "$SERVICE_DIR/log"
  [ -s "$SERVICE_DIR/node_name" ] || echo "node$(port_of port)@localhost" >"$SERVICE_DIR/node_name"
  if [ ! -s "$SERVICE_DIR/.erlang.cookie" ]; then
    od -An -N18 -tx1 /dev/urandom | tr -d ' \n' >"$SERVICE_DIR/.erlang.cookie"
    chmod 400 "$SERVICE_DIR/.erlang.cookie"
  fi
  echo '[].' >"$SERVICE_DIR/enabled_plugins"
  if [ -n "${RABBITMQ_MANAGEMENT:-}" ]; then
    choose_port management_port
    echo '[rabbitmq_management].' >"$SERVICE_DIR/enabled_plugins"
  fi
  cat >"$SERVICE_DIR/rabbitmq.conf" <<CONF
listeners.tcp.default = 127.0.0.1:$(port_of port)
log.file.level = info
disk_free_limit.absolute = 100MB
vm_memory_high_watermark.absolute = 1GB
CONF
  if [ -n "${RABBITMQ_MANAGEMENT:-}" ]; then
    printf 'management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = %s\n' "$(port_of management_port)" >>"$SERVICE_DIR/rabbitmq.conf"
  fi
}

# Without one of our own, Erlang starts an epmd on every address of the machine and leaves it behind.
start_epmd() {
  local program
  process_of epmd >/dev/null && return
  choose_port epmd_port
  program=$(command -v epmd || find /usr/lib/erlang -name epmd -type f -path '*/bin/*' | head -n 1)
  launch epmd "$SERVICE_DIR/epmd.log" "$program" -address 127.0.0.1 -port "$(port_of epmd_port)"
  until_true 5 listens epmd "$(port_of epmd_port)" || fail "epmd did not come up; see $SERVICE_DIR/epmd.log"
}

start_server() {
  write_config
  start_epmd
  choose_port dist_port
  environment
  rm -f "$SERVICE_DIR/node.pid" "$SERVICE_DIR/node_process.pid"
  cd "$SERVICE_DIR" || return 1 # a crash dump goes to the working directory
  launch server "$SERVICE_DIR/stdout.log" "$PROGRAMS/rabbitmq-server"
  come_up 90 "$SERVICE_DIR/stdout.log"
}

# The node removes its own pid file long before it ends, so the process is what counts.
stop_server() {
  end_process node_process 40
  end_process server 10
  end_process epmd 5
}

queue() {
  ctl list_queues --silent name messages_ready messages_unacknowledged |
    awk -F'\t' -v name="$1" '$1 == name { print $2, $3; found = 1 } END { exit !found }'
}

own() {
  case ${1:-} in
    ctl) shift && ctl "$@" ;;
    queue) queue "$2" ;;
    management) echo "127.0.0.1:$(port_of management_port)" ;;
    *) usage "ctl ARGS...|queue NAME|management" ;;
  esac
}

main "$@"
