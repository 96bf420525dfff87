"""What the public app answers to what, as an OpenAPI 3.1 document made of plain dictionaries.

`parameters` takes every bound from the parser, `schemas` describes every field, `responses` every
status with its headers, and `document` puts them together under the paths.
"""
