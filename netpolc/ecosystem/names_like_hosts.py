"""URLs that are names, and lead nowhere: of XML namespaces, schemas and licences."""

from __future__ import annotations

NAMING_HOSTS = frozenset(
    (
        "creativecommons.org",
        "java.sun.com",
        "json-schema.org",
        "ns.adobe.com",
        "opensource.org",
        "purl.org",
        "schema.org",
        "schemas.android.com",
        "schemas.microsoft.com",
        "schemas.openxmlformats.org",
        "schemas.xmlsoap.org",
        "spdx.org",
        "www.apache.org",
        "www.gnu.org",
        "www.opensource.org",
        "www.w3.org",
        "xml.apache.org",
        "xmlns.com",
        "xmlns.jcp.org",
        "xmlns.oracle.com",
    )
)
"""Hosts whose URLs stand in files for what they name (www.w3.org, "Namespaces in XML"; json-schema.org, "$schema";
spdx.org, "License List"; and who else publishes such names)."""

PRESENTED = (
    ".css",
    ".dtd",
    ".htm",
    ".html",
    ".md",
    ".markdown",
    ".rst",
    ".svg",
    ".wsdl",
    ".xhtml",
    ".xsd",
    ".xsl",
)
"""How the names of files end that are shown to people, or describe others: what they link to is nobody's call."""

PAPERS = frozenset(("CHANGELOG", "COPYING", "LICENCE", "LICENSE", "NOTICE", "README"))
"""What files are called that nobody but people read."""
