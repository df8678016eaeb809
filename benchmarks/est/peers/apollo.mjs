// Apollo Gateway on loopback, as its documentation sets it up; the caller's token goes on.
//   node apollo.mjs PEERS SUPERGRAPH PORT     (PEERS holds node_modules)
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [peers, supergraph, port] = process.argv.slice(2);
const require = createRequire(join(resolve(peers), "package.json"));
const { ApolloGateway, RemoteGraphQLDataSource } = require("@apollo/gateway");
const { ApolloServer } = require("@apollo/server");
const { startStandaloneServer } = require("@apollo/server/standalone");

class Authorized extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http.headers.set("authorization", context.authorization);
  }
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(supergraph, "utf8"),
  buildService: ({ url }) => new Authorized({ url }),
});
await startStandaloneServer(new ApolloServer({ gateway }), {
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
  listen: { host: "127.0.0.1", port: Number(port) },
});
