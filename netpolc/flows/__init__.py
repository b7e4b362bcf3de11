"""Flows that were seen: what logs of others record of connections, as one type, whatever wrote them."""
