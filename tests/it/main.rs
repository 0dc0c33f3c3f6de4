//! Integration tests of the whole system, in one binary.
