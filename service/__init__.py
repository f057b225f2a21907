"""The composition root: opens the parts, joins them, and starts them."""
