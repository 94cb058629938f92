// A typical script without feedmill: one RSS file per topic with the 50 newest articles.
import fs from "node:fs";
import path from "node:path";
import matter from "gray-matter";
import { Feed } from "feed";

const [source, out] = process.argv.slice(2);
const topics = new Map();
for (const name of fs.readdirSync(source, { recursive: true })) {
  if (!name.endsWith(".md")) continue;
  const { data } = matter(fs.readFileSync(path.join(source, name), "utf8"));
  for (const topic of data.topics ?? []) {
    if (!topics.has(topic)) topics.set(topic, []);
    topics.get(topic).push(data);
  }
}
fs.mkdirSync(out, { recursive: true });
for (const [topic, articles] of topics) {
  articles.sort((a, b) => new Date(b.publishedDateTime) - new Date(a.publishedDateTime));
  const feed = new Feed({ title: topic, id: topic, link: "https://example.org/" });
  for (const article of articles.slice(0, 50)) {
    feed.addItem({
      title: article.title,
      id: article.originalUrl,
      link: article.webUrl,
      description: article.excerpt,
      date: new Date(article.publishedDateTime),
    });
  }
  fs.writeFileSync(path.join(out, `${topic.replaceAll(/[^\p{L}\p{N}]+/gu, "-")}.xml`), feed.rss2());
}
