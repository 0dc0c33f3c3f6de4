//! Runs components: the security boundary.
