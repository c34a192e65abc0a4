"""Comments whose wording is nearly the same: how they are told, and grouped as they arrive."""
