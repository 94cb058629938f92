"""Astro: its starter comes from a repository, so this is a blog with the parts that the starter has: a
collection of posts, a layout that the About page shares with them, and a feed of summaries."""

from scenario import Post, Site

CONFIG = """import { defineConfig } from "astro/config";

export default defineConfig({ site: "https://mill.example.org", output: "static" });
"""

COLLECTIONS = """import { defineCollection } from "astro:content";
import { glob } from "astro/loaders";
import { z } from "astro/zod";

const blog = defineCollection({
    loader: glob({ base: "./src/content/blog", pattern: "**/*.md" }),
    schema: z.object({ title: z.string(), description: z.string(), pubDate: z.coerce.date() }),
});

export const collections = { blog };
"""

LAYOUT = """---
const { title, description, pubDate } = Astro.props;
const canonical = new URL(Astro.url.pathname, Astro.site);
---
<!doctype html>
<html lang="en">
<head>
    <meta charset="utf-8" />
    <link rel="alternate" type="application/rss+xml" title="The mill" href="/rss.xml" />
    <link rel="canonical" href={canonical} />
    <title>{title}</title>
    <meta name="description" content={description} />
    <meta property="og:type" content="website" />
    <meta property="og:title" content={title} />
</head>
<body>
    <header><nav><a href="/">The mill</a> <a href="/blog/">Blog</a> <a href="/about/">About</a></nav></header>
    <main>
        <article>
            <div class="prose">
                <div class="title">
                    <div class="date"><time datetime={pubDate.toISOString()}>{pubDate.toDateString()}</time></div>
                    <h1>{title}</h1>
                </div>
                <slot />
            </div>
        </article>
    </main>
    <footer>All rights reserved by the miller.</footer>
</body>
</html>
"""

POSTS = """---
import { getCollection, render } from "astro:content";
import BlogPost from "../../layouts/BlogPost.astro";

export async function getStaticPaths() {
    const posts = await getCollection("blog");
    return posts.map((post) => ({ params: { slug: post.id }, props: post }));
}

const post = Astro.props;
const { Content } = await render(post);
---
<BlogPost {...post.data}><Content /></BlogPost>
"""

LIST = """---
import { getCollection } from "astro:content";

const posts = await getCollection("blog");
---
<!doctype html>
<html lang="en">
<head>
    <meta charset="utf-8" />
    <link rel="canonical" href={new URL(Astro.url.pathname, Astro.site)} />
    <title>The mill</title>
</head>
<body>
    <main><ul>{posts.map((post) => (
        <li><a href={`/blog/${post.id}/`}>{post.data.title}</a>
        <time datetime={post.data.pubDate.toISOString()}>{post.data.pubDate.toDateString()}</time></li>
    ))}</ul></main>
</body>
</html>
"""

ABOUT = """---
import BlogPost from "../layouts/BlogPost.astro";
---
<BlogPost title="About" description="Who grinds" pubDate={new Date("2021-08-08")}>
    <p>The mill has stood by the river since it was built.</p>
</BlogPost>
"""

FEED = """import rss from "@astrojs/rss";
import { getCollection } from "astro:content";

export async function GET(context) {
    const posts = await getCollection("blog");
    return rss({
        title: "The mill",
        description: "News of the mill",
        site: context.site,
        items: posts.map((post) => ({ ...post.data, link: `/blog/${post.id}/` })),
    });
}
"""


def post(title, date, text):
    return f'---\ntitle: "{title}"\ndescription: "What it is about"\npubDate: {date}\n---\n\n{text}\n'


class Astro(Site):
    NAME = "Astro"
    # Astro 7 needs Node.js 22.
    NPM = ("astro@7.3.5", "@astrojs/rss@4.0.19", "node@22.23.3")
    RENDERED = "dist"
    FILES = {
        "astro.config.mjs": CONFIG,
        "src/content.config.ts": COLLECTIONS,
        "src/layouts/BlogPost.astro": LAYOUT,
        "src/pages/index.astro": LIST,
        "src/pages/blog/index.astro": LIST,
        "src/pages/blog/[...slug].astro": POSTS,
        "src/pages/about.astro": ABOUT,
        "src/pages/rss.xml.js": FEED,
        "src/content/blog/wheel.md": post(
            "A new wheel", "2022-07-08",
            "The old wheel broke in a **storm**.\n\n## Oak\n\n```js\nturn({ wheel: 1 });\n```",
        ),
        "src/content/blog/flour.md": post("Flour & bread", "2022-07-22", "Rye makes dark bread."),
        "src/content/blog/stone.md": post("The stone", "2024-06-19", "A stone weighs a ton.\n\n![A stone](https://mill.example.org/stone.jpg)"),
    }
    SAYS = ("for 3 articles", "rss.xml: 3 of 3 posts found, 3 equal titles, 3 dates, 3 links")
    POSTS = (
        Post(
            "A new wheel", "2022-07-08", "https://mill.example.org/blog/wheel/",
            has=("The old wheel broke in a storm.", "turn({ wheel: 1 });"),
            lacks=("All rights reserved", "Jul 08", "Blog"),
        ),
        Post(
            "Flour & bread", "2022-07-22", "https://mill.example.org/blog/flour/",
            has=("Rye makes dark bread.",), lacks=("Flour",),
        ),
        Post(
            "The stone", "2024-06-19", "https://mill.example.org/blog/stone/",
            has=("A stone weighs a ton.",),
        ),
    )

    def build(self):
        self.run("node", "../node_modules/astro/bin/astro.mjs", "build")
