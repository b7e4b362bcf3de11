"""Readers of flow logs: files of other programs to `SeenFlow`, one module for each format, told by what is in them.

`files.py` is the way in. A format's module turns one record, as bytes, into one flow, or says why it is none; what is
common to all stands once: files and folders, compression, lines and JSON documents, and the count of what was passed
over.
"""
