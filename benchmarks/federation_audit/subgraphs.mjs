// The audit's subgraphs on loopback. Every reply is held back for DELAY milliseconds, and each
// request is remembered with the times of its arrival and its reply, until /_calls is read.
//   node --import CHECKOUT/node_modules/tsx/dist/loader.mjs subgraphs.mjs CHECKOUT DELAY
// Run in CHECKOUT; the address is the first line printed.
import { createServer } from "node:http";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const [checkout, delay] = process.argv.slice(2);
const { createRouter } = await import(pathToFileURL(join(checkout, "src/index.ts")).href);
const router = createRouter();
let calls = [];

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function answer(request, response) {
  const body = await bodyOf(request);
  const url = new URL(request.url, `http://${request.headers.host}`);
  if (url.pathname === "/_calls") {
    response.end(JSON.stringify(calls));
    calls = [];
    return;
  }
  const call = { path: url.pathname, arrived: performance.now(), replied: null };
  if (request.method === "POST") calls.push(call);
  const reply = await router.fetch(url.href, {
    method: request.method,
    headers: { "content-type": "application/json", accept: request.headers.accept ?? "*/*" },
    ...(request.method === "POST" ? { body } : {}),
  });
  const text = await reply.text();
  if (request.method === "POST") await pause(Number(delay));
  call.replied = performance.now();
  response.writeHead(reply.status, { "content-type": reply.headers.get("content-type") });
  response.end(text);
}

const server = createServer((request, response) =>
  answer(request, response).catch((error) => {
    response.statusCode = 500;
    response.end(String(error));
  }),
);
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
