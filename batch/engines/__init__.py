"""Where the work runs: in this process, in a pool of processes, or on a Dask cluster.

Doors: common, engine, processor_time.
"""
