// Prints as JSON what the library feedsmith, of npm, makes of feeds: library_feedsmith.mjs FILE...
// NODE_PACKAGES is the folder with the library.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const packages = createRequire(join(resolve(process.env.NODE_PACKAGES ?? "."), "package.json"));
const { parseFeed } = packages("feedsmith");

const ITEM = {
  rss: (item) => ({
    id: item.guid.value,
    title: item.title,
    link: item.link,
    authors: item.dc.creators.join(", "),
    tags: (item.categories ?? []).map(({ name }) => name),
    enclosures: (item.enclosures ?? []).map(({ url }) => url),
    content: item.content?.encoded ?? item.description,
  }),
  atom: (item) => ({
    id: item.id,
    title: item.title.value ?? item.title,
    link: item.links.find(({ rel }) => rel === "alternate").href,
    authors: item.authors.map(({ name }) => name).join(", "),
    tags: (item.categories ?? []).map(({ term }) => term),
    enclosures: item.links.filter(({ rel }) => rel === "enclosure").map(({ href }) => href),
    content: item.content?.value ?? item.content ?? item.summary?.value ?? item.summary,
  }),
  json: (item) => ({
    id: item.id,
    title: item.title,
    link: item.url,
    authors: item.authors.map(({ name }) => name).join(", "),
    tags: item.tags ?? [],
    enclosures: (item.attachments ?? []).map(({ url }) => url),
    content: item.content_html ?? item.content_text ?? item.summary,
  }),
};

const items = (file) => {
  const { format, feed } = parseFeed(readFileSync(file, "utf8"));
  return (feed.items ?? feed.entries ?? []).map(ITEM[format]);
};
console.log(JSON.stringify(process.argv.slice(2).map(items)));
