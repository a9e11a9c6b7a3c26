# What the defaults and the switches mean, with mocked providers: nothing is asked of AWS.
mock_provider "helm" {}

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c", "eu-central-1d"] }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

run "by_default_nothing_is_reachable_from_outside" {
  command = plan

  assert {
    condition     = aws_eks_cluster.main.vpc_config[0].endpoint_private_access && !aws_eks_cluster.main.vpc_config[0].endpoint_public_access
    error_message = "The API has a public address."
  }
  assert {
    condition     = alltrue([for subnet in aws_subnet.public : !subnet.map_public_ip_on_launch])
    error_message = "A public subnet gives out public addresses."
  }
  assert {
    condition     = length(helm_release.event_processor) == 0
    error_message = "The chart is installed without being asked for."
  }
  assert {
    condition     = aws_eks_cluster.main.deletion_protection
    error_message = "The cluster can be deleted by accident."
  }
}

run "the_subnets_lie_in_the_vpc_and_apart" {
  command = plan

  assert {
    condition     = sort([for subnet in aws_subnet.private : subnet.cidr_block]) == tolist(["10.40.0.0/19", "10.40.32.0/19", "10.40.64.0/19"])
    error_message = "Private subnets: ${jsonencode([for subnet in aws_subnet.private : subnet.cidr_block])}"
  }
  assert {
    condition     = sort([for subnet in aws_subnet.public : subnet.cidr_block]) == tolist(["10.40.224.0/22", "10.40.228.0/22", "10.40.232.0/22"])
    error_message = "Public subnets: ${jsonencode([for subnet in aws_subnet.public : subnet.cidr_block])}"
  }
}

run "one_nat_gateway_by_default" {
  command = plan

  assert {
    condition     = length(aws_nat_gateway.main) == 1 && length(aws_route_table.private) == 3
    error_message = "${length(aws_nat_gateway.main)} NAT gateways."
  }
}

run "a_nat_gateway_in_each_zone" {
  command = plan
  variables {
    single_nat_gateway = false
    zone_count         = 4
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 4 && length(aws_eip.nat) == 4
    error_message = "${length(aws_nat_gateway.main)} NAT gateways."
  }
}

run "the_nodes_metadata_is_out_of_the_pods_reach" {
  command = plan

  assert {
    condition     = aws_launch_template.node.metadata_options[0].http_tokens == "required" && aws_launch_template.node.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "A pod can take the node's role."
  }
}

run "volumes_can_be_made" {
  command = apply

  assert {
    condition     = one(aws_eks_addon.on_nodes["aws-ebs-csi-driver"].pod_identity_association).role_arn == aws_iam_role.volumes.arn
    error_message = "Nothing makes EBS volumes, or it has no role."
  }
  assert {
    condition     = aws_iam_role_policy_attachment.volumes.policy_arn == "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
    error_message = "The role may not make volumes."
  }
  assert {
    condition     = alltrue([for name in ["coredns", "metrics-server"] : length(aws_eks_addon.on_nodes[name].pod_identity_association) == 0])
    error_message = "Another add-on has a role."
  }
}

run "the_workload_has_an_identity_and_no_rights" {
  command = plan

  assert {
    condition     = aws_eks_pod_identity_association.workload.namespace == "event-processor" && aws_eks_pod_identity_association.workload.service_account == "event-processor"
    error_message = "The association is of another service account."
  }
  assert {
    condition     = length(aws_iam_role_policy_attachment.workload) == 0
    error_message = "The pods have rights that nobody gave."
  }
}

run "the_api_and_the_chart_when_asked_for" {
  command = apply
  variables {
    api_allowed_cidrs = ["192.0.2.0/24"]
    deploy_chart      = true
    service_account   = "orders"
    chart_values      = { env = { RABBITMQ_QUEUE = "orders" } }
  }
  override_resource {
    target = aws_eks_cluster.main
    values = { certificate_authority = [{ data = "Y2E=" }], endpoint = "https://cluster.example.org" }
  }

  assert {
    condition     = aws_eks_cluster.main.vpc_config[0].endpoint_public_access && toset(aws_eks_cluster.main.vpc_config[0].public_access_cidrs) == toset(["192.0.2.0/24"])
    error_message = "The API is not open to who was named, and to nobody else."
  }
  assert {
    condition     = yamldecode(helm_release.event_processor[0].values[0]).serviceAccount.name == "orders"
    error_message = "The chart has another service account than the association."
  }
  assert {
    condition     = yamldecode(helm_release.event_processor[0].values[1]).env.RABBITMQ_QUEUE == "orders"
    error_message = "chart_values do not reach the chart."
  }
}

run "the_whole_internet_is_refused" {
  command = plan
  variables {
    api_allowed_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.api_allowed_cidrs]
}

run "a_vpc_that_is_too_small_is_refused" {
  command = plan
  variables {
    vpc_cidr = "10.0.0.0/24"
  }
  expect_failures = [var.vpc_cidr]
}

run "a_single_zone_is_refused" {
  command = plan
  variables {
    zone_count = 1
  }
  expect_failures = [var.zone_count]
}

run "fewer_nodes_than_the_fewest_are_refused" {
  command = plan
  variables {
    node_count = { min = 2, desired = 1, max = 3 }
  }
  expect_failures = [var.node_count]
}
