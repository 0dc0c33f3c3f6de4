//! Databases a component may query: files of the project, each named in full.

use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tdev_core::{Code, Error, Result};

use super::Declared;
use super::files::FileRoots;
use super::path::inside;

/// The database files granted to a component.
#[derive(Debug, Clone)]
pub struct Databases {
    project: PathBuf,
    listed: Vec<String>,
    declared: Declared,
    files: FileRoots,
}

impl Databases {
    /// The files listed, where the component declares the need.
    pub fn new(project: &Path, listed: &[String], declared: Declared) -> Self {
        let files = FileRoots::new(project, "databases", listed, declared.clone());
        Self {
            project: project.to_owned(),
            listed: listed.to_vec(),
            declared,
            files,
        }
    }

    /// The only database granted, where there is exactly one.
    pub fn only(&self) -> Option<&str> {
        match self.listed.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The bytes of a database that is a text file.
    ///
    /// # Errors
    /// As [`Databases::path`]; `PayloadTooLarge`.
    pub fn read(&self, name: &str, most: u64, field: &str) -> Result<Vec<u8>> {
        self.granted(name, field)?;
        self.files.read(name, most, field)
    }

    /// The path of a granted database, resolved link by link inside the project. The caller opens
    /// it without following links, so that what is swapped in afterwards is not followed either.
    ///
    /// # Errors
    /// `PermissionDenied` where it is not granted; `FileNotFound`.
    pub fn path(&self, name: &str, field: &str) -> Result<PathBuf> {
        let wanted = self.granted(name, field)?;
        let missing = || {
            Error::new(Code::FileNotFound, format!("there is no database `{name}`")).field(field)
        };
        let project = self.project.canonicalize().map_err(|_| missing())?;
        let dir = Dir::open_ambient_dir(&project, ambient_authority()).map_err(|_| missing())?;
        match dir.canonicalize(&wanted) {
            Ok(resolved) if dir.is_file(&resolved) => Ok(project.join(resolved)),
            Err(fault) if fault.kind() == std::io::ErrorKind::PermissionDenied => Err(Error::new(
                Code::PermissionDenied,
                format!("`{name}` leads out of the project"),
            )
            .field(field)),
            _ => Err(missing()),
        }
    }

    fn granted(&self, name: &str, field: &str) -> Result<PathBuf> {
        let wanted = inside(name).ok_or_else(|| {
            Error::new(
                Code::PermissionDenied,
                format!("`{name}` leads out of the project"),
            )
            .field(field)
        })?;
        if !self
            .declared
            .allows(|scope| inside(scope).as_ref() == Some(&wanted))
        {
            return Err(self
                .declared
                .refusal(&format!("queries of `{name}`"), name, field));
        }
        if self
            .listed
            .iter()
            .any(|listed| inside(listed).as_ref() == Some(&wanted))
        {
            return Ok(wanted);
        }
        let refusal = format!("{} may not query `{name}`", self.declared.component());
        Err(Error::new(Code::PermissionDenied, refusal)
            .field(field)
            .hint(format!(
                "to grant it, write databases = [\"{name}\"] under [permissions] in tdev.toml"
            )))
    }
}
