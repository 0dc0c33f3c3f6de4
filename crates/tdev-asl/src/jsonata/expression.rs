//! One compiled expression and how it is run.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use chrono::{DateTime, Utc};
use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorOptions};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use serde_json::{Value, json};

use super::convert::{context_to_jsonata, from_jsonata, to_jsonata};
use super::functions::register;
use super::survey::{Survey, Want, simple_path, survey};
use super::top_level::top_level_reference;
use super::wording::reword;
use crate::execution::{Part, Random, TaskContext};

/// Milliseconds an expression that defines functions may run, lest it never end.
const PATIENCE: u64 = 10_000;
/// The variable `$now()` and `$millis()` are rewritten to read.
const MILLIS: &str = "!millis";

/// What an expression may read. Every part is handed over only if the expression names it.
pub(crate) trait World {
    /// A member of `$states`: `input`, `result` or `errorOutput`.
    fn states(&self, member: &str) -> Option<&Value>;
    /// `$states.context`.
    fn context(&self) -> &TaskContext;
    /// A workflow variable.
    fn variable(&self, name: &str) -> Option<&Value>;
    /// The moment `$now()` answers.
    fn now(&self) -> DateTime<Utc>;
    /// The execution's random numbers.
    fn random(&self) -> &Cell<Random>;
}

/// The members of `$states`.
const MEMBERS: [&str; 4] = ["input", "result", "errorOutput", CONTEXT];
const CONTEXT: &str = "context";

/// An expression, compiled when the definition is parsed.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    /// The text between the delimiters, for messages.
    pub(crate) text: String,
    ast: AstNode,
    survey: Survey,
    /// `$a.b.c` and nothing else: answered without the evaluator unless an array is met.
    simple: Option<Vec<String>>,
}

/// Why an expression gave no value.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// It evaluated to nothing.
    Undefined,
    /// It evaluated to something JSON does not have: a function, a regular expression.
    Unsupported,
    /// It failed.
    Failed(String),
}

impl Expression {
    /// Compiles `text` (without the delimiters).
    pub(crate) fn compile(text: &str) -> Result<Self, String> {
        let ast = parser::parse(text).map_err(|e| e.to_string())?;
        if let Some(name) = top_level_reference(&ast) {
            return Err(format!(
                "`{name}` has nothing to refer to at the top level; begin with `$states` or a variable"
            ));
        }
        let survey = survey(&ast);
        let ast = if survey.functions.iter().any(|f| f == "now" || f == "millis") {
            freeze_time(&ast).unwrap_or(ast)
        } else {
            ast
        };
        Ok(Self {
            text: text.to_owned(),
            simple: simple_path(&ast).filter(|names| names[0] != MILLIS),
            ast,
            survey,
        })
    }

    /// The names of `$a.b.c` if the expression is nothing else.
    pub(crate) fn names(&self) -> Option<&[String]> {
        self.simple.as_deref()
    }

    /// Whether the expression names `member` of `$states`.
    pub(crate) fn reads_of_states(&self, member: &str) -> bool {
        self.survey.variables.iter().any(|(name, want)| {
            name == "states"
                && matches!(want, Want::Fields(fields) if fields.iter().any(|(f, _)| f == member))
        })
    }

    /// Runs the expression.
    pub(crate) fn run(&self, world: &impl World) -> Result<Value, Unanswered> {
        if let Some(names) = &self.simple
            && let Some(answer) = walk(names, world)
        {
            return answer.map(Cow::into_owned).ok_or(Unanswered::Undefined);
        }
        let random = Rc::new(Cell::new(world.random().get()));
        let result = self.evaluate(world, &random);
        world.random().set(random.get());
        let result = result?;
        from_jsonata(&result).ok_or(match result {
            JValue::Undefined => Unanswered::Undefined,
            _ => Unanswered::Unsupported,
        })
    }

    fn evaluate(
        &self,
        world: &impl World,
        random: &Rc<Cell<Random>>,
    ) -> Result<JValue, Unanswered> {
        let failed = |e: jsonata_core::evaluator::EvaluatorError| {
            Unanswered::Failed(reword(e.message(), &self.survey.functions))
        };
        let mut context = Context::new();
        for (name, want) in &self.survey.variables {
            if name == "states" {
                context.bind(name.clone(), states(world, want));
            } else if let Some(value) = world.variable(name) {
                context.bind(name.clone(), to_jsonata(value, want));
            }
        }
        let options = EvaluatorOptions {
            timeout_ms: self.survey.lambdas.then_some(PATIENCE),
            ..EvaluatorOptions::default()
        };
        let mut needs_now = false;
        let mut evaluator_functions = Vec::new();
        for function in &self.survey.functions {
            match function.as_str() {
                "now" | "millis" => needs_now = true,
                other => evaluator_functions.push(other),
            }
        }
        if needs_now {
            #[expect(clippy::cast_precision_loss, reason = "milliseconds fit 53 bits")]
            let millis = world.now().timestamp_millis() as f64;
            context.bind(MILLIS.to_owned(), JValue::Number(millis));
        }
        let mut evaluator = Evaluator::with_options(context, options);
        for function in evaluator_functions {
            register(&mut evaluator, function, random).map_err(failed)?;
        }
        evaluator
            .evaluate(&self.ast, &JValue::Undefined)
            .map_err(failed)
    }
}

/// `$states` with only the members the expression reads.
fn states(world: &impl World, want: &Want) -> JValue {
    let of = |member: &str| match want {
        Want::All => Some(&Want::All),
        Want::Fields(fields) => fields.iter().find(|(n, _)| n == member).map(|(_, w)| w),
    };
    JValue::object(
        MEMBERS
            .iter()
            .filter_map(|member| {
                let want = of(member)?;
                let value = if *member == CONTEXT {
                    context_to_jsonata(world.context(), want)
                } else {
                    to_jsonata(world.states(member)?, want)
                };
                Some(((*member).to_owned(), value))
            })
            .collect(),
    )
}

/// Follows a simple path; `None` where an array is met on the way, which the evaluator maps over.
fn walk<'w>(names: &[String], world: &'w impl World) -> Option<Option<Cow<'w, Value>>> {
    if names[0] != "states" {
        // What is no variable may be a function's name, which the evaluator knows.
        let variable = world.variable(&names[0])?;
        return follow(Some(variable), &names[1..]).map(|v| v.map(Cow::Borrowed));
    }
    let (member, rest) = (names.get(1)?, &names[2..]);
    if member != CONTEXT {
        return follow(world.states(member), rest).map(|v| v.map(Cow::Borrowed));
    }
    let mut path: Vec<&str> = Vec::with_capacity(rest.len());
    for (i, name) in rest.iter().enumerate() {
        path.push(name);
        match world.context().part(&path) {
            Some(Part::Value(Cow::Borrowed(value))) => {
                return follow(Some(value), &rest[i + 1..]).map(|v| v.map(Cow::Borrowed));
            }
            Some(Part::Value(value)) if i + 1 == rest.len() => return Some(Some(value)),
            Some(Part::Members(_)) => {}
            _ => break,
        }
    }
    follow(Some(world.context()), rest).map(|v| v.map(Cow::Borrowed))
}

fn follow<'v>(start: Option<&'v Value>, names: &[String]) -> Option<Option<&'v Value>> {
    let mut node = start;
    for name in names {
        node = match node {
            Some(Value::Object(map)) => map.get(name),
            Some(Value::Array(_)) => return None,
            _ => None,
        };
    }
    Some(node)
}

/// `$now(…)` becomes `$fromMillis($!millis, …)` and `$millis()` becomes `$!millis`, so that a
/// replay reads the recorded moment.
fn freeze_time(ast: &AstNode) -> Option<AstNode> {
    let mut tree = serde_json::to_value(ast).ok()?;
    let mut pending = vec![&mut tree];
    while let Some(node) = pending.pop() {
        let called = node
            .get("Function")
            .and_then(|f| f["name"].as_str())
            .map(str::to_owned);
        match called.as_deref() {
            Some("millis") => {
                *node = json!({"Variable": MILLIS});
                continue;
            }
            Some("now") => {
                node["Function"]["name"] = json!("fromMillis");
                if let Some(args) = node["Function"]["args"].as_array_mut() {
                    args.insert(0, json!({"Variable": MILLIS}));
                }
            }
            _ => {}
        }
        match node {
            Value::Array(items) => pending.extend(items),
            Value::Object(map) => pending.extend(map.values_mut()),
            _ => {}
        }
    }
    serde_json::from_value(tree).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixture {
        input: Value,
        order: Value,
        context: TaskContext,
        random: Cell<Random>,
    }

    impl World for Fixture {
        fn states(&self, member: &str) -> Option<&Value> {
            (member == "input").then_some(&self.input)
        }
        fn context(&self) -> &TaskContext {
            &self.context
        }
        fn variable(&self, name: &str) -> Option<&Value> {
            (name == "order").then_some(&self.order)
        }
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp_millis(1_700_000_000_000).unwrap()
        }
        fn random(&self) -> &Cell<Random> {
            &self.random
        }
    }

    fn run(text: &str) -> Result<Value, String> {
        let fixture = Fixture {
            input: json!({"a": {"b": [1]}, "list": [{"v": 1}, {"v": 2}], "n": null}),
            order: json!({"id": 7}),
            context: json!({"State": {"Name": "Here"}}).into(),
            random: Cell::new(Random::new(1)),
        };
        Expression::compile(text)?
            .run(&fixture)
            .map_err(|e| match e {
                Unanswered::Undefined => "undefined".to_owned(),
                Unanswered::Unsupported => "unsupported".to_owned(),
                Unanswered::Failed(message) => message,
            })
    }

    #[test]
    fn plain_paths_and_expressions_agree() {
        assert_eq!(run("$states.input.a.b"), Ok(json!([1])));
        assert_eq!(run("$states.input.list.v"), Ok(json!([1, 2])));
        assert_eq!(run("$states.input.n"), Ok(json!(null)));
        assert_eq!(run("$order.id + 1"), Ok(json!(8)));
        assert_eq!(run("$states.context.State.Name"), Ok(json!("Here")));
        assert_eq!(run("$states.context.State.Name & '!'"), Ok(json!("Here!")));
        assert_eq!(run("$states.input.none"), Err("undefined".to_owned()));
        assert_eq!(run("$none"), Err("undefined".to_owned()));
    }

    #[test]
    fn the_functions_of_aws_are_there() {
        assert_eq!(run("$partition([1,2,3], 2)"), Ok(json!([[1, 2], [3]])));
        assert_eq!(run("$range(0, 10, 5)"), Ok(json!([0, 5, 10])));
        assert_eq!(
            run("$hash('input data', 'SHA-1')"),
            Ok(json!("aaff4a450a104cd177d28d18d74485e8cae074b7"))
        );
        assert_eq!(run("$parse('{\"a\":1}').a"), Ok(json!(1)));
        assert_eq!(run("$length($uuid())"), Ok(json!(36)));
        assert_eq!(run("$random() < 1"), Ok(json!(true)));
        assert_eq!(run("$random(1) = $random(1)"), Ok(json!(true)));
    }

    #[test]
    fn time_is_the_recorded_moment() {
        assert_eq!(run("$now()"), Ok(json!("2023-11-14T22:13:20.000Z")));
        assert_eq!(run("$now('[Y]')"), Ok(json!("2023")));
        assert_eq!(run("$millis()"), Ok(json!(1_700_000_000_000_i64)));
    }

    #[test]
    fn eval_is_no_function_of_the_language() {
        let refused = "T1006: Attempted to invoke a non-function";
        assert_eq!(run("$eval('1')"), Err(refused.to_owned()));
    }

    #[test]
    fn a_seed_draws_what_it_draws_at_aws() {
        assert_eq!(run("$random(42)"), Ok(json!(0.727_563_680_032_868_1)));
    }

    #[test]
    fn a_function_is_no_json() {
        assert_eq!(run("function($x){$x}"), Err("unsupported".to_owned()));
        assert_eq!(run("$sum"), Err("unsupported".to_owned()));
    }

    #[test]
    fn endless_recursion_fails_and_leaves_the_stack_alone() {
        assert!(run("($f := function($n) { 1 + $f($n + 1) }; $f(0))").is_err());
    }
}
