"""The edges of the program: the project file, the reading of sources, the writing of output."""
