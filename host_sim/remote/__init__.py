"""The controller in another interpreter: links, and the proxy that the twin takes for it."""
