"""The chart's life in a real Kubernetes: installed, tested, upgraded, rolled back, removed, all in a namespace with
enforced restricted pod security. Run by kubernetes.sh, which starts that Kubernetes; its pods only seem to run."""
import glob
import json
import os
import subprocess
import unittest

import yaml
from cluster import Cluster, Refused, eventually

HERE = os.path.dirname(os.path.abspath(__file__))
CHART = os.path.join(HERE, "../../deploy/helm/event-processor")
HELM, CRDS, KUBECONFIG = (os.environ[name] for name in ("HELM", "CRDS", "KUBECONFIG"))
RELEASE = "event-processor"
APPS, CORE = "/apis/apps/v1/namespaces/{}", "/api/v1/namespaces/{}"


def helm(*arguments):
    """Its output; fails with what it said."""
    done = subprocess.run([HELM, *arguments], capture_output=True, text=True, timeout=180)
    if done.returncode != 0:
        raise AssertionError(f"helm {' '.join(arguments)}: {done.stderr or done.stdout}")
    return done.stdout


def values(name):
    return os.path.join(HERE, "values", name + ".yaml")


def make_crds(cluster):
    paths = glob.glob(os.path.join(CRDS, "*.yaml"))
    for path in paths:
        with open(path) as file:
            cluster.create(yaml.safe_load(file))
    for group in ("monitoring.coreos.com/v1", "keda.sh/v1alpha1"):
        eventually(f"{group} is served", lambda: cluster.get(f"/apis/{group}")["resources"])
    return paths


class ChartTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster(KUBECONFIG)
        eventually("the node is ready", lambda: any(
            each["type"] == "Ready" and each["status"] == "True" for each in cls.cluster.get("/api/v1/nodes/node-0")["status"].get("conditions", [])))
        make_crds(cls.cluster)

    def setUp(self):
        self.namespace = self.id().rsplit(".", 1)[1].removeprefix("test_").replace("_", "-")[:60].rstrip("-")
        self.cluster.make_namespace(self.namespace)
        eventually("it has its default service account", lambda: self.cluster.get(CORE.format(self.namespace) + "/serviceaccounts/default"))

    # what is in the namespace

    def items(self, path):
        return self.cluster.get(path.format(self.namespace))["items"]

    def deployment(self):
        return self.cluster.get(APPS.format(self.namespace) + "/deployments/" + RELEASE)

    def pods(self):
        return [pod for pod in self.items(CORE + "/pods") if pod["metadata"]["labels"].get("app.kubernetes.io/component") == "host"]

    def topologies(self):
        """The checksum of the topology that each pod was made for."""
        return {pod["metadata"]["annotations"]["checksum/topology"] for pod in self.pods()}

    def release(self, *arguments):
        """With these values and no others: without --reset-values an upgrade without any keeps those of the last one."""
        helm("upgrade", "--install", RELEASE, CHART, "--namespace", self.namespace, "--reset-values", "--wait", "--timeout", "90s", *arguments)

    # the tests

    def test_it_installs_where_pods_are_restricted_and_its_pods_become_ready(self):
        self.release()
        self.assertEqual(2, len(self.pods()))
        self.assertEqual(2, self.deployment()["status"]["readyReplicas"])

    def test_a_pod_that_is_less_restricted_does_not_come_up(self):
        self.release()
        with self.assertRaises(AssertionError):
            self.release("--set", "securityContext.allowPrivilegeEscalation=true", "--timeout", "5s")
        events = [event["message"] for event in self.items(CORE + "/events")]
        self.assertTrue(any('violates PodSecurity "restricted' in message for message in events), events)
        self.assertEqual(2, self.deployment()["status"]["readyReplicas"], "the rollout took a running replica away")

    def test_its_helm_test_runs_and_is_not_taken_for_a_replica(self):
        self.release()
        self.assertRegex(helm("test", RELEASE, "--namespace", self.namespace, "--timeout", "60s"), r"Phase:\s+Succeeded")
        check = self.cluster.get(CORE.format(self.namespace) + f"/pods/{RELEASE}-check")
        self.assertEqual(["check", "/etc/connector-host/topology.yaml"], check["spec"]["containers"][0]["args"])
        self.assertNotIn("ownerReferences", check["metadata"], "the ReplicaSet has adopted it")
        budget = self.cluster.get(f"/apis/policy/v1/namespaces/{self.namespace}/poddisruptionbudgets/{RELEASE}")
        self.assertEqual(2, budget["status"]["expectedPods"])

    def test_a_changed_topology_is_rolled_out_and_rolled_back(self):
        self.release()
        before = self.topologies()
        self.release("--set", "topology.connectors.rmq-to-kafka.drain_timeout=2m")
        eventually("only pods of the new topology are left", lambda: self.topologies() and not self.topologies() & before)
        self.assertEqual(140, self.pods()[0]["spec"]["terminationGracePeriodSeconds"])
        helm("rollback", RELEASE, "1", "--namespace", self.namespace, "--wait", "--timeout", "90s")
        eventually("the old topology is back", lambda: self.topologies() == before)
        self.assertEqual(["superseded", "superseded", "deployed"], [
            each["status"] for each in json.loads(helm("history", RELEASE, "--namespace", self.namespace, "--output", "json"))])

    def test_an_upgrade_that_changes_nothing_replaces_no_pod(self):
        self.release()
        before = {pod["metadata"]["uid"] for pod in self.pods()}
        self.release()
        self.assertEqual(before, {pod["metadata"]["uid"] for pod in self.pods()})

    def test_a_watched_topology_changes_under_the_same_pods(self):
        self.release("--set", "topologyChanges=watch")
        before = {pod["metadata"]["uid"] for pod in self.pods()}
        self.release("--set", "topologyChanges=watch", "--set", "topology.connectors.rmq-to-kafka.workers=4")
        self.assertEqual(before, {pod["metadata"]["uid"] for pod in self.pods()})
        text = self.cluster.get(CORE.format(self.namespace) + "/configmaps/" + RELEASE)["data"]["topology.yaml"]
        self.assertEqual(4, yaml.safe_load(text)["connectors"]["rmq-to-kafka"]["workers"])

    def test_the_autoscaler_can_be_changed_and_there_is_never_more_than_one(self):
        paths = ["/apis/autoscaling/v2/namespaces/{}/horizontalpodautoscalers", "/apis/keda.sh/v1alpha1/namespaces/{}/scaledobjects"]
        for arguments, wanted in (["-f", values("hpa")], [1, 0]), (["-f", values("keda")], [0, 1]), ([], [0, 0]):
            self.release(*arguments)
            eventually(f"there are {wanted} of {paths}", lambda: [len(self.items(path)) for path in paths] == wanted)
        self.assertEqual(2, self.deployment()["spec"]["replicas"])

    def test_state_that_lasts_is_claimed_for_each_replica_and_outlives_the_release(self):
        for number in range(2):
            self.cluster.create({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": f"volume-{number}"}, "spec": {
                "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": f"/volume-{number}"}}})
        self.release()
        self.release("--set", "state.kind=persistent")
        self.assertEqual([], self.items(APPS + "/deployments"))
        self.assertEqual(2, self.cluster.get(APPS.format(self.namespace) + "/statefulsets/" + RELEASE)["status"]["readyReplicas"])
        helm("uninstall", RELEASE, "--namespace", self.namespace, "--wait")
        self.assertEqual([f"state-{RELEASE}-{number}" for number in range(2)], sorted(
            claim["metadata"]["name"] for claim in self.items(CORE + "/persistentvolumeclaims")))

    def test_uninstalling_leaves_nothing(self):
        self.release("-f", values("monitoring"))
        helm("uninstall", RELEASE, "--namespace", self.namespace, "--wait")
        self.assertEqual([], eventually("its pods are gone", lambda: [self.pods()] if not self.pods() else None)[0])
        for path in (APPS + "/deployments", APPS + "/replicasets", CORE + "/services", CORE + "/secrets", "/apis/policy/v1/namespaces/{}/poddisruptionbudgets",
                     "/apis/networking.k8s.io/v1/namespaces/{}/networkpolicies", "/apis/monitoring.coreos.com/v1/namespaces/{}/servicemonitors",
                     "/apis/monitoring.coreos.com/v1/namespaces/{}/prometheusrules"):
            self.assertEqual([], self.items(path), path)

    def test_the_api_server_takes_all_that_the_chart_renders_without_a_warning(self):
        for path in sorted(glob.glob(os.path.join(HERE, "values", "*.yaml"))):
            rendered = list(yaml.safe_load_all(helm("template", RELEASE, CHART, "-f", path)))
            accounts = [document for document in rendered if document and document["kind"] == "ServiceAccount"]
            for document in accounts:  # a pod is refused without its own
                self.create_once(document)
            for document in rendered:
                if document and document not in accounts:
                    with self.subTest(values=os.path.basename(path), kind=document["kind"]):
                        self.assertEqual([], self.cluster.strictly(document, self.namespace))

    def create_once(self, document):
        try:
            self.cluster.create(document, self.namespace)
        except Refused as refused:
            if refused.code != 409:
                raise

    def test_this_api_server_would_see_an_unknown_field_and_an_unrestricted_pod(self):
        rendered = [document for document in yaml.safe_load_all(helm("template", RELEASE, CHART)) if document]
        deployment = next(document for document in rendered if document["kind"] == "Deployment")
        deployment["spec"]["template"]["spec"]["containers"][0]["imagePullPolicyX"] = "Always"
        with self.assertRaises(Refused):
            self.cluster.strictly(deployment, self.namespace)
        del deployment["spec"]["template"]["spec"]["containers"][0]["imagePullPolicyX"]
        del deployment["spec"]["template"]["spec"]["securityContext"]
        self.assertIn("would violate PodSecurity", str(self.cluster.strictly(deployment, self.namespace)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
