//! What a component takes and gives, field by field, prepared for comparison.

use serde_json::{Value, json};
use tdev_core::schema::{Field, Fit, fit};

use super::words::{overlap, stems, tokens};

/// What the values of a field are, as far as its schema or its words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Date,
    Time,
    Number,
    Email,
    Url,
    Phone,
    Path,
    Flag,
    /// A key made by some other component; no name fills it.
    Identifier,
    /// Text, or anything.
    Open,
}

/// The JSON type of a field, where it has one that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    Flag,
    List,
    Object,
    Any,
}

/// One field with its words.
pub(super) struct Slot {
    pub(super) field: Field,
    /// Stems of its name.
    pub(super) name: Vec<String>,
    /// Stems of its name and description.
    pub(super) words: Vec<String>,
    pub(super) role: Role,
    pub(super) shape: Shape,
    /// Image, audio and the like: what media it holds.
    pub(super) medium: Option<String>,
    /// What kind of thing it is, where its type or name is all that tells.
    pub(super) kind: String,
    /// Its schema says more than a plain type.
    rich: bool,
    telling: Vec<String>,
    keys: Vec<String>,
}

/// Media that values can be, each its own kind: one never passes for another.
const MEDIA: &[&str] = &["image", "audio", "video", "text", "file", "table"];

impl Slot {
    pub(super) fn of(field: Field) -> Self {
        let name = stems(&field.name);
        let about = field.description();
        let mut words = name.clone();
        words.extend(stems(about));
        let schema = &field.schema;
        let shape = match schema.get("type").and_then(Value::as_str) {
            Some("string") => Shape::Text,
            Some("number" | "integer") => Shape::Number,
            Some("boolean") => Shape::Flag,
            Some("array") => Shape::List,
            Some("object") => Shape::Object,
            _ => Shape::Any,
        };
        let titled = schema.get("title").and_then(Value::as_str).unwrap_or("");
        let medium = [field.type_name(), titled, &field.name]
            .into_iter()
            .find_map(|word| MEDIA.iter().find(|m| word.eq_ignore_ascii_case(m)))
            .filter(|_| shape == Shape::Any || shape == Shape::Object)
            .map(|m| (*m).to_owned());
        let kind = if titled.is_empty() {
            &field.name
        } else {
            titled
        };
        let kind = kind.to_lowercase();
        let rich = [
            "items",
            "properties",
            "enum",
            "pattern",
            "format",
            "const",
            "x-tdev-type",
        ]
        .iter()
        .any(|key| schema.get(*key).is_some());
        let generic =
            |w: &&String| name.len() == 1 || !matches!(w.as_str(), "id" | "name" | "number");
        let telling: Vec<String> = name.iter().filter(generic).cloned().collect();
        let mut keys = telling.clone();
        keys.extend(medium.clone());
        keys.push(field.name.clone());
        Self {
            telling,
            keys,
            role: role(&field, shape),
            shape,
            medium,
            kind,
            rich,
            name,
            words,
            field,
        }
    }

    /// The words it is found by: those of its name, and its medium.
    pub(super) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// Whether it must be given by somebody.
    pub(super) fn needed(&self) -> bool {
        self.field.required && self.field.default().is_none()
    }

    /// Whether a value of this field can be the value of another.
    pub(super) fn goes_into(&self, wanted: &Self) -> bool {
        if let (Some(given), Some(wanted)) = (&self.medium, &wanted.medium)
            && given != wanted
            && given != "file"
        {
            return false;
        }
        if self.rich || wanted.rich {
            return !matches!(fit(&self.field.schema, &wanted.field.schema), Fit::No(_));
        }
        match (self.shape, wanted.shape) {
            (Shape::Any, _) | (_, Shape::Any) => true,
            (given, wanted) => given == wanted,
        }
    }

    /// Whether a value can stand here.
    pub(super) fn takes(&self, value: &Value) -> bool {
        if self.rich {
            return !matches!(
                fit(&json!({"const": value}), &self.field.schema),
                Fit::No(_)
            );
        }
        match self.shape {
            Shape::Text => value.is_string(),
            Shape::Number => {
                let whole = self
                    .field
                    .schema
                    .get("type")
                    .is_some_and(|t| t == "integer");
                value.is_number() && (!whole || value.is_i64())
            }
            Shape::Flag => value.is_boolean(),
            Shape::List => value.is_array(),
            Shape::Object => value.is_object(),
            Shape::Any => true,
        }
    }

    /// Whether one of its values, an item of a list, can be the value of another.
    pub(super) fn item_goes_into(&self, wanted: &Self) -> bool {
        self.field
            .schema
            .get("items")
            .is_some_and(|item| !matches!(fit(item, &wanted.field.schema), Fit::No(_)))
    }

    /// Whether the words of the two fields let one be the other: no price is a date.
    pub(super) fn plays(&self, wanted: &Self) -> bool {
        // One thing's key is no other thing's.
        if self.role == Role::Identifier && wanted.role == Role::Identifier {
            let (own, other) = (self.telling(), wanted.telling());
            return self.name.len() <= 1
                || wanted.name.len() <= 1
                || own.iter().any(|w| other.contains(w));
        }
        let strict = |role: Role| !matches!(role, Role::Open | Role::Identifier | Role::Path);
        self.field.name == wanted.field.name
            || self.role == wanted.role
            || wanted.role == Role::Identifier && self.shape != Shape::Any
            || !(strict(wanted.role) || strict(self.role) && wanted.role == Role::Identifier)
            || matches!(self.role, Role::Open | Role::Identifier) && wanted.role == Role::Number
            || self.shape == Shape::Number && wanted.role == Role::Number
    }

    /// Whether it says how many there are of something.
    pub(super) fn counts(&self) -> bool {
        const HOW_MANY: &[&str] = &["number", "count", "quantiti"];
        self.role == Role::Number
            && self.name.len() > 1
            && self.name.iter().any(|w| HOW_MANY.contains(&w.as_str()))
    }

    /// Whether nothing is known of its values but its name.
    pub(super) fn is_bare(&self) -> bool {
        self.shape == Shape::Any && self.medium.is_none() && !self.rich
    }

    /// The stems of its name without those that any name could have.
    pub(super) fn telling(&self) -> &[String] {
        &self.telling
    }

    /// How much two fields are called alike, 0 to 1.
    pub(super) fn alike(&self, wanted: &Self) -> f64 {
        if self.field.name == wanted.field.name {
            return 1.0;
        }
        if self.name.is_empty() || wanted.name.is_empty() {
            return 0.0;
        }
        let both = overlap(&self.name, &wanted.name).min(overlap(&wanted.name, &self.name));
        let either = overlap(&self.name, &wanted.words).max(overlap(&wanted.name, &self.words));
        (0.6 * both).max(0.4 * either) + 0.2 * both
    }
}

fn role(field: &Field, shape: Shape) -> Role {
    match field.type_name() {
        "email" => return Role::Email,
        "url" => return Role::Url,
        "path" => return Role::Path,
        "date" => return Role::Date,
        "datetime" | "time" => return Role::Time,
        _ => {}
    }
    match shape {
        Shape::Number => return Role::Number,
        Shape::Flag => return Role::Flag,
        Shape::List | Shape::Object => return Role::Open,
        Shape::Text | Shape::Any => {}
    }
    let words = tokens(&field.name);
    let says = |names: &[&str]| words.iter().any(|w| names.contains(&w.as_str()));
    let told = tokens(field.description());
    let tells = |names: &[&str]| told.iter().any(|w| names.contains(&w.as_str()));
    let last = words.last().map_or("", String::as_str);
    if matches!(last, "id" | "ids" | "uuid" | "key") && words.len() > 1 && last != "key"
        || field.name == "id"
    {
        return Role::Identifier;
    }
    if shape == Shape::Any && tells(&["boolean", "whether", "flag"]) {
        return Role::Flag;
    }
    if says(&["email", "mail"]) {
        Role::Email
    } else if says(&["url", "link", "uri", "website"]) {
        Role::Url
    } else if says(&["phone", "telephone", "mobile"]) {
        Role::Phone
    } else if says(&["path", "file", "folder", "directory", "filename"]) {
        Role::Path
    } else if says(&["time", "hour"]) {
        Role::Time
    } else if says(&["date", "day", "birthdate", "birthday", "deadline"]) {
        Role::Date
    } else if follows(&told, "email", "address") || follows(&told, "mail", "address") {
        Role::Email
    } else if follows(&told, "phone", "number") {
        Role::Phone
    } else if shape == Shape::Any
        && (says(&[
            "number",
            "count",
            "size",
            "amount",
            "quantity",
            "rating",
            "price",
            "rate",
            "radius",
            "limit",
            "passengers",
            "year",
            "age",
            "percentage",
        ]) || tells(&["number", "amount", "size"]))
    {
        Role::Number
    } else {
        Role::Open
    }
}

/// Whether a description opens with two words, an article aside: "the e-mail address of whom it goes
/// to", and not "what is sent to an e-mail address".
fn follows(told: &[String], first: &str, second: &str) -> bool {
    let mut pairs = told.windows(2).take(3);
    pairs.any(|pair| matches!(pair, [a, b] if a == first && b == second))
}
