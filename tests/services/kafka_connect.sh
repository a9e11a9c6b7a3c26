#!/usr/bin/env bash
# A private Kafka Connect worker on 127.0.0.1, from the jars of Maven Central, with FileStreamSource and FileStreamSink: what our
# admin API is compared with. Distributed, as those run that people's clients talk to; a standalone worker starts a task that
# does not exist when it is asked to restart it, and says so for ever in the connector's status.
# BOOTSTRAP names the broker (default: that of ./dev services, CONNECTOR_TEST_KAFKA).
# Own verb: fetch (puts the jars into KAFKA_CONNECT_JARS, once). KAFKA_CONNECT_HEAP sets the size of its heap (default 256m).
. "$(dirname "${BASH_SOURCE[0]}")/service.sh"
. "$(dirname "${BASH_SOURCE[0]}")/maven_jars.sh"

KAFKA_VERSION=4.3.1
SLF4J_BINDING_VERSION=2.25.5
KAFKA_CONNECT_JARS=${KAFKA_CONNECT_JARS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/connector-host/kafka-connect-$KAFKA_VERSION}

fetch() {
  fetch_jars "$KAFKA_CONNECT_JARS" "org.apache.kafka:connect-runtime:$KAFKA_VERSION" "org.apache.kafka:connect-file:$KAFKA_VERSION" \
    "org.apache.logging.log4j:log4j-slf4j-impl:$SLF4J_BINDING_VERSION"
}

health() ( # in a shell of its own, which closes the connection
  exec 3<>"/dev/tcp/127.0.0.1/$(port_of port)"
  printf 'GET /health HTTP/1.0\r\n\r\n' >&3
  head -n 1 <&3
)

# Its port is open before it answers.
answers() { listens server "$(port_of port)" && health | grep -q ' 200 '; }

# A worker's connectors are in topics of the broker: a new directory has new ones, and a restarted worker finds its own.
group() {
  [ -e "$SERVICE_DIR/group" ] || echo "connect-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')" >"$SERVICE_DIR/group"
  cat "$SERVICE_DIR/group"
}

write_config() {
  cat >"$SERVICE_DIR/worker.properties" <<CONF
bootstrap.servers=$1
listeners=HTTP://$(address)
rest.advertised.host.name=127.0.0.1
rest.advertised.port=$(port_of port)
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
group.id=$(group)
offset.storage.topic=$(group).offsets
offset.storage.replication.factor=1
offset.storage.partitions=1
config.storage.topic=$(group).configs
config.storage.replication.factor=1
status.storage.topic=$(group).status
status.storage.replication.factor=1
status.storage.partitions=1
scheduled.rebalance.max.delay.ms=0
offset.flush.interval.ms=1000
plugin.discovery=service_load
CONF
  cat >"$SERVICE_DIR/log4j2.properties" <<CONF
appender.file.type=File
appender.file.name=FILE
appender.file.fileName=$SERVICE_DIR/server.log
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=INFO
rootLogger.appenderRef.file.ref=FILE
CONF
}

start_server() {
  local heap=${KAFKA_CONNECT_HEAP:-256m} broker=${BOOTSTRAP:-${CONNECTOR_TEST_KAFKA:-}}
  [ -n "$broker" ] || fail "needs a broker: BOOTSTRAP=HOST:PORT, or run it by ./dev services"
  fetch
  write_config "$broker"
  launch server "$SERVICE_DIR/stdout.log" java "-Xmx$heap" -XX:+UseSerialGC -Djava.awt.headless=true \
    -Dlog4j2.configurationFile="$SERVICE_DIR/log4j2.properties" -cp "$KAFKA_CONNECT_JARS/*" \
    org.apache.kafka.connect.cli.ConnectDistributed "$SERVICE_DIR/worker.properties"
  come_up 90 "$SERVICE_DIR/server.log" "$SERVICE_DIR/stdout.log"
}

stop_server() { end_process server 30; }

own() {
  [ "${1:-}" = fetch ] || usage fetch
  fetch
}

main "$@"
