//! Declared teams: four modes, teams of teams, and what registering one refuses.

mod example;
mod nested;
mod parallel;
mod registering;
mod router;
mod sequential;
mod supervisor;
