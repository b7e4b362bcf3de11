"""From manifests to a project that builds: its sources, its project file, and its Makefile fragment."""
