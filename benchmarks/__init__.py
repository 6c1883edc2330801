"""What `make bench` runs: ratios against bare floors measured in the same run."""
