"""What clients see: the fields of each type, inputs and enums, and how they come from the domain.

Relations between types need the request's loaders and are added by the api layer.
"""
