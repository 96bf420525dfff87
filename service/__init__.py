"""What answers over HTTP: the public app here, the desk app beside it later."""
