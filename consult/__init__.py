import os

# Read when numpy is first imported. Two processes whose matrices are multiplied by as many threads as
# there are processors keep each other waiting, up to a hundred times as long (decision 33).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
