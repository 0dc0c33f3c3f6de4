//! Components: tools (no brain), agents (one), teams (several), and their metadata.

mod name;
mod read;
mod reference;
mod status;
mod validate;
pub mod versions;

pub mod family;
pub mod instructions;
mod prompt;
mod team;
pub mod wiring;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::schema::Schema;

pub use name::{bare_name, camel_case, kebab_case, snake_case};
pub use prompt::{Memory, PromptDefinition, SESSION};
pub use reference::{ComponentRef, VersionId};
pub use status::Status;
pub use team::{Mode, Route, RouteBy, TeamDefinition, names};

/// What a component is, by how many brains decide at run time.
///
/// A brain is a decision by a model or an equivalent policy, not a branch in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// No brain.
    Tool,
    /// One brain.
    Agent,
    /// Two or more brains.
    Team,
}

impl Kind {
    /// The lowercase spelling used in metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Tool => "tool",
            Kind::Agent => "agent",
            Kind::Team => "team",
        }
    }
}

/// How widely a component can be reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reusability {
    /// Tools.
    A,
    /// Agents.
    B,
    /// Teams and one-purpose agents.
    C,
    /// Tied to one service.
    D,
}

/// Where and how a component's code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Runtime {
    /// Compiled into this program.
    Builtin,
    /// CPython in a WebAssembly sandbox, in this process.
    Python,
    /// CPython in an OS sandbox, for third-party packages.
    Process,
    /// An AWS Lambda function.
    Lambda,
    /// A remote HTTP endpoint.
    Http,
    /// A tool of an MCP server.
    Mcp,
    /// Declarative: instructions, model and tools.
    Prompt,
}

/// One worked case of a component; it is documentation and a test at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// The input object. A string `@path` in it stands for a project file.
    pub input: Value,
    /// The exact output, or the part of it that must match.
    pub output: Value,
}

/// One version of a component: the whole metadata record (seed §5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// CamelCase, the key in the registry.
    pub name: String,
    /// Tool, agent or team.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Semantic version of the code.
    #[serde(default = "first_version")]
    pub version: semver::Version,
    /// The short version workflows pin: `v1`, `v2`, ….
    #[serde(default)]
    pub version_id: VersionId,
    /// Where it stands in its life.
    #[serde(default)]
    pub status: Status,
    /// What it does, for people and for the planner.
    #[serde(default)]
    pub description: String,
    /// 0 for tools, 1 for agents, 2 or more for teams.
    #[serde(default)]
    pub brain_count: u32,
    /// How widely it can be reused.
    #[serde(default = "default_reusability")]
    pub reusability: Reusability,
    /// What it takes.
    #[serde(default, alias = "input")]
    pub input_schema: Schema,
    /// What it returns.
    #[serde(default, alias = "output")]
    pub output_schema: Schema,
    /// Components it calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// Members, for a team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Keywords for search.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What it may touch, as `kind` or `kind:scope`: `fs.read`, `fs.write`, `net.http`,
    /// `net.smtp`, `db.read`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// Names of the secrets it may ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// Import path of the implementation, `module.Class`.
    #[serde(default, alias = "class", skip_serializing_if = "Option::is_none")]
    pub class_path: Option<String>,
    /// Where the source lies, relative to the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// SHA-256 of the source, lowercase hex; the source itself is the artifact of that hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_hash: Option<String>,
    /// Who keeps it.
    #[serde(default, alias = "author", skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When this version was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// Where it runs.
    #[serde(default = "default_runtime")]
    pub runtime: Runtime,
    /// What an agent of the runtime `prompt` is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<PromptDefinition>,
    /// What a team of the runtime `prompt` is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamDefinition>,
    /// True where running it changes the world outside: mail sent, message posted, file written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub side_effects: bool,
    /// Longest it may run; the runtime's default where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u64>,
    /// Worked cases, run by `tdev test`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
    /// How a generated component came to be: spec, mind, tools, hashes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Value>,
}

fn first_version() -> semver::Version {
    semver::Version::new(1, 0, 0)
}

const fn default_reusability() -> Reusability {
    Reusability::B
}

const fn default_runtime() -> Runtime {
    Runtime::Python
}

impl Component {
    /// The pinned reference to this very version, `Name@v1`.
    pub fn pinned(&self) -> ComponentRef {
        ComponentRef {
            name: self.name.clone(),
            version: Some(self.version_id),
        }
    }

    /// The hash a conditional write is about: the first eight bytes, big-endian, of the SHA-256 of
    /// the record as JSON.
    pub fn revision(&self) -> u64 {
        let text = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&text)
            .iter()
            .take(8)
            .fold(0, |hash, byte| (hash << 8) | u64::from(*byte))
    }

    /// Whether it cannot run without a language model, whatever it is given. Its members may need
    /// one all the same.
    pub fn needs_a_model(&self) -> bool {
        self.prompt.is_some()
            || self.team.as_ref().is_some_and(|team| {
                team.mode == Mode::Supervisor || team.route_by == RouteBy::Model
            })
    }

    /// The class or function to call: the last segment of `class_path`, else the name.
    pub fn entry(&self) -> &str {
        self.class_path
            .as_deref()
            .and_then(|path| path.rsplit(['.', ':']).next())
            .unwrap_or(&self.name)
    }
}
