"""The standard library that components can import.

There is no file system at run time, so a module exists only if the snapshot has imported it.
Left out: what cannot work here (GUI, terminals, processes' helpers), debuggers and test suites.
`socket`, `subprocess` and `urllib.request` stay importable so that using them fails with a
readable OSError from the sandbox rather than a puzzling ImportError.
"""

import importlib
import pkgutil

_MODULES = """
abc annotationlib argparse array ast asyncio base64 binascii bisect builtins calendar cmath codecs
collections collections.abc colorsys concurrent.futures configparser contextlib contextvars copy
copyreg csv dataclasses datetime decimal difflib dis email email.message email.mime.multipart
email.mime.text email.parser email.policy email.utils enum errno fnmatch fractions functools gc
genericpath getopt gettext glob graphlib gzip hashlib heapq hmac html html.entities html.parser
http http.client http.cookies inspect io ipaddress itertools json json.decoder json.encoder keyword
linecache locale logging logging.handlers marshal math mimetypes numbers opcode operator os os.path
pathlib pickle platform posixpath pprint profile queue quopri random re reprlib sched secrets
select selectors shelve shlex shutil signal smtplib socket sqlite3 stat statistics string stringprep
struct subprocess symtable sys tarfile tempfile textwrap threading time timeit token tokenize
tomllib traceback types typing unicodedata unittest unittest.mock urllib urllib.error urllib.parse
urllib.request uuid warnings wave weakref xml xml.dom.minidom xml.etree.ElementTree xml.sax
xml.sax.saxutils zipfile zlib zoneinfo
_pydatetime _pydecimal _pylong _strptime _colorize _suggestions
tdev
"""


def preload() -> None:
    for name in _MODULES.split():
        importlib.import_module(name)
    # A codec is imported when it is first named ("latin-1"), which would be too late.
    import encodings

    for module in pkgutil.iter_modules(encodings.__path__):
        try:
            importlib.import_module(f"encodings.{module.name}")
        except ImportError:
            continue  # mbcs, oem: another operating system's
