variable "name" {
  description = "Of the cluster, and the beginning of every other name."
  type        = string
  default     = "event-processor"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,28}[a-z0-9]$", var.name))
    error_message = "3 to 30 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "region" {
  description = "Where everything is made."
  type        = string
  default     = "eu-central-1"
}

variable "tags" {
  description = "On everything that takes tags."
  type        = map(string)
  default     = {}
}

variable "vpc_cidr" {
  description = "Addresses of the VPC, a /16 to a /20. Half of them go to the private subnets: each pod has one."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 20
    error_message = "A CIDR block from /16 to /20."
  }
}

variable "zone_count" {
  description = "Availability zones. EKS needs two; three survive the loss of one with two thirds of the nodes."
  type        = number
  default     = 3

  validation {
    condition     = var.zone_count >= 2 && var.zone_count <= 4
    error_message = "From 2 to 4."
  }
}

variable "single_nat_gateway" {
  description = "One NAT gateway instead of one in each zone: cheaper, and the way out is gone when its zone is."
  type        = bool
  default     = true
}

variable "kubernetes_version" {
  description = "Minor version of the control plane and the nodes. EKS upgrades one minor version at a time."
  type        = string
  default     = "1.34"

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "A minor version, such as 1.34."
  }
}

variable "api_allowed_cidrs" {
  description = "Who may reach the cluster's API from outside the VPC. Empty: nobody, the API is private."
  type        = list(string)
  default     = []

  validation {
    condition     = !contains(var.api_allowed_cidrs, "0.0.0.0/0")
    error_message = "The whole Internet is not a list of who may."
  }
}

variable "node_instance_types" {
  description = "For the architecture of the image (amd64)."
  type        = list(string)
  default     = ["m7i.large"]
}

variable "node_count" {
  description = "Nodes to begin with, and the fewest and most that an autoscaler may make of them. It has to be installed: without one they stay as many as at the beginning."
  type        = object({ min = number, desired = number, max = number })
  default     = { min = 2, desired = 2, max = 6 }

  validation {
    condition     = var.node_count.min <= var.node_count.desired && var.node_count.desired <= var.node_count.max
    error_message = "min <= desired <= max."
  }
}

variable "log_retention_days" {
  description = "How long the control plane's logs and the network's flow logs are kept."
  type        = number
  default     = 365
}

variable "deletion_protection" {
  description = "Refuse to delete the cluster. Set to false and apply before terraform destroy."
  type        = bool
  default     = true
}

variable "namespace" {
  description = "The release's namespace, and with service_account who may use the workload's role."
  type        = string
  default     = "event-processor"
}

variable "service_account" {
  description = "The chart's service account; it has the release's name unless serviceAccount.name says otherwise."
  type        = string
  default     = "event-processor"
}

variable "workload_policy_arns" {
  description = "IAM policies for the pods, such as one to read a secret. connector-host itself needs none."
  type        = list(string)
  default     = []
}

variable "deploy_chart" {
  description = "Install the Helm release as well. The API has to be reachable from here: api_allowed_cidrs."
  type        = bool
  default     = false
}

variable "chart_values" {
  description = "Values of the chart, as in its values.yaml. No passwords: they would be in the state."
  type        = any
  default     = {}
}
