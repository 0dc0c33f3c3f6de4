//! What source that nobody has read may use, and what gives a credential away.

/// Modules that compute and touch nothing outside, and the component's own package.
pub(super) const PURE: &[&str] = &[
    "tdev",
    "__future__",
    "abc",
    "array",
    "base64",
    "binascii",
    "bisect",
    "calendar",
    "cmath",
    "collections",
    "collections.abc",
    "colorsys",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "email.message",
    "email.mime.text",
    "email.mime.multipart",
    "email.parser",
    "email.policy",
    "email.utils",
    "enum",
    "fractions",
    "functools",
    "graphlib",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "html.entities",
    "html.parser",
    "http",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "keyword",
    "locale",
    "math",
    "mimetypes",
    "numbers",
    "operator",
    "quopri",
    "random",
    "re",
    "reprlib",
    "secrets",
    "statistics",
    "string",
    "stringprep",
    "struct",
    "textwrap",
    "time",
    "types",
    "typing",
    "unicodedata",
    "urllib.parse",
    "uuid",
    "warnings",
    "xml.etree.ElementTree",
    "xml.sax.saxutils",
    "zlib",
    "zoneinfo",
];

/// Parts of pure modules that are not pure.
pub(super) const IMPURE: &[(&str, &[&str])] = &[
    ("io", &["open", "open_code", "FileIO"]),
    (
        "types",
        &[
            "CodeType",
            "FunctionType",
            "LambdaType",
            "ModuleType",
            "GeneratorType",
            "FrameType",
        ],
    ),
    ("typing", &["get_type_hints"]),
    ("dataclasses", &["make_dataclass"]),
];

/// Built-in names that run text as code, reach other scopes, or open files.
pub(super) const DYNAMIC: &[&str] = &[
    "eval",
    "exec",
    "compile",
    "__import__",
    "open",
    "globals",
    "locals",
    "vars",
    "breakpoint",
    "__builtins__",
    "__loader__",
    "__spec__",
];

/// Functions that reach an attribute by its name as text.
pub(super) const BY_NAME: &[&str] = &[
    "getattr",
    "setattr",
    "delattr",
    "attrgetter",
    "methodcaller",
];

/// Attributes through which introspection escapes.
pub(super) const INNARDS: &[&str] = &[
    "gi_frame",
    "gi_code",
    "cr_frame",
    "cr_code",
    "ag_frame",
    "ag_code",
    "tb_frame",
    "tb_next",
    "f_back",
    "f_globals",
    "f_locals",
    "f_builtins",
    "f_code",
    "co_code",
    "co_consts",
    "func_globals",
    "mro",
];

/// Double-underscore attributes that ordinary code uses.
pub(super) const HARMLESS: &[&str] = &[
    "__name__",
    "__qualname__",
    "__doc__",
    "__init__",
    "__post_init__",
    "__version__",
    "__members__",
];

/// What kind of credential a text looks like.
pub(crate) fn secret_in(text: &str) -> Option<&'static str> {
    let follows = |prefix: &str, least: usize| {
        text.match_indices(prefix).any(|(at, _)| {
            let rest = text.get(at + prefix.len()..).unwrap_or("");
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
                .count()
                >= least
        })
    };
    if follows("AKIA", 16) || follows("ASIA", 16) {
        Some("an AWS access key")
    } else if text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") {
        Some("a private key")
    } else if follows("ghp_", 30)
        || follows("github_pat_", 30)
        || follows("sk-", 30)
        || follows("xoxb-", 20)
    {
        Some("an access token")
    } else {
        None
    }
}
