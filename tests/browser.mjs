// Opens the index page and feeds in Chromium.
//
//   node tests/browser.mjs OUT [SHOTS]
//
// OUT is an output folder with feeds in three formats; screenshots go into SHOTS. NODE_PACKAGES is the
// folder with playwright-core and axe-core (default: the current folder), and CHROMIUM is the browser
// (default: /usr/bin/chromium).

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { CHROMIUM = "/usr/bin/chromium", NODE_PACKAGES = "." } = process.env;
const packages = createRequire(join(resolve(NODE_PACKAGES), "package.json"));
const { chromium } = packages("playwright-core");
const axe = packages("axe-core").source;

const [out, shots] = process.argv.slice(2);
if (!out) {
  console.error("usage: node browser.mjs OUT [SHOTS]");
  process.exit(2);
}

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/feed+json",
  ".opml": "text/x-opml; charset=utf-8",
  ".svg": "image/svg+xml",
  ".xml": "text/xml; charset=utf-8",
};
// By the type of a link: the ending of the file name and the beginning of the file.
const FORMATS = {
  "application/atom+xml": [".atom.xml", /^<\?xml[^]{0,200}?<feed /],
  "application/feed+json": [".json", /^\{\s*"version":\s*"https:\/\/jsonfeed\.org\/version\/1/],
  "application/rss+xml": [".rss.xml", /^<\?xml[^]{0,200}?<rss /],
  "text/x-opml": [".opml", /^<\?xml[^]{0,200}?<opml /],
};
const LIGHT = { viewport: { width: 1200, height: 1000 }, colorScheme: "light" };
const DARK = { viewport: { width: 390, height: 844 }, colorScheme: "dark" };
const ENOUGH = 100;

let failures = 0;
const check = (what, problems) => {
  console.log(`${problems.length ? "FAILED" : "ok"}  ${what}`);
  problems.slice(0, 8).forEach((problem) => console.log(`        ${problem}`));
  if (problems.length > 8) console.log(`        and ${problems.length - 8} more`);
  failures += problems.length ? 1 : 0;
};
const unless = (fine, problem) => (fine ? [] : [problem]);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const serve = async () => {
  const server = createServer(async (request, response) => {
    // Chromium requests an icon for a feed, which cannot name one.
    if (request.url === "/favicon.ico") return response.writeHead(204).end();
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = join(out, normalize(path.endsWith("/") ? `${path}index.html` : path));
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
};

const server = await serve();
const { port } = server.address();
const origin = `http://127.0.0.1:${port}`;
// Chromium trusts localhost as it trusts https, so this host must have another name.
const plainHost = `http://plain.example:${port}`;
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--host-resolver-rules=MAP plain.example 127.0.0.1"],
});

/// Opens an address in a separate browser context; `page.noise` collects errors and stray requests.
const open = async (address, options = LIGHT) => {
  const context = await browser.newContext(options);
  if (options.axe) await context.addInitScript(axe);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.noise = [];
  page.on("console", (message) => {
    if (/error|warning/.test(message.type())) page.noise.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.noise.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => page.noise.push(`request failed: ${request.url()}`));
  page.on("response", (response) => {
    if (response.status() >= 400) page.noise.push(`${response.status()}: ${response.url()}`);
  });
  const here = address.startsWith("file:") ? new URL(".", address).href : new URL("/", address).href;
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(here)) page.noise.push(`asks for ${url}`);
  });
  page.on("dialog", (dialog) => {
    page.noise.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.done = () => context.close();
  await page.goto(address);
  return page;
};

const rows = (page) => page.$$eval("li", (items) => items.map((item) => ({
  name: item.querySelector("h3").textContent,
  page: item.querySelector("h3 a").getAttribute("href"),
  copied: item.querySelector("button").dataset.copy,
  links: [...item.querySelectorAll(".formats a")].map((a) => a.getAttribute("href")),
  types: [...item.querySelectorAll(".formats a")].map((a) => a.type),
  kind: item.closest("section, details").querySelector("h2").id || "silent",
  newest: item.querySelector("time").dateTime,
})));
const shown = (page) => page.evaluate(() => {
  const visible = (element) => element.checkVisibility();
  const items = [...document.querySelectorAll("li")];
  const sections = [...document.querySelectorAll("main > section, main > details")];
  return {
    feeds: items.flatMap((item, index) => (visible(item) ? [index] : [])),
    sections: sections.flatMap((section, index) => (visible(section) ? [index] : [])),
    // The sections that have a feed to show.
    filled: sections.flatMap((section, index) => {
      return section.querySelector("li:not([hidden])") ? [index] : [];
    }),
    none: visible(document.getElementById("none")),
  };
});
const scrollsSideways = (page, width) => page.evaluate((width) => {
  const wide = document.documentElement.scrollWidth;
  return wide > width ? [`${width} px: the page is ${wide} px wide`] : [];
}, width);
const baseOf = (page) => page.evaluate(() => document.body.dataset.base ?? document.baseURI);
// Only upper case equates ß with ss, and ς with σ.
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase();
const has = (name, text) => fold(text).split(/\s+/).every((word) => fold(name).includes(word));

/// A few names that are hard to search for, each in another way.
const samples = (names) => {
  const longest = names.reduce((one, other) => (other.length > one.length ? other : one));
  const foreign = names.filter((name) => /[^ -~]/.test(name));
  const step = Math.ceil(foreign.length / 40);
  const spread = foreign.filter((_, index) => index % step === 0);
  return [...new Set([names[0], names[names.length >> 1], names.at(-1), longest, ...spread])];
};

const checkSearch = async (page, feeds) => {
  const problems = [];
  const expect = async (text, own, names) => {
    await page.fill("#search", text);
    const now = await shown(page);
    // Without a search, silent feeds stay folded.
    const isShown = ({ name, kind }) => has(name, text) && (text || kind !== "silent");
    const wanted = feeds.flatMap((feed, index) => (isShown(feed) ? [index] : []));
    if (!same(now.feeds, wanted)) problems.push(`"${text}" shows ${now.feeds.length} feeds, not ${wanted.length}`);
    if (own !== null && !now.feeds.includes(own)) problems.push(`"${text}" does not find "${names[own]}"`);
    if (!same(now.sections, now.filled)) problems.push(`"${text}" leaves an empty section, or hides a full one`);
    if (now.none !== (now.feeds.length === 0)) problems.push(`"${text}": the message is wrong`);
  };
  const names = feeds.map((feed) => feed.name);
  for (const name of samples(names)) {
    const index = names.indexOf(name);
    await expect(name, index, names);
    await expect(name.replace(/\p{L}/gu, "$&\u0301").toUpperCase(), index, names);
  }
  await expect("no feed is called that", null, names);
  await expect("", 0, names);
  check("the search finds feeds by name, whatever the case and accents", problems);
};

const checkCopying = async (what, page) => {
  const problems = [];
  const base = await baseOf(page);
  const buttons = page.locator("[data-copy]:visible");
  for (const index of [0, (await buttons.count()) - 1]) {
    const button = buttons.nth(index);
    const href = await button.getAttribute("data-copy");
    await button.hover();
    const before = await page.evaluate(() => scrollY);
    await button.click();
    const wanted = new URL(href, base).href;
    await page.waitForFunction((text) => document.getElementById("said").textContent.includes(text), wanted);
    problems.push(...unless(Math.abs(await page.evaluate(() => scrollY) - before) < 2, "the page jumps"));
    problems.push(...unless(await button.evaluate((it) => it === document.activeElement), "focus is lost"));
    const reader = page.url().startsWith(plainHost) ? await open(`${origin}/`) : page;
    const copied = await reader.evaluate(() => navigator.clipboard.readText());
    if (reader !== page) await reader.done();
    problems.push(...unless(copied === wanted, `copies ${copied}, not ${wanted}`));
  }
  check(what, problems);
};

const checkKeyboard = async (page, feeds) => {
  const wanted = await page.evaluate(() => {
    const all = "a, button, input, summary";
    const first = document.querySelector("li");
    const stops = [...document.querySelectorAll("header :is(a, button, input, summary)"), ...first.querySelectorAll(all)];
    return stops.filter((it) => it.checkVisibility()).map((it) => it.getAttribute("href") ?? it.dataset.copy ?? (it.id || it.tagName));
  });
  const visited = [];
  const problems = unless(wanted.includes("feeds.opml") && wanted.includes("search"), "no list or no search");
  problems.push(...unless(feeds[0].links.every((href) => wanted.includes(href)), "links out of reach"));
  for (const _ of wanted) {
    await page.keyboard.press("Tab");
    const { name, outlined, covered } = await page.evaluate(() => {
      const it = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(it);
      const { left, top, width, height } = it.getBoundingClientRect();
      const above = document.elementFromPoint(left + width / 2, top + height / 2);
      return {
        name: it.getAttribute("href") ?? it.dataset.copy ?? (it.id || it.tagName),
        outlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
        covered: !it.contains(above),
      };
    });
    visited.push(name);
    if (!outlined) problems.push(`${name || "copy"}: focus does not show`);
    if (covered) problems.push(`${name || "copy"}: out of sight`);
  }
  if (!same(visited, wanted)) problems.push(`Tab goes to ${visited.join(", ")}, not ${wanted.join(", ")}`);
  check("Tab reaches the list, the search and the first feed, and the focus is visible", problems);
};

const checkAddresses = async (page, feeds) => {
  const links = await page.$$eval("a[type], link[rel=alternate]", (all) => {
    return all.map(({ href, type }) => ({ href, type }));
  });
  const problems = [];
  for (const { href, type } of links.filter(({ href }) => href.startsWith(origin))) {
    const response = await fetch(href);
    const [ending, beginning] = FORMATS[type] ?? [];
    const body = await response.text();
    if (response.status !== 200) problems.push(`${href}: ${response.status}`);
    else if (!ending) problems.push(`${href}: is of type "${type}"`);
    else if (!href.endsWith(ending) || !beginning.test(body)) problems.push(`${href}: is no ${type}`);
  }
  for (const { page: name } of feeds) {
    const response = await fetch(`${origin}/${name}`);
    const type = response.headers.get("content-type");
    if (response.status !== 200 || !type.startsWith("text/html")) problems.push(`${name}: ${response.status}`);
  }
  const complete = Object.keys(FORMATS).filter((type) => type !== "text/x-opml");
  for (const { name, types } of feeds) {
    if (!same(types.toSorted(), complete)) problems.push(`"${name}" has ${types.join(", ")}`);
  }
  check(`all ${links.length} links lead to files of their type, three for each feed`, problems);

  const list = await (await fetch(`${origin}/feeds.opml`)).text();
  const base = await baseOf(page);
  const addresses = await page.evaluate((list) => {
    const outlines = new DOMParser().parseFromString(list, "text/xml").querySelectorAll("outline[xmlUrl]");
    return [...outlines].map((outline) => outline.getAttribute("xmlUrl"));
  }, list);
  // A list without a base address contains relative addresses.
  const listed = addresses.map((address) => new URL(address, base).href).toSorted();
  const wanted = feeds.map(({ copied }) => new URL(copied, base).href).toSorted();
  check(`the list names the same ${wanted.length} feeds`, unless(same(listed, wanted), `it names ${listed.length}`));
};

/// The order of the page, and what it offers to readers that are given its address.
const checkOrder = async (page, feeds) => {
  const problems = [];
  const order = ["all", "topic", "category", "type", "provider"];
  const rank = ({ kind }) => (order.includes(kind) ? order.indexOf(kind) : order.length + (kind === "silent"));
  feeds.slice(1).forEach((feed, index) => {
    const before = feeds[index];
    const isNewer = feed.kind === before.kind && feed.newest > before.newest;
    if (rank(feed) < rank(before) || isNewer) problems.push(`${feed.name} comes after ${before.name}`);
  });
  const offered = await page.$$eval("link[rel=alternate]", (all) => all.map((it) => it.getAttribute("href")));
  const byDate = feeds.toSorted((one, other) => {
    return (other.kind === "all") - (one.kind === "all") || other.newest.localeCompare(one.newest);
  });
  const newest = feeds.find(({ copied }) => copied === offered[0]);
  if (!newest || newest.newest !== byDate[0].newest || (byDate[0].kind === "all") !== (newest.kind === "all")) {
    problems.push(`a reader takes ${offered[0]} first`);
  }
  const filled = await page.$$eval("li", (all) => all.filter((it) => it.querySelectorAll("button").length !== 1).length);
  problems.push(...unless(filled === 0, "a feed has not one action"));
  check("lively feeds come first, and each has one action", problems);
};

/// The page on a phone: its height, and room for fingers.
const checkPhone = async (feeds) => {
  const page = await open(`${origin}/`, { ...DARK, hasTouch: true, isMobile: true });
  const problems = await page.evaluate(() => {
    const small = [...document.querySelectorAll("a, button, input, summary")].filter((it) => {
      const { width, height } = it.getBoundingClientRect();
      return it.checkVisibility() && (width < 44 || height < 44);
    });
    return small.map((it) => `small: ${it.outerHTML.slice(0, 120)}`);
  });
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const room = 4000 + 175 * Math.max(0, feeds.length - 23);
  problems.push(...unless(height < room, `${feeds.length} feeds are ${height} px high`));
  const gap = await page.evaluate(() => {
    const bottom = (document.querySelector("nav") ?? document.querySelector(".tools")).getBoundingClientRect().bottom;
    return document.querySelector("li").getBoundingClientRect().top - bottom;
  });
  problems.push(...unless(gap < 120, `a gap of ${gap} px above the first feed`));
  await page.fill("#search", feeds[0].name);
  const [search, found] = await page.evaluate(() => {
    return ["search", "found"].map((id) => document.getElementById(id).getBoundingClientRect().top);
  });
  problems.push(...unless(Math.abs(search - found) < 12, "the number found is not in the row of the search"));
  problems.push(...page.noise);
  await page.done();
  check("on a phone, the page is short, and fingers find their way", problems);
};

/// The page of one feed.
const checkFeedPage = async ({ page: name, copied, links }) => {
  const page = await open(`${origin}/${name}`, { ...LIGHT, axe: true });
  const problems = await page.evaluate(() => {
    const items = [...document.querySelectorAll("article")];
    const is = (fine, problem) => (fine ? [] : [problem]);
    return [
      ...is(items.length, "has no articles"),
      ...is(items.every((it) => /^https?:/.test(it.querySelector("h2 a").href)), "an article has no link"),
      ...is(items.every((it) => it.querySelector("time").dateTime), "an article has no date"),
    ];
  });
  const here = (href) => new URL(href, `${origin}/${name}`).pathname.slice(1);
  const offered = await page.$$eval("link[rel=alternate]", (all) => all.map((it) => it.getAttribute("href")));
  problems.push(...unless(here(offered[0]) === copied, `offers ${offered[0]} first`));
  problems.push(...unless(same(offered.map(here).toSorted(), links.toSorted()), "does not offer its files"));
  const back = await page.locator(".back").getAttribute("href");
  problems.push(...unless(here(back) === "index.html", `leads back to ${back}`));
  await checkCopying(`${name}: copying its address`, page);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  problems.push(...violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 150)}`));
  for (const width of [1200, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    problems.push(...await scrollsSideways(page, width));
    if (shots) await page.screenshot({ path: join(shots, `${name.replaceAll("/", "-")}-${width}.png`) });
  }
  problems.push(...page.noise);
  await page.done();
  check(`${name} can be read without a reader`, problems);
};

const checkFeed = async (name, options = LIGHT) => {
  const page = await open(`${origin}/${name}`, options);
  const problems = await page.evaluate(() => {
    const root = document.documentElement;
    const all = (name) => [...document.getElementsByTagName(name)];
    const titles = [...all("item"), ...all("entry")].map((it) => it.getElementsByTagName("title")[0]);
    const hidden = ["content:encoded", "content", "guid", "id", "updated"].flatMap(all);
    const is = (fine, problem) => (fine ? [] : [problem]);
    return [
      ...is([...document.styleSheets].some((sheet) => sheet.cssRules.length), "has no stylesheet"),
      ...is(getComputedStyle(root).display === "block", "is not laid out"),
      ...is(getComputedStyle(root, "::before").content.includes("feed"), "does not say that it is a feed"),
      ...is(titles.length, "has no items"),
      ...is(titles.every((title) => title.checkVisibility()), "a title is hidden"),
      ...is(hidden.length && !hidden.some((it) => it.checkVisibility()), "shows what only readers need"),
    ];
  });
  problems.push(...await scrollsSideways(page, options.viewport.width), ...page.noise);
  if (shots) await page.screenshot({ path: join(shots, `${name.replaceAll("/", "-")}-${options.colorScheme}.png`) });
  await page.done();
  check(`${name} can be read in a browser, ${options.colorScheme}`, problems);
};

const checkAccess = async (feeds) => {
  // More rows of the same kind reveal nothing new, and cost axe minutes.
  const step = Math.ceil(feeds.length / ENOUGH);
  const { name } = feeds.at(-1 - (feeds.length - 1) % step);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1200, 390]) {
      const viewport = { width, height: 900 };
      const page = await open(`${origin}/`, { viewport, colorScheme, axe: true });
      await page.$$eval("li", (items, step) => {
        items.filter((_, index) => index % step).forEach((item) => item.remove());
      }, step);
      for (const text of ["", name, "no feed is called that"]) {
        await page.fill("#search", text);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        const problems = violations.flatMap(({ id, nodes }) => {
          return nodes.map((node) => `${id}: ${node.html.slice(0, 150)}`);
        });
        check(`axe, ${width} px, ${colorScheme}, search for "${text.slice(0, 40)}"`, problems);
      }
      if (shots) {
        await page.reload();
        await page.screenshot({ path: join(shots, `index-${width}-${colorScheme}.png`) });
      }
      check(`axe, ${width} px, ${colorScheme}: nothing in the console`, page.noise);
      await page.done();
    }
  }
};

const page = await open(`${origin}/`);
const feeds = await rows(page);
await checkKeyboard(page, feeds);
await checkAddresses(page, feeds);
await checkOrder(page, feeds);
await checkSearch(page, feeds);
await checkCopying("copying an address", page);
await checkPhone(feeds);
for (const width of [390, 320]) {
  await page.setViewportSize({ width, height: 800 });
  check(`no scrolling sideways at ${width} px`, await scrollsSideways(page, width));
}
check("the page sends no requests and logs no errors", page.noise);
await page.done();

const plain = await open(`${plainHost}/`);
await checkCopying("copying an address without https", plain);
await plain.done();

const local = await open(pathToFileURL(resolve(out, "index.html")).href);
await checkSearch(local, feeds);
check("the page works from a file", local.noise);
await local.done();

const still = await open(`${origin}/`, { ...LIGHT, javaScriptEnabled: false });
const hidden = await still.locator("section li, section li a").evaluateAll((all) => all.filter((it) => !it.checkVisibility()).length);
const idle = await still.locator("form, [data-copy]").evaluateAll((all) => all.filter((it) => it.checkVisibility()).length);
check("without JavaScript, every feed is visible and no dead control is", [
  ...unless(hidden === 0, `${hidden} feeds or links are hidden`),
  ...unless(idle === 0, `${idle} controls show`),
  ...still.noise,
]);
await still.done();

for (const href of [feeds[0], feeds.at(-1)].flatMap(({ links }) => links).filter((href) => href.endsWith(".xml"))) {
  await checkFeed(href);
  await checkFeed(href, DARK);
}
for (const feed of [feeds[0], feeds.at(-1)]) await checkFeedPage(feed);
await checkAccess(feeds);

await browser.close();
server.close();
console.log(failures ? `${failures} checks failed` : "all checks passed");
process.exitCode = failures ? 1 : 0;
