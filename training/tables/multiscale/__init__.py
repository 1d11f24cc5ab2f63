"""Tables from the shards of sweeps: networks for addition mod n at several scales, whatever of a sweep is finished.

python -m training tables multiscale --runs sweeps --date 2026-11-26
"""
