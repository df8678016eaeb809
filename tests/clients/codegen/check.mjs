import { report, url } from "../checking.mjs";
import { ask, idOf } from "./client.mjs";

const { data } = await ask(url, idOf("Offers"), { first: 3 });
const text = await fetch(url, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ query: "{ offers(first: 1) { edges { node { id } } } }" }),
});
const { errors } = await text.json();
report({ listed: data.offers.edges.length, text: errors?.[0].extensions.code ?? null });
