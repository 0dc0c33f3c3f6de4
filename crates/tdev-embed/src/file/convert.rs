//! From published weights to the model file: rounded to bytes, packed, hashed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde_json::Value;
use tdev_core::{Code, Error, Result};

use super::safetensors::Tensors;
use super::sections::BLOCK;
use super::{ALIGN, MAGIC, Manifest, Section, Shape};

/// The most tokens of a text, as the model's authors trained and serve it.
const TOKENS: usize = 256;

/// Writes the model file to `out` from a folder with `config.json`, `vocab.txt` and
/// `model.safetensors`. `source` says where these come from.
///
/// # Errors
/// `FileNotFound` or `InvalidInput`, naming what is not as it should be.
pub fn convert(folder: &Path, out: &Path, source: &str) -> Result<()> {
    let config: Value = serde_json::from_str(&text(&folder.join("config.json"))?)
        .map_err(|fault| invalid(format!("`config.json` is not JSON: {fault}")))?;
    let shape = shape(&config)?;
    let tensors = Tensors::read(&folder.join("model.safetensors"))?;
    let mut sections = Sections::default();
    vocabulary(&mut sections, &text(&folder.join("vocab.txt"))?, shape)?;
    let places = number(&config, "max_position_embeddings")?;
    embeddings(&mut sections, &tensors, shape, places)?;
    for layer in 0..shape.layers {
        encoder(&mut sections, &tensors, shape, layer)?;
    }
    let manifest = Manifest {
        model: "all-MiniLM-L6-v2".to_owned(),
        licence: "Apache-2.0, sentence-transformers/all-MiniLM-L6-v2".to_owned(),
        source: source.to_owned(),
        shape,
        hash: blake3::hash(&sections.bytes).to_hex().to_string(),
        sections: sections.table,
    };
    write(out, &manifest, &sections.bytes).map_err(|fault| {
        Error::new(
            Code::StoreUnavailable,
            format!("cannot write `{}`: {fault}", out.display()),
        )
    })
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|fault| {
        Error::new(
            Code::FileNotFound,
            format!("cannot read `{}`: {fault}", path.display()),
        )
    })
}

fn invalid(why: String) -> Error {
    Error::new(Code::InvalidInput, why)
}

fn number(config: &Value, name: &str) -> Result<usize> {
    config
        .get(name)
        .and_then(Value::as_u64)
        .and_then(|n| usize::try_from(n).ok())
        .ok_or_else(|| invalid(format!("`config.json` has no number `{name}`")))
}

fn shape(config: &Value) -> Result<Shape> {
    let number = |name| number(config, name);
    if config.get("hidden_act").and_then(Value::as_str) != Some("gelu") {
        return Err(invalid(
            "`config.json` is not of a model with `gelu`".into(),
        ));
    }
    Ok(Shape {
        layers: number("num_hidden_layers")?,
        heads: number("num_attention_heads")?,
        width: number("hidden_size")?,
        inner: number("intermediate_size")?,
        words: number("vocab_size")?,
        tokens: TOKENS.min(number("max_position_embeddings")?),
    })
}

/// Everything behind the manifest, in the making.
#[derive(Default)]
struct Sections {
    table: BTreeMap<String, Section>,
    bytes: Vec<u8>,
}

impl Sections {
    fn add(&mut self, name: String, bytes: impl IntoIterator<Item = u8>) {
        let at = self.bytes.len().next_multiple_of(ALIGN);
        self.bytes.resize(at, 0);
        self.bytes.extend(bytes);
        let len = self.bytes.len() - at;
        self.table.insert(name, Section { at, len });
    }

    fn floats(&mut self, name: String, values: &[f32]) {
        self.add(name, values.iter().flat_map(|x| x.to_le_bytes()));
    }

    fn numbers(&mut self, name: &str, values: &[u32]) {
        self.add(name.to_owned(), values.iter().flat_map(|x| x.to_le_bytes()));
    }

    /// Rows of bytes as they are, with their scales.
    fn rows(&mut self, name: &str, values: &[f32], width: usize) {
        let (rounded, scales) = round(values, width);
        self.add(
            format!("{name}.weight"),
            rounded.iter().map(|x| x.cast_unsigned()),
        );
        self.floats(format!("{name}.scale"), &scales);
    }

    /// A linear layer, packed: see [`Matrix`](super::Matrix).
    fn matrix(&mut self, name: &str, values: &[f32], bias: &[f32], inputs: usize) {
        let (rounded, scales) = round(values, inputs);
        let mut packed = Vec::with_capacity(rounded.len());
        for block in rounded.chunks(inputs * BLOCK) {
            for input in (0..inputs).step_by(2) {
                for row in block.chunks(inputs) {
                    packed.extend(row.iter().skip(input).take(2).map(|x| x.cast_unsigned()));
                }
            }
        }
        self.add(format!("{name}.weight"), packed);
        self.floats(format!("{name}.scale"), &scales);
        self.floats(format!("{name}.bias"), bias);
    }
}

/// Rows rounded to bytes, each by a scale of its own.
fn round(values: &[f32], width: usize) -> (Vec<i8>, Vec<f32>) {
    let mut rounded = Vec::with_capacity(values.len());
    let mut scales = Vec::with_capacity(values.len() / width.max(1));
    for row in values.chunks(width) {
        let largest = row.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        scales.push(scale);
        #[expect(clippy::cast_possible_truncation, reason = "within ±127 by the scale")]
        rounded.extend(row.iter().map(|x| (x / scale).round() as i8));
    }
    (rounded, scales)
}

fn vocabulary(sections: &mut Sections, text: &str, shape: Shape) -> Result<()> {
    let mut words: Vec<(&str, u32)> = text.lines().zip(0..).collect();
    if words.len() != shape.words {
        return Err(invalid(format!(
            "`vocab.txt` has {} words instead of {}",
            words.len(),
            shape.words
        )));
    }
    words.sort_unstable();
    let mut begins = vec![0_u32];
    let mut joined = String::new();
    for (word, _) in &words {
        joined.push_str(word);
        begins.push(u32::try_from(joined.len()).unwrap_or(u32::MAX));
    }
    let numbers: Vec<u32> = words.iter().map(|(_, number)| *number).collect();
    sections.add("vocabulary.text".to_owned(), joined.into_bytes());
    sections.numbers("vocabulary.begins", &begins);
    sections.numbers("vocabulary.numbers", &numbers);
    Ok(())
}

fn embeddings(
    sections: &mut Sections,
    tensors: &Tensors,
    shape: Shape,
    places: usize,
) -> Result<()> {
    let width = shape.width;
    let words = tensors.floats("embeddings.word_embeddings.weight", &[shape.words, width])?;
    sections.rows("words", &words, width);
    // A text is one segment: its embedding is the same everywhere and goes into the places'.
    let segment = tensors.floats("embeddings.token_type_embeddings.weight", &[2, width])?;
    let mut places = tensors.floats("embeddings.position_embeddings.weight", &[places, width])?;
    places.truncate(shape.tokens * width);
    for place in places.chunks_mut(width) {
        place.iter_mut().zip(&segment).for_each(|(x, s)| *x += s);
    }
    sections.floats("places".to_owned(), &places);
    norm(sections, tensors, "embeddings.LayerNorm", "embedded", width)
}

fn norm(
    sections: &mut Sections,
    tensors: &Tensors,
    from: &str,
    to: &str,
    width: usize,
) -> Result<()> {
    for (theirs, ours) in [("weight", "gain"), ("bias", "shift")] {
        let values = tensors.floats(&format!("{from}.{theirs}"), &[width])?;
        sections.floats(format!("{to}.{ours}"), &values);
    }
    Ok(())
}

fn encoder(sections: &mut Sections, tensors: &Tensors, shape: Shape, layer: usize) -> Result<()> {
    let (from, to) = (format!("encoder.layer.{layer}"), format!("layer{layer}"));
    let linear = |name: &str, outputs: usize, inputs: usize| -> Result<(Vec<f32>, Vec<f32>)> {
        Ok((
            tensors.floats(&format!("{from}.{name}.weight"), &[outputs, inputs])?,
            tensors.floats(&format!("{from}.{name}.bias"), &[outputs])?,
        ))
    };
    let (width, inner) = (shape.width, shape.inner);
    // Queries, keys and values are of the same input: one product gives all three.
    let (mut weights, mut bias) = (Vec::new(), Vec::new());
    for part in ["query", "key", "value"] {
        let (w, b) = linear(&format!("attention.self.{part}"), width, width)?;
        weights.extend(w);
        bias.extend(b);
    }
    sections.matrix(&format!("{to}.attend"), &weights, &bias, width);
    for (name, ours, outputs, inputs) in [
        ("attention.output.dense", "gather", width, width),
        ("intermediate.dense", "widen", inner, width),
        ("output.dense", "narrow", width, inner),
    ] {
        let (weights, bias) = linear(name, outputs, inputs)?;
        sections.matrix(&format!("{to}.{ours}"), &weights, &bias, inputs);
    }
    for (name, ours) in [
        ("attention.output.LayerNorm", "attended"),
        ("output.LayerNorm", "thought"),
    ] {
        norm(
            sections,
            tensors,
            &format!("{from}.{name}"),
            &format!("{to}.{ours}"),
            width,
        )?;
    }
    Ok(())
}

/// Writes the file beside its place and renames it: nobody ever maps half a file.
fn write(out: &Path, manifest: &Manifest, sections: &[u8]) -> std::io::Result<()> {
    let manifest = serde_json::to_vec(manifest)?;
    let len = u32::try_from(manifest.len()).map_err(std::io::Error::other)?;
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = out.with_extension(format!("{}.tmp", std::process::id()));
    let mut head = MAGIC.to_vec();
    head.extend(len.to_le_bytes());
    head.extend(manifest);
    head.resize(head.len().next_multiple_of(ALIGN), 0);
    let mut file = File::create(&beside)?;
    file.write_all(&head)?;
    file.write_all(sections)?;
    file.sync_all()?;
    fs::rename(&beside, out)
}
