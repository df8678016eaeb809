import { gql } from "@urql/core";
import { counted, expired, report, url } from "../checking.mjs";
import { createSession } from "../session.mjs";
import { createClient } from "./client.mjs";

const ME = gql`query Me { me { email } }`;
const RESERVATIONS = gql`query ($id: UUID!) { user(id: $id) { id email } }`;
const OFFERS = gql`
  query Offers($after: String) {
    offers(first: 2, after: $after) { edges { node { id title } } pageInfo { hasNextPage endCursor } }
  }
`;
const { fetch, sent } = counted();
const session = createSession(url);
const client = createClient(url, session, fetch);
const fresh = { requestPolicy: "network-only" };

const anonymous = await client.query(ME, {}, fresh);
await session.signIn("ana@demo.example", "Fresh-Food-2026");
session.accessToken = expired;
const renewed = await client.query(ME, {}, fresh);
const first = await client.query(OFFERS, {});
const second = await client.query(OFFERS, { after: first.data.offers.pageInfo.endCursor });

sent.length = 0;
await client.query(OFFERS, {}, fresh);
const refused = await client.query(RESERVATIONS, { id: "00000000-0000-0000-0000-000000000000" }, fresh);
report({
  anonymous: anonymous.data.me,
  renewed: renewed.data.me.email,
  listed: new Set([first, second].flatMap(({ data }) => data.offers.edges.map(({ node }) => node.id))).size,
  textsSent: sent.slice(0, 1).flat().filter(({ query }) => query).length,
  refused: refused.error.graphQLErrors.map(({ extensions }) => extensions.code),
});
