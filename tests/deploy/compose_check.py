# usage: compose_check.py PROJECT.json ROOT AFTER_DRAIN
# Holds deploy/compose against what it refers to: files, ports, addresses, passwords, variables. PROJECT.json is it as the
# reference implementation of the specification resolves it, AFTER_DRAIN the seconds that connector-host allows for what
# follows the drain. Prints what does not hold; exit code 1 then.
import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import yaml

WRONG = []


def expect(good, what):
    if not good:
        WRONG.append(what)


def host_and_port(address):
    host, _, port = address.rpartition(":")
    return host, int(port)


def variables_of(topology):
    return set(re.findall(r"\$\{([A-Z_]+)", topology))


def check_mounts(services):
    for name, service in services.items():
        for mount in service.get("volumes", []):
            if mount["type"] == "bind":
                expect(Path(mount["source"]).exists(), f"{name} mounts {mount['source']}, which does not exist")
                expect(mount.get("read_only"), f"{name} mounts {mount['source']} so that it can write to it")


def check_ports(services):
    published = [(name, port) for name, service in services.items() for port in service.get("ports", [])]
    for name, port in published:
        expect(port.get("host_ip") == "127.0.0.1", f"{name} publishes {port['published']} beyond loopback")
    numbers = [port["published"] for _, port in published]
    expect(len(numbers) == len(set(numbers)), f"a port is published twice: {sorted(numbers)}")


def check_images(services):
    for name, service in services.items():
        tag = service["image"].partition(":")[2]
        expect("build" in service or re.match(r"v?\d+\.\d+", tag), f"{name} has no version in {service['image']}")


def check_host(services, topology):
    host = services["connector-host"]
    given = host["environment"]
    for variable in ("RABBITMQ_URL", "RABBITMQ_QUEUE", "KAFKA_BROKERS", "KAFKA_TOPIC", "REDIS_ADDR", "LOG_LEVEL"):
        expect(variable in given, f"connector-host is not given {variable}")
    for variable in given:
        expect(variable in variables_of(topology) or variable.startswith("OTEL_"), f"nobody reads {variable} of connector-host")
    expect(set(host["depends_on"]) == {"rabbitmq", "redis", "kafka"}, "connector-host does not wait for its three servers")
    for name, how in host["depends_on"].items():
        expect(how["condition"] == "service_healthy", f"connector-host does not wait until {name} is healthy")
        expect("healthcheck" in services.get(name, {}), f"{name} has no health check")
    expect(host["read_only"] and host["cap_drop"] == ["ALL"] and host["security_opt"] == ["no-new-privileges:true"], "connector-host is not confined")
    return given


def check_grace(services, topology, after_drain):
    drain = max(int(seconds) for seconds in re.findall(r"drain_timeout: (\d+)s", topology))
    grace = int(re.fullmatch(r"(\d+)s", services["connector-host"]["stop_grace_period"])[1])
    expect(grace > drain + after_drain, f"a stop may take {drain} + {after_drain} s, and stop_grace_period is {grace} s")


def check_rabbitmq(given, services, folder):
    definitions = json.loads((folder / "rabbitmq/definitions.json").read_text())
    url = urlsplit(given["RABBITMQ_URL"])
    users = {user["name"]: user["password_hash"] for user in definitions["users"]}
    expect(url.hostname in services and (url.port or 5672) == 5672, f"there is no {url.hostname}:{url.port}")
    expect(url.username in users, f"RabbitMQ has no user {url.username}")
    stored = base64.b64decode(users.get(url.username, ""))
    expect(stored[4:] == hashlib.sha256(stored[:4] + url.password.encode()).digest(), f"{url.username} has another password")
    queues = [(queue["vhost"], queue["name"]) for queue in definitions["queues"]]
    expect((url.path.strip("/") or "/", given["RABBITMQ_QUEUE"]) in queues, f"no queue {given['RABBITMQ_QUEUE']} is declared")
    mounted = {mount["source"]: mount["target"] for mount in services["rabbitmq"]["volumes"]}
    named = re.search(r"^load_definitions = (\S+)$", (folder / "rabbitmq/definitions.conf").read_text(), re.M)[1]
    expect(mounted.get(str(folder / "rabbitmq/definitions.json")) == named, f"{named} is not where the definitions are mounted")


def check_kafka(given, services):
    kafka = services["kafka"]
    advertised = dict(each.split("://") for each in kafka["environment"]["KAFKA_ADVERTISED_LISTENERS"].split(","))
    listened = {each.split("://")[0]: int(each.rpartition(":")[2]) for each in kafka["environment"]["KAFKA_LISTENERS"].split(",")}
    expect(given["KAFKA_BROKERS"] == advertised["PLAINTEXT"], f"Kafka does not advertise {given['KAFKA_BROKERS']}")
    for name, address in advertised.items():
        expect(host_and_port(address)[1] == listened.get(name), f"Kafka does not listen where it says: {name}")
    published = {port["target"]: int(port["published"]) for port in kafka["ports"]}
    expect(published.get(listened["LOCAL"]) == host_and_port(advertised["LOCAL"])[1], "Kafka's port for this machine is another one")
    data = kafka["environment"]["KAFKA_LOG_DIRS"]
    expect(data in [mount["target"] for mount in kafka["volumes"]], "Kafka's data is not in its volume")


def check_redis(given, services):
    name, port = host_and_port(given["REDIS_ADDR"])
    expect(name in services and port == 6379, f"there is no {given['REDIS_ADDR']}")
    expect("noeviction" in services["redis"]["command"], "Redis may evict, and then forgets ids")


def check_watchers(services, folder, topology):
    prometheus = yaml.safe_load((folder / "prometheus/prometheus.yml").read_text())
    targets = [target for job in prometheus["scrape_configs"] for each in job["static_configs"] for target in each["targets"]]
    port = re.search(r"HTTP_LISTEN:-0\.0\.0\.0:(\d+)", topology)[1]
    expect(f"connector-host:{port}" in targets, "Prometheus does not scrape connector-host")
    for target in targets:
        expect(target.partition(":")[0] in services, f"Prometheus scrapes {target}, which is not there")
    mounted = [mount["target"] for mount in services["prometheus"]["volumes"]]
    for file in prometheus["rule_files"]:
        expect(file in mounted, f"Prometheus reads {file}, which is not mounted")
    for source in yaml.safe_load((folder / "grafana/datasources/datasources.yaml").read_text())["datasources"]:
        expect(urlsplit(source["url"]).hostname in services, f"Grafana's {source['name']} is at {source['url']}, which is not there")
    grafana = [mount["target"] for mount in services["grafana"]["volumes"]]
    for provider in yaml.safe_load((folder / "grafana/dashboards/dashboards.yaml").read_text())["providers"]:
        expect(provider["options"]["path"] in grafana, f"no dashboards are mounted at {provider['options']['path']}")


def main():
    project, root = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    services, folder = project["services"], root / "deploy/compose"
    topology = re.sub(r"#.*", "", (root / "configs/rmq-to-kafka.yaml").read_text())
    for check in (check_mounts, check_ports, check_images):
        check(services)
    given = check_host(services, topology)
    check_grace(services, topology, int(sys.argv[3]))
    check_rabbitmq(given, services, folder)
    check_kafka(given, services)
    check_redis(given, services)
    check_watchers(services, folder, topology)
    for each in WRONG:
        print(each)
    return 1 if WRONG else 0


if __name__ == "__main__":
    sys.exit(main())
