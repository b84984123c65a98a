"""Where the work runs: in this process, in a pool of processes, or on a Dask cluster.

Doors: common, cpu_limit, engine.
"""
