import os

# Read when numpy is first imported. Two processes whose matrices are multiplied by as many threads as
# there are processors keep each other waiting: a hundred times as long, where one thread is enough.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
