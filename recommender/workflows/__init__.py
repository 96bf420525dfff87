"""The verbs that people use, one a module: the only place where the stages meet."""
