"""What runs the pipeline: images, compose files, work pools and private servers."""
