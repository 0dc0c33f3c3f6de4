//! Attacks on the gate that hide what they do: each is found on its line by the rule it breaks, and
//! what only looks like one is left alone.

use tdev_agents::classifier::{check_source, enforce_source};
use tdev_core::Code;

/// Attacks that hide what they do: what stands there, the line and the rule that finds it.
const ATTACKS: &[(&str, &str, u32, &str)] = &[
    (
        "built-ins by name",
        "f = getattr(__builtins__, 'ev' + 'al')",
        1,
        "dynamic-code",
    ),
    (
        "built-ins by index",
        "f = __builtins__['eval']",
        1,
        "dynamic-code",
    ),
    (
        "import by function",
        "os = __import__('os')",
        1,
        "dynamic-code",
    ),
    (
        "import by machinery",
        "import importlib\nos = importlib.import_module('os')",
        1,
        "import",
    ),
    (
        "unpickled code",
        "import pickle\npickle.loads(data)",
        1,
        "import",
    ),
    (
        "unmarshalled code",
        "from marshal import loads",
        1,
        "import",
    ),
    (
        "decoded code",
        "import codecs\nexec(codecs.decode(text, 'rot13'))",
        2,
        "dynamic-code",
    ),
    (
        "decoded without a codec module",
        "import base64\nexec(base64.b64decode(text))",
        2,
        "dynamic-code",
    ),
    (
        "eval in letters of another width",
        "\u{ff45}val('1')",
        1,
        "dynamic-code",
    ),
    (
        "an attribute in other letters",
        "x.__\u{ff43}lass__",
        1,
        "introspection",
    ),
    (
        "eval handed on",
        "list(map(eval, lines))",
        1,
        "dynamic-code",
    ),
    (
        "a lookup handed on",
        "list(map(getattr, things, names))",
        1,
        "introspection",
    ),
    (
        "a lookup renamed",
        "look = getattr\nlook(x, name)",
        1,
        "introspection",
    ),
    (
        "a lookup bound",
        "import functools\nfunctools.partial(getattr, x)",
        2,
        "introspection",
    ),
    (
        "a getter renamed",
        "from operator import attrgetter as a\na(name)(x)",
        1,
        "introspection",
    ),
    (
        "a getter handed on",
        "import operator\na = operator.attrgetter",
        2,
        "introspection",
    ),
    (
        "a name put together",
        "getattr(x, '_' * 2 + 'class' + '_' * 2)",
        1,
        "introspection",
    ),
    (
        "a name kept for later",
        "NAME = '__globals__'",
        1,
        "introspection",
    ),
    (
        "a name in escapes",
        "NAME = '\\x5f\\x5fglobals\\x5f\\x5f'",
        1,
        "introspection",
    ),
    (
        "a walk to all classes",
        "().__class__.__base__.__subclasses__()",
        1,
        "introspection",
    ),
    (
        "a walk by patterns",
        "match x:\n    case object(__class__=c):\n        pass",
        2,
        "introspection",
    ),
    (
        "a walk by a format",
        "'{0.__class__}'.format(x)",
        1,
        "introspection",
    ),
    (
        "a walk by a format put together",
        "('{0.' + dunder + '}').format(x)",
        1,
        "introspection",
    ),
    (
        "a walk by joined text",
        "''.join(parts).format_map(x)",
        1,
        "introspection",
    ),
    (
        "a formatter of its own",
        "from string import Formatter",
        1,
        "import",
    ),
    (
        "frames of a generator",
        "g.gi_frame.f_back",
        1,
        "introspection",
    ),
    (
        "frames of an error",
        "try:\n    x()\nexcept Exception as e:\n    e.__traceback__.tb_frame",
        4,
        "introspection",
    ),
    (
        "a module another holds",
        "import random\nrandom._os.system('id')",
        2,
        "import",
    ),
    (
        "a module another holds, openly",
        "import uuid\nuuid.os.environ",
        2,
        "import",
    ),
    (
        "a module deeper in another",
        "import json\njson.decoder.scanner.sys",
        2,
        "import",
    ),
    (
        "a module in a package",
        "import urllib.parse\nurllib.parse.sys.modules",
        2,
        "import",
    ),
    (
        "a module under another name",
        "import random\nr = random\nr._os",
        3,
        "import",
    ),
    (
        "a module from another",
        "from random import _os",
        1,
        "import",
    ),
    (
        "a module from another, openly",
        "from uuid import os",
        1,
        "import",
    ),
    (
        "hints that are evaluated",
        "from typing import ForwardRef",
        1,
        "import",
    ),
    (
        "a class made of text",
        "import types\ntypes.FunctionType(code, {})",
        2,
        "import",
    ),
    (
        "the builder of classes",
        "__build_class__(f, 'X')",
        1,
        "dynamic-code",
    ),
    ("a file", "open('/etc/passwd')", 1, "dynamic-code"),
    (
        "a default that runs",
        "def f(a=__import__('os')):\n    pass",
        1,
        "dynamic-code",
    ),
    (
        "a decorator that runs",
        "@eval\ndef f():\n    pass",
        1,
        "dynamic-code",
    ),
    (
        "a key of AWS",
        "x = 1\nKEY = 'AKIAABCDEFGHIJKLMNOP'",
        2,
        "secret",
    ),
    (
        "a token of the web",
        "T = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w'",
        1,
        "secret",
    ),
    (
        "a bearer's token",
        "H = {'Authorization': 'Bearer abcdefghijklmnopqrstuvwx'}",
        1,
        "secret",
    ),
    (
        "a password in an address",
        "U = 'postgres://ada:hunter2@db/orders'",
        1,
        "secret",
    ),
    (
        "a password by its name",
        "PASSWORD = 'hunter2hunter2'",
        1,
        "secret",
    ),
    (
        "a key in a table",
        "conf = {'api-key': 'f3a9b2c4d5e6f7a8'}",
        1,
        "secret",
    ),
    (
        "a key as an argument",
        "connect(client_secret='f3a9b2c4d5e6f7a8')",
        1,
        "secret",
    ),
];

#[test]
fn hidden_ways_to_run_code_to_reach_out_and_to_carry_secrets_are_each_found_on_their_line() {
    let mut missed = Vec::new();
    for (what, code, line, rule) in ATTACKS {
        let found = check_source(code).unwrap();
        if !found.iter().any(|f| f.line == *line && f.rule == *rule) {
            missed.push(format!("{what}: {found:?}"));
        }
        assert_eq!(
            enforce_source(code).unwrap_err().code,
            Code::InvalidComponent,
            "{what}"
        );
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_only_looks_like_an_attack_is_left_alone() {
    for code in [
        "if __name__ == '__main__':\n    pass",
        "name = getattr(page, 'title', '')",
        "from operator import attrgetter\nrows.sort(key=attrgetter('price'))",
        "'{:>10}'.format(x)",
        "TEMPLATE = 'Dear {name}'\nTEMPLATE.format(name=name)",
        "import urllib.parse\nurllib.parse.quote(x)",
        "import xml.etree.ElementTree as ET\nET.fromstring(x)",
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\nP(1, 2)._asdict()",
        "import json\njson.JSONDecodeError",
        "password = secret('MAIL_PASSWORD')",
        "secrets=['CLIENT_SECRET_2']",
        "call(secret_key='STRIPE_KEY_2')",
        "U = 'https://example.org:8080/a@b'",
        "U = f'https://{user}:{password}@host/'",
        "def run(self, input):\n    return {'os': input['os'], 'sys': 1}",
        "KIND = 'Bearer '",
    ] {
        assert_eq!(check_source(code).unwrap(), Vec::new(), "{code}");
    }
}
