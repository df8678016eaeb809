import { gql } from "@apollo/client";
import { createSession } from "../session.mjs";
import { counted, url, expired, report } from "../checking.mjs";
import { createClient } from "./client.mjs";

const ME = gql`query Me { me { email reservations { edges { node { id } } } } }`;
const OFFERS = gql`
  query Offers($after: String) {
    offers(first: 2, after: $after) { edges { node { id title } } pageInfo { hasNextPage endCursor } }
  }
`;
const { fetch, sent } = counted();
const session = createSession(url);
const client = createClient(url, session, fetch);
const network = { fetchPolicy: "network-only" };

const anonymous = await client.query({ query: ME, ...network });
await session.signIn("ana@demo.example", "Fresh-Food-2026");
const signedIn = await client.query({ query: ME, ...network });

session.accessToken = expired;
const renewed = await client.query({ query: ME, ...network });

await client.query({ query: OFFERS, ...network }); // its hash takes a moment the first time
sent.length = 0;
const [first] = await Promise.all([
  client.query({ query: OFFERS, ...network }),
  client.query({ query: ME, ...network }),
]);
const batches = sent.map((body) => body.length);

const pages = client.watchQuery({ query: OFFERS });
const watching = pages.subscribe(() => {});
await pages.fetchMore({ variables: { after: first.data.offers.pageInfo.endCursor } });
const listed = client.readQuery({ query: OFFERS }).offers.edges;
watching.unsubscribe();

sent.length = 0;
await client.query({ query: OFFERS, ...network });
report({
  anonymous: anonymous.data.me,
  signedIn: signedIn.data.me.email,
  renewed: renewed.data.me.email,
  batches: batches[0],
  listed: new Set(listed.map(({ node }) => node.id)).size,
  textsSent: sent.flat().filter(({ query }) => query).length,
});
