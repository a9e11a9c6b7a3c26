output "cluster_name" {
  description = "Name of the GKE cluster."
  value       = google_container_cluster.main.name
}

output "cluster_endpoint" {
  description = "Address of the cluster's API."
  value       = google_container_cluster.main.endpoint
}

output "kubeconfig_command" {
  description = "Lets kubectl and helm in."
  value       = "gcloud container clusters get-credentials ${var.name} --region ${var.region} --project ${var.project}"
}

output "network_id" {
  description = "The network: brokers go into it, or are peered with it."
  value       = google_compute_network.main.id
}

output "pod_cidr" {
  description = "Where the pods' connections come from, inside the network: what the brokers' firewall has to let in."
  value       = var.pod_cidr
}

output "workload_service_account" {
  description = "Account of the pods, by workload identity; the chart's serviceAccount.annotations name it."
  value       = google_service_account.workload.email
}
