//! What a hostile component tries. Each attack stands beside the proof that the same thing works
//! where it is allowed, so that a broken test cannot look like a closed door.

use std::io::Write;
use std::net::{TcpListener, TcpStream};

use serde_json::json;
use tdev_runtime::python::PythonError;

use crate::python::support::{failed, interpreter, program, run};

#[test]
fn reading_a_file_of_the_host_is_denied() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"canary").unwrap();
    let path = file.path().to_str().unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap(), "canary");
    let source = "def run(path):\n    return open(path).read()\n";
    for path in [
        path,
        "/etc/passwd",
        "/proc/self/environ",
        "../../../etc/passwd",
        ".",
        "/",
    ] {
        let (kind, message) = failed(run(source, &json!({ "path": path })));
        assert_eq!(kind, "FileNotFoundError", "{path}: {message}");
    }
}

#[test]
fn writing_and_listing_files_is_denied() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("planted");
    std::fs::write(&target, "by the host").unwrap();
    std::fs::remove_file(&target).unwrap();
    let write = "def run(path):\n    with open(path, 'w') as f:\n        f.write('x')\n";
    failed(run(write, &json!({ "path": target })));
    assert!(!target.exists());
    let list = "import os\ndef run(path):\n    return os.listdir(path)\n";
    for path in ["/", ".", "/proc", folder.path().to_str().unwrap()] {
        failed(run(list, &json!({ "path": path })));
    }
    // Control: what needs no file system works.
    let memory =
        "import io\ndef run():\n    f = io.StringIO()\n    f.write('x')\n    return f.getvalue()\n";
    assert_eq!(run(memory, &json!({})), Ok(json!("x")));
}

#[test]
fn the_environment_holds_nothing_of_the_host_or_of_the_build() {
    assert!(std::env::vars_os().count() > 0);
    let source = "import os, sys\nimport posix\ndef run():\n    os.environ['MINE'] = '1'\n    mine = os.environ.pop('MINE')\n    return [dict(os.environ), len(posix.environ), sys.argv, sys.path, mine]\n";
    assert_eq!(run(source, &json!({})), Ok(json!([{}, 0, [], [], "1"])));
}

#[test]
fn connecting_to_a_listening_port_is_denied() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    TcpStream::connect(("127.0.0.1", port)).unwrap();
    let source = "import socket\ndef run(port, host):\n    with socket.create_connection((host, port), timeout=2) as s:\n        return 'connected'\n";
    for host in ["127.0.0.1", "localhost", "::1", "169.254.169.254"] {
        let (kind, message) = failed(run(source, &json!({ "port": port, "host": host })));
        assert!(
            ["OSError", "PermissionError", "gaierror"].contains(&kind.as_str()),
            "{kind}: {message}"
        );
    }
    listener.set_nonblocking(true).unwrap();
    listener.accept().unwrap(); // the control's own
    assert!(
        listener.accept().is_err(),
        "the component reached the listener"
    );
}

#[test]
fn listening_sending_datagrams_resolving_and_fetching_are_denied() {
    for body in [
        "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'x', ('127.0.0.1', 53))",
        "socket.getaddrinfo('example.com', 443)",
        "socket.gethostbyname('localhost')",
        "urllib.request.urlopen('http://127.0.0.1:80/', timeout=2)",
        "urllib.request.urlopen('file:///etc/passwd', timeout=2)",
    ] {
        let source =
            format!("import socket, urllib.request\ndef run():\n    {body}\n    return 'done'\n");
        failed(run(&source, &json!({})));
    }
    let parse =
        "import urllib.parse\ndef run():\n    return urllib.parse.urlparse('http://a/b').path\n";
    assert_eq!(run(parse, &json!({})), Ok(json!("/b")));
}

#[test]
fn starting_processes_and_threads_is_denied() {
    for body in [
        "import subprocess; subprocess.run(['/bin/true'], check=True)",
        "import subprocess; subprocess.Popen('true', shell=True)",
        "import os; os.system('true')",
        "from os import system; system('true')",
        "import os; os.fork()",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import os; os.kill(os.getpid(), 9)",
        "import threading; threading.Thread(target=print).start()",
        "import multiprocessing; multiprocessing.Process(target=print).start()",
        "import _posixsubprocess",
    ] {
        let source = format!("def run():\n    {body}\n    return 'started'\n");
        failed(run(&source, &json!({})));
    }
    assert_eq!(
        run(
            "import os\ndef run():\n    return os.path.basename('a/b')\n",
            &json!({})
        ),
        Ok(json!("b"))
    );
}

#[test]
fn native_code_is_out_of_reach() {
    for module in [
        "ctypes",
        "_ctypes",
        "mmap",
        "cffi",
        "numpy",
        "_interpreters",
        "fcntl",
        "resource",
    ] {
        let source = format!("def run():\n    import {module}\n    return 'imported'\n");
        assert_eq!(
            failed(run(&source, &json!({}))).0,
            "ModuleNotFoundError",
            "{module}"
        );
    }
    assert_eq!(
        run(
            "def run():\n    import math\n    return math.floor(2.5)\n",
            &json!({})
        ),
        Ok(json!(2))
    );
}

#[test]
fn import_tricks_find_no_more_than_import_does() {
    for body in [
        "__import__('os').system('true')",
        "__builtins__['__import__']('ctypes')",
        "importlib.import_module('ctypes')",
        "importlib.reload(__import__('posix')).execv('/bin/true', ['true'])",
        "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0](['true'])",
        "sys.modules['posix'].open('/etc/passwd', 0)",
        "importlib.machinery.ExtensionFileLoader('x', '/lib/x86_64-linux-gnu/libc.so.6').load_module()",
        "_imp.create_dynamic(importlib.machinery.ModuleSpec('x', None, origin='/lib/x.so'))",
        "eval(compile('open(\"/etc/passwd\").read()', 'x', 'eval'))",
        "pickle.loads(b'cos\\nsystem\\n(S\\'true\\'\\ntR.')",
        "(lambda: 0).__globals__['__builtins__']['open']('/etc/passwd')",
    ] {
        let source = format!(
            "import importlib, importlib.machinery, sys, pickle, subprocess, _imp\ndef run():\n    {body}\n    return 'escaped'\n"
        );
        failed(run(&source, &json!({})));
    }
    assert_eq!(
        run(
            "def run():\n    return __import__('json').loads('1')\n",
            &json!({})
        ),
        Ok(json!(1))
    );
}

#[test]
fn calling_the_import_directly_meets_the_same_host() {
    let source = "import wit_world\ndef run(name):\n    return wit_world.host_call('secret', '{\"name\": \"%s\"}' % name)\n";
    assert_eq!(
        run(source, &json!({"name": "GRANTED"})),
        Ok(json!("\"s3cret\""))
    );
    let (kind, _) = failed(run(source, &json!({"name": "OTHER"})));
    assert_eq!(kind, "Err");
}

#[test]
fn replacing_the_glue_harms_only_the_component_itself() {
    let own = program(
        "import sandbox.answer, sandbox.caller\nimport json\ndef run():\n    sandbox.caller.answer.to_json = lambda r: 'not json'\n    return 1\n",
    );
    let host = || std::sync::Arc::new(crate::python::support::TestHost::default());
    let limits = tdev_runtime::python::Limits::default();
    let got = interpreter().call(&own, &json!({}), &limits, host());
    assert!(
        matches!(got, Err(PythonError::ResultInvalid { .. })),
        "{got:?}"
    );
    assert_eq!(run("def run():\n    return 1\n", &json!({})), Ok(json!(1)));
}

#[test]
fn leaving_the_interpreter_ends_the_instance_only() {
    let got = run("import os\ndef run():\n    os._exit(3)\n", &json!({}));
    assert_eq!(got.unwrap_err().code(), "ComponentCrashed");
    let (kind, _) = failed(run("import sys\ndef run():\n    sys.exit(3)\n", &json!({})));
    assert_eq!(kind, "SystemExit");
    let got = run("import os\ndef run():\n    os.abort()\n", &json!({}));
    assert_eq!(got.unwrap_err().code(), "ComponentCrashed");
    assert_eq!(run("def run():\n    return 1\n", &json!({})), Ok(json!(1)));
}

#[test]
fn loading_a_source_does_not_call_its_entry_but_runs_its_body_confined() {
    let (kind, _) = failed(run(
        "open('/etc/passwd')\ndef run():\n    return 1\n",
        &json!({}),
    ));
    assert_eq!(kind, "FileNotFoundError");
    let (kind, _) = failed(run(
        "def run(x=open('/etc/passwd')):\n    return 1\n",
        &json!({}),
    ));
    assert_eq!(kind, "FileNotFoundError");
}
