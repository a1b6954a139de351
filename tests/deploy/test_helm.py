"""The Helm chart: values by its schema, documents by Kubernetes' own, and what they promise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from intake.settings import Settings
from tests.deploy.helm_template import Chart

CHART = Path(__file__).parents[2] / "deploy" / "helm" / "intake"
MANY = {"replicas": 3, "accessMode": "ReadWriteMany", "storageClass": "nfs"}
LEAN = {"canary": False, "backupStorage": "", "settings": {}}


def documents(values: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    listed = Chart(CHART).documents("help", values)
    by_name = {(one["kind"], one["metadata"]["name"]): one for one in listed}
    assert len(by_name) == len(listed)
    return by_name


def pods(values: dict[str, Any]) -> list[dict[str, Any]]:
    made = documents(values)
    specs = [made["Deployment", "help"]["spec"]["template"]["spec"]]
    jobs = [one for (kind, _), one in made.items() if kind == "CronJob"]
    return specs + [job["spec"]["jobTemplate"]["spec"]["template"]["spec"] for job in jobs]


@pytest.mark.parametrize("values", [{}, MANY, LEAN], ids=["as shipped", "many", "lean"])
def test_kubernetes_takes_every_document(values: dict[str, Any]) -> None:
    validate = pytest.importorskip("kubernetes_validate", reason="no schemas of Kubernetes here")
    for document in documents(values).values():
        validate.validate(document, "1.31", strict=True)


def test_the_values_have_a_schema_that_refuses_what_can_not_be() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    shipped = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    assert set(shipped) == set(schema["properties"])
    jsonschema.validate(shipped, schema)
    jsonschema.validate({**shipped, **MANY}, schema)
    for wrong in (
        {"replicas": 2},  # a volume of one node
        {"replicas": 0},
        {"host": "https://help.example.com"},
        {"settings": {"NAME": "x"}},
        {"settings": {"INTAKE_PORT": 8501}},
        {"imagePullPolicy": "Always"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**shipped, **wrong}, schema)


def test_every_pod_is_closed() -> None:
    specs = pods({})
    assert len(specs) == 3
    for spec in specs:
        assert spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsNonRoot"] is True
        [container] = spec["containers"]
        closed = container["securityContext"]
        assert closed["readOnlyRootFilesystem"] is True
        assert closed["allowPrivilegeEscalation"] is False
        assert closed["capabilities"] == {"drop": ["ALL"]}
        written = {mount["mountPath"] for mount in container["volumeMounts"]}
        assert written <= {"/data", "/tmp", "/backup"}  # noqa: S108 - where a pod may write
        declared = {volume["name"] for volume in spec["volumes"]}
        assert {mount["name"] for mount in container["volumeMounts"]} == declared


def test_settings_are_ours_and_hostile_values_stay_values() -> None:
    hostile = 'Acme "support": {x: 1} # no comment'
    [container] = pods({"settings": {"INTAKE_NAME": hostile}})[0]["containers"]
    environment = {row["name"]: row["value"] for row in container["env"]}
    assert environment["INTAKE_NAME"] == hostile
    known = {f"INTAKE_{name.upper()}" for name in Settings.model_fields}
    assert set(environment) <= known
    assert environment["INTAKE_PUBLIC_URL"] == "https://help.example.com"


def test_customers_stay_with_a_pod_and_pods_are_replaced_one_by_one() -> None:
    made = documents(MANY)
    strategy = made["Deployment", "help"]["spec"]["strategy"]
    assert strategy["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert documents({})["Deployment", "help"]["spec"]["strategy"] == {"type": "Recreate"}
    notes = made["Ingress", "help"]["metadata"]["annotations"]
    assert notes["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert {kind for kind, _ in documents(LEAN)} == {
        "Deployment",
        "Ingress",
        "PersistentVolumeClaim",
        "Service",
    }
