"""Who makes it: processes on this machine or a cluster, and what runs in them."""
