"""What the benchmarks of images share: examples, a small detector, and its score."""
