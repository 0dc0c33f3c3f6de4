//! Files under granted folders, opened step by step from a directory handle: no path, symbolic
//! link or race leads out.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, OpenOptions};
use tdev_core::nearest::did_you_mean;
use tdev_core::{Code, Error, Result};

use super::Declared;
use super::path::{covers, inside, spelled};

/// How deep a listing descends.
const DEEPEST: usize = 32;

/// The folders and files granted for one kind of access.
#[derive(Debug, Clone)]
pub struct FileRoots {
    project: PathBuf,
    /// The key in `[permissions]`.
    key: &'static str,
    roots: Vec<PathBuf>,
    declared: Declared,
}

/// One thing found in a granted folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the project, with `/` between its parts.
    pub path: String,
    /// Whether it is a folder.
    pub folder: bool,
    /// Bytes, for a file.
    pub size: u64,
}

impl FileRoots {
    /// The roots listed under `key`, where the component declares the need.
    ///
    /// An entry that leads out of the project grants nothing.
    pub fn new(project: &Path, key: &'static str, listed: &[String], declared: Declared) -> Self {
        let roots = listed.iter().filter_map(|entry| inside(entry)).collect();
        Self {
            project: project.to_owned(),
            key,
            roots,
            declared,
        }
    }

    /// Reads a whole file of at most `most` bytes.
    ///
    /// # Errors
    /// `PermissionDenied` outside the grants; `FileNotFound` with the nearest name;
    /// `PayloadTooLarge`.
    pub fn read(&self, path: &str, most: u64, field: &str) -> Result<Vec<u8>> {
        let (root, rest) = self.enter(path, field)?;
        let rest = self.existing(&root, path, &rest, field)?;
        let about = root
            .metadata(&rest)
            .map_err(|fault| self.failed(path, &fault, field))?;
        // A pipe or device would block or never end.
        if !about.is_file() {
            return Err(
                Error::new(Code::InvalidInput, format!("`{path}` is not a file")).field(field),
            );
        }
        let file = root
            .open(&rest)
            .map_err(|fault| self.failed(path, &fault, field))?;
        self.take(file, path, most, field)
    }

    /// Writes a file, replacing what was there only once all of it is written.
    ///
    /// # Errors
    /// `PermissionDenied` outside the grants; `StoreUnavailable` where the disk says no.
    pub fn write(&self, path: &str, bytes: &[u8], field: &str) -> Result<()> {
        let (root, rest) = self.enter(path, field)?;
        let Some(name) = rest
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
        else {
            return Err(
                Error::new(Code::InvalidInput, format!("`{path}` names no file")).field(field),
            );
        };
        let failed = |fault: std::io::Error| self.failed(path, &fault, field);
        if let Some(parent) = rest
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            match root.metadata(parent) {
                Ok(_) => {}
                Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
                    root.create_dir_all(parent).map_err(failed)?;
                }
                Err(fault) => return Err(failed(fault)),
            }
        }
        let unfinished = rest.with_file_name(format!(".{name}.{}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let written = root
            .open_with(&unfinished, &options)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| root.rename(&unfinished, &root, &rest));
        written.map_err(|fault| {
            // The half-written file is of no use; that it may linger is not worth a second error.
            drop(root.remove_file(&unfinished));
            failed(fault)
        })
    }

    /// Everything under a granted folder, by path. Symbolic links and hidden entries are left out.
    ///
    /// # Errors
    /// `PermissionDenied` outside the grants; `FileNotFound`; `OutputLimit` beyond `most` entries.
    pub fn list(&self, folder: &str, most: usize, field: &str) -> Result<Vec<Entry>> {
        let (root, rest) = self.enter(folder, field)?;
        let start = if rest.as_os_str().is_empty() {
            root
        } else {
            let rest = self.existing(&root, folder, &rest, field)?;
            root.open_dir(rest)
                .map_err(|fault| self.failed(folder, &fault, field))?
        };
        let prefix = inside(folder).unwrap_or_default();
        let mut found = Vec::new();
        let mut pending = vec![(start, prefix, 0_usize)];
        while let Some((dir, prefix, depth)) = pending.pop() {
            for entry in dir
                .entries()
                .map_err(|fault| self.failed(folder, &fault, field))?
                .flatten()
            {
                let name = entry.file_name();
                let Ok(kind) = entry.file_type() else {
                    continue;
                };
                let path = prefix.join(&name);
                if name.to_string_lossy().starts_with('.') || !(kind.is_file() || kind.is_dir()) {
                    continue;
                }
                if found.len() >= most {
                    let many = format!("`{folder}` holds more than {most} entries");
                    return Err(Error::new(Code::OutputLimit, many)
                        .field(field)
                        .hint("list a smaller folder"));
                }
                let size = if kind.is_file() {
                    entry.metadata().map_or(0, |about| about.len())
                } else {
                    0
                };
                found.push(Entry {
                    path: spelled(&path),
                    folder: kind.is_dir(),
                    size,
                });
                if kind.is_dir()
                    && depth < DEEPEST
                    && let Ok(inner) = entry.open_dir()
                {
                    pending.push((inner, path, depth + 1));
                }
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// The granted root that covers a path, opened, and the rest of the path below it.
    fn enter(&self, path: &str, field: &str) -> Result<(Dir, PathBuf)> {
        let Some(wanted) = inside(path) else {
            let refusal = format!("`{path}` leads out of the project");
            return Err(Error::new(Code::PermissionDenied, refusal)
                .field(field)
                .hint("give a path relative to the project, without `..`"));
        };
        let shown = spelled(&wanted);
        if !self
            .declared
            .allows(|scope| inside(scope).is_some_and(|scope| wanted.starts_with(scope)))
        {
            return Err(self.declared.refusal(
                &format!("that it {}s `{shown}`", self.key),
                &shown,
                field,
            ));
        }
        let project =
            Dir::open_ambient_dir(&self.project, ambient_authority()).map_err(|fault| {
                Error::new(
                    Code::StoreUnavailable,
                    format!("the project folder cannot be opened: {fault}"),
                )
            })?;
        // Whoever may write the grants themselves may grant itself everything.
        let grants = self.key == "write" && shown.eq_ignore_ascii_case("tdev.toml");
        for root in self
            .roots
            .iter()
            .filter(|root| covers(root, &wanted) && (!grants || **root == wanted))
        {
            let rest = wanted
                .strip_prefix(root)
                .map(Path::to_owned)
                .unwrap_or_default();
            let opened = if root.as_os_str().is_empty() {
                project.try_clone()
            } else {
                project.open_dir(root)
            };
            match opened {
                Ok(dir) => return Ok((dir, rest)),
                // The entry names one file: its folder is entered for that file alone.
                Err(_) if rest.as_os_str().is_empty() => {
                    let parent = root
                        .parent()
                        .filter(|parent| !parent.as_os_str().is_empty());
                    let dir = parent
                        .map_or_else(|| project.try_clone(), |parent| project.open_dir(parent));
                    if let (Ok(dir), Some(name)) = (dir, root.file_name()) {
                        return Ok((dir, PathBuf::from(name)));
                    }
                }
                // A root still to be made is made on first writing.
                Err(_) if self.key == "write" && project.create_dir_all(root).is_ok() => {
                    if let Ok(dir) = project.open_dir(root) {
                        return Ok((dir, rest));
                    }
                }
                Err(_) => {}
            }
        }
        let folder = wanted
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let grant = spelled(folder.unwrap_or(&wanted));
        let refusal = format!(
            "{} may not {} `{shown}`",
            self.declared.component(),
            self.key
        );
        Err(Error::new(Code::PermissionDenied, refusal)
            .field(field)
            .hint(format!(
                "to grant it, write {} = [\"{grant}\"] under [permissions] in tdev.toml",
                self.key
            )))
    }

    fn existing(&self, root: &Dir, path: &str, rest: &Path, field: &str) -> Result<PathBuf> {
        match root.metadata(rest) {
            Ok(_) => Ok(rest.to_owned()),
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
                let name = rest
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default();
                let parent = rest
                    .parent()
                    .filter(|parent| !parent.as_os_str().is_empty());
                let siblings: Vec<String> = parent
                    .map_or_else(|| root.entries(), |parent| root.read_dir(parent))
                    .map(|entries| {
                        entries
                            .flatten()
                            .map(|e| e.file_name().to_string_lossy().into_owned())
                            .collect()
                    })
                    .unwrap_or_default();
                Err(
                    Error::new(Code::FileNotFound, format!("there is no `{path}`"))
                        .field(field)
                        .hint_opt(did_you_mean(&name, siblings.iter().map(String::as_str))),
                )
            }
            Err(fault) => Err(self.failed(path, &fault, field)),
        }
    }

    fn take(&self, file: File, path: &str, most: u64, field: &str) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        file.take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|fault| self.failed(path, &fault, field))?;
        if bytes.len() as u64 > most {
            let large = format!("`{path}` is larger than {most} bytes");
            return Err(Error::new(Code::PayloadTooLarge, large).field(field));
        }
        Ok(bytes)
    }

    fn failed(&self, path: &str, fault: &std::io::Error, field: &str) -> Error {
        let (code, message) = match fault.kind() {
            std::io::ErrorKind::NotFound => (Code::FileNotFound, format!("there is no `{path}`")),
            std::io::ErrorKind::PermissionDenied => (
                Code::PermissionDenied,
                format!(
                    "`{path}` leads out of what {} may {}",
                    self.declared.component(),
                    self.key
                ),
            ),
            _ => (
                Code::StoreUnavailable,
                format!("`{path}` cannot be used: {fault}"),
            ),
        };
        Error::new(code, message).field(field)
    }
}
