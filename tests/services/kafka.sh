#!/usr/bin/env bash
# A private Kafka on 127.0.0.1: one node, broker and controller (KRaft), from the jars of Maven Central.
# Own verbs: fetch (puts the jars into KAFKA_JARS, once); login_address. KAFKA_HEAP sets the size of its heap (default 512m).
# KAFKA_LOGIN=USER:PASSWORD opens a second listener, where that user logs in (SASL, PLAIN) and may do what an ACL allows.
# Whoever comes through the first one may do everything, then as before.
. "$(dirname "${BASH_SOURCE[0]}")/service.sh"
. "$(dirname "${BASH_SOURCE[0]}")/maven_jars.sh"

KAFKA_VERSION=4.3.1
SLF4J_BINDING_VERSION=2.25.5
KAFKA_JARS=${KAFKA_JARS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/connector-host/kafka-$KAFKA_VERSION}

fetch() {
  fetch_jars "$KAFKA_JARS" "org.apache.kafka:kafka_2.13:$KAFKA_VERSION" "org.apache.logging.log4j:log4j-slf4j-impl:$SLF4J_BINDING_VERSION"
}

answers() { listens server "$(port_of port)" && kcat -b "$(address)" -L -m 2 2>/dev/null | grep -q ' 1 brokers:'; }

write_config() {
  cat >"$SERVICE_DIR/server.properties" <<CONF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$(port_of controller_port)
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listeners=PLAINTEXT://$(address),CONTROLLER://127.0.0.1:$(port_of controller_port)
advertised.listeners=PLAINTEXT://$(address)
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$SERVICE_DIR/data
num.partitions=3
num.network.threads=2
num.io.threads=4
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=2
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=2
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=true
CONF
  [ -z "${KAFKA_LOGIN:-}" ] || write_login
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

write_login() {
  choose_port login_port
  sed -i -E "s|^((advertised\.)?listeners=[^,]*)|\1,LOGIN://127.0.0.1:$(port_of login_port)|; s|^(listener\.security.*)|\1,LOGIN:SASL_PLAINTEXT|" \
    "$SERVICE_DIR/server.properties"
  cat >>"$SERVICE_DIR/server.properties" <<CONF
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
sasl.enabled.mechanisms=PLAIN
listener.name.login.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${KAFKA_LOGIN%%:*}="${KAFKA_LOGIN#*:}";
CONF
}

java_run() { java -Dlog4j2.configurationFile="$SERVICE_DIR/log4j2.properties" -Djava.awt.headless=true -cp "$KAFKA_JARS/*" "$@"; }

format_storage() {
  local cluster
  [ ! -e "$SERVICE_DIR/data/meta.properties" ] || return 0
  cluster=c$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n' | cut -c1-21) # 22 characters of base64, as Kafka's own ids are
  java_run kafka.tools.StorageTool format -t "${cluster%?}g" -c "$SERVICE_DIR/server.properties" >"$SERVICE_DIR/format.log" 2>&1 ||
    { tail -n 15 "$SERVICE_DIR/format.log" >&2; return 1; }
}

start_server() {
  local heap=${KAFKA_HEAP:-512m}
  fetch
  choose_port controller_port
  write_config
  format_storage || return 1
  launch server "$SERVICE_DIR/stdout.log" java "-Xms$heap" "-Xmx$heap" -server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 \
    -Dlog4j2.configurationFile="$SERVICE_DIR/log4j2.properties" -Djava.awt.headless=true -cp "$KAFKA_JARS/*" \
    kafka.Kafka "$SERVICE_DIR/server.properties"
  come_up 90 "$SERVICE_DIR/server.log" "$SERVICE_DIR/stdout.log"
}

stop_server() { end_process server 40; }

own() {
  case ${1:-} in
    fetch) fetch ;;
    login_address) echo "127.0.0.1:$(port_of login_port)" ;;
    *) usage "fetch|login_address" ;;
  esac
}

main "$@"
