//! Effects: granted ones work, others are denied, and components may call components.

use std::sync::{Arc, Weak};
use std::time::Duration;

use serde_json::{Value, json};
use tdev_runtime::python::{Host, HostError, Limits, Program, PythonError};

use crate::python::support::{TestHost, failed, interpreter, program, run};

#[test]
fn a_granted_tool_answers_and_another_is_denied() {
    let source =
        "from tdev import call_tool\ndef run(tool):\n    return call_tool(tool, text='é', n=1)\n";
    assert_eq!(
        run(source, &json!({"tool": "EchoTool"})),
        Ok(json!({"text": "é", "n": 1}))
    );
    let error = run(source, &json!({"tool": "OtherTool"})).unwrap_err();
    assert_eq!(error.code(), "PermissionDenied");
    assert!(!error.retryable());
    assert!(error.to_string().contains("OtherTool"), "{error}");
}

#[test]
fn a_component_can_catch_a_denial_and_go_on() {
    let source = "from tdev import ToolError, secret\ndef run():\n    try:\n        return secret('OTHER')\n    except ToolError as e:\n        return [e.code, secret('GRANTED')]\n";
    assert_eq!(
        run(source, &json!({})),
        Ok(json!(["PermissionDenied", "s3cret"]))
    );
}

#[test]
fn a_retryable_failure_stays_retryable_through_the_component() {
    let source = "from tdev import call_tool\ndef run():\n    return call_tool('BusyTool')\n";
    let error = run(source, &json!({})).unwrap_err();
    assert_eq!(
        (error.code(), error.retryable()),
        ("RemoteUnavailable", true)
    );
}

#[test]
fn a_code_of_the_components_own_reaches_the_caller_if_it_is_one() {
    let source = "from tdev import ToolError\ndef run(code):\n    raise ToolError(code, 'why')\n";
    for (code, seen) in [
        ("OutOfStock", "OutOfStock"),
        ("States.ALL", "ComponentFailed"),
        ("no\ncode", "ComponentFailed"),
    ] {
        assert_eq!(
            run(source, &json!({ "code": code })).unwrap_err().code(),
            seen
        );
    }
}

#[test]
fn what_has_no_json_form_is_not_sent() {
    let source =
        "from tdev import call_tool\ndef run():\n    return call_tool('EchoTool', x={1, 2})\n";
    assert_eq!(run(source, &json!({})).unwrap_err().code(), "InvalidInput");
}

#[test]
fn output_reaches_the_log_line_by_line() {
    let host = Arc::new(TestHost::default());
    let source = "import sys\nfrom tdev import log\nprint('loading')\ndef run():\n    print('one\\ntwo')\n    print('thr', end='')\n    print('ee')\n    print('warn', file=sys.stderr)\n    log('said', level='warning', n=1)\n    print('tail\\ud800', end='')\n";
    interpreter()
        .call(
            &program(source),
            &json!({}),
            &Limits::default(),
            host.clone(),
        )
        .unwrap();
    assert_eq!(
        host.text(),
        "stdout: loading\nstdout: one\nstdout: two\nstdout: three\nstderr: warn\nwarning: said {\"n\": 1}\nstdout: tail\\ud800\n"
    );
}

/// Runs `call_tool(name, ...)` as another component: on the same thread, or as a runner in an
/// async runtime would, on one of its threads while this one waits.
struct Nesting {
    this: Weak<Nesting>,
    depth: u32,
    runtime: Option<tokio::runtime::Handle>,
}

impl Nesting {
    fn new(depth: u32, runtime: Option<tokio::runtime::Handle>) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            depth,
            runtime,
        })
    }
}

const COUNTDOWN: &str = "from tdev import call_tool\ndef run(n):\n    return call_tool('Countdown', n=n - 1) + 1 if n else 0\n";

impl Host for Nesting {
    fn call(&self, _name: &str, payload: &str) -> Result<String, HostError> {
        assert!(self.this.upgrade().is_some());
        let depth = self.depth + 1;
        let host = Nesting::new(depth, self.runtime.clone());
        let input = serde_json::from_str::<Value>(payload).unwrap()["input"].take();
        let nested = move || {
            let limits = Limits {
                depth,
                ..Limits::default()
            };
            interpreter().call(
                &Program::new("nest", "n.py", COUNTDOWN, ""),
                &input,
                &limits,
                host,
            )
        };
        let result = match &self.runtime {
            Some(runtime) => runtime.block_on(runtime.spawn_blocking(nested)).unwrap(),
            None => nested(),
        };
        result
            .map(|value| value.to_string())
            .map_err(|error| HostError::failed(error.code(), error.to_string(), error.retryable()))
    }

    fn log(&self, _level: &str, _line: &str) {}
}

fn count_down(from: u32, runtime: Option<tokio::runtime::Handle>) -> Result<Value, PythonError> {
    let program = Program::new("nest", "n.py", COUNTDOWN, "");
    interpreter().call(
        &program,
        &json!({"n": from}),
        &Limits::default(),
        Nesting::new(0, runtime),
    )
}

#[test]
fn components_call_components_on_one_thread() {
    assert_eq!(count_down(6, None), Ok(json!(6)));
}

#[test]
fn components_calling_each_other_without_end_are_stopped() {
    let error = count_down(1000, None).unwrap_err();
    assert!(error.to_string().contains("more than 8 deep"), "{error}");
}

#[test]
fn components_call_components_through_an_async_runner_without_deadlock() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let handle = runtime.handle().clone();
    let calls: Vec<_> = (0..12)
        .map(|_| {
            let handle = handle.clone();
            runtime.spawn_blocking(move || count_down(4, Some(handle)))
        })
        .collect();
    runtime.block_on(async {
        for call in calls {
            let done = tokio::time::timeout(Duration::from_secs(60), call).await;
            assert_eq!(done.unwrap().unwrap(), Ok(json!(4)));
        }
    });
}

#[test]
fn a_traceback_names_the_components_own_lines() {
    let source = "def deep(n):\n    return 1 / n\n\ndef run(n):\n    password = 'hunter2'\n    return deep(n)\n";
    let Err(PythonError::Failed {
        traceback,
        line,
        kind,
        ..
    }) = run(source, &json!({"n": 0}))
    else {
        panic!("it did not fail")
    };
    assert_eq!((line, kind.as_str()), (2, "ZeroDivisionError"));
    assert_eq!(
        traceback,
        "Traceback (most recent call last):\n  File \"component.py\", line 6, in run\n    return deep(n)\n  File \"component.py\", line 2, in deep\n    return 1 / n\n           ~~^~~\nZeroDivisionError: division by zero\n"
    );
}

#[test]
fn an_exception_that_cannot_be_shown_is_still_reported() {
    let source = "class Odd(Exception):\n    def __str__(self):\n        raise RuntimeError('no')\ndef run():\n    raise Odd()\n";
    assert_eq!(failed(run(source, &json!({}))).0, "Odd");
    let surrogate = "def run():\n    raise ValueError('\\ud800')\n";
    assert_eq!(failed(run(surrogate, &json!({}))).0, "ValueError");
}
