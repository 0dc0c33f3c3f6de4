//! What gives a credential away: its shape, or the name it is given.

/// Tokens by what they begin with, and how many characters follow at least.
const BEGINNINGS: &[(&str, usize, &str)] = &[
    ("AKIA", 16, "an AWS access key"),
    ("ASIA", 16, "an AWS access key"),
    ("ghp_", 30, "an access token"),
    ("gho_", 30, "an access token"),
    ("github_pat_", 30, "an access token"),
    ("glpat-", 20, "an access token"),
    ("npm_", 30, "an access token"),
    ("sk-", 30, "an access token"),
    ("sk_live_", 16, "an access token"),
    ("rk_live_", 16, "an access token"),
    ("xoxb-", 20, "an access token"),
    ("xoxp-", 20, "an access token"),
    ("AIza", 35, "an access token"),
    ("SG.", 40, "an access token"),
    ("Bearer ", 24, "an access token"),
];

/// Words in a name that make what it is given a credential.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "api_key",
    "apikey",
    "secret_key",
    "access_key",
    "access_token",
    "auth_token",
    "client_secret",
    "private_key",
];

/// What kind of credential a text looks like.
pub(crate) fn secret_in(text: &str) -> Option<&'static str> {
    let own = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let follows = |prefix: &str, least: usize| {
        text.match_indices(prefix).any(|(at, _)| {
            let rest = text.get(at + prefix.len()..).unwrap_or("");
            rest.chars().take_while(|c| own(*c)).count() >= least
        })
    };
    if let Some((_, _, kind)) = BEGINNINGS
        .iter()
        .find(|(prefix, least, _)| follows(prefix, *least))
    {
        return Some(kind);
    }
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    if is_web_token(text) {
        return Some("an access token");
    }
    has_login(text).then_some("a password")
}

/// What is given to a name that says it is a credential, where it is no name itself.
pub(super) fn secret_by_name(name: &str, value: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    let named = NAMES.iter().any(|word| name.contains(word));
    // `TIDE_KEY` names a secret, `…` and `<password>` stand for one.
    let is_name = value
        .chars()
        .all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit());
    let plain = value
        .chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '{' | '*'));
    named && plain && !is_name && value.len() >= 8 && value.chars().any(|c| c.is_ascii_digit())
}

/// Three parts of base64, the first of which begins a JSON object.
fn is_web_token(text: &str) -> bool {
    text.match_indices("eyJ").any(|(at, _)| {
        let word: String = text
            .get(at..)
            .unwrap_or("")
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
            .collect();
        let parts: Vec<&str> = word.split('.').collect();
        matches!(parts.as_slice(), [head, body, sign, ..] if head.len() > 10 && body.len() > 10 && sign.len() > 10)
    })
}

/// An address with a user and a password in it.
fn has_login(text: &str) -> bool {
    text.match_indices("://").any(|(at, found)| {
        let rest = text.get(at + found.len()..).unwrap_or("");
        let host = rest.split(['/', '?', '#', ' ', '"']).next().unwrap_or("");
        let Some((login, _)) = host.rsplit_once('@') else {
            return false;
        };
        match login.split_once(':') {
            Some((user, password)) => {
                !user.is_empty() && !password.is_empty() && !password.contains(['{', '<', '$', '*'])
            }
            None => false,
        }
    })
}
