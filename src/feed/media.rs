//! The images of entries and feeds, and the audio and video files of entries.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::article::{Media, Recording};
use crate::feed::site::Site;
use crate::types::{text, url::WebUrl};

/// An image of an entry or a feed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "ImageFacts")]
#[non_exhaustive]
pub struct Image {
    /// The address of the file.
    pub url: WebUrl,
    /// Pixels, more than 0.
    pub width: Option<u32>,
    /// Pixels, more than 0.
    pub height: Option<u32>,
    /// The media type, if the file has a known extension.
    #[serde(skip)]
    pub media_type: Option<&'static str>,
    /// Plain text; may be empty.
    pub title: String,
}

/// An image without what its address says.
#[derive(Deserialize)]
struct ImageFacts {
    url: WebUrl,
    width: Option<u32>,
    height: Option<u32>,
    title: String,
}

impl From<ImageFacts> for Image {
    fn from(ImageFacts { url, width, height, title }: ImageFacts) -> Image {
        Image { media_type: media_type(&url, "image"), url, width, height, title }
    }
}

/// An audio or video file of an entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MediaFile {
    /// The address of the file.
    pub url: WebUrl,
    /// `audio/…` or `video/…`.
    pub media_type: Cow<'static, str>,
    /// The length of the file, more than 0.
    pub bytes: Option<u64>,
    /// The duration, more than 0.
    pub seconds: Option<u32>,
}

impl Image {
    /// The image in an article, if it has a valid address.
    pub(crate) fn from_media(media: &Media, site: &Site) -> Option<Image> {
        let url = site.absolute(&media.url)?;
        Some(Image {
            width: media.width,
            height: media.height,
            media_type: media_type(&url, "image"),
            title: text::plain(&media.title),
            url,
        })
    }
}

impl MediaFile {
    /// The audio and video files of an article with a valid address and a known type, each once.
    pub(crate) fn from_recordings(recordings: &[Recording], site: &Site) -> Vec<MediaFile> {
        let mut files: Vec<MediaFile> = Vec::new();
        for file in recordings.iter().filter_map(|recording| MediaFile::new(recording, site)) {
            match files.iter_mut().find(|known| known.url == file.url) {
                Some(known) => {
                    known.bytes = known.bytes.or(file.bytes);
                    known.seconds = known.seconds.or(file.seconds);
                }
                None => files.push(file),
            }
        }
        files
    }

    fn new(recording: &Recording, site: &Site) -> Option<MediaFile> {
        let url = site.absolute(&recording.url)?;
        let written = recording.media_type.to_ascii_lowercase();
        let media_type = match written.as_str() {
            // Both are widespread and registered nowhere.
            "audio/mp3" | "audio/x-mp3" => Cow::Borrowed("audio/mpeg"),
            written if is_recording(written) => Cow::Owned(written.to_owned()),
            _ => {
                let known = ["audio", "video"].iter().find_map(|kind| media_type(&url, kind));
                Cow::Borrowed(known?)
            }
        };
        Some(MediaFile { url, media_type, bytes: recording.bytes, seconds: recording.seconds })
    }

    /// Whether there is nothing to see.
    pub fn is_audio(&self) -> bool {
        self.media_type.starts_with("audio/")
    }
}

/// Whether a text is a media type (RFC 6838, section 4.2) of audio or video.
fn is_recording(text: &str) -> bool {
    let subtype = text.strip_prefix("audio/").or_else(|| text.strip_prefix("video/"));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
    subtype
        .is_some_and(|subtype| (1..=127).contains(&subtype.len()) && subtype.chars().all(is_plain))
}

/// The media type of an address by its extension, if it is one of this kind: `image`, `audio` or
/// `video`.
fn media_type(url: &WebUrl, kind: &str) -> Option<&'static str> {
    known_media_type(&url.extension()?, kind)
}

/// The media type of an extension in lower case, if it is one of this kind.
pub(crate) fn known_media_type(extension: &str, kind: &str) -> Option<&'static str> {
    let media_type = match extension {
        "avif" => "image/avif",
        "gif" => "image/gif",
        "jpeg" | "jpg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        "aac" => "audio/aac",
        "flac" => "audio/flac",
        // As the directory of Apple asks for.
        "m4a" | "m4b" => "audio/x-m4a",
        "mp3" => "audio/mpeg",
        "oga" | "ogg" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "weba" => "audio/webm",
        "m4v" | "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "ogv" => "video/ogg",
        "webm" => "video/webm",
        _ => return None,
    };
    media_type.starts_with(kind).then_some(media_type)
}
