//! OpenAPI descriptions, version 3 and the older Swagger 2: servers, operations, what they take and
//! how they are authorised. Only what is inside the document is read.

mod access;

use serde_json::{Map, Value, json};

/// Deepest reference or schema that is followed.
const DEEPEST: usize = 8;

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];

pub(super) struct Document<'a> {
    whole: &'a Value,
}

/// Where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
    Cookie,
    Body,
}

pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) required: bool,
    pub(super) schema: Value,
}

pub(super) struct Operation {
    pub(super) id: Option<String>,
    pub(super) method: String,
    pub(super) path: String,
    summary: String,
    pub(super) parameters: Vec<Parameter>,
    /// Whether the one body parameter is the body itself.
    pub(super) body_is_whole: bool,
    /// The schema of a good answer.
    pub(super) answer: Option<Value>,
    servers: Option<Value>,
    security: Option<Value>,
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "path" => Self::Path,
            "query" => Self::Query,
            "header" => Self::Header,
            "cookie" => Self::Cookie,
            _ => return None,
        })
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body => "body",
        }
    }
}

impl Operation {
    /// What it is called.
    pub(super) fn name(&self) -> String {
        self.id
            .clone()
            .unwrap_or_else(|| format!("{} {}", self.method, self.path.replace(['{', '}'], " ")))
    }

    /// All that is said about it.
    pub(super) fn words(&self) -> String {
        format!(
            "{} {} {} {}",
            self.id.as_deref().unwrap_or(""),
            self.method,
            self.path,
            self.summary
        )
    }
}

impl<'a> Document<'a> {
    pub(super) fn read(whole: &'a Value) -> Result<Self, String> {
        let paths = whole.get("paths").and_then(Value::as_object);
        if paths.is_none_or(Map::is_empty) {
            return Err("its OpenAPI description has no `paths`".to_owned());
        }
        Ok(Self { whole })
    }

    /// What a reference inside the document points at.
    fn resolved(&self, value: &'a Value, depth: usize) -> Result<&'a Value, String> {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return Ok(value);
        };
        let inside = reference
            .strip_prefix('#')
            .ok_or_else(|| format!("`{reference}` points outside the description"))?;
        let found = self
            .whole
            .pointer(inside)
            .ok_or_else(|| format!("`{reference}` points at nothing"))?;
        if depth == 0 {
            return Err(format!("`{reference}` leads in a circle"));
        }
        self.resolved(found, depth - 1)
    }

    /// A schema with what it refers to put in its place; a circle ends in a schema of anything.
    fn schema(&self, value: &'a Value, depth: usize) -> Result<Value, String> {
        if depth == 0 {
            return Ok(json!({}));
        }
        let value = self.resolved(value, DEEPEST)?;
        let Some(map) = value.as_object() else {
            return Ok(json!({}));
        };
        let mut all = Map::new();
        for (key, inner) in map {
            let kept = match key.as_str() {
                "properties" => {
                    let mut fields = Map::new();
                    for (name, field) in inner.as_object().into_iter().flatten() {
                        fields.insert(name.clone(), self.schema(field, depth - 1)?);
                    }
                    Value::Object(fields)
                }
                "items" => self.schema(inner, depth - 1)?,
                "type" | "enum" | "format" | "description" | "required" | "minimum" | "maximum"
                | "default" | "minLength" | "maxLength" => inner.clone(),
                _ => continue,
            };
            all.insert(key.clone(), kept);
        }
        if map.get("nullable") == Some(&json!(true))
            && let Some(own) = all.get("type").cloned()
        {
            all.insert("type".to_owned(), json!([own, "null"]));
        }
        Ok(Value::Object(all))
    }

    pub(super) fn operations(&self) -> Result<Vec<Operation>, String> {
        let mut all = Vec::new();
        for (path, item) in self
            .whole
            .get("paths")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    all.push(self.operation(path, item, method, operation)?);
                }
            }
        }
        Ok(all)
    }

    fn operation(
        &self,
        path: &str,
        item: &'a Value,
        method: &str,
        operation: &'a Value,
    ) -> Result<Operation, String> {
        let text = |name: &str| {
            operation
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or("")
                .to_owned()
        };
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut body_is_whole = false;
        let own = operation.get("parameters").and_then(Value::as_array);
        let shared = item.get("parameters").and_then(Value::as_array);
        for written in own.into_iter().chain(shared).flatten() {
            let written = self.resolved(written, DEEPEST)?;
            let name = written.get("name").and_then(Value::as_str).unwrap_or("");
            let place = written.get("in").and_then(Value::as_str).unwrap_or("");
            if place == "body" {
                let schema = written.get("schema").unwrap_or(&Value::Null);
                body_is_whole = self.body(schema, &mut parameters)?;
                continue;
            }
            let place = Place::read(place)
                .ok_or_else(|| format!("`{name}` is sent in `{place}`, which is not known"))?;
            if parameters
                .iter()
                .any(|p| p.name == name && p.place == place)
            {
                continue;
            }
            // Swagger 2 writes the type beside the name.
            let mut schema = self.schema(written.get("schema").unwrap_or(written), DEEPEST)?;
            if let Some(map) = schema.as_object_mut() {
                if written.get("schema").is_none() {
                    map.shift_remove("required");
                }
                if let Some(told) = written.get("description") {
                    map.entry("description").or_insert_with(|| told.clone());
                }
            }
            parameters.push(Parameter {
                name: name.to_owned(),
                place,
                required: place == Place::Path || written.get("required") == Some(&json!(true)),
                schema,
            });
        }
        if let Some(body) = operation.get("requestBody") {
            let body = self.resolved(body, DEEPEST)?;
            let json = body
                .pointer("/content/application~1json/schema")
                .ok_or_else(|| format!("the body of {method} {path} is not JSON"))?;
            body_is_whole = self.body(json, &mut parameters)?;
        }
        Ok(Operation {
            id: operation
                .get("operationId")
                .and_then(Value::as_str)
                .map(str::to_owned),
            method: method.to_owned(),
            path: path.to_owned(),
            summary: format!("{} {}", text("summary"), text("description")),
            parameters,
            body_is_whole,
            answer: self.answer(operation)?,
            servers: operation
                .get("servers")
                .or_else(|| item.get("servers"))
                .cloned(),
            security: operation.get("security").cloned(),
        })
    }

    /// Fields of a body; whether the body is no object and goes as it is.
    fn body(&self, schema: &'a Value, parameters: &mut Vec<Parameter>) -> Result<bool, String> {
        let schema = self.schema(schema, DEEPEST)?;
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|all| all.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        match schema.get("properties").and_then(Value::as_object) {
            Some(fields) => {
                for (name, field) in fields {
                    parameters.push(Parameter {
                        name: name.clone(),
                        place: Place::Body,
                        required: required.contains(&name.as_str()),
                        schema: field.clone(),
                    });
                }
                Ok(false)
            }
            None => {
                parameters.push(Parameter {
                    name: "body".to_owned(),
                    place: Place::Body,
                    required: true,
                    schema: schema.clone(),
                });
                Ok(true)
            }
        }
    }

    fn answer(&self, operation: &'a Value) -> Result<Option<Value>, String> {
        let Some(answers) = operation.get("responses").and_then(Value::as_object) else {
            return Ok(None);
        };
        let Some((_, good)) = answers.iter().find(|(status, _)| status.starts_with('2')) else {
            return Ok(None);
        };
        let good = self.resolved(good, DEEPEST)?;
        good.pointer("/content/application~1json/schema")
            .or_else(|| good.get("schema"))
            .map(|schema| self.schema(schema, DEEPEST))
            .transpose()
    }
}
