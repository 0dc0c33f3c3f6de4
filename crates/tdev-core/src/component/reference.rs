//! References to components: `Name`, or `Name@v1` pinned to a version.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Code, Error, Result};

/// The short, counted version of a component or workflow: `v1`, `v2`, ….
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionId(pub u32);

impl VersionId {
    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Default for VersionId {
    fn default() -> Self {
        Self(1)
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl FromStr for VersionId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        text.strip_prefix('v')
            .and_then(|digits| digits.parse().ok())
            .filter(|number| *number > 0)
            .map(Self)
            .ok_or_else(|| {
                Error::new(Code::InvalidInput, format!("`{text}` is not a version"))
                    .hint("versions are written `v1`, `v2`, …")
            })
    }
}

/// A component by name, pinned to a version or open to the newest stable one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ComponentRef {
    /// The registered name.
    pub name: String,
    /// The pinned version, where there is one.
    pub version: Option<VersionId>,
}

impl fmt::Display for ComponentRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.version
            .map_or(Ok(()), |version| write!(f, "@{version}"))
    }
}

impl FromStr for ComponentRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, version) = match text.split_once('@') {
            Some((name, version)) => (name, Some(version.parse()?)),
            None => (text, None),
        };
        if name.is_empty() {
            return Err(Error::new(
                Code::InvalidInput,
                "a component reference needs a name",
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            version,
        })
    }
}

macro_rules! as_string {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(
                &self,
                serializer: S,
            ) -> std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(
                deserializer: D,
            ) -> std::result::Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

as_string!(VersionId);
as_string!(ComponentRef);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_read_back_as_written() {
        for text in ["QrCodeReaderTool", "QrCodeReaderTool@v12"] {
            assert_eq!(text.parse::<ComponentRef>().unwrap().to_string(), text);
        }
        assert_eq!(
            "X@1".parse::<ComponentRef>().unwrap_err().code,
            Code::InvalidInput
        );
        assert_eq!(
            "X@v0".parse::<ComponentRef>().unwrap_err().code,
            Code::InvalidInput
        );
    }
}
