//! Domain types, pure rules and ports of T-Developer; depends on no other crate of the workspace.
