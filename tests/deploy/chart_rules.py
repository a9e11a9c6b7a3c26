# usage: chart_rules.py RENDERED AFTER_DRAIN RULES FOLDER
# What has to hold for everything that the chart can render, whatever the values. AFTER_DRAIN: the seconds that connector-host
# itself allows for what follows the drain; RULES: the chart's file of alerts. FOLDER gets the topology and the variables
# (topology.yaml, variables.json), for connector-host to judge. Prints what does not hold; exit code 1 then.
import json
import math
import re
import sys

import yaml

WORKLOADS = ("Deployment", "StatefulSet")
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
RESTRICTED_CONTAINER = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
broken = []


def rule(holds, text):
    if not holds:
        broken.append(text)


def all_containers(pod):
    return pod["spec"].get("initContainers", []) + pod["spec"]["containers"]


def seconds(duration):
    count, unit = re.fullmatch(r"(\d+)(\D+)", duration).groups()
    return int(count) * UNITS[unit]


def matches(selector, labels):
    return selector.items() <= labels.items()


def check_pod(where, pod, claims):
    spec, context = pod["spec"], pod["spec"]["securityContext"]
    rule(context["runAsNonRoot"] is True and context["runAsUser"] > 0, f"{where}: runs as root")
    rule(context["seccompProfile"] == {"type": "RuntimeDefault"}, f"{where}: no seccomp profile")
    rule(spec["automountServiceAccountToken"] is False, f"{where}: gets a token of the API server, which it does not need")
    rule("hostNetwork" not in spec and "hostPID" not in spec, f"{where}: shares the node's namespaces")
    volumes = [volume["name"] for volume in spec["volumes"]] + claims
    rule(len(volumes) == len(set(volumes)), f"{where}: two volumes of one name")
    for container in all_containers(pod):
        name = f"{where}/{container['name']}"
        rule(RESTRICTED_CONTAINER.items() <= container["securityContext"].items(), f"{name}: is not as restricted as it should be")
        resources = container["resources"]
        rule("cpu" in resources["requests"] and "memory" in resources["requests"], f"{name}: requests no resources")
        rule("memory" in resources["limits"], f"{name}: has no memory limit")
        for mount in container["volumeMounts"]:
            rule(mount["name"] in volumes, f"{name}: mounts {mount['name']}, which is no volume")


def host_of(pod):
    return pod["spec"]["containers"][0]


def check_host(where, pod, topology, after_drain):
    host = host_of(pod)
    for probe, path in {"startupProbe": "/startupz", "livenessProbe": "/livez", "readinessProbe": "/readyz"}.items():
        rule(host[probe]["httpGet"] == {"path": path, "port": "http"}, f"{where}: {probe} asks {host[probe]['httpGet']}")
    port = int(topology["http"]["listen"].rsplit(":", 1)[1])
    rule({"name": "http", "containerPort": port} in host["ports"], f"{where}: the topology's port {port} is not the container's")
    drains = [seconds(c.get("drain_timeout", "20s")) for c in topology["connectors"].values() if "${" not in c.get("drain_timeout", "")]
    stop = math.ceil(max(drains, default=0)) + after_drain
    rule(pod["spec"]["terminationGracePeriodSeconds"] > stop, f"{where}: SIGKILL comes before a stop in good order has to be over ({stop} s)")
    mounted = {mount["mountPath"] for mount in host["volumeMounts"]}
    for folder in topology["plugin_dirs"][1:]:
        rule(folder in mounted, f"{where}: the plugin folder {folder} is not mounted")
    rule(topology["state_dir"] in mounted, f"{where}: state_dir is not mounted")
    for file in re.findall(r"\$\{file:([^}]*)\}", yaml.safe_dump(topology)):
        rule(file.rsplit("/", 1)[0] in mounted, f"{where}: {file} is in no volume")


def check_variables(where, host, topology):
    names = [variable["name"] for variable in host["env"]]
    rule(len(names) == len(set(names)), f"{where}: a variable is set twice")
    for name in re.findall(r"\$\{(\w+)\}", yaml.safe_dump(topology)):
        rule(name in names, f"{where}: ${{{name}}} is not set")
    for variable in host["env"]:
        rule("value" not in variable or isinstance(variable["value"], str), f"{where}: {variable['name']} is no text")


def check_scaling(by_kind, workload):
    scalers = by_kind.get("HorizontalPodAutoscaler", []) + by_kind.get("ScaledObject", [])
    rule(len(scalers) <= 1, "two autoscalers pull at one workload")
    rule(("replicas" in workload["spec"]) != bool(scalers), "replicas are fixed and scaled, or neither")
    for scaler in scalers:
        target = scaler["spec"]["scaleTargetRef"]
        rule((target["kind"], target["name"]) == (workload["kind"], workload["metadata"]["name"]), f"{scaler['kind']} scales something else")
    for scaler in by_kind.get("ScaledObject", []):
        for trigger in scaler["spec"]["triggers"]:
            rule(all(isinstance(value, str) for value in trigger["metadata"].values()), "ScaledObject: what KEDA reads has to be text")


def check_selectors(by_kind, workload, tests):
    labels = workload["spec"]["template"]["metadata"]["labels"]
    selectors = {"workload": workload["spec"]["selector"]["matchLabels"], "Service": by_kind["Service"][0]["spec"]["selector"]}
    for budget in by_kind.get("PodDisruptionBudget", []):
        selectors["PodDisruptionBudget"] = budget["spec"]["selector"]["matchLabels"]
    for name, selector in selectors.items():
        rule(matches(selector, labels), f"{name} does not select the replicas")
        rule(not any(matches(selector, test["metadata"]["labels"]) for test in tests), f"{name} selects the test pod too")
    for policy in by_kind.get("NetworkPolicy", []):
        selector = policy["spec"]["podSelector"]["matchLabels"]
        rule(all(matches(selector, each) for each in [labels] + [test["metadata"]["labels"] for test in tests]), "NetworkPolicy leaves a pod out")
    for monitor in by_kind.get("ServiceMonitor", []):
        rule(matches(monitor["spec"]["selector"]["matchLabels"], by_kind["Service"][0]["metadata"]["labels"]), "ServiceMonitor finds no Service")


def main(rendered, after_drain, rules, folder):
    with open(rendered) as file:
        documents = [document for document in yaml.safe_load_all(file) if document]
    by_kind = {}
    for document in documents:
        by_kind.setdefault(document["kind"], []).append(document)
    workloads = [document for kind in WORKLOADS for document in by_kind.get(kind, [])]
    tests = by_kind.get("Pod", [])
    topology_text = by_kind["ConfigMap"][0]["data"]["topology.yaml"]
    topology = yaml.safe_load(topology_text)

    rule(len(workloads) == 1, "there is not exactly one workload")
    rule("Secret" not in by_kind, "the chart makes a secret")
    rule(len(tests) == 1 and tests[0]["metadata"]["annotations"]["helm.sh/hook"] == "test", "there is no helm test")
    workload = workloads[0]
    pods = {workload["kind"]: workload["spec"]["template"], "test": tests[0]}
    claims = [claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates", [])]
    for where, pod in pods.items():
        check_pod(where, pod, [] if where == "test" else claims)
        check_variables(where, host_of(pod), topology)
    check_host(workload["kind"], pods[workload["kind"]], topology, int(after_drain))
    check_scaling(by_kind, workload)
    check_selectors(by_kind, workload, tests)
    rule(host_of(pods["test"])["env"] == host_of(pods[workload["kind"]])["env"], "the test pod has other variables than the replicas")
    for each in by_kind.get("PrometheusRule", []):
        with open(rules) as file:
            rule(each["spec"] == yaml.safe_load(file), "PrometheusRule is not what the file says")

    with open(f"{folder}/topology.yaml", "w") as file:
        file.write(topology_text)
    in_secrets = {"RABBITMQ_URL": "amqp://localhost:1/"}
    with open(f"{folder}/variables.json", "w") as file:
        values = {each["name"]: each.get("value", in_secrets.get(each["name"], "localhost:1")) for each in host_of(pods[workload["kind"]])["env"]}
        json.dump(values, file)


main(*sys.argv[1:])
for each in broken:
    print(f"does not hold: {each}")
sys.exit(1 if broken else 0)
