// Prints as JSON what the library feedparser, of npm, makes of feeds: library_node_feedparser.mjs FILE...
// NODE_PACKAGES is the folder with the library.

import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const packages = createRequire(join(resolve(process.env.NODE_PACKAGES ?? "."), "package.json"));
const FeedParser = packages("feedparser");

const items = async (file) => {
  const parser = new FeedParser();
  createReadStream(file).pipe(parser);
  const all = [];
  for await (const item of parser) {
    all.push({
      id: item.guid,
      title: item.title,
      link: item.link,
      authors: item.author,
      tags: item.categories,
      enclosures: item.enclosures.map(({ url }) => url),
      content: item.description,
    });
  }
  return all;
};
console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(items))));
