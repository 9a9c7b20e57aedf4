"""An optional room beside the core: many periods at once, each published as a whole. Only the command line opens it."""
