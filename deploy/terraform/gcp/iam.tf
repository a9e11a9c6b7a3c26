# The nodes' account can write logs and metrics and pull images, and nothing else: the default one can edit the project.
resource "google_service_account" "node" {
  account_id   = "${var.name}-node"
  display_name = "Nodes of ${var.name}"
  depends_on   = [google_project_service.needed]
}

resource "google_project_iam_member" "node" {
  for_each = toset(["roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader"])
  project  = var.project
  role     = each.key
  member   = google_service_account.node.member
}

resource "google_service_account" "workload" {
  account_id   = "${var.name}-pod"
  display_name = "Pods of ${var.name}"
  depends_on   = [google_project_service.needed]
}

resource "google_project_iam_member" "workload" {
  for_each = toset(var.workload_roles)
  project  = var.project
  role     = each.key
  member   = google_service_account.workload.member
}

# Workload identity: one service account of one namespace may act as the account above. The identity pool comes with the
# first cluster that has one.
resource "google_service_account_iam_member" "workload" {
  service_account_id = google_service_account.workload.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project}.svc.id.goog[${var.namespace}/${var.service_account}]"
  depends_on         = [google_container_cluster.main]
}
