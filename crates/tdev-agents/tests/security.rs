//! What generated code may not contain: each case is an attack, with a control that is allowed.

use tdev_agents::classifier::{check_source, enforce_source};
use tdev_core::Code;

fn findings(code: &str) -> Vec<String> {
    check_source(code)
        .unwrap()
        .into_iter()
        .map(|f| format!("{} {}: {}", f.line, f.rule, f.message))
        .collect()
}

#[test]
fn ordinary_components_pass() {
    let code = r#"
from __future__ import annotations
import json, re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlparse
from tdev import agent, call_tool, llm, secret, ToolError

@dataclass
class Hit:
    word: str
    count: int = 0

@agent(description="Counts words")
class CounterAgent:
    def __init__(self):
        super().__init__()
        self.compile = re.compile("x")

    def run(self, input: dict) -> dict:
        words = re.findall(r"\w+", input["text"])
        host = getattr(urlparse(input["url"]), "netloc", "")
        if not words:
            raise ToolError("Empty", type(self).__name__)
        return {"top": Counter(words).most_common(3), "host": host}
"#;
    assert_eq!(findings(code), Vec::<String>::new());
    enforce_source(code).unwrap();
}

#[test]
fn imports_outside_the_list_are_named_with_their_line() {
    for code in [
        "import os",
        "import os.path",
        "import subprocess as s",
        "from os import environ",
        "import importlib",
        "import ctypes",
        "import socket",
        "import requests",
        "from . import beside",
        "from .beside import x",
        "import sys",
        "import pickle",
        "import inspect",
        "import builtins",
        "import gc",
        "import threading",
        "import asyncio",
        "def f():\n    import os",
        "try:\n    import os\nexcept ImportError:\n    pass",
        "from math import *",
        "from io import FileIO",
        "import io\nio.open('x')",
        "import io as i\ni.open_code('x')",
        "from types import CodeType",
        "import tdev.effects",
        "import tdev\ntdev.effects",
    ] {
        assert!(!findings(code).is_empty(), "{code}");
    }
}

#[test]
fn code_made_at_run_time_and_tricks_of_introspection_are_found() {
    for code in [
        "eval('1')",
        "exec('x')",
        "compile('1', '', 'eval')",
        "__import__('os')",
        "e = eval\ne('1')",
        "x = [eval][0]",
        "open('/etc/passwd')",
        "globals()['x']",
        "vars()",
        "().__class__.__bases__[0].__subclasses__()",
        "getattr(x, '__class__')",
        "getattr(x, name)",
        "getattr(x, '__cl' + 'ass__')",
        "setattr(x, '__class__', y)",
        "'{0.__class__.__init__.__globals__}'.format(x)",
        "f.__globals__",
        "(lambda: 0).__code__",
        "g.gi_frame.f_back.f_globals",
        "e.__traceback__.tb_frame",
        "from operator import attrgetter\nattrgetter('__class__')(x)",
        "import operator\noperator.attrgetter(n)(x)",
        "__builtins__['eval']",
        "x = f'{eval(1)}'",
        "def f(a=eval('1')): pass",
        "@eval\ndef f(): pass",
        "class A(B, metaclass=eval): pass",
        "type(x).mro()",
        "match x:\n    case object(__class__=c):\n        c.__subclasses__()",
    ] {
        assert!(!findings(code).is_empty(), "{code}");
    }
}

#[test]
fn credentials_in_the_source_are_found_and_never_repeated() {
    for code in [
        "K = 'AKIAABCDEFGHIJKLMNOP'",
        "K = 'sk-abcdefghijklmnopqrstuvwxyz0123456789'",
        "K = '''-----BEGIN RSA PRIVATE KEY-----\nxx'''",
        "h = {'a': f'Bearer ghp_abcdefghijklmnopqrstuvwxyz0123456789'}",
    ] {
        let found = findings(code);
        assert_eq!(found.len(), 1, "{code}");
        assert!(!found[0].contains("AKIA") && !found[0].contains("abcdef"));
    }
    assert!(findings("K = 'risk-free'\nu = 'https://x.y/sk-1'").is_empty());
}

#[test]
fn enforcing_names_the_first_line_and_lists_all() {
    let error = enforce_source("x = 1\nimport os\neval(x)\n").unwrap_err();
    assert_eq!(error.code, Code::InvalidComponent);
    insta::assert_snapshot!(error.message, @"line 2: `os` is not a module a component may import, and 1 more");
    assert_eq!(
        error.details.unwrap()["findings"].as_array().unwrap().len(),
        2
    );
}
