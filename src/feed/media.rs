//! Images and videos, as far as feeds can use them.

use crate::article::Media;
use crate::feed::site::Site;
use crate::types::text;
use crate::types::url::WebUrl;

/// An image of an entry or a feed.
#[derive(Clone, Debug)]
pub struct Image {
    /// The address of the file.
    pub url: WebUrl,
    /// Pixels, more than 0.
    pub width: Option<u32>,
    /// Pixels, more than 0.
    pub height: Option<u32>,
    /// The media type, if the extension says it.
    pub media_type: Option<&'static str>,
    /// Plain text; may be empty.
    pub title: String,
}

/// A video file of an entry.
#[derive(Clone, Debug)]
pub struct Video {
    /// The address of the file.
    pub url: WebUrl,
    /// The media type: other files are not known to be videos.
    pub media_type: &'static str,
}

impl Image {
    /// The image that an article names, if it has an address.
    pub(crate) fn of(media: &Media, site: &Site) -> Option<Image> {
        let url = site.absolute(&media.url)?;
        Some(Image {
            width: media.width,
            height: media.height,
            media_type: url.extension().and_then(|extension| image_type(&extension)),
            title: text::plain(&media.title),
            url,
        })
    }
}

impl Video {
    /// The video that an article names, if it has an address of a file that is known for one.
    pub(crate) fn of(media: &Media, site: &Site) -> Option<Video> {
        let url = site.absolute(&media.url)?;
        let media_type = url.extension().and_then(|extension| video_type(&extension))?;
        Some(Video { url, media_type })
    }
}

fn image_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "avif" => "image/avif",
        "gif" => "image/gif",
        "jpeg" | "jpg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        _ => return None,
    })
}

fn video_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "m4v" | "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "ogv" => "video/ogg",
        "webm" => "video/webm",
        _ => return None,
    })
}
