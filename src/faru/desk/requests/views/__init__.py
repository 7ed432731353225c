"""Pages of requests; thin: what is shown is in `page` and `queries`, what is done in the actions."""
