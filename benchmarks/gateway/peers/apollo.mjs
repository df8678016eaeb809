// Apollo Gateway on loopback, as its documentation sets it up; batches allowed, as here.
//   node apollo.mjs PEERS SUPERGRAPH PORT     (PEERS holds node_modules)
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [peers, supergraph, port] = process.argv.slice(2);
const require = createRequire(join(resolve(peers), "package.json"));
const { ApolloGateway } = require("@apollo/gateway");
const { ApolloServer } = require("@apollo/server");
const { startStandaloneServer } = require("@apollo/server/standalone");

const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraph, "utf8") });
const server = new ApolloServer({ gateway, allowBatchedHttpRequests: true });
await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: Number(port) } });
