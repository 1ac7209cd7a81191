"""Readers of the files for Kubernetes, SAM and Terraform, each with a check against what its makers document."""

import json
import re
import typing

import jsonschema
import yaml

import hcl
import kubernetes_schema
from machine_files import Job

VPC_ACTIONS = {f"ec2:{name}" for name in (
    "CreateNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "DeleteNetworkInterface",
    "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses")}


class NotAsDocumented(Exception):
    pass


def need(condition, about):
    if not condition:
        raise NotAsDocumented(about)


class Strict(yaml.SafeLoader):
    """A key that stands twice is a mistake, which YAML's readers pass over."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.constructor.ConstructorError(None, None, f"a key stands twice: {keys}", node.start_mark)
        return super().construct_mapping(node, deep)


# Kubernetes

def cron_job(documents):
    """The specification of its pods."""
    [_, job] = documents
    return job["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def check_kubernetes(documents):
    for document in documents:
        schema = kubernetes_schema.OF_KIND.get((document["apiVersion"], document["kind"]))
        need(schema, f"{document['kind']} is not known")
        try:
            jsonschema.Draft7Validator(schema).validate(document)
        except jsonschema.ValidationError as error:
            raise NotAsDocumented(f"{list(error.path)}: {error.message}") from error
    pod = cron_job(documents)
    names = {volume["name"] for volume in pod["volumes"]}
    need(names == {mount["name"] for one in pod["containers"] for mount in one["volumeMounts"]}, "volumes and mounts")


def read_kubernetes(text):
    documents = list(yaml.load_all(text, Strict))
    check_kubernetes(documents)
    [container] = cron_job(documents)["containers"]
    return Job({one["name"]: one["value"] for one in container["env"] if "value" in one}, container["args"])


# AWS

class Statement(typing.NamedTuple):
    actions: list
    resources: list  # patterns of IAM, with the account's partition as "aws"
    conditions: list  # (test, variable, pattern)


class Function(typing.NamedTuple):
    variables: dict
    command: list
    schedule: str
    memory_mb: int
    timeout_s: int
    log_days: int
    statements: list
    secret_default: str


def iam_match(pattern, text):
    """IAM's wildcards; ${*}, ${?} and ${$} stand for themselves."""
    expression = ""
    for part in re.findall(r"\$\{[*?$]\}|.", pattern, re.DOTALL):
        expression += {"*": ".*", "?": "."}.get(part, re.escape(part[2] if len(part) == 4 else part))
    return re.fullmatch(expression, text, re.DOTALL) is not None


class Tagged(typing.NamedTuple):
    """!Ref X and its like."""
    tag: str
    value: object


class CloudFormation(Strict):
    pass


def tagged(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        return Tagged(suffix, loader.construct_scalar(node))
    return Tagged(suffix, loader.construct_sequence(node, deep=True))


CloudFormation.add_multi_constructor("!", tagged)

# What the user guides of CloudFormation and SAM call required, and what more a load needs.
SAM_REQUIRED = {
    "AWS::Serverless::Function": {"Runtime", "Handler", "CodeUri", "Role", "MemorySize", "Timeout", "DeadLetterQueue", "Events"},
    "AWS::IAM::Role": {"AssumeRolePolicyDocument", "Policies"},
    "AWS::Logs::LogGroup": {"LogGroupName", "RetentionInDays"},
    "AWS::SQS::Queue": {"MessageRetentionPeriod"},
    "AWS::SQS::QueuePolicy": {"Queues", "PolicyDocument"},
    "AWS::SNS::Topic": {"Subscription"},
    "AWS::CloudWatch::Alarm": {"ComparisonOperator", "EvaluationPeriods", "Period", "Statistic", "Threshold", "MetricName",
                               "Namespace", "AlarmActions"},
}
PSEUDO = {"AWS::AccountId", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackName"}
ATTRIBUTES = {"AWS::IAM::Role": {"Arn"}, "AWS::Logs::LogGroup": {"Arn"}, "AWS::SQS::Queue": {"Arn", "QueueName"}}
LOG_DAYS = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}


def check_sam(text):
    template = yaml.load(text, CloudFormation)
    need(set(template) == {"AWSTemplateFormatVersion", "Transform", "Description", "Parameters", "Conditions", "Resources",
                           "Outputs"}, sorted(template))
    need(template["AWSTemplateFormatVersion"] == "2010-09-09", "version")
    need(template["Transform"] == "AWS::Serverless-2016-10-31", "transform")
    need(isinstance(template["Description"], str) and len(template["Description"].encode()) <= 1024, "description")
    for name, parameter in template["Parameters"].items():
        need({"Type", "Description"} <= set(parameter) <= {"Type", "Description", "Default", "AllowedPattern", "NoEcho"}, name)
        if "AllowedPattern" in parameter and "Default" in parameter:
            need(re.fullmatch(parameter["AllowedPattern"], parameter["Default"]), name)
    resources = template["Resources"]
    for name, resource in resources.items():
        need(name.isalnum() and set(resource) == {"Type", "Properties"}, name)
        need(resource["Type"] in SAM_REQUIRED, resource["Type"])
        missing = SAM_REQUIRED[resource["Type"]] - set(resource["Properties"])
        need(not missing, f"{name} lacks {missing}")
    need({resource["Type"] for resource in resources.values()} == set(SAM_REQUIRED), "a kind of resource is missing")
    used = set()
    check_references(template, template, used)
    need(used >= set(template["Parameters"]), f"parameters without a use: {set(template['Parameters']) - used}")
    need(resources["Logs"]["Properties"]["RetentionInDays"] in LOG_DAYS, "retention")
    return template


def check_references(value, template, used):
    if isinstance(value, Tagged):
        check_tag(value, template, used)
        value = value.value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            check_references(one, template, used)


def check_tag(tag, template, used):
    names = {**template["Parameters"], **template["Resources"]}
    if tag.tag == "Ref":
        need(tag.value in names or tag.value in PSEUDO, f"!Ref {tag.value}")
        used.add(tag.value)
    elif tag.tag == "GetAtt":
        name, attribute = tag.value.split(".")
        need(name in names and attribute in ATTRIBUTES.get(names[name].get("Type"), ()), f"!GetAtt {tag.value}")
    elif tag.tag == "Sub":
        for name in re.findall(r"\$\{([^!}][^}]*)\}", tag.value):
            need(name in names or name in PSEUDO, f"!Sub ${{{name}}}")
    elif tag.tag == "If":
        need(len(tag.value) == 3 and tag.value[0] in template["Conditions"], f"!If {tag.value[0]}")
    else:
        need(tag.tag in {"Not", "Equals", "Join"}, f"!{tag.tag}")


def substituted(value):
    """What !Sub makes of it."""
    if isinstance(value, Tagged) and value.tag == "Sub":
        text = re.sub(r"\$\{AWS::Partition\}", "aws", value.value)
        return re.sub(r"\$\{!([^}]*)\}", r"${\1}", text)
    return value if isinstance(value, str) else f"{value.tag} {value.value}"


def listed(value):
    return value if isinstance(value, list) else [value]


def sam_statement(statement):
    if isinstance(statement, Tagged):
        need(statement.tag == "If" and statement.value[2] == Tagged("Ref", "AWS::NoValue"), statement)
        statement = statement.value[1]
    need(statement["Effect"] == "Allow", "effect")
    conditions = [(test, variable, pattern) for test, variables in statement.get("Condition", {}).items()
                  for variable, pattern in variables.items()]
    return Statement(listed(statement["Action"]), [substituted(one) for one in listed(statement["Resource"])], conditions)


def lambda_command(variables):
    """What `bootstrap` makes of its variables."""
    return ["lambda", "--log-format=json", *json.loads(variables.get("WEIR_LAMBDA_FLAGS", "[]"))]


def read_sam(text):
    template = check_sam(text)
    resources = template["Resources"]
    function = resources["Function"]["Properties"]
    [policy] = resources["Role"]["Properties"]["Policies"]
    event = function["Events"]["Schedule"]["Properties"]
    need(event["Schedule"] == Tagged("Ref", "ScheduleExpression"), "schedule")
    return Function(
        {name: value for name, value in function["Environment"]["Variables"].items() if isinstance(value, str)},
        lambda_command(function["Environment"]["Variables"]), template["Parameters"]["ScheduleExpression"]["Default"], function["MemorySize"],
        function["Timeout"], resources["Logs"]["Properties"]["RetentionInDays"],
        [sam_statement(one) for one in policy["PolicyDocument"]["Statement"]],
        template["Parameters"]["DatabaseSecretArn"].get("Default"))


# What the provider's documentation calls required, and what more a load needs.
TERRAFORM_REQUIRED = {
    "aws_lambda_function": {"function_name", "role", "runtime", "handler", "filename", "source_code_hash", "memory_size", "timeout"},
    "aws_lambda_function_event_invoke_config": {"function_name", "maximum_retry_attempts"},
    "aws_cloudwatch_log_group": {"name", "retention_in_days"},
    "aws_iam_role": {"assume_role_policy"},
    "aws_iam_role_policy": {"role", "policy"},
    "aws_cloudwatch_event_rule": {"schedule_expression"},
    "aws_cloudwatch_event_target": {"rule", "arn"},
    "aws_lambda_permission": {"action", "function_name", "principal", "source_arn"},
    "aws_sqs_queue": {"message_retention_seconds"},
    "aws_sqs_queue_policy": {"queue_url", "policy"},
    "aws_sns_topic": {"name_prefix"},
    "aws_sns_topic_subscription": {"topic_arn", "protocol", "endpoint"},
    "aws_cloudwatch_metric_alarm": {"alarm_name", "comparison_operator", "evaluation_periods", "metric_name", "namespace",
                                    "period", "statistic", "threshold", "alarm_actions"},
}


def check_terraform(text):
    top = hcl.read(text)
    variables = {block.labels[0]: block for block in top.blocks if block.type == "variable"}
    known = {f"var.{name}" for name in variables}
    for block in top.blocks:
        need(block.type in {"terraform", "variable", "data", "resource", "output"}, block.type)
        if block.type == "variable":
            need({"type", "description"} <= set(block.attributes), block.labels)
        if block.type == "resource":
            missing = TERRAFORM_REQUIRED[block.labels[0]] - set(block.attributes)
            need(not missing, f"{block.labels} lacks {missing}")
            known.add(".".join(block.labels))
        if block.type == "data":
            known.add("data." + ".".join(block.labels))
    need({block.labels[0] for block in top.blocks if block.type == "resource"} == set(TERRAFORM_REQUIRED), "resources")
    used = {name for block in top.blocks for name in references(block)}
    need(used <= known, f"references to nothing: {used - known}")
    need({name for name in known if name.startswith("var.")} <= used, f"variables without a use: {known - used}")
    return top


def references(value):
    if isinstance(value, hcl.Block):
        for one in [*(value.attributes.values() if value.type != "variable" else ()), *value.blocks]:
            yield from references(one)
    elif isinstance(value, dict):
        yield from references(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, (hcl.Expression, hcl.Template)):
        for name in re.findall(r"\b(data\.\w+\.\w+|var\.\w+|aws_\w+\.\w+)", value):
            yield name


def interpolated(value):
    return value.replace("${data.aws_partition.current.partition}", "aws").replace("\0{", "${")


def terraform_statements(policy):
    for block in policy.blocks:
        if block.type == "dynamic":
            block = block.one("content")
        conditions = [(one.attributes["test"], one.attributes["variable"], interpolated(one.attributes["values"][0]))
                      for one in block.all("condition")]
        yield Statement(block.attributes["actions"], [interpolated(one) for one in block.attributes["resources"]], conditions)


def read_terraform(text):
    top = check_terraform(text)
    function = top.one("resource", "aws_lambda_function", "weir")
    variables = function.one("environment").attributes["variables"]
    log_group = top.one("resource", "aws_cloudwatch_log_group", "weir").attributes
    rule = top.one("resource", "aws_cloudwatch_event_rule", "weir").attributes
    need(rule["schedule_expression"] == "var.schedule_expression", "schedule")
    return Function(
        {name: value for name, value in variables.items() if not isinstance(value, hcl.Expression)},
        lambda_command(variables),
        top.one("variable", "schedule_expression").attributes["default"], function.attributes["memory_size"],
        function.attributes["timeout"], log_group["retention_in_days"],
        list(terraform_statements(top.one("data", "aws_iam_policy_document", "weir"))),
        top.one("variable", "database_secret_arn").attributes.get("default"))
