"""Where shards are made: in processes of this machine, and later elsewhere.

A shard is a pure function of the plan, so an engine has one task: see that every shard is made by
somebody, and report each receipt. Whether a shard is there already is for the caller to know.
"""
