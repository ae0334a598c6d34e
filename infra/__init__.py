"""What runs the pipeline: the demo, its private servers, and the rendering of committed files."""
