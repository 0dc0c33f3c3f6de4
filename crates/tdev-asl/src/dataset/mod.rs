//! Data of a distributed Map that stands outside: what to read its items from, what to write.

mod parse;
mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// Where items come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// `s3:getObject`: the content of one object.
    Object,
    /// `s3:listObjectsV2`: the objects themselves, or what they hold.
    Listing,
}

/// How bytes become items: `ReaderConfig`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    Csv {
        header: Header,
        delimiter: u8,
    },
    /// An array, at a JSON pointer if one is given.
    Json {
        pointer: Option<String>,
    },
    JsonLines,
}

/// `CSVHeaderLocation`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Header {
    FirstRow,
    Given(Vec<String>),
}

/// What to read.
#[derive(Debug, Clone)]
pub(crate) struct ReadRequest {
    pub(crate) source: Source,
    pub(crate) bucket: String,
    /// The key of the object, or the prefix of a listing.
    pub(crate) key: String,
    pub(crate) version: Option<String>,
    /// Absent for a listing whose objects are the items.
    pub(crate) format: Option<Format>,
    pub(crate) max_items: usize,
}

/// What to write, in this order.
#[derive(Debug, Clone)]
pub(crate) struct WriteRequest {
    pub(crate) bucket: String,
    /// Keys and what they hold.
    pub(crate) objects: Vec<(String, String)>,
}
