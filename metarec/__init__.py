"""Which algorithm with which hyperparameters suits a table, learned from run histories."""
