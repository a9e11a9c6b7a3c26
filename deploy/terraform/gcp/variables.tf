variable "project" {
  description = "Id of the Google Cloud project that everything is made in."
  type        = string
}

variable "name" {
  description = "Of the cluster, and the beginning of every other name."
  type        = string
  default     = "event-processor"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "3 to 20 lower-case letters, digits and hyphens, beginning with a letter: service accounts have short names."
  }
}

variable "region" {
  description = "Where everything is made; the cluster is in each of the region's zones."
  type        = string
  default     = "europe-west3"
}

variable "zones" {
  description = "Zones of the nodes. Empty: those that the region gives a cluster, three as a rule."
  type        = list(string)
  default     = []
}

variable "labels" {
  description = "On everything that takes labels."
  type        = map(string)
  default     = {}
}

variable "node_cidr" {
  description = "Addresses of the nodes."
  type        = string
  default     = "10.50.0.0/22"
}

variable "pod_cidr" {
  description = "Addresses of the pods: each node takes a /24 of it."
  type        = string
  default     = "10.52.0.0/16"
}

variable "service_cidr" {
  description = "Addresses of Kubernetes services."
  type        = string
  default     = "10.51.0.0/20"
}

variable "control_plane_cidr" {
  description = "Addresses of the control plane, a /28 that nothing else uses."
  type        = string
  default     = "172.16.0.0/28"

  validation {
    condition     = can(cidrhost(var.control_plane_cidr, 0)) && endswith(var.control_plane_cidr, "/28")
    error_message = "A CIDR block of /28."
  }
}

variable "release_channel" {
  description = "How early GKE brings new Kubernetes versions: it upgrades control plane and nodes by itself."
  type        = string
  default     = "REGULAR"

  validation {
    condition     = contains(["RAPID", "REGULAR", "STABLE", "EXTENDED"], var.release_channel)
    error_message = "RAPID, REGULAR, STABLE or EXTENDED."
  }
}

variable "kubernetes_version" {
  description = "The least version of the control plane, such as 1.34. The channel has to have it. Empty: the channel's default."
  type        = string
  default     = ""
}

variable "maintenance_window" {
  description = "When upgrades may happen: each day, from this time on, four hours (UTC)."
  type        = string
  default     = "02:00"
}

variable "api_allowed_cidrs" {
  description = "Who may reach the cluster's API from outside the network, by name. Empty: nobody, the API is private."
  type        = map(string)
  default     = {}

  validation {
    condition     = !contains(values(var.api_allowed_cidrs), "0.0.0.0/0")
    error_message = "The whole Internet is not a list of who may."
  }
}

variable "node_machine_type" {
  description = "For the architecture of the image (amd64)."
  type        = string
  default     = "e2-standard-2"
}

variable "node_count" {
  description = "Fewest and most nodes in all zones together; GKE's autoscaler chooses."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 6 }

  validation {
    condition     = var.node_count.min >= 1 && var.node_count.min <= var.node_count.max
    error_message = "1 <= min <= max."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete the cluster. Set to false and apply before terraform destroy."
  type        = bool
  default     = true
}

variable "namespace" {
  description = "The release's namespace, and with service_account who may act as the workload's account."
  type        = string
  default     = "event-processor"
}

variable "service_account" {
  description = "The chart's service account; it has the release's name unless serviceAccount.name says otherwise."
  type        = string
  default     = "event-processor"
}

variable "workload_roles" {
  description = "Roles in the project for the pods, such as roles/secretmanager.secretAccessor. connector-host itself needs none."
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
