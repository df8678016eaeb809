// What the peer sends to subgraphs: the caller's bearer, and each subgraph's gateway key.
// GATEWAY_KEYS is JSON: the name of a subgraph, in lower case, to its key.
const keys = JSON.parse(process.env.GATEWAY_KEYS ?? "{}");

export const gatewayConfig = {
  propagateHeaders: {
    fromClientToSubgraphs: ({ request, subgraphName }) => {
      const headers = {};
      const authorization = request.headers.get("authorization");
      const key = keys[subgraphName.toLowerCase()];
      if (authorization) headers.authorization = authorization;
      if (key) headers["x-gateway-key"] = key;
      return headers;
    },
  },
};
