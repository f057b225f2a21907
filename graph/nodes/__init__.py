"""The nodes of the state machine, one file each, named as the node."""
