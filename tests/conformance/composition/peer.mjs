// Composes what stands on stdin, a JSON line {id, subgraphs: [{name, url, sdl}]} each, with the
// composer named by the first argument, found from the folder named by the second.
// Answers {id, sdl, api} or {id, errors: [{code, message}]} a line.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";

const [composer, folder] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const { parse, print } = require("graphql");
const { composeServices, transformSupergraphToPublicSchema } = require(composer);

function apiSchema(sdl) {
  if (transformSupergraphToPublicSchema) return print(transformSupergraphToPublicSchema(parse(sdl)));
  const { Supergraph, printSchema } = require("@apollo/federation-internals");
  return printSchema(Supergraph.build(sdl, { supportedFeatures: null }).apiSchema());
}

function compose(subgraphs) {
  const services = subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  const { errors, supergraphSdl } = composeServices(services);
  if (errors?.length) {
    return { errors: errors.map((e) => ({ code: e.extensions?.code ?? null, message: e.message })) };
  }
  return { sdl: supergraphSdl, api: apiSchema(supergraphSdl) };
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  const { id, subgraphs } = JSON.parse(line);
  let result;
  try {
    result = compose(subgraphs);
  } catch (error) {
    result = { errors: [{ code: error.name === "GraphQLError" ? "INVALID_GRAPHQL" : null, message: String(error) }] };
  }
  console.log(JSON.stringify({ id, ...result }));
}
