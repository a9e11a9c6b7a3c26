output "cluster_name" {
  description = "Name of the EKS cluster."
  value       = aws_eks_cluster.main.name
}

output "cluster_endpoint" {
  description = "Address of the cluster's API."
  value       = aws_eks_cluster.main.endpoint
}

output "kubeconfig_command" {
  description = "Lets kubectl and helm in."
  value       = "aws eks update-kubeconfig --name ${var.name} --region ${var.region}"
}

output "vpc_id" {
  description = "The VPC: brokers go into it, or are peered with it."
  value       = aws_vpc.main.id
}

output "private_subnet_ids" {
  description = "Subnets of the nodes and pods, by zone."
  value       = { for zone, subnet in aws_subnet.private : zone => subnet.id }
}

output "cluster_security_group_id" {
  description = "Security group of the nodes and pods: what the brokers have to let in."
  value       = aws_eks_cluster.main.vpc_config[0].cluster_security_group_id
}

output "workload_role_arn" {
  description = "Role of the pods, by EKS Pod Identity."
  value       = aws_iam_role.workload.arn
}

output "nat_addresses" {
  description = "Addresses that the pods' connections to the Internet come from."
  value       = [for address in aws_eip.nat : address.public_ip]
}
