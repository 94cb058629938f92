//! A color, and colors made of it that people can read.

/// A color of CSS without transparency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color([u8; 3]);

/// The contrast that text needs (WCAG 2.2, success criterion 1.4.3).
const READABLE: f64 = 4.5;

impl Color {
    /// Black.
    pub const BLACK: Color = Color([0; 3]);

    /// White.
    pub const WHITE: Color = Color([255; 3]);

    /// A color of its parts red, green and blue.
    pub const fn from_parts(parts: [u8; 3]) -> Color {
        Color(parts)
    }

    /// Parses `#c41` or `#cc4411`.
    pub fn parse(text: &str) -> Option<Color> {
        let digits = text.trim().strip_prefix('#')?;
        let digits: Vec<u8> =
            digits.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect::<Option<_>>()?;
        match *digits.as_slice() {
            [r, g, b] => Some(Color([r, g, b].map(|digit| digit * 17))),
            [r, r2, g, g2, b, b2] => Some(Color([r * 16 + r2, g * 16 + g2, b * 16 + b2])),
            _ => None,
        }
    }

    /// The color in CSS: `#cc4411`.
    pub fn to_css(self) -> String {
        let Color([r, g, b]) = self;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// The nearest color between this one and `end` that people can read on `ground`.
    #[must_use]
    pub fn readable_on(self, ground: Color, end: Color) -> Color {
        let steps = (0..=STEPS).map(|step| self.mixed(end, step));
        steps.into_iter().find(|color| color.contrast(ground) >= READABLE).unwrap_or(end)
    }

    /// Black or white, whichever people read better on this color.
    #[must_use]
    pub fn text(self) -> Color {
        let is_light = self.contrast(Color::BLACK) > self.contrast(Color::WHITE);
        if is_light { Color::BLACK } else { Color::WHITE }
    }

    /// A mixture with `step` of [`STEPS`] parts of another color.
    fn mixed(self, other: Color, step: u16) -> Color {
        let Color([r, g, b]) = self;
        let Color([r2, g2, b2]) = other;
        let mix = |one: u8, two: u8| {
            let sum = u16::from(one) * (STEPS - step) + u16::from(two) * step;
            u8::try_from(sum / STEPS).unwrap_or(u8::MAX)
        };
        Color([mix(r, r2), mix(g, g2), mix(b, b2)])
    }

    /// The contrast ratio of two colors, from 1 to 21 (WCAG 2.2).
    fn contrast(self, other: Color) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The relative luminance, from 0 to 1 (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = self.0.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

/// The parts of a mixture.
const STEPS: u16 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_parsed_as_css_does() {
        for (text, css) in [
            ("#c41", Some("#cc4411")),
            ("#CC4411", Some("#cc4411")),
            ("#fff", Some("#ffffff")),
            ("c41", None),
            ("#c411", None),
            ("#cc44111", None),
            ("#ggg", None),
            ("#+1+1+1", None),
            ("red", None),
            ("#fff;}", None),
            ("", None),
        ] {
            assert_eq!(Color::parse(text).map(Color::to_css).as_deref(), css, "{text}");
        }
    }

    #[test]
    fn every_color_becomes_readable() {
        let (light, dark) = (Color([244, 241, 238]), Color([35, 33, 32]));
        let parts = [0_u8, 51, 102, 153, 204, 255];
        for r in parts {
            for g in parts {
                for b in parts {
                    let color = Color([r, g, b]);
                    for (ground, end) in [(light, Color::BLACK), (dark, Color::WHITE)] {
                        assert!(color.readable_on(ground, end).contrast(ground) >= READABLE);
                    }
                    assert!(color.contrast(color.text()) >= READABLE, "{color:?}");
                }
            }
        }
        let orange = Color::parse("#9a3412").unwrap();
        assert_eq!(orange.readable_on(light, Color::BLACK), orange, "it already is");
    }
}
