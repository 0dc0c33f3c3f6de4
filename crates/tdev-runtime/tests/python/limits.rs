//! Time, memory, stack and output run out for the component, never for the host.

use std::time::{Duration, Instant};

use serde_json::json;
use tdev_runtime::python::{Limits, PythonError};

use crate::python::support::{failed, run, run_within};

fn briefly() -> Limits {
    Limits {
        wall: Duration::from_millis(400),
        ..Limits::default()
    }
}

/// Far more than the limit and far less than what the attack would take.
fn soon(started: Instant) {
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "took {:?}",
        started.elapsed()
    );
}

#[test]
fn an_infinite_loop_is_stopped_in_time() {
    let started = Instant::now();
    let got = run_within(
        "def run():\n    while True:\n        pass\n",
        &json!({}),
        &briefly(),
    );
    assert_eq!(
        got,
        Err(PythonError::Timeout {
            limit: briefly().wall
        })
    );
    soon(started);
    let ends = "def run():\n    for i in range(1000):\n        pass\n    return i\n";
    assert_eq!(run(ends, &json!({})), Ok(json!(999)));
}

#[test]
fn catching_everything_does_not_outlive_the_deadline() {
    let source = "def run():\n    while True:\n        try:\n            while True: pass\n        except BaseException:\n            pass\n        finally:\n            continue\n";
    let started = Instant::now();
    assert_eq!(
        run_within(source, &json!({}), &briefly())
            .unwrap_err()
            .code(),
        "ComponentTimeout"
    );
    soon(started);
}

#[test]
fn a_module_body_that_never_ends_is_stopped_in_time() {
    let started = Instant::now();
    let got = run_within("while True: pass\n", &json!({}), &briefly());
    assert_eq!(got.unwrap_err().code(), "ComponentTimeout");
    soon(started);
}

#[test]
fn one_long_operation_in_c_is_stopped_in_time() {
    for body in [
        "10 ** (10 ** 8)",
        "sum(range(10 ** 12))",
        "'a' * 10 ** 6 in ('a' * 10 ** 5 + 'b') * 50",
        "re.match('(a+)+b', 'a' * 64)",
    ] {
        let started = Instant::now();
        let source = format!("import re\ndef run():\n    while True:\n        {body}\n");
        let code = run_within(&source, &json!({}), &briefly())
            .unwrap_err()
            .code()
            .to_owned();
        assert_eq!(code, "ComponentTimeout", "{body}");
        soon(started);
    }
}

#[test]
fn sleeping_does_not_outlive_the_deadline() {
    for sleep in [
        "time.sleep(3600)",
        "select.select([], [], [], 3600)",
        "asyncio.run(asyncio.sleep(3600))",
        "time.sleep(1e9)",
    ] {
        let started = Instant::now();
        let source =
            format!("import asyncio, select, time\ndef run():\n    {sleep}\n    return 'slept'\n");
        let got = run_within(&source, &json!({}), &briefly());
        assert_eq!(
            got,
            Err(PythonError::Timeout {
                limit: briefly().wall
            }),
            "{sleep}"
        );
        soon(started);
    }
    let naps = "import time\ndef run():\n    t = time.monotonic()\n    time.sleep(0.05)\n    return time.monotonic() - t >= 0.05\n";
    assert_eq!(run(naps, &json!({})), Ok(json!(true)));
}

#[test]
fn sleeping_inside_an_async_runtime_sleeps_and_ends_too() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let nap = |seconds: f64, limits: Limits| {
        let source = "import time\ndef run(s):\n    time.sleep(s)\n    return 'slept'\n";
        let call =
            runtime.spawn_blocking(move || run_within(source, &json!({"s": seconds}), &limits));
        runtime.block_on(call).unwrap()
    };
    assert_eq!(nap(0.02, Limits::default()), Ok(json!("slept")));
    assert_eq!(
        nap(3600.0, briefly()).unwrap_err().code(),
        "ComponentTimeout"
    );
}

#[test]
fn a_memory_bomb_is_refused_and_a_large_list_is_not() {
    for body in [
        "bytearray(2 ** 31 - 1)",
        "[0] * 10 ** 9",
        "'x' * (1 << 30)",
        "__import__('os').urandom(1 << 30)",
    ] {
        let source = format!("def run():\n    return len({body})\n");
        assert_eq!(
            run(&source, &json!({})).unwrap_err().code(),
            "ComponentOutOfMemory",
            "{body}"
        );
    }
    let hoard =
        "def run():\n    kept = []\n    while True:\n        kept.append(bytearray(1 << 20))\n";
    assert_eq!(
        run(hoard, &json!({})).unwrap_err().code(),
        "ComponentOutOfMemory"
    );
    assert_eq!(
        run(
            "def run():\n    return len(bytearray(32 << 20))\n",
            &json!({})
        ),
        Ok(json!(32 << 20))
    );
}

#[test]
fn a_hoard_of_small_objects_is_refused_too() {
    let source =
        "def run():\n    kept = []\n    while True:\n        kept.append(dict(a=len(kept)))\n";
    let limits = Limits {
        memory: 64 << 20,
        ..Limits::default()
    };
    assert_eq!(
        run_within(source, &json!({}), &limits).unwrap_err().code(),
        "ComponentOutOfMemory"
    );
}

#[test]
fn endless_printing_ends_at_the_output_limit() {
    for body in [
        "print('x')",
        "print()",
        "print('x' * 100_000)",
        "print('x', end='')",
        "log('x')",
        "sys.stderr.write('x' * 9000)",
    ] {
        let source = format!(
            "import sys\nfrom tdev import log\ndef run():\n    while True:\n        {body}\n"
        );
        let got = run(&source, &json!({}));
        assert_eq!(
            got,
            Err(PythonError::OutputLimit {
                what: "output",
                limit: 1 << 20
            }),
            "{body}"
        );
    }
    let once = "def run():\n    print('x' * 500_000)\n    return 'printed'\n";
    assert_eq!(run(once, &json!({})), Ok(json!("printed")));
}

#[test]
fn one_huge_print_ends_at_the_output_limit() {
    let got = run("def run():\n    print('x' * (50 << 20))\n", &json!({}));
    assert_eq!(got.unwrap_err().code(), "OutputLimit");
}

#[test]
fn a_result_over_its_limit_is_refused() {
    let limits = Limits {
        result: 100_000,
        ..Limits::default()
    };
    let source = "def run(n):\n    return 'x' * n\n";
    for n in [100_001, 1 << 20, 20 << 20] {
        let got = run_within(source, &json!({ "n": n }), &limits);
        assert_eq!(
            got,
            Err(PythonError::OutputLimit {
                what: "result",
                limit: 100_000
            }),
            "{n}"
        );
    }
    assert!(run_within(source, &json!({"n": 90_000}), &limits).is_ok());
}

#[test]
fn a_host_call_over_its_limit_is_refused() {
    let limits = Limits {
        result: 100_000,
        ..Limits::default()
    };
    let source = "from tdev import call_tool\ndef run(n):\n    return len(call_tool('EchoTool', text='x' * n)['text'])\n";
    for n in [100_001, 20 << 20] {
        let code = run_within(source, &json!({ "n": n }), &limits)
            .unwrap_err()
            .code()
            .to_owned();
        assert_eq!(code, "OutputLimit", "{n}");
    }
    assert_eq!(
        run_within(source, &json!({"n": 1000}), &limits),
        Ok(json!(1000))
    );
}

#[test]
fn a_huge_exception_message_is_cut() {
    let (_, message) = failed(run(
        "def run():\n    raise ValueError('x' * (20 << 20))\n",
        &json!({}),
    ));
    assert!(message.len() < 10_000, "{}", message.len());
}

#[test]
fn deep_recursion_is_contained() {
    for source in [
        "def run(n=0):\n    return f(0)\ndef f(n):\n    return f(n + 1)\n",
        "import sys\ndef f(n):\n    return f(n + 1)\ndef run():\n    sys.setrecursionlimit(10 ** 9)\n    return f(0)\n",
        "import sys\nclass A:\n    def __repr__(self):\n        return repr(self)\ndef run():\n    sys.setrecursionlimit(10 ** 9)\n    return repr(A())\n",
        "def run():\n    x = []\n    for _ in range(10 ** 6):\n        x = [x]\n    return x == x\n",
        "def run():\n    x = []\n    for _ in range(10 ** 5):\n        x = [x]\n    return x\n",
        "def run():\n    return eval('(' * 10000 + ')' * 10000)\n",
        "def run():\n    return eval('-' * 100000 + '1')\n",
        "import re\ndef run():\n    return re.compile('(' * 5000 + ')' * 5000)\n",
        "import json\ndef run():\n    return json.loads('[' * 100000)\n",
    ] {
        let got = run(source, &json!({}));
        if !source.contains("x == x") {
            got.unwrap_err();
        }
    }
    let shallow = "def f(n):\n    return n and f(n - 1)\ndef run():\n    return f(400)\n";
    assert_eq!(run(shallow, &json!({})), Ok(json!(0)));
}
