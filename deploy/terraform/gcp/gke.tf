resource "google_container_cluster" "main" {
  #checkov:skip=CKV_GCP_12:the data path below enforces network policies; the switch is for the older one
  #checkov:skip=CKV_GCP_21:resource_labels are merged from a variable, which it does not see
  #checkov:skip=CKV_GCP_65:groups for RBAC need a Google Workspace, which not everybody has
  name                        = var.name
  location                    = var.region
  node_locations              = length(var.zones) > 0 ? var.zones : null
  network                     = google_compute_network.main.id
  subnetwork                  = google_compute_subnetwork.nodes.id
  networking_mode             = "VPC_NATIVE"
  datapath_provider           = "ADVANCED_DATAPATH" # enforces network policies
  enable_intranode_visibility = true
  min_master_version          = var.kubernetes_version != "" ? var.kubernetes_version : null
  deletion_protection         = var.deletion_protection
  resource_labels             = merge({ project = var.name }, var.labels)

  # A cluster cannot be made without a pool; the real one is below.
  remove_default_node_pool = true
  initial_node_count       = 1
  node_config {
    service_account = google_service_account.node.email
    machine_type    = var.node_machine_type
    disk_size_gb    = 20

    workload_metadata_config {
      mode = "GKE_METADATA"
    }

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
  }

  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }

  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = length(var.api_allowed_cidrs) == 0
    master_ipv4_cidr_block  = var.control_plane_cidr
  }

  master_authorized_networks_config {
    gcp_public_cidrs_access_enabled = false

    dynamic "cidr_blocks" {
      for_each = var.api_allowed_cidrs
      content {
        display_name = cidr_blocks.key
        cidr_block   = cidr_blocks.value
      }
    }
  }

  master_auth {
    client_certificate_config {
      issue_client_certificate = false
    }
  }

  workload_identity_config {
    workload_pool = "${var.project}.svc.id.goog"
  }

  release_channel {
    channel = var.release_channel
  }

  maintenance_policy {
    daily_maintenance_window {
      start_time = var.maintenance_window
    }
  }

  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE" # allows everything until the project says otherwise
  }

  # Google's own Prometheus; it takes PodMonitoring objects, and the Prometheus Operator can run beside it.
  monitoring_config {
    enable_components = ["SYSTEM_COMPONENTS"]
    managed_prometheus {
      enabled = true
    }
  }

  # The pool's account is in node_config only while the cluster is being made.
  lifecycle {
    ignore_changes = [node_config]
  }

  depends_on = [google_project_iam_member.node]
}

resource "google_container_node_pool" "main" {
  name               = "main"
  cluster            = google_container_cluster.main.id
  location           = var.region
  initial_node_count = 1 # in each zone

  autoscaling {
    total_min_node_count = var.node_count.min
    total_max_node_count = var.node_count.max
    location_policy      = "BALANCED"
  }

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  upgrade_settings {
    max_surge       = 1
    max_unavailable = 0
  }

  node_config {
    service_account = google_service_account.node.email
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"] # the account's roles are what limits it
    machine_type    = var.node_machine_type
    image_type      = "COS_CONTAINERD"
    disk_type       = "pd-balanced"
    disk_size_gb    = 40

    metadata = {
      disable-legacy-endpoints = "true"
    }

    workload_metadata_config {
      mode = "GKE_METADATA" # a pod gets its own identity, and never the node's
    }

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
  }

  lifecycle {
    ignore_changes = [initial_node_count]
  }

  depends_on = [google_compute_router_nat.main] # the nodes' way out
}
