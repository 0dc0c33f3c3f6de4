//! Plans a file of cases and prints predictions: `planning CASES [--learn FILE] [--time]`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that prints"
)]

use std::time::Instant;

fn read(path: &str) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let cases = read(args.first().ok_or("a file of cases is needed")?)?;
    let begun = Instant::now();
    let learn = args
        .iter()
        .position(|a| a == "--learn")
        .and_then(|at| args.get(at + 1));
    let learn = learn.map(|path| read(path)).transpose()?;
    let found =
        tdev_agents::benchmark::predictions(&cases, learn.as_ref()).map_err(|e| e.to_string())?;
    let count = found["items"].as_array().map_or(0, Vec::len);
    if args.iter().any(|a| a == "--time") {
        let each = begun.elapsed().as_secs_f64() * 1e3 / count.max(1) as f64;
        eprintln!("{count} plans, {each:.3} ms each with the registry's preparation");
    }
    println!("{found}");
    Ok(())
}
