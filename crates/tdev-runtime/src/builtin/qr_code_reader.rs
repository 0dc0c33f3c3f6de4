//! Reads the QR codes in a picture.

use image::{ImageFormat, ImageReader, Limits};
use rqrr::PreparedImage;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::Cursor;
use tdev_core::ports::FileRef;
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, typed};

const MOST_BYTES: u64 = 20 << 20;
/// A picture of a few kilobytes can claim to be of any size; beyond this no memory is given to it.
const MOST_PIXELS_A_SIDE: u32 = 10_000;
const MOST_DECODED_BYTES: u64 = 256 << 20;

pub(super) struct QrCodeReader;

#[derive(Deserialize)]
struct Input {
    image: FileRef,
}

impl BuiltinTool for QrCodeReader {
    fn name(&self) -> &'static str {
        "QrCodeReaderTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("qr_code_reader.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let bytes = context.read(&input.image, MOST_BYTES, "image")?;
        let texts = read(&bytes)?;
        let Some(first) = texts.first() else {
            return Err(
                Error::new(Code::InvalidInput, "no QR code can be read in the image")
                    .field("image"),
            );
        };
        Ok(json!({"text": first, "texts": texts}))
    }
}

fn read(bytes: &[u8]) -> Result<Vec<String>> {
    let unreadable = |fault: String| {
        Error::new(
            Code::InvalidInput,
            format!("the image cannot be read: {fault}"),
        )
        .field("image")
    };
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|fault| unreadable(fault.to_string()))?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(unreadable("it is neither PNG nor JPEG".into()));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS_A_SIDE);
    limits.max_image_height = Some(MOST_PIXELS_A_SIDE);
    limits.max_alloc = Some(MOST_DECODED_BYTES);
    reader.limits(limits);
    let grey = reader
        .decode()
        .map_err(|fault| unreadable(fault.to_string()))?
        .into_luma8();
    let (width, height) = grey.dimensions();
    let pixels = grey.as_raw();
    let (width, height) = (width as usize, height as usize);
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        pixels.get(y * width + x).copied().unwrap_or(u8::MAX)
    });
    let grids = prepared.detect_grids();
    Ok(grids
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect())
}
