"""What Kubernetes' API reference says of the objects that `weir schedule k8s` prints, as JSON Schema: their fields, and
nothing besides, with their types and what is required."""

STRING = {"type": "string"}
NAME = {"type": "string", "pattern": r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength": 52}
COUNT = {"type": "integer", "minimum": 0}
FLAG = {"type": "boolean"}
QUANTITY = {"type": "string", "pattern": r"^[0-9]+(m|Ki|Mi|Gi)?$"}
LABELS = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 63}}
RESOURCES = {"type": "object", "propertyNames": {"enum": ["cpu", "memory", "ephemeral-storage"]},
             "additionalProperties": QUANTITY}


def fields(required=(), **properties):
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def listed(item):
    return {"type": "array", "items": item, "minItems": 1}


METADATA = fields(["name"], name=NAME, labels=LABELS)
ENVIRONMENT = {"oneOf": [
    fields(["name", "value"], name=STRING, value=STRING),
    fields(["name", "valueFrom"], name=STRING, valueFrom=fields(
        ["secretKeyRef"], secretKeyRef=fields(["name", "key"], name=NAME, key=STRING, optional=FLAG)))]}
CONTAINER = fields(
    ["name", "image"], name=NAME, image=STRING, args=listed(STRING), workingDir=STRING, env=listed(ENVIRONMENT),
    resources=fields(requests=RESOURCES, limits=RESOURCES),
    securityContext=fields(allowPrivilegeEscalation=FLAG, readOnlyRootFilesystem=FLAG,
                           capabilities=fields(drop=listed(STRING), add=listed(STRING))),
    volumeMounts=listed(fields(["name", "mountPath"], name=NAME, mountPath=STRING, readOnly=FLAG)))
POD = fields(
    ["containers", "restartPolicy"], restartPolicy={"enum": ["Never", "OnFailure"]}, serviceAccountName=NAME,
    automountServiceAccountToken=FLAG, containers=listed(CONTAINER),
    securityContext=fields(runAsNonRoot=FLAG, runAsUser=COUNT, runAsGroup=COUNT, fsGroup=COUNT,
                           seccompProfile=fields(["type"], type={"enum": ["RuntimeDefault", "Unconfined", "Localhost"]})),
    volumes=listed(fields(["name", "emptyDir"], name=NAME, emptyDir=fields(sizeLimit=QUANTITY))))
JOB = fields(["template"], backoffLimit=COUNT, activeDeadlineSeconds=COUNT,
             template=fields(["spec"], metadata=fields(labels=LABELS), spec=POD))
CRON_JOB = fields(
    ["schedule", "jobTemplate"], schedule={"type": "string", "pattern": r"^[\d*,/-]+( [\d*,/-]+){4}$"}, timeZone=STRING,
    concurrencyPolicy={"enum": ["Allow", "Forbid", "Replace"]}, startingDeadlineSeconds=COUNT,
    successfulJobsHistoryLimit=COUNT, failedJobsHistoryLimit=COUNT, jobTemplate=fields(["spec"], spec=JOB))
OF_KIND = {
    ("v1", "ServiceAccount"): fields(["apiVersion", "kind", "metadata"], apiVersion=STRING, kind=STRING, metadata=METADATA,
                                     automountServiceAccountToken=FLAG),
    ("batch/v1", "CronJob"): fields(["apiVersion", "kind", "metadata", "spec"], apiVersion=STRING, kind=STRING,
                                    metadata=METADATA, spec=CRON_JOB),
}
