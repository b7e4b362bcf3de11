"""Texts that are not netpol: where one goes wrong, what was meant, and how to go on."""
