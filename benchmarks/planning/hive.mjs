// Plans the operations of FILE (lines of {sdl, operations}) with Hive's planner and appends a line
// per operation to OUT: null before it begins (the planner may end the process), then its cost.
import { appendFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [, , peers, file, out, skipped] = process.argv;
const { QueryPlanner } = createRequire(resolve(peers, "package.json"))(
  "@graphql-hive/router-query-planner",
);

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
  let planner;
  for (const text of operations) {
    if (number++ < Number(skipped)) continue;
    appendFileSync(out, "null\n");
    let told = [];
    try {
      planner ??= new QueryPlanner(sdl);
      const began = process.cpuUsage();
      const plan = planner.plan(text, undefined, new Set(), 100);
      const { user, system } = process.cpuUsage(began);
      told = [...cost(plan.node), (user + system) / 1000];
    } catch {
      // A refusal: no cost.
    }
    appendFileSync(out, JSON.stringify(told) + "\n");
  }
}
