"""What is refused of a GraphQL document before it runs, in the gateway as in a service."""
