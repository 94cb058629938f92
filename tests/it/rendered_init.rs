//! `feedmill init --rendered`: the configuration that it derives from pages and from the site's own feed.

use std::fmt::Write as _;

use crate::support::{Workspace, text};

const BASE: &str = "https://mill.example";

/// A site in `public`, and its feed.
struct Site {
    workspace: Workspace,
    feed: String,
}

impl Site {
    fn new() -> Site {
        Site { workspace: Workspace::new(), feed: String::new() }
    }

    fn page(&self, place: &str, title: &str, body: &str) -> &Site {
        let page = format!(
            "<!doctype html><html lang=en><head><title>{title}</title>\
             <link rel=canonical href=\"{BASE}/{place}\">\
             <link rel=alternate type=application/rss+xml href=/feed.xml></head>\
             <body><main>{body}</main><footer>The miller</footer></body></html>"
        );
        self.workspace.write(&format!("public/{place}index.html"), page);
        self
    }

    /// A post of the feed.
    fn item(&mut self, place: &str, title: &str, date: &str, content: &str) {
        write!(
            self.feed,
            "<item><title>{title}</title><link>{BASE}/{place}</link><pubDate>{date}</pubDate>\
             <description><![CDATA[{content}]]></description></item>"
        )
        .unwrap();
    }

    /// What `init` says, and the lines for the pages that it writes.
    fn init(&self) -> (String, String) {
        let feed = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Mill</title>\
             <link>{BASE}/</link><description>x</description>{}</channel></rss>",
            self.feed
        );
        self.workspace.write("public/feed.xml", feed);
        let output = self.workspace.command(&["init", "--rendered", "public"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let written = self.workspace.read("feedmill.yaml");
        let lines = written.lines().skip_while(|line| *line != "rendered:");
        let lines = lines.take_while(|line| !line.starts_with("by:"));
        (text(&output.stdout), lines.flat_map(|line| [line, "\n"]).collect())
    }
}

fn text_of(number: usize) -> String {
    format!("<p>Text of the post {number}.</p><p>It has two paragraphs, and ends here.</p>")
}

#[test]
fn pages_that_only_look_like_posts_are_left_out_by_the_folders_of_the_feed() {
    let mut site = Site::new();
    let dated = |title: &str, body: &str| {
        format!("<article><h1>{title}</h1><time datetime=2024-03-01>1 March</time>{body}</article>")
    };
    for number in 1..=4 {
        let (place, title) = (format!("blog/post-{number}/"), format!("Post {number}"));
        site.page(&place, &title, &dated(&title, &text_of(number)));
        site.item(&place, &title, "Fri, 01 Mar 2024 00:00:00 GMT", &text_of(number));
    }
    for name in ["ann", "bob", "eve"] {
        let body = format!("<p>What {name} does at the mill.</p>");
        site.page(&format!("people/{name}/"), name, &dated(name, &body));
    }
    let (said, lines) = site.init();
    assert!(said.contains("for 4 articles"), "{said}");
    assert!(
        said.contains(
            "feed.xml: 4 of 4 posts found, 4 equal titles, 4 dates, 4 links, 4 of 4 texts"
        ),
        "{said}"
    );
    assert!(lines.contains("include: ['/blog/**']"), "{lines}");
    assert!(site.workspace.command(&["build"]).status.success());
    let feed = site.workspace.read("out/all.rss.xml");
    assert!(feed.matches("<item>").count() == 4 && !feed.contains("does at the mill"), "{feed}");
}

#[test]
fn a_feed_shows_the_class_of_posts_and_where_their_dates_and_titles_are() {
    let mut site = Site::new();
    for number in 1..=4 {
        let place = format!("post-{number}/");
        let (title, date) = (format!("Post {number}"), format!("{number} March 2024"));
        let body = format!(
            "<div class=\"byline\"><span>By Ann on {date}</span></div>\
             <h2 class=\"post-title\">{title}</h2>{}",
            text_of(number)
        );
        // Every page has the title of the site.
        site.page(&place, "Mill", &body);
        site.item(&place, &title, &format!("{number} Mar 2024 00:00:00 GMT"), &text_of(number));
    }
    site.page("about/", "Mill", "<h2>About</h2><p>Who we are.</p>");
    site.page("contact/", "Mill", "<h2>Contact</h2><p>Where we are.</p>");
    let (said, lines) = site.init();
    assert!(said.contains("articles are those that match"), "{said}");
    assert!(
        said.contains("4 of 4 posts found, 4 equal titles, 4 dates, 4 links, 4 of 4 texts"),
        "{said}{lines}"
    );
    assert!(lines.contains("post-title") && lines.contains("byline"), "{lines}");
}

#[test]
fn other_pages_with_a_date_in_the_same_place_are_left_out_by_the_folders_of_the_feed() {
    let mut site = Site::new();
    for number in 1..=4 {
        let (place, title) = (format!("blog/post-{number}/"), format!("Post {number}"));
        let date = |text: &str| {
            format!("<h1>{title}</h1><span class=\"date\">{number} March 2024</span>{text}")
        };
        site.page(&place, &title, &date(&text_of(number)));
        site.item(&place, &title, &format!("{number} Mar 2024 00:00:00 GMT"), &text_of(number));
        site.page(&format!("shop/{number}/"), &title, &date("<p>Flour of this day.</p>"));
    }
    let (said, lines) = site.init();
    assert!(said.contains("for 4 articles"), "{said}{lines}");
    assert!(
        lines.contains("include: ['/blog/**']") && lines.contains("date: 'span.date'"),
        "{lines}"
    );
}

#[test]
fn what_the_feed_does_not_have_is_removed() {
    let mut site = Site::new();
    for number in 1..=4 {
        let (place, title) = (format!("blog/post-{number}/"), format!("Post {number}"));
        let body = format!(
            "<article><h1>{title}</h1><time datetime=2024-03-0{number}>x</time>{}\
             <div class=\"sponsor\"><p>Our sponsor sells mills of all sizes.</p></div></article>",
            text_of(number)
        );
        site.page(&place, &title, &body);
        site.item(&place, &title, &format!("{number} Mar 2024 00:00:00 GMT"), &text_of(number));
    }
    let (said, lines) = site.init();
    assert!(lines.contains("remove: ['.sponsor']"), "{lines}");
    assert!(said.contains("4 of 4 texts"), "{said}");
}

#[test]
fn the_feed_shows_where_the_content_is() {
    let mut site = Site::new();
    for number in 1..=4 {
        let (place, title) = (format!("blog/post-{number}/"), format!("Post {number}"));
        let body = format!(
            "<article><h1>{title}</h1><time datetime=2024-03-0{number}>x</time>\
             <div class=\"poem\"><span>Wheel, {number} wheels</span><br><span>of the mill</span></div>\
             <div class=\"more\"><p>Whoever reads this may like all of what we say about mills.</p></div></article>"
        );
        site.page(&place, &title, &body);
        let poem = format!("<p>Wheel, {number} wheels<br>of the mill</p>");
        site.item(&place, &title, &format!("{number} Mar 2024 00:00:00 GMT"), &poem);
    }
    let (said, lines) = site.init();
    assert!(
        lines.contains("content: 'div.poem'") && said.contains("4 of 4 texts"),
        "{said}{lines}"
    );
}

#[test]
fn what_the_feed_has_is_compared_as_a_reader_sees_it() {
    let mut site = Site::new();
    let names =
        [("水车", "%E6%B0%B4%E8%BD%A6"), ("面包", "%E9%9D%A2%E5%8C%85"), ("河", "%E6%B2%B3")];
    for (number, (name, encoded)) in names.iter().enumerate() {
        let (place, title) = (format!("blog/{name}/"), format!("{name} {number}"));
        let text =
            format!("<p>水车在河边转动，磨坊主人每天早上打开闸门，第{number}次。</p><h2>更多</h2>");
        let code = "<pre><code><span>let</span> <span>x</span>\n</code></pre>";
        let body = format!(
            "<article><h1>{title}</h1><time datetime=2024-03-0{}>x</time>{text}{code}</article>",
            number + 1
        );
        site.page(&place, &title, &body);
        let heading = "更多<a class=hash-link href=#a title='Direct link'>\u{200b}</a></h2>";
        let text = text.replace("更多</h2>", heading) + code + "<button>Copy this code</button>";
        let date = format!("{} Mar 2024 00:00:00 GMT", number + 1);
        site.item(&format!("blog/{encoded}/"), &title, &date, &text);
    }
    let (said, _) = site.init();
    assert!(said.contains("3 equal titles, 3 dates, 3 links, 3 of 3 texts"), "{said}");
}

#[test]
fn a_feed_that_is_the_index_of_a_folder_is_found() {
    let mut site = Site::new();
    for number in 1..=3 {
        let (place, title) = (format!("blog/post-{number}/"), format!("Post {number}"));
        let time = format!("<article><time datetime=2024-03-0{number}>x</time>");
        site.page(&place, &title, &format!("{time}{}</article>", text_of(number)));
        site.item(&place, &title, &format!("{number} Mar 2024 00:00:00 GMT"), &text_of(number));
    }
    site.workspace.write(
        "public/blog/index.html",
        "<link rel=alternate type=application/rss+xml href=/rss/>",
    );
    site.init();
    let feed = site.workspace.read("public/feed.xml");
    std::fs::remove_file(site.workspace.path("public/feed.xml")).unwrap();
    std::fs::remove_file(site.workspace.path("feedmill.yaml")).unwrap();
    site.workspace.write("public/rss/index.rss", feed);
    let output = site.workspace.command(&["init", "--rendered", "public"]);
    assert!(text(&output.stdout).contains("rss/index.rss: 3 of 3 posts found"), "{output:?}");
}

#[test]
fn a_site_in_two_languages_has_a_feed_for_each() {
    // Folders that name no language tell that the template is wrong.
    for (folders, expected) in [(["de", "en"], "language"), (["blog", "news"], "all")] {
        let site = Site::new();
        let workspace = &site.workspace;
        for (folder, language) in folders.into_iter().zip(["de", "en-GB"]) {
            for number in 1..=3 {
                let time = format!("<article><time datetime=2024-03-0{number}>x</time>");
                let body = format!("{time}{}</article>", text_of(number));
                site.page(&format!("{folder}/p{number}/"), &format!("Post {number}"), &body);
                let path = format!("public/{folder}/p{number}/index.html");
                let page = workspace.read(&path).replace("lang=en", &format!("lang={language}"));
                workspace.write(&path, page);
            }
        }
        let (said, _) = site.init();
        let written = workspace.read("feedmill.yaml");
        assert!(written.contains(&format!("\nby: [{expected}]\n")), "{said}{written}");
    }
}

#[test]
fn a_feed_in_another_zone_shows_where_dates_are_and_pictures_stay() {
    let mut site = Site::new();
    for number in 1..=4 {
        let (place, title) = (format!("blog/post-{number}/"), format!("Post {number}"));
        let picture = format!("<img src=/{number}.png>");
        let body = format!(
            "<h1>{title}</h1><span class=\"date\">{number} March 2024</span>{}\
             <div class=\"figure\">{picture}<p>What the picture shows here.</p></div>",
            text_of(number)
        );
        site.page(&place, &title, &body);
        let content = text_of(number) + &picture;
        site.item(&place, &title, &format!("{number} Mar 2024 00:00:00 +0200"), &content);
    }
    let (said, lines) = site.init();
    assert!(said.contains("4 of 4 posts found, 4 equal titles, 4 dates"), "{said}");
    assert!(lines.contains("date: 'span.date'"), "{lines}");
    assert!(!lines.contains("remove: ['.figure']"), "{lines}");
}

#[test]
fn without_a_feed_an_ending_of_most_posts_is_only_suggested() {
    let site = Site::new();
    for number in 1..=4 {
        let title = format!("Post {number}");
        let body = format!(
            "<article><h1>{title}</h1><time datetime=2024-03-0{number}>x</time>{}\
             <div class=\"sponsor\"><p>Our sponsor sells mills of all sizes.</p></div></article>",
            text_of(number)
        );
        site.page(&format!("blog/post-{number}/"), &title, &body);
    }
    let (said, lines) = site.init();
    assert!(said.contains("no feed of its own"), "{said}");
    assert!(lines.contains("#remove: ['.sponsor']"), "{lines}");
}

#[test]
fn a_feed_of_drafts_is_not_asked() {
    let mut site = Site::new();
    let draft =
        "<article><h1>D</h1><time datetime=2024-03-01>x</time><p>Secret plans.</p></article>";
    for number in 1..=3 {
        let (place, title) = (format!("blog/post-{number}/"), format!("Post {number}"));
        let body = format!(
            "<article><h1>{title}</h1><time datetime=2024-03-0{number}>x</time>{}</article>",
            text_of(number)
        );
        site.page(&place, &title, &body);
        site.item(&place, &title, &format!("{number} Mar 2024 00:00:00 GMT"), &text_of(number));
        let place = format!("drafts/plan-{number}/");
        site.page(&place, "Draft", draft);
        site.item(&place, "Draft", "1 Mar 2024 00:00:00 GMT", "<p>Secret plans.</p>");
    }
    let (said, lines) = site.init();
    assert!(said.contains("for 3 articles") && !lines.contains("draft"), "{said}{lines}");
}

#[test]
fn init_names_the_folder_of_the_rendered_site() {
    let workspace = Workspace::new();
    let said = |arguments: &[&str]| {
        let output = workspace.command(arguments);
        assert_eq!(output.status.code(), Some(2));
        text(&output.stderr)
    };
    workspace.write("site/astro.config.mjs", "export default {}");
    workspace.write("site/src/pages/index.md", "# A page");
    let expected =
        "this is a site of Astro: build it, then run `feedmill init --rendered site/dist`";
    assert!(said(&["init", "site"]).contains(expected));
    let missing = said(&["init", "--rendered", "site/dist"]);
    assert!(missing.contains("there is no folder site/dist"), "{missing}");
    assert!(said(&["init", "--rendered", "site/src"]).contains("no page (.html) is in site/src"));
    let build = workspace.command(&["build", "site", "--by", "all"]);
    assert!(text(&build.stderr).contains("this is a site of Astro: build it"), "{build:?}");
    workspace.write("site/dist/index.html", "<p>Hello</p>");
    let expected = "a rendered site is in site/dist: run `feedmill init --rendered site/dist`";
    assert!(said(&["init", "site"]).contains(expected));
    assert!(said(&["init", "--rendered", "site"]).contains(expected));
}

#[test]
fn an_address_that_a_generator_made_up_is_said() {
    let site = Site::new();
    for number in 1..=3 {
        let time = format!("<article><time datetime=2024-03-0{number}>x</time>");
        let place = format!("blog/post-{number}/");
        site.page(&place, &format!("Post {number}"), &format!("{time}{}", text_of(number)));
        let path = format!("public/{place}index.html");
        let page = site.workspace.read(&path).replace(BASE, "https://example.com");
        site.workspace.write(&path, page);
    }
    let output = site.workspace.command(&["init", "--rendered", "public"]);
    let said = text(&output.stdout);
    assert!(
        said.contains("the pages are made for https://example.com/: set the address"),
        "{said}"
    );
}

#[test]
fn a_place_of_dates_tells_articles_where_nothing_else_does() {
    let site = Site::new();
    for number in 1..=4 {
        let title = format!("Post {number}");
        let body =
            format!("<span class=\"post-date\">{number} March 2024</span>{}", text_of(number));
        site.page(&format!("blog/post-{number}/"), &title, &body);
    }
    site.page("people/ann/", "Ann", "<p>Ann mills.</p>");
    let (said, lines) = site.init();
    assert!(said.contains("for 4 articles"), "{said}");
    assert!(said.contains("articles are known by a date in .post-date"), "{said}");
    assert!(lines.contains("date: '.post-date'"), "{lines}");
}

#[test]
fn a_folder_without_articles_is_refused_and_nothing_is_written() {
    let site = Site::new();
    site.page("a/", "A", "<p>One.</p>").page("b/", "B", "<p>Two.</p>");
    let output = site.workspace.command(&["init", "--rendered", "public"]);
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("nothing tells"), "{}", text(&output.stderr));
    assert!(!site.workspace.path("feedmill.yaml").exists());
}

#[test]
fn a_source_and_a_rendered_folder_are_both_written_down() {
    let workspace = Workspace::new();
    workspace.article(1, "AI");
    workspace.write("public/a/index.html", "<p>x</p>");
    let output = workspace.command(&["init", "in", "--rendered", "public"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(workspace.read("feedmill.yaml").contains("\nrendered: 'public'\n"));
}
