"""Executors of tasks: this process, a pool of processes, or a Dask cluster.

Doors: common, cpu_limit, engine.
"""
