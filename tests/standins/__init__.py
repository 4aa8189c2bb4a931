"""Local servers that behave as the services which Dalil calls, so that tests go through the real clients."""
