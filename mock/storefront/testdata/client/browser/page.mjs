// A headless Chromium, and pages of an origin that is not the server's. The pages hold the published client as it ships for
// browsers: its global is CE_SDK.
//
// STANDIN_BROWSER is the path of the browser.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

let browser, site;

before(async () => {
  const script = await readFile(fileURLToPath(import.meta.resolve("@commercengine/storefront-sdk/iife")).replace(/\.d\.m?ts$/, ".js"));
  site = createServer((request, response) => {
    const [type, body] = request.url === "/client.js"
      ? ["text/javascript", script]
      : ["text/html", '<!doctype html><meta charset="utf-8"><title>A shop</title><script src="/client.js"></script>'];
    response.writeHead(200, { "Content-Type": type }).end(body);
  });
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  // A new profile is made for every launch, and thrown away.
  browser = await chromium.launch({ executablePath: process.env.STANDIN_BROWSER, args: flags });
});

after(async () => {
  await browser?.close();
  site?.close();
});

// open opens a page in a browser profile of its own. On 127.0.0.1 it is of the server's site and another origin; on
// localhost it is of another site, too.
export async function open(world, host = "127.0.0.1") {
  const context = await browser.newContext();
  world.t.after(() => context.close());
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(error));
  const preflights = await watchPreflights(context, page);
  const origin = `http://${host}:${site.address().port}`;
  await page.goto(origin);
  return { page, origin, preflights };
}

// watchPreflights collects what the browser asks leave for. The page never sees that.
async function watchPreflights(context, page) {
  const preflights = [];
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.requestWillBeSent", ({ request }) => {
    if (request.method !== "OPTIONS") return; // the client sends none of those
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
    preflights.push({
      method: headers["access-control-request-method"],
      headers: (headers["access-control-request-headers"] ?? "").split(",").filter(Boolean),
      path: new URL(request.url).pathname,
    });
  });
  return preflights;
}
