import relay from "relay-runtime";
import { expired, report, url } from "../checking.mjs";
import { createSession } from "../session.mjs";
import query from "./__generated__/operationsOffersQuery.graphql.js";
import { createEnvironment } from "./client.mjs";

const session = createSession(url);
const environment = createEnvironment(url, session);
const list = async (variables) => {
  await relay.fetchQuery(environment, query, variables, { fetchPolicy: "network-only" }).toPromise();
  const root = environment.getStore().getSource().get("client:root");
  return root;
};
await list({ first: 2 });
await session.signIn("ana@demo.example", "Fresh-Food-2026");
session.accessToken = expired;
await list({ first: 2 });
const source = environment.getStore().getSource();
const connection = source.get(source.getRecordIDs().find((id) => id.endsWith("__operations_offers_connection")));
const offers = source.getRecordIDs().filter((id) => source.get(id).__typename === "Offer");
report({
  persisted: query.params.text === null && query.params.id.length,
  offers: offers.length,
  edges: connection.edges.__refs.length,
  renewed: session.accessToken !== expired,
});
