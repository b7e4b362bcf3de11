"""From policies of any origin to netpol source that allows the same, proved."""
