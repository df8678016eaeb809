import { expired, report, url } from "../checking.mjs";
import { createSession } from "../session.mjs";
import { createClient } from "./client.mjs";

const ME = "query Me { me { email } }";
const PAGE = `query Page($after: String) {
  offers(first: 2, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
}`;
const session = createSession(url);
const client = createClient(url, session);

const anonymous = await client.request(ME);
await session.signIn("ana@demo.example", "Fresh-Food-2026");
session.accessToken = expired;
const renewed = await client.request(ME);
session.accessToken = expired;
const [me, page] = await client.batch([{ document: ME }, { document: PAGE }]);

const ids = new Set();
for (let after = null, pages = 0; pages < 3; pages++) {
  const { offers } = await client.request(PAGE, { after });
  offers.edges.forEach(({ node }) => ids.add(node.id));
  after = offers.pageInfo.endCursor;
}
report({
  anonymous: anonymous.me,
  renewed: renewed.me.email,
  batch: [me.data.me.email, page.data.offers.edges.length],
  listed: ids.size,
});
