resource "aws_cloudwatch_log_group" "cluster" {
  name              = "/aws/eks/${var.name}/cluster" # EKS decides this name, and makes one without an end unless it is there
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.main.arn
}

resource "aws_eks_cluster" "main" {
  #checkov:skip=CKV_AWS_339:its list of supported versions is older than this version of Kubernetes
  name                      = var.name
  role_arn                  = aws_iam_role.cluster.arn
  version                   = var.kubernetes_version
  enabled_cluster_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
  deletion_protection       = var.deletion_protection
  # The add-ons below instead, so that their versions and settings are in the plan.
  bootstrap_self_managed_addons = false

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = true
  }

  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = aws_kms_key.main.arn
    }
  }

  vpc_config {
    subnet_ids              = [for subnet in aws_subnet.private : subnet.id]
    endpoint_private_access = true
    endpoint_public_access  = length(var.api_allowed_cidrs) > 0
    public_access_cidrs     = length(var.api_allowed_cidrs) > 0 ? var.api_allowed_cidrs : null
  }

  depends_on = [aws_iam_role_policy_attachment.cluster, aws_cloudwatch_log_group.cluster]
}

resource "aws_launch_template" "node" {
  name_prefix            = "${var.name}-node-"
  update_default_version = true

  # Version 2 only, and no hop further than the node: a pod cannot take the node's role.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_type           = "gp3"
      volume_size           = 40
      encrypted             = true
      delete_on_termination = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = merge({ Name = "${var.name}-node", project = var.name }, var.tags)
  }
}

resource "aws_eks_node_group" "main" {
  cluster_name    = aws_eks_cluster.main.name
  node_group_name = "main"
  node_role_arn   = aws_iam_role.node.arn
  subnet_ids      = [for subnet in aws_subnet.private : subnet.id]
  version         = var.kubernetes_version
  ami_type        = "AL2023_x86_64_STANDARD"
  instance_types  = var.node_instance_types

  launch_template {
    id      = aws_launch_template.node.id
    version = aws_launch_template.node.latest_version
  }

  scaling_config {
    min_size     = var.node_count.min
    desired_size = var.node_count.desired
    max_size     = var.node_count.max
  }

  update_config {
    max_unavailable = 1
  }

  # An autoscaler may have changed it since. None is installed here, and without one max_size counts for nothing.
  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
  }

  # A node that finds no way out when it starts does not join.
  depends_on = [
    aws_iam_role_policy_attachment.node,
    aws_eks_addon.before_nodes,
    aws_route.private,
    aws_route_table_association.private,
  ]
}

# Nodes become ready only with these.
resource "aws_eks_addon" "before_nodes" {
  for_each = {
    vpc-cni                = jsonencode({ enableNetworkPolicy = "true" }) # the chart's NetworkPolicy does nothing without
    kube-proxy             = null
    eks-pod-identity-agent = null
  }
  cluster_name                = aws_eks_cluster.main.name
  addon_name                  = each.key
  configuration_values        = each.value
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = each.key == "vpc-cni" ? [aws_iam_role.network.arn] : []
    content {
      service_account = "aws-node"
      role_arn        = pod_identity_association.value
    }
  }
}

# And these run on nodes. The metrics server is what autoscaling.kind=hpa asks; without the EBS driver the claims of
# state.kind=persistent stay Pending.
resource "aws_eks_addon" "on_nodes" {
  for_each                    = toset(["coredns", "metrics-server", "aws-ebs-csi-driver"])
  cluster_name                = aws_eks_cluster.main.name
  addon_name                  = each.key
  resolve_conflicts_on_update = "OVERWRITE"
  depends_on                  = [aws_eks_node_group.main, aws_iam_role_policy_attachment.volumes]

  dynamic "pod_identity_association" {
    for_each = each.key == "aws-ebs-csi-driver" ? [aws_iam_role.volumes.arn] : []
    content {
      service_account = "ebs-csi-controller-sa"
      role_arn        = pod_identity_association.value
    }
  }
}
