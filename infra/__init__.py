"""What surrounds the pipeline. Each folder is one job; its docstring says who may import it.

The pipeline does not import ``infra``. ``infra`` imports the library, but not its command line.
"""
