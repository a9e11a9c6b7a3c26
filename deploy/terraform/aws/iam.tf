data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account    = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  aws_policy = "arn:${local.partition}:iam::aws:policy"

  # Who may take a role, by AWS's own name of the service.
  trust = { for name, service in {
    cluster  = "eks.amazonaws.com"
    node     = "ec2.amazonaws.com"
    flow_log = "vpc-flow-logs.amazonaws.com"
    } : name => jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = service } }]
  }) }
  trust_pods = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "pods.eks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role" "cluster" {
  name               = "${var.name}-cluster"
  assume_role_policy = local.trust["cluster"]
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "${local.aws_policy}/AmazonEKSClusterPolicy"
}

resource "aws_iam_role" "node" {
  name               = "${var.name}-node"
  assume_role_policy = local.trust["node"]
}

resource "aws_iam_role_policy_attachment" "node" {
  for_each   = toset(["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"])
  role       = aws_iam_role.node.name
  policy_arn = "${local.aws_policy}/${each.key}"
}

# The network plugin has a role of its own, so that pods that reach the node's role cannot change network interfaces.
resource "aws_iam_role" "network" {
  name               = "${var.name}-network"
  assume_role_policy = local.trust_pods
}

resource "aws_iam_role_policy_attachment" "network" {
  role       = aws_iam_role.network.name
  policy_arn = "${local.aws_policy}/AmazonEKS_CNI_Policy"
}

# What makes the volumes of state.kind=persistent.
resource "aws_iam_role" "volumes" {
  name               = "${var.name}-volumes"
  assume_role_policy = local.trust_pods
}

resource "aws_iam_role_policy_attachment" "volumes" {
  role       = aws_iam_role.volumes.name
  policy_arn = "${local.aws_policy}/service-role/AmazonEBSCSIDriverPolicy"
}

# Workload identity: the pods of one service account, and nobody else, get this role by EKS Pod Identity.
resource "aws_iam_role" "workload" {
  name               = "${var.name}-workload"
  assume_role_policy = local.trust_pods
}

resource "aws_iam_role_policy_attachment" "workload" {
  for_each   = toset(var.workload_policy_arns)
  role       = aws_iam_role.workload.name
  policy_arn = each.key
}

resource "aws_eks_pod_identity_association" "workload" {
  cluster_name    = aws_eks_cluster.main.name
  namespace       = var.namespace
  service_account = var.service_account
  role_arn        = aws_iam_role.workload.arn
}

resource "aws_iam_role" "flow_log" {
  name               = "${var.name}-flow-log"
  assume_role_policy = local.trust["flow_log"]
}

resource "aws_iam_role_policy" "flow_log" {
  name = "write"
  role = aws_iam_role.flow_log.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
      Resource = "${aws_cloudwatch_log_group.flow.arn}:*"
    }]
  })
}

# One key for the cluster's secrets and for the logs; its policy names the services that use it.
resource "aws_kms_key" "main" {
  description             = "Secrets and logs of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 14
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Account"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
        Condition = { ArnLike = {
          "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/aws/*/${var.name}/*"
        } }
      },
    ]
  })
}

resource "aws_kms_alias" "main" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.main.key_id
}
