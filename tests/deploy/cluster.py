"""A Kubernetes API as the tests ask it: JSON over HTTP, with a kubeconfig that has one cluster and a token."""
import json
import ssl
import time
import urllib.error
import urllib.request

import yaml


class Refused(Exception):
    """The API server's answer, when it is not a good one; its code and its message."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class Cluster:
    def __init__(self, kubeconfig):
        with open(kubeconfig) as file:
            config = yaml.safe_load(file)
        self.address = config["clusters"][0]["cluster"]["server"]
        self.token = config["users"][0]["user"]["token"]
        self.tls = ssl.create_default_context()
        self.tls.check_hostname = False
        self.tls.verify_mode = ssl.CERT_NONE
        self.warnings = []  # of the last answer
        self.resources = {}  # by group and version: its kinds, as the API server lists them

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.address + path, method=method, headers={"Authorization": f"Bearer {self.token}"})
        if body is not None:
            request.data = json.dumps(body, default=str).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, context=self.tls, timeout=30) as answer:
                self.warnings = answer.headers.get_all("Warning") or []
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.load(error).get("message")) from None

    def get(self, path):
        return self.ask("GET", path)

    def path_of(self, document, namespace):
        """Where documents of this kind are made."""
        version = document["apiVersion"]
        group = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if group not in self.resources:
            self.resources[group] = self.get(group)["resources"]
        for resource in self.resources[group]:
            if resource["kind"] == document["kind"] and "/" not in resource["name"]:
                where = f"/namespaces/{namespace}" if resource["namespaced"] else ""
                return f"{group}{where}/{resource['name']}"
        raise Refused(404, f"there is no {document['kind']} in {version}")

    def create(self, document, namespace=None, query=""):
        return self.ask("POST", self.path_of(document, namespace) + query, document)

    def strictly(self, document, namespace):
        """Would it be taken? Unknown fields, which are dropped in silence otherwise, are refused. Returns the warnings."""
        self.create(document, namespace, "?dryRun=All&fieldValidation=Strict")
        return self.warnings

    def make_namespace(self, name):
        """One where only pods may run that are as restricted as Kubernetes knows; Deployments of others are warned of."""
        labels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})


def eventually(what, condition, seconds=60):
    """Waits until the condition gives something that is true, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = condition()
        except Refused as refused:
            found, why = None, refused
        else:
            why = found
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what} ({why})")
        time.sleep(0.2)
