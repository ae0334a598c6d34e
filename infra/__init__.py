"""Tools around the pipeline, one folder a job; its docstring says who may import it.

The pipeline does not import ``infra``. ``infra`` imports the library, not its command line.
"""
