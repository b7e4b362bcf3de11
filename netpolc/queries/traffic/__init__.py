"""What was seen against what is allowed: records of flows joined with a cluster, and judged by its policies."""
