"""The program that a project begins with where there is nothing that it could be made of."""

NAME = "shop.netpol"

POLICY = """\
# Who may talk to whom. Each line is a fact; what no line says is denied.
# Build with `make netpol` or `netpolc build`, check with `netpolc check`.

import "std"

namespace shop

# Close every pod of the namespace in both directions; what follows opens what is needed.
baseline deny all

# A bare name stands for the pods labelled `app=NAME`; declare one to say it otherwise. With `strict names` at the top
# of a file, each has to be declared.
pods database = [app=database, role!=replica]

# Everybody needs DNS once egress is closed.
* -> std.dns

# One arrow is one connection: both its halves follow from it. The port is the pod's own, never a Service's.
webapp -> database:5432

# std.ingress-nginx -> webapp:8080
# webapp -> std.internet:443
"""
