"""From policies that a cluster has to those that it shall have: the order of the steps, and each of them taken."""
