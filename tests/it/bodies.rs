//! Bodies: code stays as it is, links lead where the site's own lead, and templates leave no traces.

use std::path::{Path, PathBuf};

use feedmill::{Build, Config, SiteGenerator, Timestamp};
use proptest::prelude::*;

use crate::support::Workspace;

/// The configuration file of a small site of each program, and the path of its page.
fn site(generator: SiteGenerator) -> [&'static str; 3] {
    match generator {
        SiteGenerator::Hugo => [
            "hugo.toml",
            "baseURL = 'https://mill.example/'\nenableEmoji = true\n[params]\nport = '8080'\n",
            "content/posts",
        ],
        SiteGenerator::Jekyll => [
            "_config.yml",
            "url: https://mill.example\nbaseurl: /notes\nimages: /pictures\nport: 8080\n",
            "_posts",
        ],
        SiteGenerator::Zola => {
            ["zola.toml", "base_url = 'https://mill.example'\n", "content/posts"]
        }
    }
}

/// Builds the site of a folder.
fn build(place: &Workspace, generator: SiteGenerator) -> Build {
    let text = format!("preset: {}\nby: all\nformat: json", generator.name());
    let config = Config::parse(&text, Path::new("")).unwrap();
    let source: PathBuf = place.path("site");
    let config = Config { source: Some(vec![source]), ..config }.with_site().unwrap();
    let settings = config.into_settings(Timestamp::parse("2026-01-01").unwrap()).unwrap();
    feedmill::build(&settings, &|| false).unwrap()
}

/// A site with one page of this body, and other files.
fn with_page(generator: SiteGenerator, body: &str, others: &[(&str, &str)]) -> Workspace {
    let [config_file, config, folder] = site(generator);
    let place = Workspace::new();
    place.write(&format!("site/{config_file}"), config);
    let page = format!("---\ntitle: The wheel\ndate: 2024-05-02\nwood: oak\n---\n{body}");
    place.write(&format!("site/{folder}/2024-05-02-wheel.md"), page);
    for (name, text) in others {
        place.write(&format!("site/{name}"), text);
    }
    place
}

/// The content of the newest article.
fn content(generator: SiteGenerator, body: &str, others: &[(&str, &str)]) -> String {
    let place = with_page(generator, body, others);
    build(&place, generator).feeds[0].entries[0].content.trim_end().to_owned()
}

fn expect(generator: SiteGenerator, others: &[(&str, &str)], cases: &[(&str, &str)]) {
    for (body, expected) in cases {
        assert_eq!(&content(generator, body, others), expected, "{body}");
    }
}

#[test]
fn jekyll_links_lead_where_the_site_leads() {
    let others = [
        ("_posts/2024-05-01-weir.md", "---\ntitle: The weir\n---\nx"),
        ("_posts/2024-05-01-secret.md", "---\ntitle: SECRET\npublished: false\n---\nx"),
        ("about.md", "---\ntitle: About\npermalink: /about/\n---\nx"),
        ("contact.md", "---\ntitle: Contact\n---\nx"),
        ("_includes/note.html", "<b>Mind the step.</b>\n"),
        ("_includes/picture.html", "<img src=\"{{ include.src }}\" alt=\"{{ include.alt }}\">"),
        ("_includes/odd.html", "{% for x in site.posts %}{{ include.text }}{% endfor %}"),
    ];
    expect(
        SiteGenerator::Jekyll,
        &others,
        &[
            (
                "[a]({% post_url 2024-05-01-weir %}#top) [b]({{ site.baseurl }}{% link _posts/2024-05-01-weir.md %})",
                "<p><a href=\"https://mill.example/notes/2024/05/01/weir.html#top\">a</a> \
                 <a href=\"https://mill.example/notes/2024/05/01/weir.html\">b</a></p>",
            ),
            (
                "[a]({% link about.md %}) [b]({% link contact.md %}) [c]({% link files/map.pdf %})",
                "<p><a href=\"https://mill.example/notes/about/\">a</a> \
                 <a href=\"https://mill.example/notes/contact.html\">b</a> \
                 <a href=\"https://mill.example/notes/files/map.pdf\">c</a></p>",
            ),
            (
                "[a]({% post_url 2024-05-01-secret %}) [b]({% post_url 2020-01-01-none %}) [c]({{ page.secured }})",
                "<p><a>a</a> <a>b</a> <a>c</a></p>",
            ),
            (
                "![a]({{ \"/a.png\" | prepend: site.baseurl | prepend: site.url }}) ![b]({{ site.images }}/b.png)",
                "<p><img src=\"https://mill.example/notes/a.png\" alt=\"a\"> \
                 <img src=\"https://mill.example/pictures/b.png\" alt=\"b\"></p>",
            ),
            (
                "Of {{ page.wood | upcase }}, {{ page.date | date: \"%-d %B %Y\" }}, port {{ site.port }}.",
                "<p>Of OAK, 2 May 2024, port 8080.</p>",
            ),
            (
                "{% assign w = page.wood %}{{ w | append: \"s\" }} {% include note.html %}",
                "<p>oaks <b>Mind the step.</b></p>",
            ),
            ("A\n\n{% include odd.html text=\"x\" %}\n\nB", "<p>A</p>\n\n<p>B</p>"),
            (
                "{% assign w = '/w.png' %}{% include picture.html src=w alt=page.wood %}",
                "<img src=\"https://mill.example/w.png\" alt=\"oak\">",
            ),
            ("A {% include picture.html src=unknown alt=\"w\" %} b", "<p>A  b</p>"),
            (
                "{% if page.wood == 'oak' and site.port %}*Hard*{% else %}Soft{% endif %} wood.",
                "<p><em>Hard</em> wood.</p>",
            ),
        ],
    );
}

#[test]
fn what_is_not_known_leaves_whole_sentences() {
    expect(
        SiteGenerator::Jekyll,
        &[],
        &[
            ("Get it: <https://mill.example/{{ d.file }}>\n\nB", "<p>B</p>"),
            ("* SIZE: {{ d.size }}\n* <{{ d.url }}>\n* c", "<ul>\n\n\n<li>c</li>\n</ul>"),
            ("[the map]({{ d.map }}) and ![]({{ d.x }}) b", "<p><a>the map</a> and  b</p>"),
            ("Wheel v{{ d.v }}.tar.gz is out.", "<p>Wheel is out.</p>"),
            ("a{% if x %}, b{% endif %}.", "<p>a.</p>"),
            (
                "a\n\n<audio controls src=\"{{ 'wheel.mp3' | asset_path }}\"></audio>\n\nb",
                "<p>a</p>\n\n<p>b</p>",
            ),
        ],
    );
}

#[test]
fn check_names_the_lines_that_feeds_leave_out() {
    let body = "{{ site.port }}\n\n{{ d.x }} and {{ d.y }}\n\n`{{ d.z }}`\n\n{% unknown %}\n";
    let place = with_page(SiteGenerator::Jekyll, body, &[]);
    let found = place.command(&["check", "site", "--preset", "jekyll", "--by", "all"]);
    let found = String::from_utf8(found.stdout).unwrap();
    let lines: Vec<&str> = found.lines().filter(|line| line.contains("template")).collect();
    assert_eq!(lines.len(), 2, "{found}");
    assert!(lines[0].contains("wheel.md:8: ") && lines[1].contains("wheel.md:12: "), "{found}");
    let built =
        place.command(&["build", "site", "--preset", "jekyll", "--by", "all", "--no-cache", "-v"]);
    let words = String::from_utf8(built.stdout).unwrap();
    assert!(words.contains("left out of 2 lines in 1 article: "), "{words}");
}

#[test]
fn a_link_follows_its_page_with_a_cache() {
    let weir = "_posts/2024-05-01-weir.md";
    let body = "[a]({% post_url 2024-05-01-weir %})";
    let place = with_page(SiteGenerator::Jekyll, body, &[(weir, "---\ntitle: W\n---\nx")]);
    let run = |now: &str| {
        let out = place.command(&[
            "build", "site", "--preset", "jekyll", "--by", "all", "--format", "json", "--now", now,
        ]);
        assert!(out.status.success(), "{out:?}");
        place.read("out/all.json")
    };
    assert!(run("2026-01-01").contains("2024/05/01/weir.html\\\">a"));
    assert!(run("2026-01-01").contains("2024/05/01/weir.html\\\">a"));
    place.write(&format!("site/{weir}"), "---\ntitle: W\npermalink: /weir/\n---\nx");
    assert!(run("2026-01-01").contains("notes/weir/\\\">a"));
}

#[test]
fn an_edit_of_an_included_file_reaches_feeds_with_a_cache() {
    let data = ("_data/mills.yml", "- Upper\n");
    let include = ("_includes/mills.html", "<b>{{ site.data.mills | join: ', ' }}</b>");
    let place = with_page(SiteGenerator::Jekyll, "{% include mills.html %}", &[data, include]);
    let run = || {
        let settings = ["--by", "all", "--format", "json", "--now", "2026-01-01"];
        let out =
            place.command(&[&["build", "site", "--preset", "jekyll"], &settings[..]].concat());
        assert!(out.status.success(), "{out:?}");
        place.read("out/all.json")
    };
    assert!(run().contains("<b>Upper</b>"));
    place.write("site/_data/mills.yml", "- Upper\n- Lower\n");
    assert!(run().contains("<b>Upper, Lower</b>"));
    place.write("site/_includes/mills.html", "<i>{{ site.data.mills.first }}</i>");
    assert!(run().contains("<i>Upper</i>"));
}

#[test]
fn hugo_shortcodes() {
    let others = [
        ("content/posts/weir.md", "---\ntitle: The weir\ndate: 2024-05-01\nslug: the-weir\n---\nx"),
        ("content/posts/_index.md", "---\ntitle: Posts\n---\n"),
    ];
    let weir = "https://mill.example/posts/the-weir/";
    expect(
        SiteGenerator::Hugo,
        &others,
        &[
            (
                "[a]({{< ref \"weir.md\" >}}) [b]({{< relref \"/posts/weir#top\" >}}) [c]({{< ref none >}})",
                &format!("<p><a href=\"{weir}\">a</a> <a href=\"{weir}#top\">b</a> <a>c</a></p>"),
            ),
            (
                "{{< figure src=\"/w.png\" alt=\"A wheel\" caption=\"It turns\" >}}\n\nB",
                "<figure><img src=\"https://mill.example/w.png\" alt=\"A wheel\">\
                 <figcaption>It turns</figcaption></figure>\n<p>B</p>",
            ),
            (
                "{{< figure src=\"/w.png\" caption=\"It [turns](https://e.example/) `a<b` & *well*\" >}}\n\nB",
                "<figure><img src=\"https://mill.example/w.png\" alt=\"\"><figcaption>\n\
                 <p>It <a href=\"https://e.example/\">turns</a> <code>a&lt;b</code> &amp; <em>well</em></p>\n\
                 </figcaption></figure>\n<p>B</p>",
            ),
            (
                "{{< figure src=\"/w.png\" caption=\"It turns.\" attr=\"By A & B\" attrlink=\"https://e.example/\" >}}\n",
                "<figure><img src=\"https://mill.example/w.png\" alt=\"It turns.\"><figcaption>It turns. \
                 <a href=\"https://e.example/\">By A &amp; B</a></figcaption></figure>",
            ),
            (
                "1. A\n\n   {{< figure src=\"/w.png\" caption=\"*B*\" >}}\n\n2. C\n",
                "<ol>\n<li>\n<p>A</p>\n<figure><img src=\"https://mill.example/w.png\" alt=\"\"><figcaption>\n\
                 <p><em>B</em></p>\n</figcaption></figure>\n</li>\n<li>\n<p>C</p>\n</li>\n</ol>",
            ),
            (
                "{{< highlight sh \"linenos=table\" >}}\n# count *all*\necho <b> `x`\n{{< /highlight >}}",
                "<pre><code># count *all*\necho &lt;b&gt; `x`\n</code></pre>",
            ),
            (
                "{{< youtube abc123 >}}",
                "<p><a href=\"https://www.youtube.com/watch?v=abc123\">Video on YouTube</a></p>",
            ),
            (
                "{{< figure src=\"/w.png\" caption=\"It *turns*\" attr=\"Ada\" >}}\n\nB",
                "<figure><img src=\"https://mill.example/w.png\" alt=\"\"><figcaption>\n\
                 <p>It <em>turns</em> Ada</p>\n</figcaption></figure>\n<p>B</p>",
            ),
            (
                "{{< details summary=\"More\" >}}\nIt *turns*.\n{{< /details >}}",
                "<details><summary>More</summary>\n<p>It <em>turns</em>.</p>\n</details>",
            ),
            (
                "A {{< highlight go \"hl_inline=true\" >}}x := *y*{{< /highlight >}} b",
                "<p>A <code>x := *y*</code> b</p>",
            ),
            (
                "{{< gist ada 123 >}}",
                "<p><a href=\"https://gist.github.com/ada/123\">https://gist.github.com/ada/123</a></p>",
            ),
            ("Port {{< param \"port\" >}} of {{< param wood >}}", "<p>Port 8080 of oak</p>"),
            ("{{< note >}}It {{< icon >}} turns :tada:{{< /note >}}", "<p>It turns 🎉</p>"),
            (
                "`{{</* ref x */>}}` and `{{< ref x >}}`",
                "<p><code>{{&lt; ref x &gt;}}</code> and <code>{{&lt; ref x &gt;}}</code></p>",
            ),
        ],
    );
}

#[test]
fn zola_links_and_shortcodes() {
    let others = [("content/posts/weir.md", "+++\ntitle = 'W'\ndate = 2024-05-01\n+++\nx")];
    let weir = "https://mill.example/posts/weir/";
    expect(
        SiteGenerator::Zola,
        &others,
        &[
            (
                "[a](@/posts/weir.md) [b](@/posts/weir.md#top) [c](@/none.md)",
                &format!("<p><a href=\"{weir}\">a</a> <a href=\"{weir}#top\">b</a> <a>c</a></p>"),
            ),
            (
                "## Songs {#songs .wide}\n\n{{ picture(src=\"b.png\") }}\n\n{% note() %}\nThey sing.\n{% end %}",
                "<h2>Songs</h2>\n\n<p>They sing.</p>",
            ),
            (
                "{{ youtube(id=\"abc\") }}",
                "<p><a href=\"https://www.youtube.com/watch?v=abc\">Video on YouTube</a></p>",
            ),
            (
                "`${{ secrets.X }}` and {{ not.a.call }}",
                "<p><code>${{ secrets.X }}</code> and {{ not.a.call }}</p>",
            ),
            ("`{{/* x() */}}`", "<p><code>{{ x() }}</code></p>"),
        ],
    );
}

#[test]
fn the_mark_of_the_author_ends_the_summary() {
    for generator in SiteGenerator::ALL {
        let place = with_page(generator, "The *teaser*.\n\n<!--more-->\n\nThe ending.", &[]);
        let summary = build(&place, generator).feeds[0].entries[0].summary.clone();
        assert_eq!(summary, "The teaser.", "{generator:?}");
    }
    let place = with_page(SiteGenerator::Jekyll, "The first.\n\nThe second.", &[]);
    assert_eq!(build(&place, SiteGenerator::Jekyll).feeds[0].entries[0].summary, "The first.");
}

/// The content of an article that belongs to no site.
fn without_site(body: &str) -> String {
    let keys = "title: T\npublishedDateTime: 2024-05-01\noriginalUrl: https://e.org/a";
    let place = Workspace::new().with("by: all");
    place.write("in/a.md", format!("---\n{keys}\n---\n{body}"));
    let build = feedmill::build(&place.settings(), &|| false).unwrap();
    build.feeds[0].entries[0].content.clone()
}

/// Code that looks like the templates and marks of all programs.
const CODE: &str = "(\\{:ok, x\\}|\\$\\{\\{ secrets\\.X \\}\\}|\\{% if a %\\}|\\{\\{< ref b >\\}\\}|\\{\\{ c\\(d=1\\) \\}\\}|@/e\\.md|\\*f\\*|<i>|&amp;|:tada:|\\[\\^1\\]|https://g\\.example/|\\$h\\$|\\{#i\\}| j )";

/// Text around code, with templates.
const TEXT: &str = "(word|\\{\\{ site\\.url \\}\\}|\\{\\{< figure src=x >\\}\\}|\\{% include y %\\}|\\{\\{ z\\(\\) \\}\\}|\\*em\\*|\\[l\\]\\(@/m\\.md\\)|\\{% raw %\\}q\\{% endraw %\\}|## h \\{#h\\})";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_character_of_code_changes(
        parts in prop::collection::vec((TEXT, prop::collection::vec(CODE, 1..4), 0..4_u8), 1..6),
    ) {
        let mut body = String::new();
        let mut codes = Vec::new();
        for (text, code, form) in &parts {
            let code = code.join("");
            let code = code.trim();
            codes.push(code.to_owned());
            body.push_str(text);
            let block = match form {
                0 => format!(" `` {code} ``\n\n"),
                1 => format!("\n\n```\n{code}\n```\n\n"),
                2 => format!("\n\n    {code}\n\n"),
                _ => format!("\n\n<pre>{}</pre>\n\n", code.replace('&', "&amp;").replace('<', "&lt;")),
            };
            body.push_str(&block);
        }
        for generator in SiteGenerator::ALL.map(Some).into_iter().chain([None]) {
            let content = generator.map_or_else(
                || without_site(&body),
                |generator| content(generator, &body, &[]),
            );
            for code in &codes {
                let escaped = code.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                prop_assert!(content.contains(&escaped), "{generator:?}: {code}\n{body}\n{content}");
            }
        }
    }
}

#[test]
fn links_to_files_lead_to_their_articles() {
    use SiteGenerator::{Hugo, Jekyll, Zola};
    let other = "---\ntitle: Sluice\ndate: 2024-05-01\n---\n";
    let hidden = "---\ntitle: SECRET\ndate: 2024-05-01\ndraft: true\npublished: false\n---\n";
    for (generator, file, private, link) in [
        (
            Jekyll,
            "_posts/2024-05-01-sluice.md",
            "_posts/2024-05-01-x.md",
            "notes/2024/05/01/sluice.html",
        ),
        (
            Hugo,
            "content/posts/2024-05-01-sluice.md",
            "content/posts/x.md",
            "posts/2024-05-01-sluice/",
        ),
        (Zola, "content/posts/2024-05-01-sluice.md", "content/posts/x.md", "posts/sluice/"),
    ] {
        let private_name = private.rsplit('/').next().unwrap();
        let folder = if generator == Jekyll { "_posts" } else { "posts" };
        let body = format!(
            "[a](2024-05-01-sluice.md) [b](./2024-05-01-sluice.md#gate)\n[c](../{folder}/2024-05-01-sluice.md) \
             [d](/{folder}/2024-05-01-sluice.md)\n[e]({private_name}) [f](none.md \"t\")\n[g](https://e.example/x.md) \
             `[h](2024-05-01-sluice.md)` [i][1]\n\n[1]: 2024-05-01-sluice.md\n"
        );
        let url = format!("https://mill.example/{link}");
        let expected = format!(
            "<p><a href=\"{url}\">a</a> <a href=\"{url}#gate\">b</a>\n<a href=\"{url}\">c</a> \
             <a href=\"{url}\">d</a>\n<a>e</a> <a title=\"t\">f</a>\n<a href=\"https://e.example/x.md\">g</a> \
             <code>[h](2024-05-01-sluice.md)</code> <a href=\"{url}\">i</a></p>"
        );
        let found = content(generator, &body, &[(file, other), (private, hidden)]);
        assert_eq!(found, expected, "{generator:?}");
    }
}

#[test]
fn html_of_kramdown_ends_with_its_end_tag() {
    expect(
        SiteGenerator::Jekyll,
        &[],
        &[
            ("<div>a</div> See **b**.\n", "<div>a</div>\n<p>See <strong>b</strong>.</p>"),
            (
                "* One\n\n    <div>\n    <pre>cd /\n\n**x**</pre>\n    </div>\n",
                "<ul>\n<li>\n<p>One</p>\n  <div>\n  <pre>cd /\n\n**x**</pre>\n  </div>\n</li>\n</ul>",
            ),
            (
                "| A |\n|---|\n| `a|b` |\n",
                "<table><thead><tr><th>A</th></tr></thead><tbody>\n<tr><td><code>a|b</code></td></tr>\n</tbody></table>",
            ),
            (
                "| A |\n|---|\n| <code>a\\|b</code> |\n\n<code>a\\|b</code>\n",
                "<table><thead><tr><th>A</th></tr></thead><tbody>\n<tr><td><code>a|b</code></td></tr>\n</tbody></table>\n\
                 <p><code>a\\|b</code></p>",
            ),
            ("Type <code>``x``</code>.\n", "<p>Type <code>``x``</code>.</p>"),
            (
                "| A | B |\n|---+--:|\n| 1 | 2 |\n",
                "<table><thead><tr><th>A</th><th align=\"right\">B</th></tr></thead><tbody>\n<tr><td>1</td>\
                 <td align=\"right\">2</td></tr>\n</tbody></table>",
            ),
        ],
    );
}

#[test]
fn data_files_and_includes_of_jekyll() {
    expect(
        SiteGenerator::Jekyll,
        &[
            ("_data/mills/weirs.yml", "- {name: Upper, secured: S}\n- {name: Lower}\n"),
            (
                "_includes/weirs.liquid",
                "{% for w in site.data.mills.weirs %}<b>{{ w.name }}</b>{{ w.secured }}{% endfor %}",
            ),
        ],
        &[
            ("{{ site.data.mills.weirs | map: 'name' | join: ', ' }}", "<p>Upper, Lower</p>"),
            ("a {% include weirs.liquid %}", "<p>a <b>Upper</b><b>Lower</b></p>"),
        ],
    );
}

#[test]
fn the_sites_own_templates() {
    let figure = "{{/* A picture. */}}\n{{ $src := .Get \"src\" }}\n<figure>\n\n  <img src=\"{{ $src | relURL }}\" alt=\"{{ .Get `alt` | default \"none\" }}\">\n  \
                  {{ with .Get \"caption\" }}<figcaption>{{ . | markdownify }}</figcaption>{{ else }}<hr>{{ end }}\n</figure>\n";
    expect(
        SiteGenerator::Hugo,
        &[
            ("layouts/shortcodes/pic.html", figure),
            ("layouts/shortcodes/base.html", "{{ .Site.BaseURL }}"),
            ("layouts/shortcodes/code-box.html", "{{ highlight .Inner (.Get 0) }}"),
            (
                "layouts/shortcodes/half.html",
                "{{ $x := resources.Get 1 }}<img src=\"{{ .Get 0 }}\" alt=\"{{ $x.Name }}\"> by {{ $x }}",
            ),
            ("layouts/shortcodes/note.html", "<blockquote>{{ .Inner | markdownify }}</blockquote>"),
            ("layouts/shortcodes/odd.html", "{{ range .Site.Pages }}{{ .Title }}{{ end }}"),
        ],
        &[
            (
                "{{< pic src=\"a.png\" caption=\"A pond\" >}}\n",
                "<figure>\n<img src=\"https://mill.example/a.png\" alt=\"none\">\n<figcaption>A pond</figcaption>\n</figure>",
            ),
            (
                "{{< pic src=\"a.png\" caption=\"A **big** [pond](https://e.example/)\" >}}\n",
                "<figure>\n<img src=\"https://mill.example/a.png\" alt=\"none\">\n<figcaption>\n\
                 <p>A <strong>big</strong> <a href=\"https://e.example/\">pond</a></p>\n</figcaption>\n</figure>",
            ),
            (
                "{{< pic src=\"a.png\" alt=\"b\" >}}\n",
                "<figure>\n<img src=\"https://mill.example/a.png\" alt=\"b\">\n<hr>\n</figure>",
            ),
            (
                "See [a]({{< base >}}b/) and [c]({{< base >}}d/).\n",
                "<p>See <a href=\"https://mill.example/b/\">a</a> and <a href=\"https://mill.example/d/\">c</a>.</p>",
            ),
            (
                "{{< code-box sh >}}\n# a *b* *c*\n{{< /code-box >}}\n",
                "<pre><code># a *b* *c*\n</code></pre>",
            ),
            (
                "{{< note >}}\nA *b*\n{{< /note >}}\n",
                "<blockquote>\n<p>A <em>b</em></p>\n</blockquote>",
            ),
            (
                "A {{< half \"/a.png\" >}} c.\n",
                "<p>A <img src=\"https://mill.example/a.png\"> by c.</p>",
            ),
            (
                "A (https://e.example/b) [c](https://e.example/d)\n",
                "<p>A (<a href=\"https://e.example/b\">https://e.example/b</a>) <a href=\"https://e.example/d\">c</a></p>",
            ),
            ("A [b]({{< odd >}}/c) d [e]({{< odd >}}/f).\n", "<p>A <a>b</a> d <a>e</a>.</p>"),
            ("{{< odd >}}*a*{{< /odd >}}\n", "<p><em>a</em></p>"),
        ],
    );
    expect(
        SiteGenerator::Zola,
        &[
            (
                "templates/shortcodes/pic.html",
                "{% if alt %}<img src=\"{{ src | safe }}\" alt=\"{{ alt }}\">{% else %}<img src=\"{{ src }}\">{% endif %}",
            ),
            (
                "templates/shortcodes/aside.html",
                "{# aside #}<blockquote>{{ body | markdown | safe }}</blockquote>",
            ),
        ],
        &[
            (
                "{{ pic(src=\"/a.png\", alt=\"b\") }}\n",
                "<img src=\"https://mill.example/a.png\" alt=\"b\">",
            ),
            (
                "{% aside() %}\nA *b*\n{% end %}\n",
                "<blockquote>\n<p>A <em>b</em></p>\n</blockquote>",
            ),
        ],
    );
    expect(
        SiteGenerator::Jekyll,
        &[(
            "_includes/pic.html",
            "<img src=\"{{ include.src | relative_url }}\">{% if include.text %} {{ include.text }}{% endif %}{% unless include.text %} none{% endunless %}",
        )],
        &[
            (
                "{% include pic.html src=\"/a.png\" text=page.wood %}\n",
                "<p><img src=\"https://mill.example/notes/a.png\"> oak</p>",
            ),
            (
                "{% include pic.html src=\"/a.png\" %}\n",
                "<p><img src=\"https://mill.example/notes/a.png\"> none</p>",
            ),
        ],
    );
}
