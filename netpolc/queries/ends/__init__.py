"""Ends of questions as Kubernetes calls them: services, DNS names, addresses, and workloads by their kind."""
