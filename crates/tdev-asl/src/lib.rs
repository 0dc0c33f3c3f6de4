//! Amazon States Language: parse, validate, run, journal.
