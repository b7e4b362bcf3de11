"""Highlighting: what each part of a text is, for editors and pages, by rules that one line after the other takes."""
