//! Declared agents: the loop, its bounds, what is data in it, what is remembered.

mod attacks;
mod bounds;
mod memory;
mod python;
mod random;
mod tools;
mod turns;
