//! First contact: `init` and `build` in a site that another program makes. The addresses and dates are
//! those that the program itself gives.

use crate::support::{Workspace, text};

/// A file of a site: its path, and its text.
type File = (&'static str, &'static str);

/// An article: its address below `https://pond.example/`, and the beginning of its date.
type Item = (&'static str, &'static str);

fn site(files: &[File]) -> Workspace {
    let place = Workspace::new();
    std::fs::remove_dir(place.path("in")).unwrap();
    for (path, text) in files {
        place.write(path, text);
    }
    place
}

/// The articles of a feed.
fn items(place: &Workspace, feed: &str) -> Vec<(String, String)> {
    let feed: serde_json::Value = serde_json::from_str(&place.read(feed)).unwrap();
    let items = feed["items"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    items.map(|item| (text(&item["url"]), text(&item["date_published"]))).collect()
}

/// Runs `init` and `build`, and compares the feed of all articles.
#[track_caller]
fn expect(files: &[File], expected: &[Item]) {
    let place = site(files);
    let init = place.command(&["init"]);
    assert!(init.status.success(), "{}", text(&init.stderr));
    let now = ["--now", "2026-01-01", "--format", "json"];
    let build = place.command(&[&["build", "--by", "all"], &now[..]].concat());
    assert_eq!(text(&build.stderr), "");
    let mut found = items(&place, "out/all.json");
    let mut expected = expected.to_vec();
    found.sort();
    expected.sort_unstable();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((url, date), (path, day)) in found.iter().zip(&expected) {
        assert_eq!(url.strip_prefix("https://pond.example/"), Some(*path));
        assert!(date.starts_with(day), "{path}: {date}");
    }
}

const HUGO: File = ("hugo.toml", "baseURL = 'https://pond.example/'\ntitle = 'Pond'\n");
const JEKYLL: File = ("_config.yml", "url: https://pond.example\ntitle: Pond\n");
const ZOLA: File = ("zola.toml", "base_url = 'https://pond.example/'\ntitle = 'Pond'\n");

const DAY: &str = "---\ntitle: Heron\ndate: 2024-03-01\n---\n";

#[test]
fn a_jekyll_site_needs_only_a_folder_of_posts() {
    let post: File = ("_posts/2024-03-01-heron.md", "---\n---\nA heron.\n");
    let place = site(&[post]);
    let init = place.command(&["init"]);
    assert!(text(&init.stdout).contains("set site-url in it first"), "{}", text(&init.stderr));
    let build = place.command(&["build"]);
    assert_eq!(build.status.code(), Some(2));
    assert!(text(&build.stderr).contains("site-url: must be set"), "{}", text(&build.stderr));
    expect(&[post, ("CNAME", "pond.example\n")], &[("2024/03/01/heron.html", "2024-03-01")]);
}

#[test]
fn what_jekyll_excludes_is_left_out() {
    expect(
        &[
            (
                "_config.yml",
                "url: https://pond.example\nexclude: ['*.nix', Gemfile, old/, _posts/2024-03-02*, \
                 kept]\ninclude: [kept]\n",
            ),
            ("_posts/2024-03-01-heron.md", DAY),
            ("_posts/2024-03-02-gone.md", DAY),
            ("_posts/2024-03-03-x.nix.md", DAY),
            ("old/_posts/2024-03-01-gone.md", DAY),
            ("older/_posts/2024-03-01-heron.md", DAY),
            ("kept/_posts/2024-03-01-heron.md", DAY),
            ("vendor/bundle/gem/_posts/2024-03-01-gone.md", DAY),
        ],
        &[
            ("2024/03/01/heron.html", "2024-03-01"),
            ("older/2024/03/01/heron.html", "2024-03-01"),
            ("2024/03/01/x.nix.html", "2024-03-01"),
            ("kept/2024/03/01/heron.html", "2024-03-01"),
        ],
    );
}

#[test]
fn what_hugo_ignores_is_left_out() {
    expect(
        &[
            (
                "hugo.yaml",
                "baseURL: https://pond.example/\nignoreFiles: ['\\.draft\\.md$', '/scratch/']\n",
            ),
            ("content/a/heron.md", DAY),
            ("content/a/x.draft.md", DAY),
            ("content/scratch/x.md", DAY),
        ],
        &[("a/heron/", "2024-03-01")],
    );
    let place = site(&[("hugo.yaml", "baseURL: https://pond.example/\nignoreFiles: ['(']\n")]);
    place.write("content/a.md", DAY);
    let init = place.command(&["init"]);
    let message = text(&init.stderr);
    assert!(message.contains("hugo.yaml: `ignoreFiles`: cannot read the pattern `(`"), "{message}");
}

#[test]
fn what_zola_ignores_is_left_out() {
    let toml =
        "base_url = 'https://pond.example'\nignored_content = ['*/README.md', '*.{bak,old}.md']\n";
    expect(
        &[
            ("config.toml", toml),
            ("content/heron.md", "\n\n+++\ntitle = 'H'\ndate = 2024-03-01\n+++\n"),
            ("content/README.md", DAY),
            ("content/x.old.md", DAY),
        ],
        &[("heron/", "2024-03-01")],
    );
}

#[test]
fn blank_lines_before_front_matter_are_those_of_the_program() {
    let blank = "\r\n  \n---\ntitle: Heron\ndate: 2024-03-01\n---\n";
    expect(&[HUGO, ("content/a/heron.md", blank)], &[("a/heron/", "2024-03-01")]);
    expect(&[ZOLA, ("content/heron.md", blank)], &[("heron/", "2024-03-01")]);
    expect(
        &[JEKYLL, ("_posts/2024-03-01-a.md", DAY), ("_posts/2024-03-01-b.md", blank)],
        &[("2024/03/01/a.html", "2024-03-01")],
    );
}

#[test]
fn the_configuration_of_hugo_may_be_a_folder() {
    expect(
        &[
            ("config/_default/hugo.toml", "baseURL = 'https://wrong.example/'\n"),
            ("config/_default/permalinks.toml", "birds = '/:year/:slug/'\n"),
            ("config/_default/languages.en.toml", "title = 'The Pond'\nlanguageCode = 'en-GB'\n"),
            ("config/production/config.toml", "baseURL = 'https://pond.example/'\n"),
            ("content/birds/heron.md", "---\ntitle: Grey Heron\ndate: 2024-03-01\n---\n"),
        ],
        &[("2024/grey-heron/", "2024-03-01")],
    );
}

#[test]
fn mounts_say_where_hugo_has_its_articles() {
    let yaml = "baseURL: https://pond.example/\npermalinks: {birds: '/:section/:year/:slug/'}\n\
                module:\n  mounts:\n  - {source: pages/en, target: content, excludeFiles: 'x/**'}\n  \
                - {source: notes, target: content/log}\n  - {source: static, target: static}\n";
    let files = [
        ("hugo.yaml", yaml),
        ("pages/en/birds/heron.md", DAY),
        ("pages/en/x/hidden.md", DAY),
        ("notes/today.md", "---\ntitle: T\ndate: 2024-03-02\n---\n"),
        ("content/unused.md", DAY),
    ];
    expect(&files, &[("log/today/", "2024-03-02"), ("birds/2024/heron/", "2024-03-01")]);
    // A part of the site is the same site.
    let place = site(&files);
    assert!(place.command(&["init", "pages/en"]).status.success());
    let build = place.command(&["build", "--by", "all", "--format", "json"]);
    assert!(build.status.success(), "{}", text(&build.stderr));
    let found = items(&place, "out/all.json");
    assert_eq!(found[0].0, "https://pond.example/birds/2024/heron/");
    let yaml = yaml.replace("excludeFiles", "includeFiles");
    let place = site(&files);
    let message = text(&place.write("hugo.yaml", yaml).command(&["init"]).stderr);
    assert!(
        message.contains("hugo.yaml: `includeFiles` of a mount in `module.mounts` is not"),
        "{message}"
    );
}

const LANGUAGES: &str = "baseURL: https://pond.example/\nlanguages:\n  en: {contentDir: content/en}\n  \
                         fr: {contentDir: content/fr, weight: 2}\npermalinks: {birds: '/:section/:year/:slug/'}\n";

#[test]
fn a_language_is_not_mixed_in_without_being_named() {
    let heron = "---\ntitle: Heron\ndate: 2024-03-01\ntags: [Birds]\n---\n";
    let other = "---\ntitle: Un héron\ndate: 2024-03-01\ntags: [Birds]\n---\n";
    let by_folder: [File; 3] = [
        ("hugo.yaml", LANGUAGES),
        ("content/en/birds/heron.md", heron),
        ("content/fr/birds/heron.md", other),
    ];
    let by_name: [File; 3] = [
        (
            "hugo.yaml",
            "baseURL: https://pond.example/\nlanguages: {en: {}, fr: {}}\npermalinks: {birds: '/:section/:year/:slug/'}\n",
        ),
        ("content/birds/heron.en.md", heron),
        ("content/birds/heron.fr.md", other),
    ];
    let french = "fr/birds/2024/un-h%C3%A9ron/";
    for files in [&by_folder, &by_name] {
        let place = site(files);
        let init = place.command(&["init"]);
        assert!(text(&init.stdout).contains("feeds: 2 by language"), "{}", text(&init.stdout));
        let build = |by: &str| {
            let output = place.command(&["build", "--by", by, "--format", "json", "-v"]);
            assert!(output.status.success(), "{}", text(&output.stderr));
            text(&output.stdout)
        };
        build("language,all,topic+language");
        for (feed, path) in [
            ("language/en", "birds/2024/heron/"),
            ("language/fr", french),
            ("all", "birds/2024/heron/"),
            ("topic-language/birds/fr", french),
        ] {
            let found = items(&place, &format!("out/{feed}.json"));
            assert_eq!(found.len(), 1, "{feed}");
            assert_eq!(found[0].0, format!("https://pond.example/{path}"), "{feed}");
        }
        assert!(place.read("out/language/fr.json").contains("\"language\": \"fr\""));
        assert!(build("all").contains("1 in another language"));
    }
}

#[test]
fn a_hidden_section_in_one_language_hides_that_language() {
    let place = site(&[
        ("hugo.yaml", "baseURL: https://pond.example/\nlanguages: {en: {}, fr: {}}\n"),
        ("content/birds/_index.fr.md", "---\ncascade: {draft: true}\n---\n"),
        ("content/birds/heron.md", DAY),
        ("content/birds/heron.fr.md", DAY),
    ]);
    let list = place.command(&["list", "languages", "--preset", "hugo"]);
    let list = text(&list.stdout);
    assert!(list.contains("language/en") && !list.contains("language/fr"), "{list}");
}

#[test]
fn addresses_of_hugo() {
    let toml = "baseURL = 'https://pond.example/'\ndefaultContentLanguageInSubdir = true\n\
                removePathAccents = true\n[uglyURLs]\nbirds = true\n[permalinks]\n\
                birds = '/:year/:month/:slug/'\nnotes = '/:sections[1:]/:contentbasename/'\n\
                fish = '/:sections[last]/:01/:slug/'\n";
    expect(
        &[
            ("hugo.toml", toml),
            ("content/birds/heron.md", DAY),
            ("content/notes/wet/_index.md", "---\ntitle: Wet\n---\n"),
            ("content/notes/wet/dry/Été.md", DAY),
            ("content/fish/a/_index.md", "---\ntitle: A\n---\n"),
            ("content/fish/a/carp.md", "---\ntitle: Carp\ndate: 2024-03-01\n---\n"),
            (
                "content/other/C#-tips.md",
                "---\ntitle: C\ndate: 2023-03-01\npublishDate: 2024-03-02\n---\n",
            ),
            ("content/own.md", "---\ntitle: Own\ndate: 2024-03-01\nurl: /my/own/\n---\n"),
        ],
        &[
            ("en/other/c%23-tips/", "2024-03-02"),
            ("en/2024/03/heron.html", "2024-03-01"),
            ("my/own/", "2024-03-01"),
            ("en/wet/ete/", "2024-03-01"),
            ("en/a/03/carp/", "2024-03-01"),
        ],
    );
    expect(
        &[
            ("hugo.toml", "baseURL = 'https://pond.example/'\ndisablePathToLower = true\n"),
            ("content/Birds/Grey Heron.md", DAY),
        ],
        &[("Birds/Grey-Heron/", "2024-03-01")],
    );
}

#[test]
fn a_pattern_of_the_site_that_is_not_known_is_named_with_a_way_out() {
    let place = site(&[
        ("hugo.toml", "baseURL = 'https://pond.example/'\n[permalinks]\nbirds = '/:yeer/'\n"),
        ("content/birds/heron.md", DAY),
    ]);
    let message = text(&place.command(&["init"]).stderr);
    let expected =
        "hugo.toml: unknown placeholder `:yeer` in `/:yeer/`; set `permalink` in feedmill.yaml";
    assert!(message.contains(expected), "{message}");
}

#[test]
fn dates_of_hugo_are_where_its_configuration_says() {
    let files = |order: &'static str| {
        [
            ("hugo.yaml", order),
            ("content/birds/2024-03-05-heron.md", "---\ntitle: Heron\n---\n"),
            ("content/birds/2024-03-06-newt.md", "---\ntitle: Newt\ndate: 2024-01-01\n---\n"),
        ]
    };
    let first = "baseURL: https://pond.example/\nfrontmatter: {date: [':filename', ':default']}\n";
    let expected = [("birds/newt/", "2024-03-06"), ("birds/heron/", "2024-03-05")];
    expect(&files(first), &expected);
    let last = "baseURL: https://pond.example/\nfrontmatter: {date: [':default', ':filename']}\n";
    let expected = [("birds/heron/", "2024-03-05"), ("birds/2024-03-06-newt/", "2024-01-01")];
    expect(&files(last), &expected);
    // A name that says the date says the slug as well.
    let slugs = |order: &'static str| {
        [
            ("hugo.yaml", order),
            ("content/birds/2024-03-05-heron.md", "---\ntitle: The heron\n---\n"),
            ("content/birds/2024-03-06-newt.md", "---\ntitle: My newt\ndate: 2024-01-01\n---\n"),
        ]
    };
    let first = "baseURL: https://pond.example/\nfrontmatter: {date: [':filename', ':default']}\n\
                 permalinks: {birds: '/b/:slug'}\n";
    let expected = [("b/newt/", "2024-03-06"), ("b/heron/", "2024-03-05")];
    expect(&slugs(first), &expected);
    let last = "baseURL: https://pond.example/\nfrontmatter: {date: [':default', ':filename']}\n\
                permalinks: {birds: '/b/:slug'}\n";
    let expected = [("b/heron/", "2024-03-05"), ("b/my-newt/", "2024-01-01")];
    expect(&slugs(last), &expected);
    let git = "baseURL: https://pond.example/\nfrontmatter: {date: [':git', date]}\n";
    let message = text(&site(&files(git)).command(&["init"]).stderr);
    assert!(message.contains("hugo.yaml: `:git` in `frontmatter.date`"), "{message}");
    expect(
        &[
            HUGO,
            ("content/birds/heron.md", "---\ntitle: H\nlastmod: 2024-03-02\n---\n"),
            ("content/birds/newt.md", "---\ntitle: N\nmodified: 2024-03-01\n---\n"),
        ],
        &[("birds/heron/", "2024-03-02"), ("birds/newt/", "2024-03-01")],
    );
}

#[test]
fn names_and_dates_of_jekyll() {
    let config = "url: https://pond.example\nname: Pond\ntimezone: Asia/Tokyo\n\
                  permalink: /:year/:month/:day/:title/\n";
    expect(
        &[
            ("_config.yml", config),
            // A time of YAML is in UTC, a text is local.
            ("_posts/2024-05-01-a.md", "---\ndate: 2024-05-01 20:15:00\n---\n"),
            ("_posts/2024-05-02-b.md", "---\ndate: '2024-05-02 20:15:00'\n---\n"),
            ("_posts/2024-05-03-c.md", "---\ndate: 2024-05-03 20:15:00 +0900\n---\n"),
            ("_posts/2024-05-04-d.md", "---\ndate: May 4, 2024\n---\n"),
            ("_posts/2016-01-06-g.md", "---\ndate: 7-1-2016\n---\n"),
            ("_posts/2015-1-6-e.mkd", "---\ntitle: E\n---\n"),
            ("_posts/14-01-06-f.mkdown", "---\ntitle: one\ntitle: two\n---\n"),
            // Ruby goes on in the next month.
            ("_posts/2011-04-31-h.md", "---\n---\n"),
            ("_posts/2011-02-32-none.md", "---\n---\n"),
            ("_posts/2011-02-00-none.md", "---\n---\n"),
            ("_posts/2010-01-01-bare.md", "No front matter.\n"),
            ("_posts/2010-01-02-blank.md", "\n---\npublished: false\n---\n"),
        ],
        &[
            ("2024/05/04/d/", "2024-05-03T15:00"),
            ("2024/05/03/c/", "2024-05-03T11:15"),
            ("2024/05/02/b/", "2024-05-02T11:15"),
            ("2024/05/02/a/", "2024-05-01T20:15"),
            ("2016/01/07/g/", "2016-01-06T15:00"),
            ("2015/01/06/e/", "2015-01-05T15:00"),
            ("2014/01/06/f/", "2014-01-05T15:00"),
            ("2011/05/01/h/", "2011-04-30T15:00"),
            ("2010/01/01/bare/", "2009-12-31T15:00"),
        ],
    );
    expect(
        &[
            ("_config.yml", "url: https://pond.example\ncollections_dir: stuff\n"),
            ("stuff/_posts/2024-03-01-heron.md", DAY),
            ("_posts/2024-03-02-old.md", DAY),
        ],
        &[("2024/03/01/heron.html", "2024-03-01")],
    );
}

#[test]
fn dates_in_the_path_of_zola() {
    expect(
        &[
            ZOLA,
            ("content/heron.md", "+++\ntitle = 'Heron'\npath = '/2024/03/01/heron'\n+++\n"),
            ("content/about.md", "+++\ntitle = 'About'\npath = '/about'\n+++\n"),
        ],
        &[("2024/03/01/heron/", "2024-03-01")],
    );
}

#[test]
fn a_site_without_dates_is_told_so() {
    let place = site(&[ZOLA, ("content/a.md", "+++\ntitle = 'A'\n+++\n")]);
    let message = text(&place.command(&["init"]).stderr);
    assert!(
        message.contains("no article found (a site of zola): 1 of 1 files have no `date`"),
        "{message}"
    );
}

#[test]
fn init_in_the_wrong_folder_names_what_to_run() {
    let post: File = ("content/a.md", "+++\ntitle = 'A'\ndate = 2024-05-01\n+++\n");
    let no_address = ("config.toml", "title = 'Pond'\n");
    for (files, expected) in [
        (
            &[("docs/zola.toml", ZOLA.1), ("docs/content/a.md", post.1), ("README.md", "Pond\n")][..],
            "a site of zola is in docs: run `feedmill init docs`",
        ),
        (
            &[
                ("theme.toml", ""),
                ("exampleSite/hugo.toml", HUGO.1),
                ("exampleSite/content/a.md", DAY),
                ("archetypes/default.md", "---\ndraft: true\n---\n"),
            ],
            "a site of hugo is in exampleSite: run `feedmill init exampleSite`",
        ),
        (
            &[
                ("a/b/blog/zola.toml", ZOLA.1),
                ("a/b/blog/content/a.md", post.1),
                ("c/_config.yml", JEKYLL.1),
                ("c/_posts/2024-03-01-heron.md", DAY),
                ("node_modules/x/_posts/2024-03-01-heron.md", DAY),
            ],
            "a site of jekyll is in c, and 1 more below: run `feedmill init c`",
        ),
        (
            &[("zola.toml", "base_url = 'https://pond.example/\n"), post],
            "zola.toml: line 1, column 34: invalid literal string, expected `'`: correct it, then run \
             `feedmill init` again",
        ),
        (
            &[no_address, post],
            "config.toml: sets no address: `baseURL` for hugo, `base_url` for zola",
        ),
        (
            &[("a.md", "Pond\n")],
            "`feedmill init SOURCE`; or the folder that a site generator writes",
        ),
        (
            &[ZOLA, ("content/a.md", "+++\ntitle = 'A'\n+++\n")],
            "have no `date`; change that, then run `feedmill init` again; or name the folder that zola \
             writes: `feedmill init --rendered DIR`",
        ),
    ] {
        let message = text(&site(files).command(&["init"]).stderr);
        assert!(message.contains("no article found"), "{message}");
        assert!(message.contains(expected), "{message}");
    }
    let place = site(&[ZOLA, post, ("content/blog/b.md", post.1)]);
    let init = place.program(&["init"]).current_dir(place.path("content/blog")).output().unwrap();
    let message = text(&init.stderr);
    assert!(message.contains("run `cd ../..`, then `feedmill init`"), "{message}");
}

#[test]
fn a_build_without_feeds_says_why() {
    for (files, code, expected) in [
        (
            &[("a.md", "---\ntitle: A\noriginalUrl: https://e.org/a\n---\n")][..],
            1,
            "no feed: 1 of 1 files have no `publishedDateTime`",
        ),
        (
            &[(
                "a.md",
                "---\ntitle: A\noriginalUrl: https://e.org/a\npublishedDateTime: 2024-01-01\n---\n",
            )],
            1,
            "no feed: none of 1 article has a topic; --by all makes one feed of all",
        ),
        (&[("a.md", "---\ntitle: A\ndraft: true\n---\n")], 1, "no feed: 1 of 1 files are drafts"),
        (&[("a.md", "text")], 4, "no feed: 1 of 1 files are without front matter"),
        (
            &[("_posts/2024-03-01-a.md", DAY)],
            1,
            "this is a site of jekyll: run `feedmill init`, or use --preset jekyll",
        ),
        (&[HUGO, ("content/a.md", DAY)], 1, "this is a site of hugo: run `feedmill init`"),
    ] {
        let place = site(files);
        let build = place.command(&["build"]);
        let message = text(&build.stderr);
        assert!(message.contains(expected), "{expected}: {message}");
        assert_eq!(build.status.code(), Some(code), "{message}");
    }
}

#[test]
fn reasons_are_those_of_the_program() {
    let place = site(&[
        HUGO,
        ("content/terms/_index.md", "---\ncascade: {build: {render: never}}\n---\n"),
        ("content/terms/pond.md", DAY),
        ("content/draft.md", "---\ntitle: A\ndate: 2024-03-01\ndraft: true\n---\n"),
        ("content/undated.md", "---\ntitle: A\n---\n"),
        ("content/heron.md", DAY),
    ]);
    for (file, expected) in [
        ("terms/pond.md", "has no page of its own or is not listed: `build.render`"),
        ("terms/_index.md", "it is the page of a section"),
        ("draft.md", "`draft: true`, in the article or in a section above it"),
        ("undated.md", "it has no `date`"),
    ] {
        let explain = place.command(&["explain", "--preset", "hugo", &format!("content/{file}")]);
        assert!(text(&explain.stdout).contains(expected), "{}", text(&explain.stdout));
    }
    // What has no page cannot be linked to.
    let build = ["build", "--preset", "hugo", "--by", "all", "--unpublished", "-v"];
    let summary = text(&place.command(&build).stdout);
    assert!(summary.contains("2 articles, 1 without a page or not listed"), "{summary}");
}

#[test]
fn excluded_files_are_not_read() {
    let place = Workspace::new();
    place.article(1, "A").article(2, "A").write("in/old/3.md", "---\nnot: [closed\n---\n");
    place.write("feedmill.yaml", "source: in\nby: all\nformat: json\nexclude: [old/, '/in/2.*']\n");
    let build = place.command(&["build"]);
    assert!(build.status.success(), "{}", text(&build.stderr));
    assert_eq!(items(&place, "out/all.json").len(), 1);
    let why = place.command(&["explain", "in/2.md"]);
    assert!(text(&why.stderr).contains("is not read: it is outside of the source, excluded"));
    let build = place.command(&["build", "--exclude", "*", "--by", "all"]);
    assert_eq!(build.status.code(), Some(4));
    let build = place.command(&["build", "--exclude", "[b-a]"]);
    assert!(text(&build.stderr).contains("exclude: `[b-a]` is not a pattern"));
}

#[test]
fn a_pattern_without_a_slash_at_its_end_stays_so() {
    let place =
        Workspace::new().with("by: all\nsite-url: https://pond.example/\npermalink: /log/:slug");
    place.write("in/heron.md", "---\ntitle: H\npublishedDateTime: 2024-03-01\n---\n");
    place.run();
    assert_eq!(items(&place, "out/all.json")[0].0, "https://pond.example/log/heron");
}

#[test]
fn addresses_of_zola_keep_what_the_site_says() {
    let site = |slugify: &str| format!("base_url = 'https://pond.example'\n[slugify]\n{slugify}\n");
    for (slugify, path) in [
        ("", "grey-heron/"),
        ("paths = 'safe'", "Grey%20Heron/"),
        ("paths = 'off'\npaths_keep_dates = true", "2024-03-01-Grey%20Heron/"),
    ] {
        let place = Workspace::new();
        place
            .write("zola.toml", site(slugify))
            .write("content/2024-03-01-Grey Heron.md", "+++\ntitle = 'H'\n+++\n");
        let build = ["build", "--preset", "zola", "--by", "all", "--format", "json"];
        assert!(place.command(&build).status.success());
        let found = items(&place, "out/all.json");
        assert_eq!(found[0].0, format!("https://pond.example/{path}"), "{slugify}");
    }
}

#[test]
fn titles_in_addresses_of_hugo() {
    let config =
        "baseURL: https://pond.example/\npermalinks: {birds: '/t/:title', newts: '/s/:slug'}\n";
    let title = |title: &str| format!("---\ntitle: \"{title}\"\ndate: 2024-03-01\n---\n");
    let slug = |slug: &str| format!("---\ntitle: X\nslug: \"{slug}\"\ndate: 2024-03-01\n---\n");
    let place = site(&[("hugo.yaml", config)]);
    let titles = [
        ("Frogs + toads", "t/frogs--toads/"),
        ("Frogs & toads", "t/frogs-toads/"),
        ("Frogs / newts", "t/frogs-newts/"),
        ("Frog+toad", "t/frog-toad/"),
        ("C++ ponds", "t/c-ponds/"),
        ("One--two", "t/one--two/"),
        ("Pond 6.0", "t/pond-6.0/"),
        ("Still...", "t/still.../"),
    ];
    let slugs = [("a + b", "s/a--b/"), ("-a  b-", "s/a-b/"), ("v1.2", "s/v1.2/")];
    for (number, (name, _)) in titles.iter().enumerate() {
        place.write(&format!("content/birds/{number}.md"), title(name));
    }
    for (number, (name, _)) in slugs.iter().enumerate() {
        place.write(&format!("content/newts/{number}.md"), slug(name));
    }
    assert!(place.command(&["init"]).status.success());
    place.command(&["build", "--by", "all", "--format", "json"]);
    let mut found: Vec<String> = items(&place, "out/all.json").into_iter().map(|it| it.0).collect();
    let all = titles.iter().chain(&slugs);
    let mut expected: Vec<String> =
        all.map(|(_, path)| format!("https://pond.example/{path}")).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_flag_that_is_said_twice() {
    let twice = "---\npublished: true\ntitle: Heron\npublished: true\n---\n";
    expect(
        &[JEKYLL, ("_posts/2024-03-01-heron.md", twice)],
        &[("2024/03/01/heron.html", "2024-03-01")],
    );
    let unclear = "---\npublished: false\ntitle: SECRET\npublished: true\n---\n";
    let place = site(&[JEKYLL, ("_posts/2024-03-01-heron.md", unclear)]);
    assert!(!place.command(&["init"]).status.success());
}

#[test]
fn a_site_in_several_languages_gets_feeds_of_topics_in_each() {
    let page = "---\ntitle: T\ndate: 2024-03-01\ntags: [birds]\n---\n";
    let other = "---\ntitle: T\ndate: 2024-03-01\ntags: [frogs]\n---\n";
    let place = site(&[
        ("hugo.yaml", "baseURL: https://pond.example/\nlanguages: {en: {}, fr: {}}\n"),
        ("content/a.md", page),
        ("content/a.fr.md", page),
        ("content/b.md", other),
    ]);
    let init = place.command(&["init"]);
    let expected = "feeds: 3 by topic+language, 2 by language";
    assert!(text(&init.stdout).contains(expected), "{}", text(&init.stdout));
    assert!(place.read("feedmill.yaml").contains("\nby: [topic+language, language]\n"));
}

#[test]
fn authors_have_the_names_of_the_site() {
    let place = site(&[
        JEKYLL,
        ("_data/authors.yml", "ann: {name: Ann Reed}\n"),
        ("_posts/2024-03-01-the-heron.md", "---\nauthor: ann\n---\nA heron.\n"),
    ]);
    assert!(place.command(&["init"]).status.success());
    place.command(&["build", "--by", "all", "--format", "json"]);
    let feed = place.read("out/all.json");
    assert!(feed.contains("\"name\": \"Ann Reed\""), "{feed}");
    assert!(feed.contains("\"title\": \"The Heron\""), "{feed}");
}

#[test]
fn a_site_of_hexo_is_none_of_jekyll() {
    let place = site(&[
        ("_config.yml", "url: https://pond.example\nsource_dir: source\npublic_dir: public\n"),
        ("source/_posts/heron.md", DAY),
    ]);
    let message = text(&place.command(&["init"]).stderr);
    assert!(!message.contains("jekyll"), "{message}");
}
