"""Pictures in their forms: DOT, Mermaid and D2 as texts, and drawn by Graphviz."""
