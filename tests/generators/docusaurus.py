"""Docusaurus: the starter `create-docusaurus` of npm, with its documentation and its blog."""

from scenario import Post, Site

VERSION = "3.10.2"
BLOG = "https://your-docusaurus-site.example.com/blog"


class Docusaurus(Site):
    NAME = "Docusaurus"
    RENDERED = "build"
    SAYS = ("for 4 articles", "4 of 4 posts found, 4 equal titles, 4 dates, 4 links, 4 of 4 texts")
    POSTS = (
        Post(
            "Welcome", "2021-08-26", f"{BLOG}/welcome",
            has=("Docusaurus blogging features are powered by the",),
            lacks=("Recent posts", "Edit this page", "Tags:", "Sébastien"),
        ),
        Post("MDX Blog Post", "2021-08-01", f"{BLOG}/mdx-blog-post", has=("Blog posts support",)),
        Post("Long Blog Post", "2019-05-29", f"{BLOG}/long-blog-post", has=("Lorem ipsum dolor sit amet",)),
        Post("First Blog Post", "2019-05-28", f"{BLOG}/first-blog-post", has=("Lorem ipsum dolor sit amet",)),
    )

    def start(self):
        if not (self.folder / "package.json").exists():
            self.run(
                "npm", "exec", "--yes", "--", f"create-docusaurus@{VERSION}", "../site", "classic",
                "--javascript", "--skip-install",
            )
        if not (self.folder / "node_modules").exists():
            self.run("npm", "install", "--silent", "--no-audit", "--no-fund")

    def build(self):
        self.run("npm", "run", "build")
