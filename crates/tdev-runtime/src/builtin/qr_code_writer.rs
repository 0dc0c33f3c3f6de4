//! Draws a QR code as a PNG picture.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma, imageops};
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, typed};

/// The light border readers need, in modules.
const BORDER: u32 = 4;

pub(super) struct QrCodeWriter;

#[derive(Deserialize)]
struct Input {
    text: String,
    #[serde(default = "eight")]
    scale: u32,
}

const fn eight() -> u32 {
    8
}

impl BuiltinTool for QrCodeWriter {
    fn name(&self) -> &'static str {
        "QrCodeWriterTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("qr_code_writer.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let png = draw(&input.text, input.scale)?;
        let image = context.store(&png, "image/png", "qr-code.png")?;
        Ok(json!({"image": image}))
    }
}

fn draw(text: &str, scale: u32) -> Result<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| {
        let long = format!("{} bytes are more than a QR code holds", text.len());
        Error::new(Code::PayloadTooLarge, long).field("text")
    })?;
    let modules = code.width();
    let colors = code.to_colors();
    let side = u32::try_from(modules)
        .unwrap_or(u32::MAX)
        .saturating_add(2 * BORDER);
    let dark = |x: u32, y: u32| {
        let (column, row) = (
            x.checked_sub(BORDER)? as usize,
            y.checked_sub(BORDER)? as usize,
        );
        (column < modules).then(|| colors.get(row * modules + column).copied())?
    };
    let small = GrayImage::from_fn(side, side, |x, y| {
        Luma([if dark(x, y) == Some(Color::Dark) {
            0
        } else {
            u8::MAX
        }])
    });
    let scale = scale.clamp(1, 32);
    let large = imageops::resize(
        &small,
        side * scale,
        side * scale,
        imageops::FilterType::Nearest,
    );
    let mut png = Cursor::new(Vec::new());
    large
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|fault| {
            Error::new(
                Code::Internal,
                format!("the picture cannot be written: {fault}"),
            )
        })?;
    Ok(png.into_inner())
}
