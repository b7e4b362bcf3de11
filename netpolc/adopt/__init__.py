"""From what people have to netpol."""
