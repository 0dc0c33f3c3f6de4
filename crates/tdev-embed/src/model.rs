//! The encoder: word pieces in, one unit vector a text out.

use std::sync::Arc;

use tdev_core::Result;

use crate::file::{Floats, Matrix, ModelFile, Rows, Shape};
use crate::kernel::{Activations, Attention, Kernel, normalise};

/// Tokens that go through the layers together. More would leave the cache.
const TOGETHER: usize = 256;

/// A BERT encoder over a mapped file.
pub(crate) struct Model {
    shape: Shape,
    words: Rows,
    places: Floats,
    embedded: Norm,
    layers: Vec<Layer>,
    kernel: Kernel,
}

struct Norm {
    gain: Floats,
    shift: Floats,
}

struct Layer {
    attend: Matrix,
    gather: Matrix,
    attended: Norm,
    widen: Matrix,
    narrow: Matrix,
    thought: Norm,
}

/// What a pass through the layers writes over, again and again.
struct Scratch {
    rounded: Activations,
    asked: Vec<f32>,
    gathered: Vec<f32>,
    regard: Vec<f32>,
    wide: Vec<f32>,
    out: Vec<f32>,
}

impl Model {
    pub(crate) fn of(file: &Arc<ModelFile>, kernel: Kernel) -> Result<Self> {
        let shape = file.manifest.shape;
        let (width, inner) = (shape.width, shape.inner);
        if shape.heads == 0 || width == 0 || !width.is_multiple_of(shape.heads * 8) {
            return Err(file.damaged("its heads do not share its width"));
        }
        let norm = |name: &str| -> Result<Norm> {
            Ok(Norm {
                gain: Floats::of(file, &format!("{name}.gain"), width)?,
                shift: Floats::of(file, &format!("{name}.shift"), width)?,
            })
        };
        let layer = |at: usize| -> Result<Layer> {
            let matrix = |name: &str, inputs, outputs| {
                Matrix::of(file, &format!("layer{at}.{name}"), inputs, outputs)
            };
            Ok(Layer {
                attend: matrix("attend", width, 3 * width)?,
                gather: matrix("gather", width, width)?,
                attended: norm(&format!("layer{at}.attended"))?,
                widen: matrix("widen", width, inner)?,
                narrow: matrix("narrow", inner, width)?,
                thought: norm(&format!("layer{at}.thought"))?,
            })
        };
        Ok(Self {
            shape,
            words: Rows::of(file, "words", shape.words, width)?,
            places: Floats::of(file, "places", shape.tokens * width)?,
            embedded: norm("embedded")?,
            layers: (0..shape.layers).map(layer).collect::<Result<_>>()?,
            kernel,
        })
    }

    /// A unit vector for each text of tokens, none of which is empty.
    pub(crate) fn read(&self, texts: &[Vec<u32>]) -> Vec<Vec<f32>> {
        let mut vectors = Vec::with_capacity(texts.len());
        let mut scratch = Scratch {
            rounded: Activations::new(),
            asked: Vec::new(),
            gathered: Vec::new(),
            regard: Vec::new(),
            wide: Vec::new(),
            out: Vec::new(),
        };
        let mut rest = texts;
        while !rest.is_empty() {
            let mut tokens = 0;
            let fitting = rest.iter().take_while(|text| {
                tokens += text.len();
                tokens <= TOGETHER
            });
            let (now, later) = rest.split_at(fitting.count().max(1));
            self.pass(now, &mut scratch, &mut vectors);
            rest = later;
        }
        vectors
    }

    /// One pass of the layers over some texts, their tokens one after the other.
    fn pass(&self, texts: &[Vec<u32>], scratch: &mut Scratch, vectors: &mut Vec<Vec<f32>>) {
        let width = self.shape.width;
        let mut state = self.begin(texts);
        for layer in &self.layers {
            self.layer(layer, texts, &mut state, scratch);
        }
        let mut rows = state.chunks_exact(width);
        for text in texts {
            let mut mean = vec![0.0_f32; width];
            for row in rows.by_ref().take(text.len()) {
                mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
            let norm = mean.iter().map(|x| x * x).sum::<f32>().sqrt();
            mean.iter_mut()
                .for_each(|x| *x /= norm.max(f32::MIN_POSITIVE));
            vectors.push(mean);
        }
    }

    /// What the tokens are by themselves and by their places.
    fn begin(&self, texts: &[Vec<u32>]) -> Vec<f32> {
        let width = self.shape.width;
        let tokens: usize = texts.iter().map(Vec::len).sum();
        let mut state = vec![0.0; tokens * width];
        let places = |text: &Vec<u32>| 0..text.len();
        let all = texts.iter().flat_map(|text| text.iter().zip(places(text)));
        for (row, (word, place)) in state.chunks_exact_mut(width).zip(all) {
            let begin = place * width;
            if let Some(place) = self.places.get().get(begin..begin + width) {
                row.copy_from_slice(place);
            }
            self.words.add(usize::try_from(*word).unwrap_or(0), row);
        }
        self.embedded.apply(&mut state);
        state
    }

    fn layer(&self, layer: &Layer, texts: &[Vec<u32>], state: &mut [f32], scratch: &mut Scratch) {
        let (width, kernel) = (self.shape.width, self.kernel);
        let Scratch {
            rounded,
            asked,
            gathered,
            regard,
            wide,
            out,
        } = scratch;
        kernel.linear(state, &layer.attend, rounded, asked);
        gathered.clear();
        gathered.resize(state.len(), 0.0);
        let (mut asked, mut left) = (asked.as_slice(), gathered.as_mut_slice());
        for text in texts {
            let (now, later) = asked.split_at(text.len() * 3 * width);
            let (room, rest) = left.split_at_mut(text.len() * width);
            kernel.attend(&mut Attention {
                asked: now,
                gathered: room,
                heads: self.shape.heads,
                width,
                regard,
            });
            (asked, left) = (later, rest);
        }
        kernel.linear(gathered, &layer.gather, rounded, out);
        add(state, out);
        layer.attended.apply(state);
        kernel.linear(state, &layer.widen, rounded, wide);
        kernel.gelu(wide);
        kernel.linear(wide, &layer.narrow, rounded, out);
        add(state, out);
        layer.thought.apply(state);
    }
}

impl Norm {
    fn apply(&self, rows: &mut [f32]) {
        normalise(rows, self.gain.get(), self.shift.get());
    }
}

fn add(onto: &mut [f32], what: &[f32]) {
    onto.iter_mut().zip(what).for_each(|(sum, x)| *sum += x);
}
