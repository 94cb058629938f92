//! Audio and video reach podcast programs and readers that know enclosures only.

use serde_json::{Value, json};

use crate::support::{Workspace, article};

/// One article with more lines of front matter, in a site.
fn workspace(front_matter: &str, config: &str) -> Workspace {
    let workspace = Workspace::new().with("by: all\nsite-url: https://example.org/");
    let workspace = workspace.with(config);
    workspace.write("in/1.md", article(1, "Talks", front_matter));
    workspace
}

fn attachments(workspace: &Workspace) -> Value {
    let json: Value = serde_json::from_str(&workspace.read("out/all.json")).unwrap();
    json["items"][0]["attachments"].clone()
}

#[track_caller]
fn assert_has(text: &str, part: &str) {
    assert!(text.contains(part), "{part}\nnot in {text}");
}

/// RSS 2.0: an enclosure "has three required attributes", `url`, `length` and `type`. RFC 4287,
/// 4.2.7.2: "enclosure" is a resource "potentially large in size".
#[test]
fn the_first_file_is_an_enclosure_and_the_others_are_media() {
    let videos = "videos: [{url: 'https://e.org/1.mp4?a&b', length: 7}, https://e.org/2.webm]";
    let workspace = workspace(videos, "");
    workspace.run();
    let rss = workspace.read("out/all.rss.xml");
    assert_has(
        &rss,
        "<enclosure url=\"https://e.org/1.mp4?a&amp;b\" length=\"7\" type=\"video/mp4\"/>",
    );
    assert_eq!(rss.matches("1.mp4").count(), 1);
    let atom = workspace.read("out/all.atom.xml");
    assert_has(
        &atom,
        "<link href=\"https://e.org/1.mp4?a&amp;b\" rel=\"enclosure\" type=\"video/mp4\" length=\"7\"/>",
    );
    assert_eq!(atom.matches("1.mp4").count(), 1);
    for text in [&rss, &atom] {
        let media =
            "<media:content medium=\"video\" type=\"video/webm\" url=\"https://e.org/2.webm\"";
        assert_has(text, media);
        assert!(!text.contains("itunes"), "{text}");
    }
    let [first, second] = ["1.mp4?a&b", "2.webm"].map(|file| format!("https://e.org/{file}"));
    assert_eq!(
        attachments(&workspace),
        json!([
            { "url": first, "mime_type": "video/mp4", "size_in_bytes": 7 },
            { "url": second, "mime_type": "video/webm" },
        ])
    );
}

#[test]
fn a_length_that_nobody_knows_is_zero_in_rss_and_missing_elsewhere() {
    let workspace = workspace("audio: https://other.example/1.mp3", "");
    workspace.run();
    assert_has(&workspace.read("out/all.rss.xml"), "1.mp3\" length=\"0\" type=\"audio/mpeg\"/>");
    assert_has(&workspace.read("out/all.atom.xml"), "rel=\"enclosure\" type=\"audio/mpeg\"/>");
    assert_eq!(attachments(&workspace)[0].get("size_in_bytes"), None);
}

#[test]
fn podcast_programs_find_what_they_ask_for() {
    let episode = "audio: {url: https://e.org/1.mp3, size: 9252288, duration: '1:08:08'}\n\
                   explicit: 'no'\n\
                   images: [https://e.org/1.webp, https://e.org/1.jpg]";
    let podcast = "title: River News\npodcast:\n  category: Society & Culture > Documentary\n  \
                   author: The River Desk\n  email: desk@example.org\n  \
                   image: https://example.org/cover.png\n  explicit: true";
    let workspace = workspace(episode, podcast);
    workspace.run();
    let rss = workspace.read("out/all.rss.xml");
    for part in [
        "xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"",
        "<itunes:author>The River Desk</itunes:author>",
        "<itunes:category text=\"Society &amp; Culture\">",
        "<itunes:category text=\"Documentary\">",
        "<itunes:image href=\"https://example.org/cover.png\"/>",
        "<itunes:explicit>true</itunes:explicit>",
        "<itunes:type>episodic</itunes:type>",
        "<itunes:email>desk@example.org</itunes:email>",
        "<enclosure url=\"https://e.org/1.mp3\" length=\"9252288\" type=\"audio/mpeg\"/>",
        "<itunes:duration>4088</itunes:duration>",
        "<itunes:image href=\"https://e.org/1.jpg\"",
        "<itunes:explicit>false</itunes:explicit>",
    ] {
        assert_has(&rss, part);
    }
    let attachment = &attachments(&workspace)[0];
    assert_eq!(attachment["duration_in_seconds"], 4_088);
    assert_eq!(attachment["size_in_bytes"], 9_252_288);
    // A feed without audio is no podcast.
    workspace.write("in/1.md", article(1, "Talks", "")).run();
    assert!(!workspace.read("out/all.rss.xml").contains("itunes"));
}

#[test]
fn sites_of_other_programs_have_their_own_keys() {
    let post = |more: &str| format!("---\ntitle: T\ndate: 2024-01-01\n{more}\n---\nText.\n");
    let own = "https://example.org/a/1.mp3 audio/mpeg 5 842";
    for (preset, file, front_matter, expected) in [
        (
            "jekyll",
            "_posts/2024-01-01-t.md",
            "audio: /a/1.mp3\naudio_length: 5\nduration: '14:02'",
            own,
        ),
        (
            "jekyll",
            "_posts/2024-01-01-t.md",
            "podcast_link: https://example.org/a/1.mp3\npodcast_file_size: 13.7 MB\n\
             podcast_duration: '14:02'\npodcast_length: 5",
            own,
        ),
        (
            "jekyll",
            "_posts/2024-01-01-t.md",
            "enclosure: /a/1.mp3 5 audio/mpeg\nduration: 842",
            own,
        ),
        ("jekyll", "_posts/2024-01-01-t.md", "audio: a/1.mp3\naudio_bytes: 5\nduration: 842", own),
        // Where these files lie only the templates of the sites know.
        ("hugo", "content/t.md", "audio: a/1.mp3", ""),
        ("jekyll", "_posts/2024-01-01-t.md", "audio: {mp3: 1.mp3}", ""),
        ("hugo", "content/t.md", "podcast: {src: /a/1.mp3, bytes: 5, duration: '00:14:02'}", own),
        (
            "hugo",
            "content/t.md",
            "podcast_file: https://example.org/a/1.mp3\npodcast_duration: 842\npodcast_bytes: 5",
            own,
        ),
        ("hugo", "content/t.md", "Audio: {url: /a/1.mp3, length: 5, duration: 842}", own),
    ] {
        let workspace = Workspace::new().with("by: all\nsite-url: https://example.org/");
        let site = workspace.path("site").join(file);
        let root = site.parent().unwrap().to_owned();
        let workspace = workspace.with(&format!("preset: {preset}\nsource: [{root:?}]"));
        workspace.write(&format!("site/{file}"), post(front_matter)).run();
        let attachments = attachments(&workspace);
        let file = attachments.get(0).map(|file| {
            let text = |key: &str| file[key].to_string().replace('"', "");
            let keys = ["url", "mime_type", "size_in_bytes", "duration_in_seconds"];
            keys.map(text).join(" ")
        });
        assert_eq!(file.unwrap_or_default(), expected, "{front_matter}");
    }
}

#[test]
fn a_file_of_the_site_in_the_source_has_its_real_length() {
    let workspace = workspace("audio: /audio/the%20talk.mp3", "");
    workspace.write("in/audio/the talk.mp3", "12345").run();
    assert_has(&workspace.read("out/all.rss.xml"), "the%20talk.mp3\" length=\"5\"");
    // What the article says counts more.
    let audio = "audio: {url: /audio/the%20talk.mp3, length: 9}";
    workspace.write("in/1.md", article(1, "Talks", audio)).run();
    assert_has(&workspace.read("out/all.rss.xml"), "length=\"9\"");
}

#[test]
fn no_path_leads_out_of_the_source() {
    for path in
        ["/../secret.mp3", "/%2e%2e/secret.mp3", "/..%2fsecret.mp3", "/link.mp3", "/folder.mp3"]
    {
        let workspace = workspace(&format!("audio: https://example.org{path}"), "");
        workspace.write("secret.mp3", "SECRET").write("in/folder.mp3/x", "x");
        std::os::unix::fs::symlink("../secret.mp3", workspace.path("in/link.mp3")).unwrap();
        workspace.run();
        assert_has(&workspace.read("out/all.rss.xml"), "mp3\" length=\"0\"");
    }
}

#[test]
fn a_new_length_of_a_file_reaches_the_feed_in_spite_of_the_cache() {
    let workspace = workspace("audio: /1.mp3", "").remembering();
    workspace.run();
    assert_has(&workspace.read("out/all.rss.xml"), "length=\"0\"");
    workspace.write("in/1.mp3", "12345").run();
    assert_has(&workspace.read("out/all.rss.xml"), "length=\"5\"");
    workspace.write("in/1.mp3", "123456").run();
    assert_has(&workspace.read("out/all.rss.xml"), "length=\"6\"");
    assert!(!workspace.run().publication.is_change());
}

#[test]
fn the_audio_of_a_private_article_is_in_no_feed() {
    let workspace = workspace("", "");
    let private = article(2, "Talks", "audio: https://e.org/secret.mp3\npublished: false");
    workspace.write("in/2.md", private).run();
    for (name, bytes) in workspace.feeds() {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("secret") && !text.contains("itunes"), "{name}");
    }
}
