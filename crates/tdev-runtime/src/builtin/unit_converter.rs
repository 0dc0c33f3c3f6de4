//! Converts a quantity from one unit into another of the same kind.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::nearest::did_you_mean;
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, typed};

pub(super) struct UnitConverter;

#[derive(Deserialize)]
struct Input {
    value: f64,
    from_unit: String,
    to_unit: String,
}

struct Unit {
    kind: &'static str,
    names: &'static [&'static str],
    /// How many of the kind's base unit one of it is.
    factor: f64,
    /// Where its zero lies, in base units.
    zero: f64,
}

const fn unit(kind: &'static str, factor: f64, names: &'static [&'static str]) -> Unit {
    Unit {
        kind,
        names,
        factor,
        zero: 0.0,
    }
}

const UNITS: &[Unit] = &[
    unit("length", 1.0, &["m", "metre", "meter"]),
    unit("length", 0.001, &["mm", "millimetre", "millimeter"]),
    unit("length", 0.01, &["cm", "centimetre", "centimeter"]),
    unit("length", 1000.0, &["km", "kilometre", "kilometer"]),
    unit("length", 0.0254, &["in", "inch", "inches"]),
    unit("length", 0.3048, &["ft", "foot", "feet"]),
    unit("length", 0.9144, &["yd", "yard"]),
    unit("length", 1609.344, &["mi", "mile"]),
    unit("length", 1852.0, &["nmi", "nautical mile"]),
    unit("mass", 1.0, &["kg", "kilogram"]),
    unit("mass", 0.001, &["g", "gram"]),
    unit("mass", 0.000_001, &["mg", "milligram"]),
    unit("mass", 1000.0, &["t", "tonne"]),
    unit("mass", 0.453_592_37, &["lb", "pound", "lbs"]),
    unit("mass", 0.028_349_523_125, &["oz", "ounce"]),
    unit("mass", 6.350_293_18, &["st", "stone"]),
    unit("temperature", 1.0, &["k", "kelvin"]),
    Unit {
        kind: "temperature",
        names: &["c", "°c", "celsius"],
        factor: 1.0,
        zero: 273.15,
    },
    Unit {
        kind: "temperature",
        names: &["f", "°f", "fahrenheit"],
        factor: 5.0 / 9.0,
        zero: 459.67 * 5.0 / 9.0,
    },
    unit("volume", 1.0, &["l", "litre", "liter"]),
    unit("volume", 0.001, &["ml", "millilitre", "milliliter"]),
    unit(
        "volume",
        1000.0,
        &["m3", "m³", "cubic metre", "cubic meter"],
    ),
    unit("volume", 3.785_411_784, &["gal", "gallon", "us gallon"]),
    unit("volume", 4.546_09, &["imperial gallon"]),
    unit("volume", 0.473_176_473, &["pt", "pint"]),
    unit("volume", 0.236_588_236_5, &["cup"]),
    unit("area", 1.0, &["m2", "m²", "square metre", "square meter"]),
    unit(
        "area",
        1_000_000.0,
        &["km2", "km²", "square kilometre", "square kilometer"],
    ),
    unit("area", 10_000.0, &["ha", "hectare"]),
    unit("area", 4_046.856_422_4, &["acre"]),
    unit(
        "area",
        0.092_903_04,
        &["ft2", "ft²", "square foot", "square feet"],
    ),
    unit("time", 1.0, &["s", "second", "sec"]),
    unit("time", 0.001, &["ms", "millisecond"]),
    unit("time", 60.0, &["min", "minute"]),
    unit("time", 3600.0, &["h", "hour", "hr"]),
    unit("time", 86_400.0, &["d", "day"]),
    unit("time", 604_800.0, &["week"]),
    unit(
        "speed",
        1.0,
        &["m/s", "metres per second", "meters per second"],
    ),
    unit("speed", 1.0 / 3.6, &["km/h", "kph", "kmh"]),
    unit("speed", 0.447_04, &["mph", "miles per hour"]),
    unit("speed", 1852.0 / 3600.0, &["kn", "knot"]),
    unit("data", 1.0, &["b", "byte"]),
    unit("data", 1e3, &["kb", "kilobyte"]),
    unit("data", 1e6, &["mb", "megabyte"]),
    unit("data", 1e9, &["gb", "gigabyte"]),
    unit("data", 1e12, &["tb", "terabyte"]),
    unit("data", 1024.0, &["kib", "kibibyte"]),
    unit("data", 1_048_576.0, &["mib", "mebibyte"]),
    unit("data", 1_073_741_824.0, &["gib", "gibibyte"]),
    unit("energy", 1.0, &["j", "joule"]),
    unit("energy", 3_600_000.0, &["kwh", "kilowatt hour"]),
    unit("energy", 4184.0, &["kcal", "kilocalorie"]),
    unit("pressure", 1.0, &["pa", "pascal"]),
    unit("pressure", 100_000.0, &["bar"]),
    unit("pressure", 6_894.757_293_168, &["psi"]),
];

impl BuiltinTool for UnitConverter {
    fn name(&self) -> &'static str {
        "UnitConverterTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("unit_converter.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let (from, to) = (
            find(&input.from_unit, "from_unit")?,
            find(&input.to_unit, "to_unit")?,
        );
        if from.kind != to.kind {
            let unlike = format!(
                "`{}` is a {}, `{}` a {}",
                input.from_unit, from.kind, input.to_unit, to.kind
            );
            return Err(Error::new(Code::InvalidInput, unlike).field("to_unit"));
        }
        let base = input.value.mul_add(from.factor, from.zero);
        let result = significant((base - to.zero) / to.factor);
        Ok(
            json!({"result": result, "unit": to.names.first(), "text": format!("{result} {}", input.to_unit)}),
        )
    }
}

fn find(name: &str, field: &str) -> Result<&'static Unit> {
    let wanted = name.trim().to_lowercase();
    let single = wanted.strip_suffix('s').unwrap_or(&wanted);
    let exactly = |name: &str| UNITS.iter().find(|unit| unit.names.contains(&name));
    exactly(&wanted).or_else(|| exactly(single)).ok_or_else(|| {
        let names = UNITS.iter().flat_map(|unit| unit.names).copied();
        Error::new(Code::InvalidInput, format!("`{name}` is not a known unit"))
            .field(field)
            .hint_opt(did_you_mean(&wanted, names))
    })
}

/// Twelve significant digits: what binary fractions add behind them is noise.
fn significant(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}
