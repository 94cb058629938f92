// Prints as JSON what the library rss-parser, of npm, makes of feeds: library_rss_parser.mjs FILE...
// NODE_PACKAGES is the folder with the library.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const packages = createRequire(join(resolve(process.env.NODE_PACKAGES ?? "."), "package.json"));
const Parser = packages("rss-parser");

const items = async (file) => {
  const { items } = await new Parser().parseString(readFileSync(file, "utf8"));
  return items.map((item) => ({
    id: item.guid ?? item.id,
    title: item.title,
    link: item.link,
    authors: item.creator ?? item.author,
    // It has neither in Atom, where items have an id instead of a guid.
    tags: item.id ? null : (item.categories ?? []),
    enclosures: item.id ? null : item.enclosure ? [item.enclosure.url] : [],
    content: item["content:encoded"] ?? item.content ?? item.summary,
  }));
};
console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(items))));
