//! What a home must provide: one trait per need, reads apart from writes where callers differ.

mod artifacts;
mod audit;
mod clock;
mod embedder;
mod engine;
mod invoke;
mod model;
mod orchestrator;
mod past;
mod registry;
mod runs;
mod services;
mod sessions;
mod workflows;

pub use artifacts::{ArtifactStore, FileRef, content_hash};
pub use audit::{AuditEntry, AuditFilter, AuditStore};
pub use clock::{Clock, SystemClock};
pub use embedder::{Embedded, Embedder, EmbeddingModel, VectorStore};
pub use engine::{Apart, Engine, EngineOutcome, EngineRequest};
pub use invoke::{AgentInvoker, ComponentInvoker, Invocation, Redriven, Scope};
pub use model::{Charge, LanguageModel, Ledger, Listener, ModelCard, Reserved};
pub use orchestrator::Orchestrator;
pub use past::{PastPlan, PastPlans};
pub use registry::{Filter, Registry, Revision};
pub use runs::{ApprovalStore, EventStore, RunStore, TestRunStore};
pub use services::{CallFilter, CallRequest, ServiceLog, ServiceStore, Target, Targets, measured};
pub use sessions::{Exchange, SessionKey, SessionStore, Turn};
pub use workflows::WorkflowStore;
