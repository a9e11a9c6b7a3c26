resource "helm_release" "event_processor" {
  count            = var.deploy_chart ? 1 : 0
  name             = "event-processor"
  chart            = "${path.module}/../../helm/event-processor"
  namespace        = var.namespace
  create_namespace = true
  atomic           = true # a release that does not become ready is taken back
  timeout          = 600
  values = [
    yamlencode({ serviceAccount = { name = var.service_account } }),
    yamlencode(var.chart_values),
  ]

  depends_on = [aws_eks_node_group.main, aws_eks_addon.on_nodes, aws_eks_pod_identity_association.workload]
}
