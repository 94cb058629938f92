//! The images and videos of entries and feeds.

use crate::article::Media;
use crate::feed::site::Site;
use crate::types::{text, url::WebUrl};

/// An image of an entry or a feed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Image {
    /// The address of the file.
    pub url: WebUrl,
    /// Pixels, more than 0.
    pub width: Option<u32>,
    /// Pixels, more than 0.
    pub height: Option<u32>,
    /// The media type, if the file has a known extension.
    pub media_type: Option<&'static str>,
    /// Plain text; may be empty.
    pub title: String,
}

/// A video file of an entry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Video {
    /// The address of the file.
    pub url: WebUrl,
    /// The media type, from the extension of the file.
    pub media_type: &'static str,
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

impl Video {
    /// The video in an article, if it has the address of a file with a known extension.
    pub(crate) fn from_media(media: &Media, site: &Site) -> Option<Video> {
        let url = site.absolute(&media.url)?;
        Some(Video { media_type: media_type(&url, "video")?, url })
    }
}

/// The media type of an address by its extension, if it is one of this kind: `image` or `video`.
fn media_type(url: &WebUrl, kind: &str) -> Option<&'static str> {
    let media_type = match url.extension()?.as_str() {
        "avif" => "image/avif",
        "gif" => "image/gif",
        "jpeg" | "jpg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        "m4v" | "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "ogv" => "video/ogg",
        "webm" => "video/webm",
        _ => return None,
    };
    media_type.starts_with(kind).then_some(media_type)
}
