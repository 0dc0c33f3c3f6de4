//! Files named on the command line: paths, folders and globs, expanded here and not by a shell.

use std::fs;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use tdev_core::{Code, Error, Result};

/// Folders nobody means when they say `**`.
const LEFT_OUT: &[&str] = &[
    ".git",
    ".tdev",
    ".venv",
    "__pycache__",
    "node_modules",
    "target",
];

/// The files that patterns name, each once, in order. A folder stands for every file in it of
/// these extensions, `py` or `json,py`.
///
/// # Errors
/// `FileNotFound` for a pattern that names nothing.
pub(crate) fn expand(patterns: &[String], extensions: &str, here: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for pattern in patterns {
        let mut found = matches(pattern, extensions, here)?;
        found.sort();
        if found.is_empty() {
            return Err(
                Error::new(Code::FileNotFound, format!("nothing matches `{pattern}`")).hint(
                    format!(
                        "name a file, a folder, or a pattern such as \"./**/*.{}\"",
                        extensions.split(',').next().unwrap_or("*")
                    ),
                ),
            );
        }
        files.extend(
            found
                .into_iter()
                .filter(|file| !files.contains(file))
                .collect::<Vec<_>>(),
        );
    }
    Ok(files)
}

fn matches(pattern: &str, extensions: &str, here: &Path) -> Result<Vec<PathBuf>> {
    let plain = Path::new(pattern);
    let mut found = Vec::new();
    let whole = here.join(plain);
    if whole.is_file() {
        found.push(plain.to_owned());
    } else if whole.is_dir() {
        let matcher = glob(&format!("**/*.{{{extensions}}}"))?;
        walk(&whole, Path::new(""), &matcher, &mut found);
        found = found.into_iter().map(|file| plain.join(file)).collect();
    } else if let Some(at) = pattern.find(['*', '?', '[', '{']) {
        // Everything before the first wildcard is a folder to begin in.
        let base = pattern
            .get(..at)
            .and_then(|fixed| fixed.rfind('/'))
            .map_or(0, |slash| slash + 1);
        let (base, rest) = pattern.split_at(base);
        walk(&here.join(base), Path::new(""), &glob(rest)?, &mut found);
        found = found
            .into_iter()
            .map(|file| Path::new(base).join(file))
            .collect();
    }
    Ok(found)
}

fn glob(pattern: &str) -> Result<GlobMatcher> {
    let built = GlobBuilder::new(pattern).literal_separator(true).build();
    built.map(|glob| glob.compile_matcher()).map_err(|fault| {
        Error::new(
            Code::InvalidInput,
            format!("`{pattern}` is not a pattern: {}", fault.kind()),
        )
    })
}

/// Links are not followed, so that no walk is endless or leaves the folder.
fn walk(base: &Path, inside: &Path, matcher: &GlobMatcher, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(base.join(inside)) else {
        return;
    };
    for entry in entries.flatten() {
        let path = inside.join(entry.file_name());
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            if !LEFT_OUT.contains(&entry.file_name().to_string_lossy().as_ref()) {
                walk(base, &path, matcher, found);
            }
        } else if kind.is_file() && matcher.is_match(&path) {
            found.push(path);
        }
    }
}

/// The text of a file.
///
/// # Errors
/// `FileNotFound`; `InvalidInput` for a file that is not text.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    let bytes = read(path)?;
    String::from_utf8(bytes).map_err(|_| {
        Error::new(
            Code::InvalidInput,
            format!("`{}` is not text in UTF-8", path.display()),
        )
    })
}

/// The text of a file, or of the standard input where it is called `-`.
///
/// # Errors
/// `FileNotFound`; `InvalidInput` for what is not text.
pub(crate) fn read_text_or_stdin(here: &Path, name: &Path) -> Result<String> {
    if name != Path::new("-") {
        return read_text(&here.join(name));
    }
    std::io::read_to_string(std::io::stdin()).map_err(|fault| {
        Error::new(
            Code::InvalidInput,
            format!("the standard input cannot be read: {fault}"),
        )
    })
}

/// The bytes of a file.
///
/// # Errors
/// `FileNotFound`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|fault| {
        let reason = match fault.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => fault.to_string(),
        };
        Error::new(
            Code::FileNotFound,
            format!("`{}` cannot be read: {reason}", path.display()),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_folders_and_files_are_expanded_once_each() {
        let dir = tempfile::tempdir().unwrap();
        for file in [
            "a.py",
            "agents/b.py",
            "agents/deep/c.py",
            ".venv/d.py",
            "agents/e.txt",
        ] {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let names = |patterns: &[&str]| -> Vec<String> {
            let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
            let found = expand(&patterns, "py", dir.path()).unwrap();
            found
                .iter()
                .map(|path| path.display().to_string())
                .collect()
        };
        assert_eq!(
            names(&["./**/*.py"]),
            ["./a.py", "./agents/b.py", "./agents/deep/c.py"]
        );
        assert_eq!(
            names(&["agents", "agents/b.py"]),
            ["agents/b.py", "agents/deep/c.py"]
        );
        assert_eq!(names(&["agents/*.py"]), ["agents/b.py"]);
        let nothing = expand(&["*.rb".to_owned()], "py", dir.path()).unwrap_err();
        assert_eq!(nothing.code, Code::FileNotFound);
    }
}
