//! Where an API is, and what it wants to be shown.

use serde_json::{Map, Value, json};
use tdev_core::component::snake_case;

use super::{Document, Operation, Place};

pub(in crate::agno::families::http_api) struct Server {
    pub(in crate::agno::families::http_api) url: String,
    /// Host, with its port where one is written.
    pub(in crate::agno::families::http_api) host: String,
}

pub(in crate::agno::families::http_api) struct Auth {
    pub(in crate::agno::families::http_api) place: Place,
    pub(in crate::agno::families::http_api) name: String,
    /// Before the secret, as in `Bearer `.
    pub(in crate::agno::families::http_api) prefix: String,
    /// Whether the secret is `user:password`, to be encoded.
    pub(in crate::agno::families::http_api) basic: bool,
    pub(in crate::agno::families::http_api) secret: String,
}

impl Document<'_> {
    pub(in crate::agno::families::http_api) fn server(
        &self,
        operation: &Operation,
    ) -> Result<Server, String> {
        let listed = operation
            .servers
            .as_ref()
            .or_else(|| self.whole.get("servers"));
        let url = match listed.and_then(|s| s.get(0)) {
            Some(server) => {
                let mut url = server
                    .get("url")
                    .and_then(Value::as_str)
                    .unwrap_or("")
                    .to_owned();
                for (name, variable) in server
                    .get("variables")
                    .and_then(Value::as_object)
                    .into_iter()
                    .flatten()
                {
                    let usual = variable
                        .get("default")
                        .and_then(Value::as_str)
                        .unwrap_or("");
                    url = url.replace(&format!("{{{name}}}"), usual);
                }
                url
            }
            None => {
                let host = self.whole.get("host").and_then(Value::as_str);
                let host = host.ok_or("its description names no server: add `servers`")?;
                let base = self
                    .whole
                    .get("basePath")
                    .and_then(Value::as_str)
                    .unwrap_or("");
                let schemes = self.whole.get("schemes").and_then(Value::as_array);
                let plain = schemes.is_some_and(|all| !all.contains(&json!("https")));
                format!("{}://{host}{base}", if plain { "http" } else { "https" })
            }
        };
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))
            .ok_or_else(|| format!("its server `{url}` is no whole address"))?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or("").to_owned();
        let odd = host.is_empty()
            || host.contains('@')
            || !url
                .chars()
                .all(|c| c.is_ascii_graphic() && !matches!(c, '{' | '}' | '"' | '\\'));
        if odd {
            return Err(format!("its server `{url}` cannot be called"));
        }
        Ok(Server {
            url: url.trim_end_matches('/').to_owned(),
            host,
        })
    }

    /// How it is authorised: the first way that needs one secret at most.
    pub(in crate::agno::families::http_api) fn auth(
        &self,
        operation: &Operation,
    ) -> Result<Option<Auth>, String> {
        let wanted = operation
            .security
            .as_ref()
            .or_else(|| self.whole.get("security"));
        let Some(ways) = wanted.and_then(Value::as_array).filter(|w| !w.is_empty()) else {
            return Ok(None);
        };
        let names: Vec<&String> = ways
            .iter()
            .filter_map(Value::as_object)
            .flat_map(Map::keys)
            .collect();
        // An empty way means that nothing is needed.
        if ways
            .iter()
            .any(|way| way.as_object().is_some_and(Map::is_empty))
        {
            return Ok(None);
        }
        let schemes = self
            .whole
            .pointer("/components/securitySchemes")
            .or_else(|| self.whole.get("securityDefinitions"));
        let mut refused = "its way of authorising is not described".to_owned();
        for name in names {
            let Some(scheme) = schemes.and_then(|s| s.get(name)) else {
                continue;
            };
            let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or("");
            let secret = snake_case(name).to_uppercase();
            let header = |prefix: &str, basic| Auth {
                place: Place::Header,
                name: "Authorization".to_owned(),
                prefix: prefix.to_owned(),
                basic,
                secret: secret.clone(),
            };
            match (
                text("type"),
                text("scheme").to_lowercase().as_str(),
                text("in"),
            ) {
                ("http", "bearer", _) | ("oauth2" | "openIdConnect", _, _) => {
                    return Ok(Some(header("Bearer ", false)));
                }
                ("http", "basic", _) | ("basic", _, _) => return Ok(Some(header("Basic ", true))),
                ("apiKey", _, place @ ("header" | "query")) => {
                    return Ok(Some(Auth {
                        place: if place == "header" {
                            Place::Header
                        } else {
                            Place::Query
                        },
                        name: text("name").to_owned(),
                        prefix: String::new(),
                        basic: false,
                        secret,
                    }));
                }
                (kind, _, _) => {
                    refused = format!("`{name}` authorises by `{kind}`, which no tool can");
                }
            }
        }
        Err(refused)
    }
}
