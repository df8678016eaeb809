// Plans the operations of FILE (lines of {sdl, operations}) with a peer's planner, "hive" or
// "apollo", and appends a line per operation to OUT: null before it begins (the planner may end the
// process), then its cost.
import { appendFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [, , name, peers, file, out, skipped] = process.argv;
const require = createRequire(resolve(peers, "package.json"));

const PLANNERS = {
  hive(sdl) {
    const { QueryPlanner } = require("@graphql-hive/router-query-planner");
    const planner = new QueryPlanner(sdl);
    return (text) => planner.plan(text, undefined, new Set(), 100).node;
  },
  apollo(sdl) {
    const { QueryPlanner } = require("@apollo/query-planner");
    const { Supergraph, operationFromDocument } = require("@apollo/federation-internals");
    const { parse } = require("graphql");
    const supergraph = Supergraph.build(sdl, { supportedFeatures: null });
    const planner = new QueryPlanner(supergraph);
    const schema = supergraph.apiSchema();
    // Its own operation is made in the time that counts, as the other planners make theirs.
    return (text) => planner.buildQueryPlan(operationFromDocument(schema, parse(text))).node;
  },
};

function cost(node) {
  const inner = node?.nodes ?? [node?.node ?? node?.primary];
  const both = [node?.ifClause, node?.elseClause];
  switch (node?.kind) {
    case undefined:
      return [0, 0];
    case "Fetch":
    case "BatchFetch":
      return [1, 1];
    case "Sequence":
      return inner.map(cost).reduce(([r, d], [s, e]) => [r + s, d + e], [0, 0]);
    default:
      return (node.kind === "Condition" ? both : inner)
        .map(cost)
        .reduce(([r, d], [s, e]) => [r + s, Math.max(d, e)], [0, 0]);
  }
}

let number = 0;
for (const line of readFileSync(file, "utf8").trim().split("\n")) {
  const { sdl, operations } = JSON.parse(line);
  let plan;
  for (const text of operations) {
    if (number++ < Number(skipped)) continue;
    appendFileSync(out, "null\n");
    let told = [];
    try {
      plan ??= PLANNERS[name](sdl);
      const began = process.cpuUsage();
      const node = plan(text);
      const { user, system } = process.cpuUsage(began);
      told = [...cost(node), (user + system) / 1000];
    } catch (fault) {
      if (fault.code === "MODULE_NOT_FOUND") throw fault;
      // A refusal: no cost.
    }
    appendFileSync(out, JSON.stringify(told) + "\n");
  }
}
