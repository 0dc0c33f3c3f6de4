//! Paths as a project writes them: relative to it, never climbing.

use std::path::{Component as Part, Path, PathBuf};

/// The parts of a path inside the project; nothing where it is absolute or climbs.
pub(super) fn inside(path: &str) -> Option<PathBuf> {
    // A backslash separates on one system and not on another; a NUL ends a name for the system.
    if path.contains(['\\', '\0']) {
        return None;
    }
    let mut parts = PathBuf::new();
    for part in Path::new(path).components() {
        match part {
            Part::Normal(name) => parts.push(name),
            Part::CurDir => {}
            Part::ParentDir | Part::RootDir | Part::Prefix(_) => return None,
        }
    }
    Some(parts)
}

/// Whether a root covers a path. Hidden parts (`.env.local`, `.git`, `.tdev`) must be named.
pub(super) fn covers(root: &Path, path: &Path) -> bool {
    path.strip_prefix(root).is_ok_and(|rest| {
        !rest
            .components()
            .any(|part| part.as_os_str().to_string_lossy().starts_with('.'))
    })
}

/// A path as people write it, whatever the system.
pub(super) fn spelled(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    if parts.is_empty() {
        ".".into()
    } else {
        parts.join("/")
    }
}
