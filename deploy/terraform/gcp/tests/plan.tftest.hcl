# What the defaults and the switches mean, with mocked providers: nothing is asked of Google.
mock_provider "helm" {}

mock_provider "google" {}

variables {
  project = "example"
}

run "by_default_nothing_is_reachable_from_outside" {
  command = plan

  assert {
    condition     = google_container_cluster.main.private_cluster_config[0].enable_private_nodes && google_container_cluster.main.private_cluster_config[0].enable_private_endpoint
    error_message = "The nodes or the API have public addresses."
  }
  assert {
    condition     = length(google_container_cluster.main.master_authorized_networks_config[0].cidr_blocks) == 0
    error_message = "Somebody may reach the API."
  }
  assert {
    condition     = length(helm_release.event_processor) == 0
    error_message = "The chart is installed without being asked for."
  }
  assert {
    condition     = google_container_cluster.main.deletion_protection
    error_message = "The cluster can be deleted by accident."
  }
}

run "the_pods_never_have_the_nodes_identity" {
  command = plan

  assert {
    condition     = google_container_node_pool.main.node_config[0].workload_metadata_config[0].mode == "GKE_METADATA"
    error_message = "A pod can take the node's account."
  }
  assert {
    condition     = google_service_account_iam_member.workload.member == "serviceAccount:example.svc.id.goog[event-processor/event-processor]"
    error_message = "Workload identity is for ${google_service_account_iam_member.workload.member}."
  }
  assert {
    condition     = length(google_project_iam_member.workload) == 0
    error_message = "The pods have rights that nobody gave."
  }
}

run "network_policies_are_enforced" {
  command = plan

  assert {
    condition     = google_container_cluster.main.datapath_provider == "ADVANCED_DATAPATH"
    error_message = "The chart's NetworkPolicy does nothing."
  }
}

run "the_api_and_the_chart_when_asked_for" {
  command = apply
  variables {
    api_allowed_cidrs = { office = "192.0.2.0/24" }
    deploy_chart      = true
    service_account   = "orders"
    chart_values      = { env = { RABBITMQ_QUEUE = "orders" } }
    workload_roles    = ["roles/secretmanager.secretAccessor"]
  }
  override_resource {
    target = google_service_account.workload
    values = { email = "pod@example.iam.gserviceaccount.com" }
  }

  assert {
    condition     = one(google_container_cluster.main.master_authorized_networks_config[0].cidr_blocks).cidr_block == "192.0.2.0/24" && !google_container_cluster.main.private_cluster_config[0].enable_private_endpoint
    error_message = "The API is not open to who was named."
  }
  assert {
    condition = yamldecode(helm_release.event_processor[0].values[0]).serviceAccount == {
      name        = "orders"
      annotations = { "iam.gke.io/gcp-service-account" = "pod@example.iam.gserviceaccount.com" }
    }
    error_message = "The chart's service account is not the one that may act as the account."
  }
  assert {
    condition     = length(google_project_iam_member.workload) == 1
    error_message = "workload_roles are not given."
  }
}

run "the_whole_internet_is_refused" {
  command = plan
  variables {
    api_allowed_cidrs = { everybody = "0.0.0.0/0" }
  }
  expect_failures = [var.api_allowed_cidrs]
}

run "a_control_plane_of_another_size_is_refused" {
  command = plan
  variables {
    control_plane_cidr = "172.16.0.0/24"
  }
  expect_failures = [var.control_plane_cidr]
}

run "a_long_name_is_refused" {
  command = plan
  variables {
    name = "a-name-that-no-service-account-can-have"
  }
  expect_failures = [var.name]
}
