// The GraphQL-over-HTTP audit of the package graphql-http against a running server.
//   node over_http.mjs URL [ACCESS_TOKEN]    prints what failed and how many passed, as JSON
// Some checks introspect: where that is not for everybody, give a token of somebody who may.
import { serverAudits } from "graphql-http";

const [url, token] = process.argv.slice(2);
const fetchFn = (target, options = {}) => {
  const headers = new Headers(options.headers);
  if (token) headers.set("authorization", `Bearer ${token}`);
  return fetch(target, { ...options, headers });
};

const failed = [];
let passed = 0;
for (const audit of serverAudits({ url, fetchFn })) {
  const result = await audit.fn();
  if (result.status === "ok") passed += 1;
  else failed.push(`${audit.id} ${audit.name}: ${result.reason}`);
}
console.log(JSON.stringify({ passed, failed }));
