resource "helm_release" "event_processor" {
  count            = var.deploy_chart ? 1 : 0
  name             = "event-processor"
  chart            = "${path.module}/../../helm/event-processor"
  namespace        = var.namespace
  create_namespace = true
  atomic           = true # a release that does not become ready is taken back
  timeout          = 600
  values = [
    yamlencode({ serviceAccount = {
      name        = var.service_account
      annotations = { "iam.gke.io/gcp-service-account" = google_service_account.workload.email }
    } }),
    yamlencode(var.chart_values),
  ]

  depends_on = [google_container_node_pool.main, google_service_account_iam_member.workload]
}
