"""`python -m recommender.cli`: the command line without an installed script."""

from recommender.cli import main

main(prog_name="morefrom")
