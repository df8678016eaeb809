import { graphql } from "relay-runtime";

graphql`
  query operationsOffersQuery($first: Int!, $after: String) {
    ...operationsOffers
  }
`;

graphql`
  fragment operationsOffers on Query @refetchable(queryName: "operationsOffersPageQuery") {
    offers(first: $first, after: $after) @connection(key: "operations_offers") {
      edges {
        node {
          id
          title
        }
      }
    }
  }
`;
