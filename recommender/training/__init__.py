"""Everything that learns: the only package that imports scikit-learn."""
