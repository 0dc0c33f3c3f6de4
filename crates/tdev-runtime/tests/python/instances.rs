//! Instances are warm within a project and a source, and never beyond.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_runtime::python::{Interpreter, Limits, Program, PythonError};

use crate::python::support::{TestHost, interpreter, interpreters, program};

const COUNTER: &str = "count = 0\ndef run(do='count'):\n    global count\n    count += 1\n    if do == 'raise': raise ValueError(do)\n    if do == 'spin':\n        while True: pass\n    if do == 'hoard': return len(bytearray(1 << 30))\n    if do == 'sink': return repr(sink([]))\n    return count\ndef sink(x):\n    import sys\n    sys.setrecursionlimit(10 ** 9)\n    class A:\n        def __repr__(self): return repr(self)\n    return repr(A())\n";

fn call(program: &Program, input: &Value) -> Result<Value, PythonError> {
    let limits = Limits {
        wall: std::time::Duration::from_secs(2),
        ..Limits::default()
    };
    interpreter().call(program, input, &limits, Arc::new(TestHost::default()))
}

#[test]
fn an_instance_is_kept_warm_and_survives_an_exception() {
    let program = program(COUNTER);
    assert_eq!(call(&program, &json!({})), Ok(json!(1)));
    assert_eq!(call(&program, &json!({})), Ok(json!(2)));
    call(&program, &json!({"do": "raise"})).unwrap_err();
    assert_eq!(call(&program, &json!({})), Ok(json!(4)));
}

#[test]
fn an_instance_that_trapped_is_never_used_again() {
    for (attack, code) in [
        ("spin", "ComponentTimeout"),
        ("hoard", "ComponentOutOfMemory"),
    ] {
        let program = program(COUNTER);
        assert_eq!(call(&program, &json!({})), Ok(json!(1)));
        assert_eq!(
            call(&program, &json!({ "do": attack })).unwrap_err().code(),
            code
        );
        assert_eq!(call(&program, &json!({})), Ok(json!(1)), "after {attack}");
    }
    let program = program(COUNTER);
    let error = call(&program, &json!({"do": "sink"})).unwrap_err();
    let again = call(&program, &json!({}));
    // A RecursionError leaves the instance sound; a trap does not.
    let kept = if error.code() == "ComponentCrashed" {
        1
    } else {
        2
    };
    assert_eq!(again, Ok(json!(kept)), "after {error}");
}

#[test]
fn state_never_leaks_across_projects_files_or_sources() {
    let source = "import sys, json\nseen = []\ndef run(mark):\n    json.leak = getattr(json, 'leak', []) + [mark]\n    seen.append(mark)\n    return [seen, json.leak]\n";
    let ours = Program::new("ours", "leak.py", source, "");
    assert_eq!(call(&ours, &json!({"mark": 1})), Ok(json!([[1], [1]])));
    // Control: the same project does see it.
    assert_eq!(
        call(&ours, &json!({"mark": 2})),
        Ok(json!([[1, 2], [1, 2]]))
    );
    for other in [
        Program::new("theirs", "leak.py", source, ""),
        Program::new("ours", "other.py", source, ""),
        Program::new("ours", "leak.py", format!("{source}\n"), ""),
        Program::new("ours/leak.py", "", source, ""),
    ] {
        assert_eq!(call(&other, &json!({"mark": 9})), Ok(json!([[9], [9]])));
    }
}

#[test]
fn calls_at_once_have_an_instance_each() {
    let program = program(
        "import time\nbusy = 0\ndef run():\n    global busy\n    busy += 1\n    time.sleep(0.05)\n    seen = busy\n    busy -= 1\n    return seen\n",
    );
    std::thread::scope(|scope| {
        let calls: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| call(&program, &json!({}))))
            .collect();
        for done in calls {
            assert_eq!(done.join().unwrap(), Ok(json!(1)));
        }
    });
}

#[test]
fn resting_instances_are_bounded_and_can_be_forgotten() {
    let own = Interpreter::open(&interpreters()).unwrap_or_else(|error| panic!("{error}"));
    let limits = Limits::default();
    for n in 0..40 {
        let program = Program::new(
            format!("p{}", n % 2),
            "f.py",
            format!("def run():\n    return {n}\n"),
            "",
        );
        let got = own.call(&program, &json!({}), &limits, Arc::new(TestHost::default()));
        assert_eq!(got, Ok(json!(n)));
    }
    assert_eq!(own.resting(), 32);
    own.forget("p0");
    assert_eq!(own.resting(), 16);
}

#[test]
fn each_instance_draws_its_own_random_numbers() {
    let source = "import random, uuid, secrets\ndef run():\n    return [random.random(), str(uuid.uuid4()), secrets.token_hex(8)]\n";
    let (one, two) = (
        call(&program(source), &json!({})),
        call(&program(source), &json!({})),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    for n in 0..3 {
        assert_ne!(one[n], two[n]);
    }
}

#[test]
fn a_class_is_instantiated_once_while_warm() {
    let program = program(
        "from tdev import agent\n@agent\nclass A:\n    def __init__(self):\n        self.n = 0\n    def run(self):\n        self.n += 1\n        return self.n\n",
    );
    assert_eq!(call(&program, &json!({})), Ok(json!(1)));
    assert_eq!(call(&program, &json!({})), Ok(json!(2)));
}
