"""What surrounds the pipeline: its image, the stack of containers, the demo, documents and versions.

Each folder is one job, and its docstring says which other folders may import it. Nothing of the pipeline imports ``infra``;
``infra`` imports the library, but not its command line.
"""
