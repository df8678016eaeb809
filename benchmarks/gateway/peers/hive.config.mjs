// Hive sends equal subgraph requests in flight once, for all its clients together, and here all
// clients ask the same. The request id, forwarded, keeps that inside one request; in production
// each user's authorization header does.
export const gatewayConfig = {
  batching: { limit: 10 },
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({
      authorization: request.headers.get("authorization") ?? "",
      "x-request-id": request.headers.get("x-request-id") ?? "",
    }),
  },
};
