//! The core agents.
